"""What recognition said of records, as registrars and officers see it: reasons in words, credit by class."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from xuecheng.city.access.queries import Standing, visible
from xuecheng.city.organisations.models import Organisation
from xuecheng.learning.creditbank.ledger.accounts import array
from xuecheng.learning.creditbank.queries import ClassNames, names_of_classes
from xuecheng.learning.recognition.models import Result, Run
from xuecheng.learning.recognition.queries.reasons import WAITS_FOR_OFFICER, in_words
from xuecheng.learning.records.models import LearningRecord
from xuecheng.learning.records.queries.lists import records_of_institutions

MOST_LOOKED_AT = 20_000
"""What waits is among the newest records; a desk looks at so many, however large the institution."""

MOST_REASONS_COUNTED = 5_000
"""Reasons are counted over so many of the newest refusals, however large the city."""

_EXPORTED_AT_ONCE = 1_000

# One row per record, class and rule: what stands for the record over all its versions.
_GIFTS = """
select n.id, p.credit_class_id, coalesce(v.code, ''), coalesce(v.version, 0), sum(p.credits)
from recognition_posting p
join records_learningrecord r on r.id = p.record_id
join records_learningrecord n on n.institution_id = r.institution_id and n.record_key = r.record_key
    and n.id = any(%s::bigint[])
left join recognition_ruleversion v on v.id = p.rule_id
where p.learner_id = any(%s::bigint[])
group by n.id, p.credit_class_id, v.code, v.version having sum(p.credits) <> 0
order by n.id, p.credit_class_id, v.code, v.version"""

_WAITING = """
select count(*) from (
    select r.id, r.book from records_learningrecord r
    where r.institution_id = %s and r.is_latest order by r.id desc limit %s
) newest
where not exists (select from recognition_result s where s.record_id = newest.id and s.book = newest.book)"""


@dataclass(frozen=True)
class Wish:
    """Which answers are wanted. `text` is a card number, the beginning of a key or title, or a whole name."""

    states: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    origin: str = ""
    text: str = ""


@dataclass(frozen=True)
class Gift:
    """Credit that stands for a record: hundredths of one class under one rule version."""

    credits: int
    of: ClassNames
    rule_code: str
    rule_version: int


@dataclass(frozen=True)
class ResultLine:
    """One record and what the rules said of it."""

    record: LearningRecord
    result: Result
    why: str
    remedy: str
    gifts: list[Gift] = field(default_factory=list)


def visible_results(viewer: Standing, wish: Wish) -> QuerySet[Result]:
    """Answers to the newest versions of records of the viewer's institutions; not of the viewer's own learning."""
    allowed = visible(viewer, "recognition.see_result", organisation="institution", territory="institution__territory")
    results = Result.objects.filter(allowed)
    if wish.states:
        results = results.filter(state__in=wish.states)
    if wish.reasons:
        results = results.filter(reason__in=wish.reasons)
    if wish.origin or wish.text:
        records = records_of_institutions(viewer, origin=wish.origin, text=wish.text)
        return results.filter(record_id__in=records.order_by().values("pk"))
    return results.filter(Exists(LearningRecord.objects.filter(pk=OuterRef("record_id"), is_latest=True)))


def lines_of(results: Sequence[Result]) -> list[ResultLine]:
    """Answers with their records, their reasons in words, and the credit that stands. Four queries."""
    numbers = [one.record_id for one in results]
    records = {
        record.pk: record
        for record in LearningRecord.objects.filter(pk__in=numbers).select_related("learner", "institution__territory")
    }
    gifts = _gifts(results)
    lines = []
    for one in results:
        why, remedy = said(one.reasons)
        lines.append(ResultLine(records[one.record_id], one, why, remedy, gifts.get(one.record_id, [])))
    return lines


def all_lines(results: QuerySet[Result]) -> Iterator[ResultLine]:
    """Every line of a list, newest record first, in constant memory: for files."""
    after: int | None = None
    while True:
        part = results if after is None else results.filter(record_id__lt=after)
        rows = list(part.order_by("-record_id")[:_EXPORTED_AT_ONCE])
        if not rows:
            return
        yield from lines_of(rows)
        after = rows[-1].record_id


def said(reasons: Sequence[Mapping[str, object]]) -> tuple[str, str]:
    """The first reason's sentence and advice in the reader's language; empty if there is none."""
    if not reasons:
        return "", ""
    first = reasons[0]
    values = first.get("values")
    refusal = in_words(str(first["code"]), values if isinstance(values, Mapping) else {})
    return refusal.sentence(), refusal.advice()


def reasons_by_number(viewer: Standing) -> list[tuple[str, int]]:
    """Why records of the viewer's institutions got nothing: code and number, the commonest first. One query.

    Of the newest refusals only: a count over all of them grows with the city.
    """
    newest = visible_results(viewer, Wish(states=(Result.State.REFUSED,))).order_by("-record_id")
    counted = Counter(newest.values_list("reason", flat=True)[:MOST_REASONS_COUNTED])
    return sorted(counted.items(), key=lambda one: (-one[1], one[0]))


def corrections_waiting(viewer: Standing) -> QuerySet[Result]:
    """Records that were corrected, or bettered by a higher level, after credit was given: a person decides (C-25)."""
    return visible_results(viewer, Wish(states=(Result.State.REFUSED,), reasons=WAITS_FOR_OFFICER))


def waiting_count(organisation: Organisation) -> int:
    """How many of an institution's newest records wait for their first answer. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [organisation.pk, MOST_LOOKED_AT])
        return int(cursor.fetchone()[0])


def refused_count(organisation: Organisation) -> int:
    """How many records of an institution got no credit, counted up to 10,000. One query."""
    return Result.objects.filter(institution=organisation, state=Result.State.REFUSED)[:10_000].count()


def results_by_record(numbers: Sequence[int]) -> dict[int, Result]:
    """Answers by number of record. One query."""
    return {one.record_id: one for one in Result.objects.filter(record_id__in=numbers)}


def visible_runs(viewer: Standing) -> QuerySet[Run]:
    """Runs over the viewer's institutions; those over the whole city for officers of the city."""
    allowed = visible(viewer, "recognition.recognise", organisation="organisation", territory="organisation__territory")
    return Run.objects.filter(allowed).select_related("organisation__territory", "job", "started_by", "rule")


@dataclass(frozen=True)
class ClassSum:
    """Hundredths of one class of credit."""

    of: ClassNames
    credits: int


def sums_of(credits_by_class: Mapping[str, int] | Mapping[int, int]) -> list[ClassSum]:
    """Credits by number of their class, named; classes are never added up (C-01). Two queries."""
    amounts = {int(class_id): amount for class_id, amount in credits_by_class.items() if amount}
    names = names_of_classes(amounts)
    sums = [ClassSum(names[class_id], amount) for class_id, amount in amounts.items()]
    return sorted(sums, key=lambda one: (not one.of.is_default, one.of.framework, one.of.kind, one.of.level))


def _gifts(results: Sequence[Result]) -> dict[int, list[Gift]]:
    credited = [one for one in results if one.credits]
    if not credited:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            _GIFTS, [array([one.record_id for one in credited]), array([one.learner_id for one in credited])]
        )
        rows = cursor.fetchall()
    names = names_of_classes({row[1] for row in rows})
    gifts: dict[int, list[Gift]] = defaultdict(list)
    for record_id, class_id, code, version, amount in rows:
        gifts[record_id].append(Gift(int(amount), names[class_id], code, version))
    return gifts
