"""Officers say who is recognised and what counts: one proposes, another puts in force (C-17, C-18)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.ids import uuid7
from xuecheng.city.jobs import services as jobs
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.groups import as_same
from xuecheng.city.refusals import FormUsedBefore, refusing
from xuecheng.learning.creditbank.models import UnitVersion
from xuecheng.learning.foreign.models import ForeignIssuer, ForeignRule, IssuerKey
from xuecheng.learning.foreign.models.law import Standing as State
from xuecheng.learning.foreign.queries import KEEP_RULES

from .refusals import (
    CapWrong,
    IssuerKeysMissing,
    IssuerKeyTaken,
    IssuerNotRecognised,
    NotInForce,
    NotProposed,
    ProposedByYou,
    RatioWrong,
    ReasonsMissing,
    RuleDaysWrong,
    RuleNeedsIssuer,
    UnitNotGiven,
    VersionProposed,
)
from .trying import fresh_trial, start_trial

MATCH_JOB = "foreign.match"
_Law = ForeignIssuer | ForeignRule


@dataclass(frozen=True, kw_only=True)
class RuleText:
    """What an officer writes of a version. `num` and `den`: credits here for credits there; 0 and 1: the unit whole."""

    issuer: ForeignIssuer | None
    issuer_class: str
    kind: str
    level: str
    achievement: str
    unit: UnitVersion
    num: int
    den: int
    most: int | None
    needs: str
    validity_months: int | None
    effect_from: date
    effect_to: date | None
    why: str
    cap: int | None = None
    """At most so many hundredths of one learner in a period (C-23); the next four only with it."""
    cap_per: str = ""
    cap_period: str = ""
    cap_months: int | None = None
    cap_policy: str = ""


def propose_issuer(
    *, actor: Standing, public_id: UUID, body: Organisation, name_zh: str, name_en: str, country: str, kind: str,
    keys: Sequence[str], why: str, at: datetime,
) -> ForeignIssuer:  # fmt: skip
    """Propose to recognise an issuer by identifiers; another officer decides. Asked again with the same id, the same.

    Right: foreign.keep_rule at the body. Raises `Denied`, `IssuerKeysMissing`, `IssuerKeyTaken`, `FormUsedBefore`.
    """
    require(actor, KEEP_RULES, on=body)
    named = list(dict.fromkeys(key.strip() for key in keys if key.strip()))
    if not named:
        raise IssuerKeysMissing
    with (
        trace.change(by=actor.person, why=why),
        refusing(foreign_issuer_key_once=IssuerKeyTaken, foreign_issuer_id_once=FormUsedBefore),
    ):
        known = ForeignIssuer.objects.filter(public_id=public_id).first()
        if known is not None:
            if (known.name_zh, known.body_id) != (name_zh, body.pk):
                raise FormUsedBefore
            return known
        row = ForeignIssuer.objects.create(
            public_id=public_id, body=body, name_zh=name_zh, name_en=name_en, country=country.upper(), kind=kind,
            why=why, drafted_by=actor.person, drafted_at=at,
        )  # fmt: skip
        IssuerKey.objects.bulk_create([IssuerKey(issuer=row, key=key[:300]) for key in named])
    return row


def draft_rule(
    *, actor: Standing, public_id: UUID, body: Organisation, text: RuleText, at: datetime, code: str = ""
) -> ForeignRule:
    """Propose a rule, or the next version of the rule `code`, and start its first dry run; another officer decides.
    Asked again with the same id, the same.

    Right: foreign.keep_rule at the body. Raises `Denied`, `RuleNeedsIssuer`, `IssuerNotRecognised`, `UnitNotGiven`,
    `RatioWrong`, `CapWrong`, `RuleDaysWrong`, `VersionProposed`, `FormUsedBefore`, `NotInForce`.
    """
    require(actor, KEEP_RULES, on=body)
    _check(text)
    with (
        trace.change(by=actor.person, why=text.why),
        refusing(foreign_rule_id_once=FormUsedBefore, foreign_rule_one_proposed=VersionProposed),
    ):
        # Whoever drafts for the same body waits here, so that two do not take one number.
        Organisation.objects.select_for_update(no_key=True).get(pk=body.pk)
        known = ForeignRule.objects.filter(public_id=public_id).first()
        if known is not None:
            if (known.unit_id, known.effect_from, known.body_id) != (text.unit.pk, text.effect_from, body.pk):
                raise FormUsedBefore
            return known
        versions = ForeignRule.objects.filter(code=code, body=body) if code else ForeignRule.objects.none()
        if code and not versions.exists():
            raise NotInForce
        latest = versions.aggregate(latest=Max("version"))["latest"] or 0
        in_force = versions.filter(state=State.IN_FORCE).order_by("-version").first()
        if in_force is not None and text.effect_from <= in_force.effect_from:
            raise RuleDaysWrong
        row = ForeignRule.objects.create(
            public_id=public_id, body=body, code=code or _next_code(), version=latest + 1, drafted_by=actor.person,
            drafted_at=at, **vars(text),
        )  # fmt: skip
        start_trial(actor, uuid7(), row, at=at)
    return row


def _check(text: RuleText) -> None:
    if (text.issuer is None) == (not text.issuer_class):
        raise RuleNeedsIssuer
    if text.issuer is not None and text.issuer.state != State.IN_FORCE:
        raise IssuerNotRecognised
    if text.unit.state != UnitVersion.State.PUBLISHED:
        raise UnitNotGiven
    if text.den < 1 or not 0 <= text.num <= 100_000:
        raise RatioWrong
    if not _cap_is_whole(text):
        raise CapWrong
    if text.effect_to is not None and text.effect_to <= text.effect_from:
        raise RuleDaysWrong


def _cap_is_whole(text: RuleText) -> bool:
    if text.cap is None:
        return not (text.cap_per or text.cap_period or text.cap_policy) and text.cap_months is None
    is_rolling = text.cap_period == ForeignRule.CapPeriod.ROLLING
    return (
        text.cap >= 1
        and text.cap_per in ForeignRule.CapPer.values
        and text.cap_period in ForeignRule.CapPeriod.values
        and text.cap_policy in ForeignRule.CapPolicy.values
        and is_rolling == (text.cap_months is not None and text.cap_months >= 1)
    )


def _next_code() -> str:
    highest = ForeignRule.objects.aggregate(highest=Max("code"))["highest"] or "W-0000"
    return f"W-{int(highest[2:]) + 1:04}"


def put_in_force(*, actor: Standing, law: _Law, reason: str, at: datetime) -> _Law:
    """Say yes to what another officer proposed. A rule needs a dry run that is not stale (C-31), ends the version
    before it, and what waits is looked at anew by a job. Said twice, once.

    Right: foreign.keep_rule at its body, not the author. Raises `Denied`, `ProposedByYou`, `NotProposed`,
    `IssuerNotRecognised`, `UnitNotGiven`, `TrialMissing`, `TrialStale`.
    """
    require(actor, KEEP_RULES, on=law)
    with trace.change(by=actor.person, why=reason.strip() or gettext_noop("Put in force.")):
        row = _locked(law)
        if row.state == State.IN_FORCE and row.decided_by_id in actor.person_keys:
            return row
        if isinstance(row, ForeignRule) and row.state == State.PROPOSED and not _is_author(actor, row):
            row.trial_digest = fresh_trial(row).digest
        _decide(row, actor, State.IN_FORCE, reason, at)
        if isinstance(row, ForeignRule):
            if row.issuer is not None and row.issuer.state != State.IN_FORCE:
                raise IssuerNotRecognised
            if row.unit.state != UnitVersion.State.PUBLISHED:
                raise UnitNotGiven
            for old in ForeignRule.objects.filter(code=row.code, state=State.IN_FORCE).exclude(pk=row.pk):
                old.state, old.effect_to = State.ENDED, min(old.effect_to or row.effect_from, row.effect_from)
                old.save(update_fields=["state", "effect_to"])
        _look_anew(actor, row, at=at)
    return row


def send_back(*, actor: Standing, law: _Law, reason: str, at: datetime) -> _Law:
    """Say no to what another officer proposed, and why.

    Right: foreign.keep_rule at its body, not the author. Raises `Denied`, `ProposedByYou`, `NotProposed`,
    `ReasonsMissing`.
    """
    require(actor, KEEP_RULES, on=law)
    if not reason.strip():
        raise ReasonsMissing(at_field="reason")
    with trace.change(by=actor.person, why=reason):
        row = _locked(law)
        if row.state == State.REJECTED and row.decided_by_id in actor.person_keys:
            return row
        _decide(row, actor, State.REJECTED, reason, at)
        _free_keys(row)
    return row


def end_law(*, actor: Standing, law: _Law, reason: str, at: datetime, from_start: bool = False) -> _Law:
    """End a rule today, or recognise an issuer no longer. What was credited stays. Said twice, once.

    `from_start`: a rule that was wrong applies to nothing new, whenever it was learnt, also one that ended already. Of
    it what ended before today would count on (C-18).

    Right: foreign.keep_rule at its body. Raises `Denied`, `NotInForce`, `ReasonsMissing`.
    """
    require(actor, KEEP_RULES, on=law)
    if not reason.strip():
        raise ReasonsMissing(at_field="reason")
    with trace.change(by=actor.person, why=reason):
        row = _locked(law)
        if row.state == State.ENDED and not from_start:
            return row
        if row.state not in (State.IN_FORCE, State.ENDED):
            raise NotInForce
        row.state = State.ENDED
        if isinstance(row, ForeignRule) and from_start:
            row.effect_to = row.effect_from
        elif isinstance(row, ForeignRule):
            row.effect_to = max(row.effect_from, min(row.effect_to or date.max, clock.date_of(at)))
        row.save()
        _free_keys(row)
    return row


def _locked(law: _Law) -> _Law:
    rows = type(law)._default_manager.select_for_update(of=("self",), no_key=True)  # Django's own name
    row: _Law = rows.select_related("body__territory", "drafted_by").get(pk=law.pk)
    return row


def _decide(row: _Law, actor: Standing, state: str, reason: str, at: datetime) -> None:
    if row.state != State.PROPOSED:
        raise NotProposed
    if _is_author(actor, row):
        raise ProposedByYou
    row.state, row.decided_by, row.decided_at = state, actor.person, at
    row.decision_reason = reason.strip()[:300]
    row.save()


def _is_author(actor: Standing, row: _Law) -> bool:
    return as_same(actor, row.drafted_by_id) == row.drafted_by_id


def _free_keys(row: _Law) -> None:
    if isinstance(row, ForeignIssuer):
        IssuerKey.objects.filter(issuer=row, is_live=True).update(is_live=False)


def _look_anew(actor: Standing, row: _Law, *, at: datetime) -> None:
    jobs.start(
        MATCH_JOB,
        at=at,
        title_zh=f"按规则认定外来学习成果：{row}"[:200],
        title_en=f"Recognising outside records: {row}"[:200],
        arguments={},
        by=actor.person,
        organisation=row.body,
    )


__all__ = ["MATCH_JOB", "RuleText", "draft_rule", "end_law", "propose_issuer", "put_in_force", "send_back"]
