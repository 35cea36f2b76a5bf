"""Verbs of conversion rules: drafted by one officer, tried on all records, approved by another (C-17, C-18, C-31)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import IntegerField, Max
from django.db.models.functions import Cast, Substr
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.groups import as_same
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.learning.creditbank import queries as bank
from xuecheng.learning.creditbank.models import CreditKind
from xuecheng.learning.recognition import news, rules
from xuecheng.learning.recognition.models import DryRun, RuleVersion
from xuecheng.learning.recognition.queries.dry_runs import records_now
from xuecheng.learning.recognition.queries.rule_versions import OPEN_STATES, reach_of, rule_of, wording_digest
from xuecheng.learning.rollout import queries as rollout

_State = RuleVersion.State


class RuleNotEditable(Refusal):
    message = _("This version is no draft any more and cannot be edited.")
    remedy = _("Draft a new version of the rule.")


class RuleDraftIsAnothers(Refusal):
    message = _("Only %(author)s, who drafted this version, edits and proposes it.")
    remedy = _("Ask them; what two people wrote could be approved by neither.")


class RuleNotProposed(Refusal):
    message = _("This version does not wait for a decision.")


class RuleNotInForce(Refusal):
    message = _("Only an approved rule is ended or followed by a new version.")


class RuleVersionWaits(Refusal):
    message = _("Version %(version)s of this rule is being written or waits for approval.")
    remedy = _("Finish that one first.")


class RuleCodeTaken(Refusal):
    message = _("There is a rule with this number already.")
    field = "code"


class EffectPeriodEmpty(Refusal):
    message = _("The rule must end after it begins.")
    field = "effect_to"


class EffectInThePast(Refusal):
    message = _("A new version applies from a day to come, so that what was credited stays as it was explained.")
    remedy = _("Choose a later day. Marked as retroactive, it then counts for the past too, upwards only.")
    field = "effect_from"


class EndInThePast(Refusal):
    message = _("A rule ends today or later, and after the day on which it began.")
    field = "on"


class CreditKindUnknown(Refusal):
    message = _("“%(kind)s” is no kind of credit. Kinds are: %(kinds)s.")


class FrameworkNotHere(Refusal):
    message = _("There is no framework “%(framework)s” here.")


class LevelNotHere(Refusal):
    message = _("The framework %(framework)s has no level “%(level)s”.")


class LevelMissing(Refusal):
    message = _("Say the level of the credits; only a unit brings its own.")


class PointsApart(Refusal):
    message = _("Reward points are given in a framework without levels, credits of learning in one with levels.")
    remedy = _("Points and credits are never the same: write a rule for each.")


class UnitNotHere(Refusal):
    message = _("There is no published unit “%(unit)s”.")
    remedy = _("Name it with its version, such as HL101@1.")


class RejectionNeedsReason(Refusal):
    message = _("Say what should be changed.")
    field = "reason"


@dataclass(frozen=True, kw_only=True)
class RuleText:
    """What an officer writes of a version: names, body (`credit-bank.md` §6), days, and why it is wanted."""

    name_zh: str
    name_en: str
    body: dict[str, Any]
    effect_from: date
    effect_to: date | None
    why: str


def draft_rule(
    *, actor: Standing, public_id: UUID, keeper: Organisation, text: RuleText, at: datetime, code: str = ""
) -> RuleVersion:
    """Draft version 1 of a new rule, kept by `keeper`; asked again with the same id, return the same draft.

    `code` names the rule, the next free number does if it is empty. Raises `Denied`, `RuleCodeTaken`, `FormUsedBefore`,
    `EffectPeriodEmpty`, and for the body what `check_text` raises.
    """
    require(actor, "recognition.draft_rule", on=keeper)
    with trace.change(by=actor.person, why=text.why), refusing(rule_version_once=RuleCodeTaken):
        # Whoever drafts for the same body waits here, so that two do not take one number.
        keeper = Organisation.objects.select_for_update(no_key=True).get(pk=keeper.pk)
        known = RuleVersion.objects.filter(public_id=public_id).first()
        if known is not None:
            return _same(known, text)
        draft = RuleVersion(public_id=public_id, code=code or _next_code(), version=1, keeper=keeper)
        return _write(draft, text, actor, at)


def new_version(*, actor: Standing, public_id: UUID, of: RuleVersion, text: RuleText, at: datetime) -> RuleVersion:
    """Draft the version after `of`, which is in force; asked again with the same id, return the same draft.

    Raises `Denied`, `RuleNotInForce`, `RuleVersionWaits`, `FormUsedBefore`, `EffectPeriodEmpty`, and what `check_text`
    raises.
    """
    require(actor, "recognition.draft_rule", on=of.keeper)
    with trace.change(by=actor.person, why=text.why):
        versions = list(RuleVersion.objects.select_for_update(no_key=True).filter(code=of.code).order_by("version"))
        for version in versions:
            if version.public_id == public_id:
                return _same(version, text)
            if version.state in OPEN_STATES:
                raise RuleVersionWaits(version=version.version)
        if of.state not in (_State.APPROVED, _State.ENDED):
            raise RuleNotInForce
        draft = RuleVersion(public_id=public_id, code=of.code, version=versions[-1].version + 1, keeper=of.keeper)
        return _write(draft, text, actor, at)


def edit_draft(*, actor: Standing, rule: RuleVersion, text: RuleText, at: datetime) -> RuleVersion:
    """Change a draft, or one that was sent back, which becomes a draft again. Only its author does.

    Raises `Denied`, `RuleNotEditable`, `RuleDraftIsAnothers`, `EffectPeriodEmpty`, and what `check_text` raises.
    """
    require(actor, "recognition.draft_rule", on=rule.keeper)
    with trace.change(by=actor.person, why=text.why):
        draft = _locked(rule)
        if draft.state not in (_State.DRAFT, _State.REJECTED):
            raise RuleNotEditable
        _check_author(draft, actor)
        draft.state, draft.decided_by, draft.decided_at, draft.decision_reason = _State.DRAFT, None, None, ""
        return _write(draft, text, actor, at)


def propose_rule(*, actor: Standing, rule: RuleVersion, at: datetime) -> RuleVersion:
    """Hand a draft to the other officers for decision. Only its author does. Again, nothing changes.

    Raises `Denied`, `RuleNotEditable`, `RuleDraftIsAnothers`, `EffectInThePast`.
    """
    require(actor, "recognition.draft_rule", on=rule.keeper)
    with trace.change(by=actor.person, why=gettext_noop("Proposed for approval.")):
        draft = _locked(rule)
        if draft.state not in (_State.DRAFT, _State.REJECTED, _State.PROPOSED):
            raise RuleNotEditable
        _check_author(draft, actor)
        if draft.state == _State.PROPOSED:
            return draft
        _check_days(draft, today=clock.date_of(at))
        draft.state, draft.decided_by, draft.decided_at, draft.decision_reason = _State.PROPOSED, None, None, ""
        draft.save()
        news.tell_rule_waits(draft, at=at)
        return draft


def approve_rule(*, actor: Standing, rule: RuleVersion, reason: str, at: datetime) -> RuleVersion:
    """Put a proposed version into force from its day of effect. Another officer than the author does, after a dry run.

    The newest finished dry run must be of exactly this text, and the records must not have grown by more than 1 % since
    (C-31), and open phases must cover it (C-67). Raises `Denied`, `RuleNotProposed`, `ApproverIsAuthor`,
    `EffectInThePast`, `OutsideOpenPhases`, `DryRunMissing`, `DryRunStale`.
    """
    require(actor, "recognition.decide_rule", on=rule.keeper)
    with trace.change(by=actor.person, why=reason.strip() or gettext_noop("Approved.")):
        version = _locked(rule)
        if version.state != _State.PROPOSED:
            raise RuleNotProposed
        rules.check_approver(
            drafted_by=str(version.drafted_by_id), approved_by=str(as_same(actor, version.drafted_by_id))
        )
        _check_days(version, today=clock.date_of(at))
        rollout.check_open(reach_of(rule_of(version)))
        version.dry_run_digest = _fresh_dry_run(version).digest
        return _decide(version, _State.APPROVED, actor, reason, at)


def reject_rule(*, actor: Standing, rule: RuleVersion, reason: str, at: datetime) -> RuleVersion:
    """Send a proposed version back to its author, saying what should be changed. Another officer does.

    Raises `Denied`, `RuleNotProposed`, `ApproverIsAuthor`, `RejectionNeedsReason`.
    """
    require(actor, "recognition.decide_rule", on=rule.keeper)
    if not reason.strip():
        raise RejectionNeedsReason
    with trace.change(by=actor.person, why=reason):
        version = _locked(rule)
        if version.state != _State.PROPOSED:
            raise RuleNotProposed
        rules.check_approver(
            drafted_by=str(version.drafted_by_id), approved_by=str(as_same(actor, version.drafted_by_id))
        )
        return _decide(version, _State.REJECTED, actor, reason, at)


def end_rule(*, actor: Standing, rule: RuleVersion, on: date, reason: str, at: datetime) -> RuleVersion:
    """Let an approved version apply no more to learning that ends on `on` or later. What it credited stays.

    Raises `Denied`, `RuleNotInForce`, `EndInThePast`, `trace.ReasonMissing`.
    """
    require(actor, "recognition.decide_rule", on=rule.keeper)
    with trace.change(by=actor.person, why=reason):
        version = _locked(rule)
        if version.state != _State.APPROVED:
            raise RuleNotInForce
        if on < clock.date_of(at) or on <= version.effect_from:
            raise EndInThePast
        version.state, version.effect_to = _State.ENDED, on
        version.save(update_fields=["state", "effect_to"])
        return version


def check_text(version: RuleVersion) -> rules.Rule:
    """The version as the engine takes it. Raises the refusal of the first wrong field, whose `field` is its path.

    Beyond the form of the body: kinds of credit, frameworks, levels and units must be known here (C-01, C-07), and
    points are kept apart from learning (C-39).
    """
    rule = rule_of(version)
    frameworks = bank.rule_frameworks_on(version.effect_from)
    units = bank.rule_units() if any(give.unit for give in rule.gives) else {}
    for number, give in enumerate(rule.gives):
        at = f"give.{number}"
        if give.of.kind not in CreditKind.values:
            raise CreditKindUnknown(at_field=f"{at}.kind", kind=give.of.kind, kinds=", ".join(CreditKind.values))
        framework = frameworks.get(give.of.framework)
        if framework is None:
            raise FrameworkNotHere(at_field=f"{at}.framework", framework=give.of.framework)
        if (give.of.kind == CreditKind.REWARD) != (give.unit is None and not framework.levels):
            raise PointsApart(at_field=f"{at}.kind")
        if give.unit is not None and give.unit not in units:
            raise UnitNotHere(at_field=f"{at}.unit", unit=give.unit)
        if give.of.level and not framework.has_level(give.of.level):
            raise LevelNotHere(at_field=f"{at}.level", framework=give.of.framework, level=give.of.level)
        if not give.of.level and give.unit is None and framework.levels:
            raise LevelMissing(at_field=f"{at}.level")
    return rule


def _write(draft: RuleVersion, text: RuleText, actor: Standing, at: datetime) -> RuleVersion:
    if text.effect_to is not None and text.effect_to <= text.effect_from:
        raise EffectPeriodEmpty
    draft.name_zh, draft.name_en, draft.body = text.name_zh, text.name_en, text.body
    draft.effect_from, draft.effect_to, draft.why = text.effect_from, text.effect_to, text.why
    draft.drafted_by, draft.drafted_at = actor.person, at
    check_text(draft)
    draft.save()
    return draft


def _same(known: RuleVersion, text: RuleText) -> RuleVersion:
    """The draft that this form made before, if it said the same."""
    said = (known.name_zh, known.name_en, known.body, known.effect_from, known.effect_to, known.why)
    if said != (text.name_zh, text.name_en, text.body, text.effect_from, text.effect_to, text.why):
        raise FormUsedBefore
    return known


def _decide(version: RuleVersion, state: str, actor: Standing, reason: str, at: datetime) -> RuleVersion:
    version.state, version.decided_by, version.decided_at = state, actor.person, at
    version.decision_reason = reason.strip()
    version.save()
    return version


def _locked(rule: RuleVersion) -> RuleVersion:
    return RuleVersion.objects.select_for_update(of=("self",), no_key=True).select_related("drafted_by").get(pk=rule.pk)


def _next_code() -> str:
    number = Cast(Substr("code", 3), IntegerField())
    highest = RuleVersion.objects.filter(code__regex=r"^R-\d{4,9}$").aggregate(highest=Max(number))["highest"]
    return f"R-{(highest or 0) + 1:04}"


def _check_author(draft: RuleVersion, actor: Standing) -> None:
    if draft.drafted_by_id not in actor.person_keys:
        raise RuleDraftIsAnothers(author=draft.drafted_by.name)


def _check_days(version: RuleVersion, *, today: date) -> None:
    """The first version may begin in the past, where nothing was said; a later one would unsay what was."""
    if version.version > 1 and version.effect_from <= today:
        raise EffectInThePast


def _fresh_dry_run(version: RuleVersion) -> DryRun:
    """The newest finished dry run, if it was of this wording and the records have hardly grown since (C-31)."""
    dry_run = DryRun.objects.filter(rule=version, finished_at__isnull=False).order_by("-id").first()
    if dry_run is None:
        raise rules.DryRunMissing
    rules.check_dry_run(
        seen=dry_run.wording_digest,
        current=wording_digest(version),
        records_then=dry_run.record_count,
        records_now=records_now(dry_run),
    )
    return dry_run
