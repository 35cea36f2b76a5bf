"""Rules as officers see them: lists, one version with its neighbours and its dry run, what waits for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from xuecheng.city.access.queries import Standing, visible
from xuecheng.city.organisations.models import Kind, Organisation
from xuecheng.learning.creditbank.models import UnitVersion
from xuecheng.learning.creditbank.queries.units import drafts_waiting
from xuecheng.learning.recognition.models import DryRun, RuleVersion
from xuecheng.learning.recognition.queries.dry_runs import records_now_of
from xuecheng.learning.recognition.queries.results import corrections_waiting
from xuecheng.learning.recognition.queries.rule_versions import GIVEN_STATES, OPEN_STATES, wording_digest
from xuecheng.learning.recognition.rules import DryRunMissing, DryRunStale, check_dry_run
from xuecheng.web.counting import MOST, counts_of

_State = RuleVersion.State
MOST_CORRECTIONS_COUNTED = MOST


def visible_rules(viewer: Standing, *, state: str = "", text: str = "") -> QuerySet[RuleVersion]:
    """Every version that an officer may see. `text` is the beginning of a number, or part of a name."""
    allowed = visible(viewer, "recognition.draft_rule", organisation="keeper", territory="keeper__territory")
    found = RuleVersion.objects.filter(allowed).select_related("drafted_by", "decided_by", "keeper__territory")
    if state:
        found = found.filter(state=state)
    if text:
        found = found.filter(Q(code__istartswith=text) | Q(name_zh__icontains=text) | Q(name_en__icontains=text))
    return found


def keepers(viewer: Standing) -> QuerySet[Organisation]:
    """The certification bodies for which the viewer may draft rules, the widest territory first."""
    allowed = visible(viewer, "recognition.draft_rule", organisation="pk", territory="territory")
    bodies = Organisation.objects.filter(allowed, kind=Kind.CERTIFICATION_BODY, is_active=True)
    return bodies.select_related("territory").order_by("territory__path", "pk")


def names_in(rules: Sequence[RuleVersion]) -> dict[str, tuple[str, str]]:
    """What the institutions (by code) and units (such as HL101@1) of rules are called. At most two queries."""
    codes: set[str] = set()
    units: set[str] = set()
    for rule in rules:
        named = rule.body.get("match", {}).get("institution", [])
        codes.update([named] if isinstance(named, str) else named)
        units.update(give["unit"] for give in rule.body.get("give", []) if give.get("unit"))
    names: dict[str, tuple[str, str]] = {}
    if codes:
        for code, zh, en in Organisation.objects.filter(code__in=codes).values_list("code", "name_zh", "name_en"):
            names[code] = (zh, en)
    if units:
        wanted = {unit.partition("@")[0] for unit in units}
        for unit in UnitVersion.objects.filter(code__in=wanted):
            names[f"{unit.code}@{unit.version}"] = (unit.title_zh, unit.title_en)
    return names


@dataclass(frozen=True)
class Trial:
    """The newest dry run of a version, finished or not, and whether approval may rest on it (C-31)."""

    dry_run: DryRun | None
    is_of_this_wording: bool
    is_fresh: bool
    grown: int

    @property
    def is_good(self) -> bool:
        return self.is_of_this_wording and self.is_fresh


def trial_of(rule: RuleVersion) -> Trial:
    """Two queries."""
    return trials_of([rule])[rule.pk]


def trials_of(rules: Sequence[RuleVersion]) -> dict[int, Trial]:
    """For each version, by its key. Two queries, however many."""
    newest = {
        one.rule_id: one
        for one in DryRun.objects.filter(rule__in=rules)
        .select_related("job", "asked_by")
        .order_by("rule", "-id")
        .distinct("rule")
    }
    records = records_now_of([one for one in newest.values() if one.finished_at])
    return {rule.pk: _trial(rule, newest.get(rule.pk), records) for rule in rules}


def _trial(rule: RuleVersion, dry_run: DryRun | None, records: Mapping[int, int]) -> Trial:
    if dry_run is None or dry_run.finished_at is None:
        return Trial(dry_run, is_of_this_wording=False, is_fresh=False, grown=0)
    now = records[dry_run.pk]
    verdict: type[Exception] | None = None
    try:
        check_dry_run(
            seen=dry_run.wording_digest,
            current=wording_digest(rule),
            records_then=dry_run.record_count,
            records_now=now,
        )
    except (DryRunMissing, DryRunStale) as refusal:
        verdict = type(refusal)
    return Trial(
        dry_run,
        is_of_this_wording=verdict is not DryRunMissing,
        is_fresh=verdict is None,
        grown=now - dry_run.record_count,
    )


def versions_of(rule: RuleVersion) -> list[RuleVersion]:
    """All versions of a rule, newest first, with who drafted and decided. One query."""
    found = RuleVersion.objects.filter(code=rule.code).select_related("drafted_by", "decided_by", "keeper__territory")
    return list(found.order_by("-version"))


def given_before(rule: RuleVersion, versions: list[RuleVersion]) -> RuleVersion | None:
    """The version that was in force before this one, against which it is read."""
    older = (one for one in versions if one.version < rule.version and one.state in GIVEN_STATES)
    return next(older, None)


@dataclass(frozen=True)
class Waiting:
    """A proposed version that waits for the viewer, and its dry run."""

    rule: RuleVersion
    trial: Trial


@dataclass(frozen=True)
class OfficersDesk:
    """What waits for a certification officer. `corrections` and `units` are counted up to a hundred."""

    to_decide: list[Waiting]
    sent_back: list[RuleVersion]
    drafts: list[RuleVersion]
    proposed: list[RuleVersion]
    corrections: int
    units: int
    """Drafts of certification units by colleagues."""

    @property
    def waiting(self) -> int:
        """How much is to be decided or mended by this officer."""
        return len(self.to_decide) + len(self.sent_back) + self.corrections + self.units


def officers_desk(viewer: Standing) -> OfficersDesk:
    """The officer's morning. Four queries."""
    me = viewer.person.pk
    versions = list(visible_rules(viewer).filter(state__in=OPEN_STATES).order_by("drafted_at"))
    to_decide = [one for one in versions if one.state == _State.PROPOSED and one.drafted_by_id != me]
    trials = trials_of(to_decide) if to_decide else {}
    return OfficersDesk(
        to_decide=[Waiting(one, trials[one.pk]) for one in to_decide],
        sent_back=[one for one in versions if one.state == _State.REJECTED and one.drafted_by_id == me],
        drafts=[one for one in versions if one.state == _State.DRAFT and one.drafted_by_id == me],
        proposed=[one for one in versions if one.state == _State.PROPOSED and one.drafted_by_id == me],
        **counts_of({"corrections": [corrections_waiting(viewer)], "units": [drafts_waiting(viewer)]}),
    )


def waiting_for(viewer: Standing) -> QuerySet[RuleVersion]:
    """Proposed versions that wait for the viewer: the number in the rail."""
    return visible_rules(viewer, state=_State.PROPOSED).exclude(drafted_by__in=viewer.person_keys)
