"""Verbs of phases: one officer plans, another opens by decision; closing undoes nothing (C-67)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.access.queries import Scope, Standing
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.groups import as_same
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.city.territories.models import Territory
from xuecheng.learning.rollout import news
from xuecheng.learning.rollout.models import Phase, RecordKind, RuleFamily
from xuecheng.learning.rollout.queries import OPEN, PLAN


class PhaseCodeTaken(Refusal):
    message = _("There is a phase with this number already.")
    field = "code"


class PhaseNotPlanned(Refusal):
    message = _("What was opened is never edited.")
    remedy = _("Plan a further phase.")


class PhaseNotOpen(Refusal):
    message = _("Only an open phase is closed.")


class PhaseDaysEmpty(Refusal):
    message = _("It must end after it begins.")
    field = "covers_to"


class DecisionMissing(Refusal):
    message = _("Say by which decision, and why.")
    field = "decision"


class OpenerIsPlanner(Refusal):
    message = _("Who planned a phase does not open it.")
    remedy = _("Ask another officer of the certification body.")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a phase says. Empty kinds, families, institutions and divisions open all there is of them."""

    code: str
    place: int
    name_zh: str
    name_en: str = ""
    about_zh: str
    about_en: str = ""
    kinds: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    covers_from: date | None = None
    covers_to: date | None = None
    needs_accreditation: bool = False
    expected_on: date | None = None


def plan_phase(
    *,
    actor: Standing,
    public_id: UUID,
    plan: Plan,
    organisations: Sequence[Organisation] = (),
    territories: Sequence[Territory] = (),
    at: datetime,
) -> Phase:
    """Announce a phase; while it is only planned, change it. Asked again with the same id, the same phase.

    Right: rollout.plan_phase over the city. Raises `Denied`, `PhaseNotPlanned`, `PhaseDaysEmpty`, `PhaseCodeTaken`.
    """
    require(actor, PLAN, on=Scope())
    if plan.covers_from is not None and plan.covers_to is not None and plan.covers_from >= plan.covers_to:
        raise PhaseDaysEmpty
    with (
        trace.change(by=actor.person, why=gettext_noop("Phase planned")),
        refusing(rollout_phase_code_once=PhaseCodeTaken, rollout_phase_public_id_once=FormUsedBefore),
    ):
        row = Phase.objects.select_for_update(no_key=True).filter(public_id=public_id).first()
        if row is not None and row.state != Phase.State.PLANNED:
            raise PhaseNotPlanned
        row = row or Phase(public_id=public_id)
        for name in Plan.__dataclass_fields__:
            setattr(row, name, getattr(plan, name))
        row.kinds = [one for one in RecordKind.values if one in plan.kinds]
        row.families = [one for one in RuleFamily.values if one in plan.families]
        row.planned_by, row.planned_at = actor.person, at
        row.save()
        row.organisations.set(organisations)
        row.territories.set(territories)
    return row


def open_phase(*, actor: Standing, phase: Phase, decision: str, at: datetime) -> Phase:
    """Open a planned phase by decision: rules within it may be approved from now on. Said twice, once.

    Right: rollout.open_phase over the city, and not who planned it. Raises `Denied`, `DecisionMissing`,
    `PhaseNotPlanned`, `OpenerIsPlanner`.
    """
    require(actor, OPEN, on=Scope())
    if not decision.strip():
        raise DecisionMissing
    with (
        trace.change(by=actor.person, why=decision),
        refusing(rollout_phase_opened_by_another=OpenerIsPlanner),
    ):
        row = Phase.objects.select_for_update(no_key=True).get(pk=phase.pk)
        if row.state == Phase.State.OPEN and row.opened_by_id in actor.person_keys:
            return row
        if row.state != Phase.State.PLANNED:
            raise PhaseNotPlanned
        if as_same(actor, row.planned_by_id) == row.planned_by_id:
            raise OpenerIsPlanner
        row.state, row.opened_by, row.opened_at = Phase.State.OPEN, actor.person, at
        row.decision = decision.strip()[:300]
        row.save(update_fields=["state", "opened_by", "opened_at", "decision"])
        news.tell_opened(row, at=at)
    return row


def close_phase(*, actor: Standing, phase: Phase, why: str, at: datetime) -> Phase:
    """Approve no further rule by this phase. Rules that stand, and all that was posted, stay. Said twice, once.

    Right: rollout.open_phase over the city. Raises `Denied`, `DecisionMissing`, `PhaseNotOpen`.
    """
    require(actor, OPEN, on=Scope())
    if not why.strip():
        raise DecisionMissing(at_field="why")
    with trace.change(by=actor.person, why=why):
        row = Phase.objects.select_for_update(no_key=True).get(pk=phase.pk)
        if row.state == Phase.State.CLOSED and row.closed_by_id in actor.person_keys:
            return row
        if row.state != Phase.State.OPEN:
            raise PhaseNotOpen
        row.state, row.closed_by, row.closed_at = Phase.State.CLOSED, actor.person, at
        row.closed_because = why.strip()[:300]
        row.save(update_fields=["state", "closed_by", "closed_at", "closed_because"])
    return row
