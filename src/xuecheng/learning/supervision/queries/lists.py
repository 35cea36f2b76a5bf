"""What the desk, institutions, learners and the public see of supervision."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import TruncQuarter

from xuecheng.city.rights import Standing, visible
from xuecheng.learning.creditbank.queries.frameworks import names_of_classes
from xuecheng.learning.exchange.models import StatementLine
from xuecheng.learning.exchange.queries import Replacement, replacements
from xuecheng.learning.recognition.models import Posting, Result, Run
from xuecheng.learning.records.models import LearningRecord
from xuecheng.learning.supervision.models import (
    Appeal,
    Audit,
    AuditItem,
    Dependent,
    Ground,
    Hearing,
    Item,
    Question,
    Shortfall,
    Statement,
    Suspicion,
    Withdrawal,
)
from xuecheng.learning.supervision.rules import GRAVE

from .acts import ANSWER, APPEALS, AUDIT, DECIDE, INVESTIGATE, STATE_OWN

FEWEST_SHOWN = 5
"""Statistics show no number below this one: nobody is recognised in a small quarter (ours)."""


def suspicions_seen(viewer: Standing) -> QuerySet[Suspicion]:
    """All of the officer's territory, in whatever state."""
    mine = visible(viewer, INVESTIGATE, organisation="institution", territory="institution__territory")
    return Suspicion.objects.filter(mine).select_related("learner", "institution", "taken_by")


def suspicions(viewer: Standing, *, kind: str = "", state: str = "") -> QuerySet[Suspicion]:
    """The queue of the desk: open ones by default. For a list by (-risk, id), or by (id)."""
    rows = suspicions_seen(viewer)
    rows = rows.filter(state=state) if state else rows.filter(state__in=Suspicion.OPEN)
    return rows.filter(kind=kind) if kind else rows


def grave_suspicions(viewer: Standing) -> QuerySet[Suspicion]:
    """Open ones that are looked into before older ones."""
    return suspicions(viewer).filter(risk__gte=GRAVE)


def suspicion(viewer: Standing, public_id: UUID) -> Suspicion | None:
    """One, with its notes and questions. Four queries."""
    mine = visible(viewer, INVESTIGATE, organisation="institution", territory="institution__territory")
    rows = Suspicion.objects.filter(mine, public_id=public_id)
    rows = rows.select_related("learner", "institution__territory", "taken_by")
    return rows.prefetch_related(
        Prefetch("withdrawals", Withdrawal.objects.order_by("id")), "notes__by", "questions__institution",
        "questions__answered_by",
    ).first()  # fmt: skip


@dataclass(frozen=True)
class Concerned:
    """A record behind a suspicion: what stands for it, and the case about it if there is one."""

    record: LearningRecord
    credits: int
    case: Withdrawal | None
    what: str = ""
    """Kinds of what stands: points are no credits, and read as what they are (C-39)."""


def records_concerned(row: Suspicion, *, most: int = 20) -> list[Concerned]:
    """The records behind a suspicion, the first of them. Five queries."""
    records = LearningRecord.objects.filter(pk__in=row.record_ids[:most])
    return _concerned(list(records.select_related("institution__territory", "learner").order_by("ended_on", "pk")))


def credited_records(viewer: Standing, keys: Sequence[int], *, most: int = 100) -> list[Concerned]:
    """Records of one learner (all keys) for which credit stands, of the officer's territory, newest first. Five
    queries."""
    credited = Result.objects.filter(record_id=OuterRef("pk"), book=OuterRef("book"), credits__gt=0)
    rows = _investigated(viewer).filter(Exists(credited), learner__in=keys, is_latest=True)
    return _concerned(list(rows.order_by("-ended_on", "-pk")[:most]))


def credited_record(viewer: Standing, number: int) -> Concerned | None:
    """One record of the officer's territory with what stands for it. Five queries."""
    return next(iter(_concerned(list(_investigated(viewer).filter(pk=number)))), None)


def _investigated(viewer: Standing) -> QuerySet[LearningRecord]:
    mine = visible(viewer, INVESTIGATE, organisation="institution", territory="institution__territory")
    return LearningRecord.objects.filter(mine).select_related("institution__territory", "learner")


def _concerned(records: Sequence[LearningRecord]) -> list[Concerned]:
    numbers = [one.pk for one in records]
    stands = dict(Result.objects.filter(record_id__in=numbers).values_list("record_id", "credits"))
    cases = {one.record_id: one for one in Withdrawal.objects.filter(record_id__in=numbers).order_by("pk")}
    posted = Posting.objects.filter(book__in={one.book for one in records}, record_id__in=numbers, credits__gt=0)
    found = set(posted.values_list("record_id", "credit_class"))
    names = names_of_classes({unit for _record, unit in found}) if found else {}
    kinds = defaultdict(set)
    for record, unit in found:
        kinds[record].add(names[unit].kind_name)
    return [
        Concerned(one, stands.get(one.pk, 0), cases.get(one.pk), ", ".join(sorted(kinds[one.pk]))) for one in records
    ]


def questions_of(viewer: Standing, *, only_open: bool = True) -> QuerySet[Question]:
    """What the viewer's institutions were asked. For a list by (due_on, id)."""
    mine = visible(viewer, ANSWER, organisation="institution", territory="institution__territory")
    rows = Question.objects.filter(mine).select_related("institution__territory", "suspicion")
    return rows.filter(answered_at=None) if only_open else rows


def question(viewer: Standing, public_id: UUID) -> Question | None:
    return questions_of(viewer, only_open=False).filter(public_id=public_id).first()


def records_asked_about(row: Question) -> list[LearningRecord]:
    """The institution's own records behind a question; those of others are not its business. One query."""
    rows = LearningRecord.objects.filter(pk__in=row.suspicion.record_ids, institution_id=row.institution_id)
    return list(rows.select_related("learner").order_by("ended_on", "pk")[:20])


_SHOWN = (
    "learner",
    "institution__territory",
    "opened_by",
    "decided_by",
    "suspicion",
)


def withdrawals_seen(viewer: Standing) -> QuerySet[Withdrawal]:
    """All cases of the officer's territory, in whatever state."""
    mine = visible(viewer, INVESTIGATE, organisation="institution", territory="institution__territory")
    return Withdrawal.objects.filter(mine).select_related(*_SHOWN)


def withdrawals(viewer: Standing, *, state: str = "") -> QuerySet[Withdrawal]:
    """Cases of the officer's territory: those that are open by default, and appealed ones. For a list by (-id)."""
    rows = withdrawals_seen(viewer)
    if state:
        return rows.filter(state=state)
    return rows.filter(Q(state__in=Withdrawal.OPEN) | Q(Exists(_appealed())))


def withdrawals_to_decide(viewer: Standing, *, today: date) -> QuerySet[Withdrawal]:
    """Cases whose clock has run out or that both sides answered, and appeals, that this officer may decide: not those
    they opened, entered or credited themselves. A hearing alone makes nothing due (C-71)."""
    decides = visible(viewer, DECIDE, organisation="institution", territory="institution__territory")
    appeals = visible(viewer, APPEALS, organisation="institution", territory="institution__territory")
    said = Statement.objects.filter(withdrawal=OuterRef("pk"))
    answered = [Exists(said.filter(side=side)) for side in Statement.Side.values]
    due = decides & Q(state__in=["noticed", "heard"]) & (Q(due_on__lt=today) | Q(*answered))
    appealed = appeals & Q(Exists(_appealed())) & ~Q(decided_by__in=viewer.person_keys)
    rows = Withdrawal.objects.filter(due | appealed).exclude(_involves(viewer.person_keys))
    return rows.exclude(opened_by__in=viewer.person_keys).exclude(learner__in=viewer.person_keys)


def _involves(keys: Sequence[int]) -> Q:
    """Cases about what somebody (all keys) entered, or let be credited: what `involved_in` asks of one case."""
    entered = LearningRecord.objects.filter(pk=OuterRef("record_id"), book=OuterRef("book"), entered_by_id__in=keys)
    runs = Run.objects.filter(started_by__in=keys)
    credited = Posting.objects.filter(
        Q(officer_id__in=keys) | Q(run_id__in=runs.values("pk")), key=OuterRef("posting"),
        book=OuterRef("withdrawal__book"),
    )  # fmt: skip
    items = Item.objects.filter(Exists(credited), withdrawal=OuterRef("pk"))
    return Q(Exists(entered)) | Q(Exists(items))


def involved_in(row: Withdrawal) -> set[int]:
    """Who opened a case, entered its record or gave its credit: none of them decides it (C-71). Three queries."""
    postings = Posting.objects.filter(learner_id=row.learner_id, key__in=[one.posting for one in row.items.all()])
    found = {row.opened_by_id, *postings.values_list("officer_id", flat=True)}
    runs = postings.exclude(run_id=None).values("run_id")
    found |= set(Run.objects.filter(pk__in=runs).values_list("started_by", flat=True))
    found |= set(LearningRecord.objects.filter(pk=row.record_id).values_list("entered_by_id", flat=True))
    return {one for one in found if one is not None}


def _appealed() -> QuerySet[Appeal]:
    """Open appeals of the case of the query around it."""
    return Appeal.objects.filter(withdrawal=OuterRef("pk"), state=Appeal.State.OPEN)


def withdrawals_of_issuer(viewer: Standing) -> QuerySet[Withdrawal]:
    """Cases about credit of the viewer's institutions, once they were told. For a list by (-id)."""
    mine = visible(viewer, ANSWER, organisation="institution", territory="institution__territory")
    rows = Withdrawal.objects.filter(mine).exclude(state=Withdrawal.State.OPENED)
    return rows.exclude(learner__in=viewer.person_keys).select_related(*_SHOWN)


def own_withdrawals(viewer: Standing) -> QuerySet[Withdrawal]:
    """Cases about one's own credit, once one was told. For a list by (-id)."""
    rows = Withdrawal.objects.filter(visible(viewer, STATE_OWN, person="learner"))
    return rows.exclude(state=Withdrawal.State.OPENED).select_related(*_SHOWN)


def withdrawal(viewer: Standing, public_id: UUID) -> Withdrawal | None:
    """One case as its learner, its issuer (both once they were told), or an officer sees it. Seven queries."""
    told = ~Q(state=Withdrawal.State.OPENED)
    own = visible(viewer, STATE_OWN, person="learner") & told
    issuer = visible(viewer, ANSWER, organisation="institution", territory="institution__territory") & told
    officer = visible(viewer, INVESTIGATE, organisation="institution", territory="institution__territory")
    rows = Withdrawal.objects.filter(own | issuer | officer, public_id=public_id).select_related(*_SHOWN)
    return rows.prefetch_related(
        "statements__by",
        Prefetch("hearings", Hearing.objects.order_by("held_at")),
        Prefetch("appeals", Appeal.objects.order_by("id")),
        Prefetch("items", Item.objects.select_related("credit_class", "shortfall").order_by("id")),
    ).first()


@dataclass(frozen=True)
class Resting:
    """An exchange that rests on withdrawn credit, and the credit that could take the place."""

    row: Dependent
    line: StatementLine | None = None
    """Where it was cleared between the two institutions (C-35)."""
    fit: list[Replacement] = field(default_factory=list)


def resting_on(case: Withdrawal, *, at: datetime, with_fit: bool) -> list[Resting]:
    """What rests on a case's credit, where it was cleared, and what could take the place while its shortfall is open
    for all of it. Three queries, and twelve for each that is still to be decided."""
    left = {one.item.posting: one.left for one in shortfalls_of(case)} if with_fit else {}
    rows = case.dependents.select_related("exchange__target", "exchange__source", "decided_by").order_by("id")[:20]
    lines = StatementLine.objects.filter(case__in=[one.exchange_id for one in rows]).select_related("statement__period")
    cleared = {one.case_id: one for one in lines}
    return [
        Resting(
            one, cleared.get(one.exchange_id),
            replacements(one.exchange, lost=one.posting, at=at) if _replaceable(one, left) else [],
        )
        for one in rows
    ]  # fmt: skip


def _replaceable(row: Dependent, left: Mapping[UUID, int]) -> bool:
    return row.state == Dependent.State.OPEN and row.credits <= left.get(row.posting, 0)


def shortfalls_of(case: Withdrawal) -> list[Shortfall]:
    """What of a case could not be taken back. One query."""
    return list(Shortfall.objects.filter(item__withdrawal=case).select_related("credit_class", "item").order_by("id"))


def audits(*, state: str = "") -> QuerySet[Audit]:
    """All audits are everybody's, from their plan on. For a list by (-id)."""
    rows = Audit.objects.select_related("keeper", "institution", "rule")
    return rows.filter(state=state) if state else rows


def audit(public_id: UUID) -> Audit | None:
    rows = Audit.objects.select_related("keeper__territory", "institution", "rule", "planned_by", "published_by")
    return rows.filter(public_id=public_id).first()


def items_of(viewer: Standing, row: Audit) -> QuerySet[AuditItem]:
    """The drawn items, for auditors. For a list by (number)."""
    mine = visible(viewer, AUDIT, organisation="audit__keeper", territory="audit__keeper__territory")
    return AuditItem.objects.filter(mine, audit=row).select_related("auditor")


def item(viewer: Standing, public_id: UUID, number: str) -> AuditItem | None:
    mine = visible(viewer, AUDIT, organisation="audit__keeper", territory="audit__keeper__territory")
    rows = AuditItem.objects.filter(mine, audit__public_id=public_id, number=number)
    return rows.select_related("audit__keeper__territory", "learner", "auditor").first()


def record_of_item(row: AuditItem) -> LearningRecord:
    return LearningRecord.objects.select_related("institution__territory", "learner").get(pk=row.record_id)


@dataclass(frozen=True)
class QuarterLine:
    """Withdrawals of one quarter and ground. A number below the floor is not told."""

    begins_on: date
    ground: str
    withdrawn: int | None
    closed: int | None
    restored: int | None

    @property
    def quarter(self) -> int:
        return (self.begins_on.month + 2) // 3


def statistics() -> list[QuarterLine]:
    """How many cases were decided how, by quarter and ground, newest first. One query."""
    rows = Withdrawal.objects.exclude(decided_at=None).annotate(quarter=TruncQuarter("decided_at"))
    found = rows.values_list("quarter", "ground", "state").annotate(number=Count("pk")).order_by()
    counted = Counter({(quarter.date(), ground, state): number for quarter, ground, state, number in found})
    keys = sorted(
        {(quarter, ground) for quarter, ground, _state in counted}, key=lambda one: (-one[0].toordinal(), one[1])
    )
    return [
        QuarterLine(quarter, str(Ground(ground).label), *_told([counted[quarter, ground, state] for state in _ENDED]))
        for quarter, ground in keys[:40]
    ]


_ENDED = ("withdrawn", "closed", "restored")


def _told(numbers: Sequence[int]) -> list[int | None]:
    return [number if number >= FEWEST_SHOWN or number == 0 else None for number in numbers]
