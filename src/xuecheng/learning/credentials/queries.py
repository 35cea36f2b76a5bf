"""Questions of transcripts: what can be certified, what was, and whether it still holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Max, QuerySet
from django.utils.translation import get_language, gettext, pgettext

from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.models import CreditKind
from xuecheng.learning.creditbank.queries import ClassNames, names_of_classes

from .models import Transcript

# What stands of a person's credit: of each posting what was not taken back, frozen, exchanged or used up by redemption
# (C-41), several of a record and class as one line; and what was given for what was exchanged (C-34), named by who gave
# it. A credit is certified once.
_LINES = """
with standing as (
    select p.*, coalesce((
        select sum(upper(u.span) - lower(u.span))
        from exchange_use u join exchange_lot l on l.id = u.lot_id join exchange_case c on c.id = u.case_id
        where l.posting = p.key and l.learner_id = p.learner_id and c.state = 'settled' and u.is_live
    ), 0)::bigint + coalesce((
        select sum(w.credits) from recognition_withholding w
        where w.learner_id = p.learner_id and w.posting = p.key and w.purpose = 'owed'
    ), 0)::bigint as exchanged
    from recognition_posting p
    where p.learner_id = any(%(learners)s) and p.book = any(%(books)s) and p.reverses is null
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
select r.title, r.ended_on, o.name_zh, o.name_en, p.credit_class_id, v.code, v.version,
    sum(p.credits - p.exchanged)::bigint, array_agg(p.key order by p.key), '', '',
    coalesce(array_agg(distinct t.code) filter (where t.code is not null), '{}')::text[], r.id as record
from standing p
left join creditbank_unitversion t on t.id = p.unit_id
join records_learningrecord r on r.id = p.record_id and r.book = p.book
left join organisations_organisation o on o.id = p.institution_id
left join recognition_ruleversion v on v.id = p.rule_id
where p.credits > p.exchanged
group by r.id, r.title, r.ended_on, o.name_zh, o.name_en, p.credit_class_id, v.code, v.version
union all
select r.title, r.ended_on, o.name_zh, o.name_en, c.target_class_id, a.code, a.version,
    c.target_credits, array_agg(p.key order by p.key), f.name_zh, f.name_en,
    case when c.target_unit like 'unit:%%' then array[split_part(substr(c.target_unit, 6), '/', 1)]
         else '{}' end::text[],
    r.id
from exchange_case c
join exchange_use u on u.case_id = c.id and u.is_live
join exchange_lot l on l.id = u.lot_id
join recognition_posting p on p.key = l.posting and p.learner_id = l.learner_id
join records_learningrecord r on r.id = p.record_id and r.book = p.book
join exchange_agreement a on a.id = c.agreement_id
join organisations_organisation o on o.id = c.target_id
join organisations_organisation f on f.id = c.source_id
where c.learner_id = any(%(learners)s) and c.state = 'settled'
group by c.id, r.id, r.title, r.ended_on, o.name_zh, o.name_en, a.code, a.version, f.name_zh, f.name_en
order by 2, 13, 5, 6"""
# Why a posting holds no more: taken back, exchanged, used up by redemption, its record corrected or withdrawn since, or
# frozen now (C-74).
_CHANGES = """
select p.key, b.posted_at, n.entered_at, n.status, x.settled_at, f.began_at, d.used_at
from recognition_posting p
left join recognition_posting b on b.learner_id = p.learner_id and b.book = p.book and b.reverses = p.key
left join records_learningrecord r on r.id = p.record_id and r.book = p.book
left join records_learningrecord n
    on n.institution_id = r.institution_id and n.record_key = r.record_key and n.book = r.book and n.is_latest
    and n.version > r.version
left join lateral (
    select max(c.settled_at) as settled_at
    from exchange_lot l join exchange_use u on u.lot_id = l.id join exchange_case c on c.id = u.case_id
    where l.posting = p.key and l.learner_id = p.learner_id and c.state = 'settled' and c.settled_at > %(since)s
) x on true
left join recognition_withholding f on f.learner_id = p.learner_id and f.posting = p.key
    and f.purpose = 'frozen' and f.ended_at is null
left join lateral (
    select min(h.at) as used_at
    from redemption_allocation a join redemption_handing h on h.redemption_id = a.redemption_id and h.way = 'out'
    where a.posting = p.key and a.learner_id = p.learner_id and a.is_live and a.hold is not null and h.at > %(since)s
) d on true
where p.book = any(%(books)s) and p.key = any(%(keys)s)
    and (b.posted_at > %(since)s or n.entered_at > %(since)s or x.settled_at is not null or f.id is not null
        or d.used_at is not null)"""


@dataclass(frozen=True, slots=True)
class CertifiedLine:
    """One line of a transcript: a record's standing credit of one class; hundredths."""

    title: str
    ended_on: date
    institution: str
    of: ClassNames
    rule: str
    credits: int
    keys: tuple[UUID, ...]
    units: tuple[str, ...] = ()
    """Codes of the units that it is the credit of."""


@dataclass(frozen=True, slots=True)
class Change:
    """A line of a transcript that holds no more, and since when."""

    title: str
    on: datetime
    is_taken_back: bool
    is_withdrawn: bool
    is_exchanged: bool
    is_suspended: bool = False
    """Whether it is being looked into if the credit was given rightly; until that is decided nothing is said (C-74)."""
    is_used_up: bool = False
    """Whether it was handed in for an exemption or a qualification (C-41)."""


def certifiable_lines(*, learner_ids: Sequence[int], kinds: Collection[str] | None = None) -> list[CertifiedLine]:
    """What stands of a learner's credit under every key of theirs, by end of learning, in the language in force.

    What was given in exchange stands under the learning that it was given for; what was exchanged for it is left out.
    Points are no learning and never stand there (C-39). Two queries.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LINES, {"learners": list(learner_ids), "books": _books(learner_ids)})
        rows = cursor.fetchall()
    names = names_of_classes({row[4] for row in rows})
    english = get_language() == "en"
    return [
        CertifiedLine(
            title=title,
            ended_on=ended_on,
            institution=_institution((name_zh, name_en), (from_zh, from_en), english=english),
            of=names[unit],
            rule=f"{code} v{version}" if code else pgettext("prior learning", "recognised"),
            credits=credits_,
            keys=tuple(keys),
            units=tuple(units),
        )
        for title, ended_on, name_zh, name_en, unit, code, version, credits_, keys, from_zh, from_en, units, _ in rows
        if names[unit].kind != CreditKind.REWARD and (kinds is None or names[unit].kind in kinds)
    ]


def _institution(gives: tuple[str | None, str | None], source: tuple[str, str], *, english: bool) -> str:
    """Who gives the credit; of exchanged credit also whose it was before."""
    name, before = ((en if english and en else zh) or "" for zh, en in (gives, source))
    if not before:
        return name
    return gettext("%(target)s, in exchange with %(source)s") % {"target": name, "source": before}


def _books(learner_ids: Iterable[int]) -> list[int]:
    return sorted({ledger.book_of(learner_id) for learner_id in learner_ids})


def transcripts_of(*learner_ids: int) -> QuerySet[Transcript]:
    """Transcripts under these keys, newest first, with how often and when last each was looked at. One query."""
    return (
        Transcript.objects.filter(learner__in=learner_ids)
        .annotate(check_count=Count("checks"), last_check_at=Max("checks__at"))
        .order_by("-issued_at", "-pk")
    )


def transcript_with_code(code: str) -> Transcript | None:
    """The transcript with exactly this code. One query."""
    return Transcript.objects.select_related("learner").filter(code=code).first()


def changes_since(transcript: Transcript) -> list[Change]:
    """Which of its lines hold no more, in their order. One query."""
    titles = {UUID(key): line["title"] for line in lines_in(transcript) for key in line["keys"]}
    with connection.cursor() as cursor:
        cursor.execute(
            _CHANGES,
            {
                # A transcript of merged accounts names the books in which its lines stand, for ever.
                "books": transcript.snapshot.get("books") or [ledger.book_of(transcript.learner_id)],
                "keys": list(titles),
                "since": transcript.issued_at,
            },
        )
        rows = cursor.fetchall()
    changes: dict[str, Change] = {}
    for key, taken_back_at, corrected_at, status, exchanged_at, frozen_at, used_at in rows:
        title = titles[key]
        changes[title] = Change(
            title=title,
            on=taken_back_at or corrected_at or exchanged_at or used_at or frozen_at,
            is_taken_back=taken_back_at is not None,
            is_withdrawn=status == "withdrawn",
            is_exchanged=corrected_at is None and exchanged_at is not None,
            is_suspended=not (taken_back_at or corrected_at or exchanged_at or used_at),
            is_used_up=not (taken_back_at or corrected_at or exchanged_at) and used_at is not None,
        )
    return [changes[title] for title in dict.fromkeys(titles.values()) if title in changes]


def content_of(transcript: Transcript) -> dict[str, Any]:
    """What was printed, with its dates as dates."""
    tables = [
        table | {"lines": [line | {"ended_on": date.fromisoformat(line["ended_on"])} for line in table["lines"]]}
        for table in transcript.snapshot["frameworks"]
    ]
    return {**transcript.snapshot, "frameworks": tables}


def lines_in(transcript: Transcript) -> Iterable[dict[str, Any]]:
    """The lines of a transcript as they were printed."""
    for table in transcript.snapshot["frameworks"]:
        yield from table["lines"]
