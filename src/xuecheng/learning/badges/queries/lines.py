"""What can be certified: a record's standing credit of one class, as a line. What was used elsewhere is left out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid5

from django.db import connection
from django.utils.translation import override

from xuecheng.city.organisations.models import Organisation
from xuecheng.learning.badges.models import Achievement
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.models import CreditKind, UnitVersion
from xuecheng.learning.creditbank.queries.frameworks import ClassNames, names_of_classes
from xuecheng.learning.recognition.models import RuleVersion, Withholding
from xuecheng.learning.records.models import LearningRecord, Origin, Role

_NAMESPACE: Final = UUID("6f0a5a52-6f0c-5d6b-9d0e-3d5b4c1d2a10")

# Of each posting what was not taken back, frozen, exchanged, owed, used up or ended (C-41, C-71, C-73): as transcripts
# count.
_LINES = """
with standing as (
    select p.*, coalesce((
        select sum(upper(u.span) - lower(u.span))
        from exchange_use u join exchange_lot l on l.id = u.lot_id join exchange_case c on c.id = u.case_id
        where l.posting = p.key and l.learner_id = p.learner_id and c.state = 'settled' and u.is_live
    ), 0)::bigint + coalesce((
        select sum(w.credits) from recognition_withholding w
        where w.learner_id = p.learner_id and w.posting = p.key and w.purpose = 'owed'
    ), 0)::bigint as gone
    from recognition_posting p
    where p.reverses is null and {of_posting} and (p.valid_until is null or p.valid_until >= %(on)s)
        and not exists (
            select from recognition_posting b
            where b.learner_id = p.learner_id and b.book = p.book and b.reverses = p.key
        )
        and not exists (
            select from redemption_allocation a join redemption_redemption d on d.id = a.redemption_id
            where a.posting = p.key and a.learner_id = p.learner_id and a.is_live and a.hold is not null
                and d.state = 'fulfilled'
        )
        and not exists (
            select from recognition_withholding w
            where w.learner_id = p.learner_id and w.posting = p.key and w.purpose = 'frozen' and w.ended_at is null
        )
)
select p.learner_id, p.record_id, p.credit_class_id, sum(p.credits - p.gone)::bigint, array_agg(p.key order by p.key),
    max(p.institution_id), max(p.unit_id), max(p.rule_id), min(p.valid_until)
from standing p join records_learningrecord r on r.id = p.record_id and r.book = p.book
join creditbank_creditclass c on c.id = p.credit_class_id
where p.credits > p.gone and c.kind <> 'reward' and {of_record}
group by p.learner_id, p.record_id, p.credit_class_id
order by p.learner_id, p.record_id, p.credit_class_id {limit}"""
_STANDS = "exists (select from people_person h where h.id = p.learner_id and h.erased_at is null)"
_OF_LEARNERS = ("p.learner_id = any(%(learners)s) and p.book = any(%(books)s)", "true")
_OF_COURSE = (
    f"p.institution_id = %(institution)s and p.learner_id > %(after)s and {_STANDS}",
    (
        "r.institution_id = %(institution)s and r.code = %(code)s and r.ended_on >= %(ended_from)s"
        " and r.ended_on < %(ended_to)s"
    ),
)
_OF_RULE = (
    (
        f"p.institution_id = %(institution)s and p.posted_at >= %(since)s and {_STANDS} and not exists ("
        "select from badges_badge b join badges_achievement a on a.id = b.achievement_id"
        " where b.learner_id = p.learner_id and (p.key = any(b.postings)"
        " or (b.record_id = p.record_id and a.credit_class_id = p.credit_class_id"
        " and (b.state <> 'revoked' or b.by_decision))))"
    ),
    "c.kind = %(kind)s",
)


@dataclass(frozen=True)
class Line:
    """What one credential certifies; everything in it is known to recognition, records and units."""

    learner_id: int
    record: LearningRecord
    of: ClassNames
    credits: int
    postings: tuple[UUID, ...]
    issuer: Organisation | None
    unit: UnitVersion | None
    rule: RuleVersion | None
    valid_until: date | None

    @property
    def certifies(self) -> UUID:
        """The same for the same record and class of credit, however often it is asked."""
        return uuid5(_NAMESPACE, f"{self.record.pk}/{self.of.unit}")

    @property
    def title(self) -> str:
        return self.unit.title if self.unit is not None else self.record.title

    @property
    def kind(self) -> str:
        """Of Open Badges' closed list of kinds."""
        if self.unit is not None:
            return Achievement.Kind.COMPETENCY
        if self.record.role == Role.VOLUNTEER:
            return Achievement.Kind.SERVICE
        if self.record.origin in {Origin.CERTIFICATE, Origin.RPL} or self.of.kind == CreditKind.CERTIFICATE:
            return Achievement.Kind.CERTIFICATE
        return Achievement.Kind.COURSE


class Wanted(NamedTuple):
    """That somebody has something to certify. What it is, is asked under the lock."""

    learner_id: int
    record_id: int
    class_id: int


def lines_of(learner_ids: Collection[int], *, on: date) -> list[Line]:
    """What learners have on a day that can be certified, under the keys that are given. Five queries."""
    books = sorted({ledger.book_of(key) for key in learner_ids})
    rows = _rows(_OF_LEARNERS, {"learners": list(learner_ids), "books": books, "on": on})
    return list(_whole(rows))


def wanted_of_course(
    *, institution: Organisation, code: str, ended_from: date, ended_to: date, on: date, after: int = 0
) -> list[Wanted]:
    """Everybody with credit of a course, by learner, after the learner named last."""
    values = {"code": code, "ended_from": ended_from, "ended_to": ended_to, "after": after}
    rows = _rows(_OF_COURSE, {**values, "institution": institution.pk, "on": on})
    return [Wanted(*row[:3]) for row in rows]


def wanted_of_rule(*, institution: Organisation, kind: str, since: datetime, on: date, most: int) -> list[Wanted]:
    """Who was credited since under a standing order and has no credential of it, not even a revoked one."""
    values = {"institution": institution.pk, "kind": kind, "since": since, "on": on, "most": most}
    return [Wanted(*row[:3]) for row in _rows(_OF_RULE, values, limit="limit %(most)s")]


def is_frozen(learner_ids: Collection[int], postings: Collection[UUID]) -> bool:
    """Whether a case looks into any of these postings now (C-71)."""
    rows = Withholding.objects.filter(learner__in=learner_ids, posting__in=postings, ended_at=None)
    return rows.filter(purpose=Withholding.Purpose.FROZEN).exists()


def _rows(conditions: tuple[str, str], values: dict[str, Any], *, limit: str = "") -> list[tuple[Any, ...]]:
    statement = _LINES.format(of_posting=conditions[0], of_record=conditions[1], limit=limit)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _whole(rows: Sequence[tuple[Any, ...]]) -> Iterator[Line]:
    with override("zh-hans"):
        names = names_of_classes({row[2] for row in rows})
    records = LearningRecord.objects.in_bulk({row[1] for row in rows})
    bodies = Organisation.objects.select_related("territory").in_bulk({row[5] for row in rows})
    units = UnitVersion.objects.select_related("level").in_bulk({row[6] for row in rows if row[6]})
    rules = RuleVersion.objects.in_bulk({row[7] for row in rows if row[7]})
    for learner_id, record_id, class_id, credits_, keys, institution, unit, rule, until in rows:
        yield Line(
            learner_id=learner_id, record=records[record_id], of=names[class_id], credits=credits_,
            postings=tuple(keys), issuer=bodies.get(institution), unit=units.get(unit), rule=rules.get(rule),
            valid_until=until,
        )  # fmt: skip
