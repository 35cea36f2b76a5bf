"""Rules and results as pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from xuecheng.city.access.queries import Standing, visible
from xuecheng.city.organisations.models import Organisation
from xuecheng.learning.recognition.models import DryRun, Posting, Result, RuleVersion, Run
from xuecheng.learning.recognition.queries.reasons import in_words
from xuecheng.learning.records.models import LearningRecord

_State = RuleVersion.State

REASON_LABELS: dict[str, Promise] = {
    "no_rule": pgettext_lazy("reason", "no rule is for it"),
    "not_passed": pgettext_lazy("reason", "not passed"),
    "below_minimum": pgettext_lazy("reason", "below the minimum"),
    "cap_reached": pgettext_lazy("reason", "limit of the period reached"),
    "lifetime_cap_reached": pgettext_lazy("reason", "lifetime limit reached"),
    "already_credited": pgettext_lazy("reason", "already credited"),
    "excluded_unit": pgettext_lazy("reason", "excluded by another unit"),
    "ambiguous_rules": pgettext_lazy("reason", "several rules, none first"),
    "frozen_by_dispute": pgettext_lazy("reason", "an objection is open"),
    "too_little": pgettext_lazy("reason", "too few hours"),
    "superseded": pgettext_lazy("reason", "a better record counts"),
    "attendance_too_low": pgettext_lazy("reason", "attendance too low"),
    "told_twice": pgettext_lazy("reason", "perhaps told twice"),
    "taken_back": pgettext_lazy("reason", "taken back"),
}
"""Short names of the common reasons, for filters; others show their code."""


def visible_rules(viewer: Standing) -> QuerySet[RuleVersion]:
    """Every version that an officer may see, the ones to decide first, then by rule."""
    allowed = visible(viewer, "recognition.draft_rule", organisation="keeper", territory="keeper__territory")
    return RuleVersion.objects.filter(allowed).select_related("drafted_by", "decided_by", "keeper__territory")


def versions_of(rule: RuleVersion) -> list[RuleVersion]:
    """All versions of a rule, newest first. One query."""
    return list(
        RuleVersion.objects.filter(code=rule.code).select_related("drafted_by", "decided_by").order_by("-version")
    )


def newest_dry_run(rule: RuleVersion) -> DryRun | None:
    """The last dry run of a version, finished or not. One query."""
    return DryRun.objects.filter(rule=rule).select_related("job", "asked_by").order_by("-id").first()


@dataclass(frozen=True)
class OfficersDesk:
    """What waits for a certification officer."""

    to_decide: list[RuleVersion]
    sent_back: list[RuleVersion]
    drafts: list[RuleVersion]
    refused: list[tuple[str, Promise | str, int]]
    """(code of the reason, in words, how many records): what the rules leave out most."""


def officers_desk(viewer: Standing) -> OfficersDesk:
    """The officer's morning. Two queries."""
    open_ones = list(
        visible_rules(viewer)
        .filter(state__in=[_State.PROPOSED, _State.REJECTED, _State.DRAFT])
        .order_by("code", "version")
    )
    me = viewer.person.pk
    rows = (
        Result.objects.filter(state=Result.State.REFUSED)
        .values_list("reason")
        .annotate(count=Count("record_id"))
        .order_by("-count")[:5]
    )
    return OfficersDesk(
        to_decide=[one for one in open_ones if one.state == _State.PROPOSED and one.drafted_by_id != me],
        sent_back=[one for one in open_ones if one.state == _State.REJECTED and one.drafted_by_id == me],
        drafts=[one for one in open_ones if one.state == _State.DRAFT and one.drafted_by_id == me],
        refused=[(code, REASON_LABELS.get(code, code), count) for code, count in rows],
    )


@dataclass(frozen=True)
class ResultLine:
    """One record and what the rules said of it."""

    record: LearningRecord
    result: Result
    why: str
    remedy: str


def visible_results(viewer: Standing, *, state: str = "", reason: str = "") -> QuerySet[Result]:
    """Results of the viewer's institutions, newest records first."""
    allowed = visible(
        viewer,
        "recognition.see_result",
        organisation="institution",
        territory="institution__territory",
        person="learner",
    )
    results = Result.objects.filter(allowed)
    if state:
        results = results.filter(state=state)
    return results.filter(reason=reason) if reason else results


def lines_of(results: Sequence[Result]) -> list[ResultLine]:
    """Results with their records and their reasons in words. One query."""
    records = {
        record.pk: record
        for record in LearningRecord.objects.filter(pk__in=[one.record_id for one in results]).select_related(
            "learner", "institution"
        )
    }
    lines = []
    for one in results:
        if one.record_id not in records:
            continue
        why, remedy = said(one.reasons)
        lines.append(ResultLine(records[one.record_id], one, why, remedy))
    return lines


def said(reasons: Sequence[Mapping[str, object]]) -> tuple[str, str]:
    """The first reason's sentence and advice in the reader's language; empty if there is none."""
    for reason in reasons:
        refusal = in_words(str(reason["code"]), dict(reason.get("values", {})))  # type: ignore[call-overload]
        return refusal.sentence(), refusal.advice()
    return "", ""


def reasons_by_number(viewer: Standing) -> list[tuple[str, int]]:
    """Codes of the reasons for which the viewer's records got nothing, the commonest first. One query."""
    rows = visible_results(viewer, state=Result.State.REFUSED).values_list("reason").annotate(n=Count("record_id"))
    return [(code, count) for code, count in rows.order_by("-n")]


_WAITING = """
select count(*) from (
    select from records_learningrecord r
    where r.institution_id = %s and r.is_latest and r.status <> 'withdrawn'
        and not exists (select from recognition_result x where x.record_id = r.id and x.book = r.book)
    limit 10000
) waiting"""


def waiting_count(organisation: Organisation) -> int:
    """Records of an institution that wait for recognition; counting stops at 10,000. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [organisation.pk])
        (count,) = cursor.fetchone()
    return int(count)


def refused_count(organisation: Organisation) -> int:
    """Records of an institution that got no credit; counting stops at 10,000. One query."""
    return Result.objects.filter(institution=organisation, state=Result.State.REFUSED)[:10_000].count()


def results_by_record(numbers: Sequence[int]) -> dict[int, Result]:
    """Results by number of record. One query."""
    return {one.record_id: one for one in Result.objects.filter(record_id__in=numbers)}


def visible_runs(viewer: Standing) -> QuerySet[Run]:
    """Runs over the viewer's institutions, newest first."""
    allowed = visible(viewer, "recognition.recognise", organisation="organisation", territory="organisation__territory")
    return Run.objects.filter(allowed).select_related("organisation__territory", "job", "started_by").order_by("-id")


def given_by(rule: RuleVersion) -> tuple[int, int]:
    """How many postings stand under a version, and their credits together: shown per rule, one class of credit each."""
    found = Posting.objects.filter(rule=rule).aggregate(n=Count("key"), total=Sum("credits"))
    return found["n"] or 0, found["total"] or 0
