"""Verbs of certification units 认证单元 (C-07, C-08): one officer drafts, another publishes or rejects."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.groups import as_same
from xuecheng.city.refusals import Refusal, refusing
from xuecheng.learning.creditbank import rules
from xuecheng.learning.creditbank.models import FrameworkLevel, UnitVersion
from xuecheng.learning.creditbank.queries import GIVEN_STATES, rule_framework, rule_unit


class UnitDraftExists(Refusal):
    message = _("There is a draft of this unit already.")
    remedy = _("Change that draft, or have it decided first.")
    field = "code"


class UnitNotDraft(Refusal):
    message = _("This version was decided already and is never changed.")
    remedy = _("Draft a new version.")


class UnitNotPublished(Refusal):
    message = _("Only a published unit can be ended.")


class UnitStartsTooEarly(Refusal):
    message = _("Version %(version)s counts from %(begins_on)s; a new version must begin later.")
    field = "valid_from"


class UnitCodeUnknown(Refusal):
    message = _("There is no unit with the code %(unit)s.")
    remedy = _("Write the codes of existing units, separated by spaces.")


class UnitKindChanged(Refusal):
    message = _("A unit of another framework or kind of credit is not the same unit.")
    remedy = _("Mark the change as substantial.")
    field = "is_substantial_change"


class DecisionReasonMissing(Refusal):
    message = _("Say why.")
    field = "reason"


@dataclass(frozen=True, kw_only=True)
class UnitDraft:
    """What a unit says. `credits` are hundredths; `outcomes` are dicts {zh, en, assessed_by}."""

    title_zh: str
    title_en: str
    level: FrameworkLevel
    field: str
    kind: str
    credits: int
    outcomes: list[dict[str, object]]
    keeper: Organisation
    valid_from: date
    valid_to: date | None = None
    equivalents: list[str] = dataclasses.field(default_factory=list)
    exclusions: list[str] = dataclasses.field(default_factory=list)
    is_substantial_change: bool = False


def draft_unit(*, actor: Standing, public_id: UUID, code: str, draft: UnitDraft, why: str) -> UnitVersion:
    """Begin a unit, or the next version of one. Repeating with the same id returns the same draft.

    Right: creditbank.draft_unit at the keeper. Raises `Denied`, `UnitDraftExists`, and what `check_unit` raises.
    """
    require(actor, "creditbank.draft_unit", on=draft.keeper)
    with (
        trace.change(by=actor.person, why=why),
        refusing(unit_version_once=UnitDraftExists),
    ):
        if again := UnitVersion.objects.filter(public_id=public_id).first():
            return again
        versions = _locked_versions(code)
        if any(version.state == UnitVersion.State.DRAFT for version in versions):
            raise UnitDraftExists
        unit = UnitVersion(
            public_id=public_id,
            code=code,
            version=max((version.version for version in versions), default=0) + 1,
            drafted_by=actor.person,
        )
        _fill(unit, draft)
        _check(unit, versions)
        unit.save()
    return unit


def edit_draft(*, actor: Standing, unit: UnitVersion, draft: UnitDraft, why: str) -> UnitVersion:
    """Change a draft. Whoever changed it last counts as its author, and so may not publish it (C-07).

    Right: creditbank.draft_unit at the keeper. Raises `Denied`, `UnitNotDraft`, and what `check_unit` raises.
    """
    require(actor, "creditbank.draft_unit", on=unit.keeper)
    require(actor, "creditbank.draft_unit", on=draft.keeper)
    with trace.change(by=actor.person, why=why):
        versions = _locked_versions(unit.code)
        current = _still_draft(unit, versions)
        _fill(current, draft)
        current.drafted_by = actor.person
        _check(current, versions)
        current.save()
    return current


def publish_unit(*, actor: Standing, unit: UnitVersion, at: datetime, reason: str) -> UnitVersion:
    """Publish a draft; the version before it is not given any more from the day this one counts.

    Right: creditbank.decide_unit at the keeper, and not the author (C-07). Raises `Denied`, `SecondOfficerNeeded`,
    `UnitNotDraft`, `UnitStartsTooEarly`, and what `check_unit` raises.
    """
    require(actor, "creditbank.decide_unit", on=unit.keeper)
    with trace.change(by=actor.person, why=reason):
        versions = _locked_versions(unit.code)
        current = _still_draft(unit, versions)
        _decide(current, actor=actor, at=at, reason=reason, state=UnitVersion.State.PUBLISHED)
        _check(current, versions)
        current.save()
        for before in versions:
            is_given = before.version < current.version and before.state in GIVEN_STATES
            if is_given and (before.valid_to is None or before.valid_to > current.valid_from):
                before.state, before.valid_to = UnitVersion.State.ENDED, current.valid_from
                before.save(update_fields=["state", "valid_to"])
    return current


def reject_unit(*, actor: Standing, unit: UnitVersion, at: datetime, reason: str) -> UnitVersion:
    """Send a draft back for good, with the reason.

    Right: creditbank.decide_unit at the keeper, and not the author. Raises `Denied`, `SecondOfficerNeeded`,
    `UnitNotDraft`, `DecisionReasonMissing`.
    """
    require(actor, "creditbank.decide_unit", on=unit.keeper)
    if not reason.strip():
        raise DecisionReasonMissing
    with trace.change(by=actor.person, why=reason):
        current = _still_draft(unit, _locked_versions(unit.code))
        _decide(current, actor=actor, at=at, reason=reason, state=UnitVersion.State.REJECTED)
        current.save()
    return current


def end_unit(*, actor: Standing, unit: UnitVersion, on: date, reason: str) -> UnitVersion:
    """Give a published unit no more for learning that ends on `on` or later; what was given stays.

    Right: creditbank.decide_unit at the keeper. Raises `Denied`, `UnitNotPublished`, `UnitPeriodEmpty`,
    `DecisionReasonMissing`.
    """
    require(actor, "creditbank.decide_unit", on=unit.keeper)
    if not reason.strip():
        raise DecisionReasonMissing
    with trace.change(by=actor.person, why=reason):
        current = next(version for version in _locked_versions(unit.code) if version.pk == unit.pk)
        if current.state != UnitVersion.State.PUBLISHED:
            raise UnitNotPublished
        if on <= current.valid_from:
            raise rules.UnitPeriodEmpty
        current.state, current.valid_to, current.decision_reason = UnitVersion.State.ENDED, on, reason.strip()
        current.save(update_fields=["state", "valid_to", "decision_reason"])
    return current


def _locked_versions(code: str) -> list[UnitVersion]:
    """All versions of a unit, oldest first; whoever changes one waits here for others who do."""
    rows = UnitVersion.objects.filter(code=code).order_by("version").select_for_update(no_key=True, of=("self",))
    return list(rows.select_related("level__framework", "keeper__territory"))


def _still_draft(unit: UnitVersion, versions: list[UnitVersion]) -> UnitVersion:
    current = next(version for version in versions if version.pk == unit.pk)
    if current.state != UnitVersion.State.DRAFT:
        raise UnitNotDraft
    return current


def _fill(unit: UnitVersion, draft: UnitDraft) -> None:
    for name in UnitDraft.__dataclass_fields__:
        setattr(unit, name, getattr(draft, name))


def _check(unit: UnitVersion, versions: list[UnitVersion]) -> None:
    """The rules of a unit by itself, beside the units it names, and after its own versions; the first refusal."""
    framework = unit.level.framework
    rules.check_unit(unit=rule_unit(unit), frameworks={framework.code: rule_framework(framework)})
    _check_relations(unit)
    before = [version for version in versions if version.state in GIVEN_STATES and version.version < unit.version]
    if not before:
        return
    newest = before[-1]
    if unit.valid_from <= newest.valid_from:
        raise UnitStartsTooEarly(version=newest.version, begins_on=newest.valid_from.isoformat())
    changed = (newest.level.framework.code, newest.kind) != (framework.code, unit.kind)
    if changed and not unit.is_substantial_change:
        raise UnitKindChanged


def _check_relations(unit: UnitVersion) -> None:
    named = {*unit.equivalents, *unit.exclusions}
    if not named:
        return
    others: dict[str, UnitVersion] = {
        other.code: other for other in UnitVersion.objects.filter(code__in=named).order_by("version")
    }
    for name in ("equivalents", "exclusions"):
        for code in getattr(unit, name):
            if code not in others:
                raise UnitCodeUnknown(at_field=name, unit=code)
    for code, other in others.items():
        # Both relations are symmetric: the other side's word counts as well (C-07).
        equivalent = code in unit.equivalents or unit.code in other.equivalents
        excluded = code in unit.exclusions or unit.code in other.exclusions
        if equivalent and excluded:
            raise rules.UnitRelationContradicts(unit=code)


def _decide(unit: UnitVersion, *, actor: Standing, at: datetime, reason: str, state: UnitVersion.State) -> None:
    rules.check_publishers(drafted_by=str(unit.drafted_by_id), approved_by=str(as_same(actor, unit.drafted_by_id)))
    unit.state, unit.decided_by, unit.decided_at, unit.decision_reason = state, actor.person, at, reason.strip()
