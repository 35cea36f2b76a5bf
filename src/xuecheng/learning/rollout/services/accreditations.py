"""Verbs of accreditation: one officer proposes, another grants; suspend, lift, end (C-13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from psycopg.types.range import DateRange

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.groups import as_same
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.learning.creditbank.models import FrameworkLevel
from xuecheng.learning.rollout import news, rules
from xuecheng.learning.rollout.models import Accreditation, Line, RecordKind, Suspension
from xuecheng.learning.rollout.queries import DECIDE, PROPOSE, SUSPEND, lines_of

_State = Accreditation.State
_MOST_YEARS = 5


class WhyMissing(Refusal):
    message = _("Say why.")
    field = "why"


class NothingAccredited(Refusal):
    message = _("Say for which kinds of record.")
    field = "kinds"


class PeriodEmpty(Refusal):
    message = _("It must end after it begins.")
    field = "ends_on"


class PeriodTooLong(Refusal):
    message = _("An accreditation lasts %(years)s years at most; then it is looked at again and renewed.")
    field = "ends_on"


class LevelsNotInOrder(Refusal):
    message = _("The lowest and the highest level belong to one framework, the lowest first.")
    field = "highest"


class InstitutionAtRest(Refusal):
    message = _("%(institution)s is not at work and cannot be accredited.")
    field = "organisation"


class NotItsOwn(Refusal):
    message = _("Only an accreditation of the same institution that was in force is renewed.")


class NotProposed(Refusal):
    message = _("This accreditation does not wait for a decision any more.")


class SecondOfficerNeeded(Refusal):
    message = _("Who proposed an accreditation does not decide it, and who suspended one does not lift it.")
    remedy = _("Ask another officer of the certification body.")


class AccreditedAlready(Refusal):
    message = _("For part of this scope and time the institution is accredited already.")
    remedy = _("Begin when that one ends, or end that one first.")
    field = "begins_on"


class NotInForce(Refusal):
    message = _("Only an accreditation in force is suspended or ended.")


class NotSuspended(Refusal):
    message = _("This accreditation is not suspended.")


class DayOutside(Refusal):
    message = _("Choose a day from %(begins_on)s to %(ends_on)s.")
    field = "on"


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What an institution is to be accredited for, in `[begins_on, ends_on)`. Fields of study: none means all."""

    kinds: tuple[str, ...]
    fields: tuple[str, ...] = ()
    lowest: FrameworkLevel | None = None
    highest: FrameworkLevel | None = None
    begins_on: date
    ends_on: date


def propose_accreditation(
    *,
    actor: Standing,
    public_id: UUID,
    organisation: Organisation,
    scope: Scope,
    why: str,
    at: datetime,
    renews: Accreditation | None = None,
) -> Accreditation:
    """Lay an accreditation, or the renewal of one, before a second officer. Asked again with the id, the same.

    Right: rollout.propose_accreditation at the institution. Raises `Denied`, `WhyMissing`, `NothingAccredited`,
    `PeriodEmpty`, `PeriodTooLong`, `LevelsNotInOrder`, `FieldUnknown`, `InstitutionAtRest`, `NotItsOwn`.
    """
    require(actor, PROPOSE, on=organisation)
    if not why.strip():
        raise WhyMissing
    _check(scope)
    if renews is not None and (renews.organisation_id != organisation.pk or renews.state not in _STOOD):
        raise NotItsOwn
    kinds = [kind for kind in RecordKind.values if kind in scope.kinds]
    fields = sorted({field for field in scope.fields if field})
    said = (organisation.pk, kinds, fields, scope.lowest, scope.highest, DateRange(scope.begins_on, scope.ends_on), why)
    with (
        trace.change(by=actor.person, why=gettext_noop("Accreditation proposed")),
        refusing(accreditation_public_id_once=FormUsedBefore),
    ):
        known = Accreditation.objects.filter(public_id=public_id).select_related("lowest", "highest").first()
        if known is not None:
            mine = (
                known.organisation_id,
                known.kinds,
                known.fields,
                known.lowest,
                known.highest,
                known.during,
                known.why,
            )
            if mine != said:
                raise FormUsedBefore
            return known
        if not organisation.is_active:
            raise InstitutionAtRest(institution=organisation.name)
        row = Accreditation.objects.create(
            public_id=public_id, code=f"ZR-{public_id.hex[-8:]}", organisation=organisation, kinds=kinds, fields=fields,
            lowest=scope.lowest, highest=scope.highest, during=DateRange(scope.begins_on, scope.ends_on), renews=renews,
            why=why, proposed_by=actor.person, proposed_at=at,
        )  # fmt: skip
        news.tell_proposed(row, at=at)
    return row


def grant_accreditation(
    *, actor: Standing, accreditation: Accreditation, reason: str = "", at: datetime
) -> Accreditation:
    """Put a proposal in force. What came with the system ends where this begins. Said twice, once.

    Right: rollout.decide_accreditation at the institution, and not who proposed it. Raises `Denied`, `NotProposed`,
    `SecondOfficerNeeded`, `AccreditedAlready`.
    """
    require(actor, DECIDE, on=accreditation)
    with (
        trace.change(by=actor.person, why=reason.strip() or gettext_noop("Accreditation granted")),
        refusing(accreditation_one_of_a_scope=AccreditedAlready, accreditation_decided_by_another=SecondOfficerNeeded),
    ):
        row = _locked(accreditation)
        if row.state == _State.GRANTED and row.decided_by_id in actor.person_keys:
            return row
        _check_second(row, actor)
        begins_on: date = row.during.lower
        for before in _carried_over(row):
            _end(before, on=begins_on, because=str(gettext_noop("A new accreditation follows.")), by=actor)
        _decide(row, _State.GRANTED, actor, reason, at)
        for line in lines_of(row):
            line.save(force_insert=True)
        news.tell_decided(row, at=at)
    return row


def refuse_accreditation(*, actor: Standing, accreditation: Accreditation, reason: str, at: datetime) -> Accreditation:
    """Say no to a proposal, with the reason. Said twice, once.

    Right: rollout.decide_accreditation at the institution, and not who proposed it. Raises `Denied`, `WhyMissing`,
    `NotProposed`, `SecondOfficerNeeded`.
    """
    require(actor, DECIDE, on=accreditation)
    if not reason.strip():
        raise WhyMissing(at_field="reason")
    with trace.change(by=actor.person, why=reason):
        row = _locked(accreditation)
        if row.state == _State.REFUSED and row.decided_by_id in actor.person_keys:
            return row
        _check_second(row, actor)
        _decide(row, _State.REFUSED, actor, reason, at)
        news.tell_decided(row, at=at)
    return row


def suspend_accreditation(
    *, actor: Standing, accreditation: Accreditation, on: date, reason: str, at: datetime
) -> Accreditation:
    """Take nothing for now that was learnt from `on` on, which is today or before. What was taken stays. Twice, once.

    One officer does: it is for the learners' sake, and another lifts it. Right: rollout.suspend_accreditation at the
    institution. Raises `Denied`, `WhyMissing`, `NotInForce`, `DayOutside`.
    """
    require(actor, SUSPEND, on=accreditation)
    if not reason.strip():
        raise WhyMissing(at_field="reason")
    with trace.change(by=actor.person, why=reason):
        row = _locked(accreditation)
        if row.state == _State.SUSPENDED and row.suspensions.filter(lifted_at=None, suspended_by=actor.person).exists():
            return row
        today = clock.date_of(at)
        if row.state != _State.GRANTED or (row.during.upper is not None and row.during.upper <= today):
            raise NotInForce
        begins_on = max(row.during.lower or date.min, _free_from(row))
        if not begins_on <= on <= today:
            raise DayOutside(begins_on=begins_on, ends_on=today)
        row.state = _State.SUSPENDED
        row.save(update_fields=["state"])
        Suspension.objects.create(
            accreditation=row, during=DateRange(on, None), reason=reason.strip()[:300], suspended_by=actor.person,
            suspended_at=at,
        )  # fmt: skip
        news.tell_decided(row, at=at)
    return row


def lift_suspension(*, actor: Standing, accreditation: Accreditation, reason: str, at: datetime) -> Accreditation:
    """Let it count again for what is learnt from today on. Said twice, once.

    Right: rollout.suspend_accreditation at the institution, and not who suspended it. Raises `Denied`, `WhyMissing`,
    `NotSuspended`, `SecondOfficerNeeded`.
    """
    require(actor, SUSPEND, on=accreditation)
    if not reason.strip():
        raise WhyMissing(at_field="reason")
    with (
        trace.change(by=actor.person, why=reason),
        refusing(accreditation_lifted_by_another=SecondOfficerNeeded),
    ):
        row = _locked(accreditation)
        last = row.suspensions.order_by("-id").first()
        if row.state == _State.GRANTED and last is not None and last.lifted_by_id in actor.person_keys:
            return row
        if row.state != _State.SUSPENDED or last is None:
            raise NotSuspended
        if last.suspended_by_id in actor.person_keys:
            raise SecondOfficerNeeded
        begins_on = last.during.lower
        last.during = DateRange(begins_on, max(clock.date_of(at), begins_on))
        last.lifted_by, last.lifted_at, last.lift_reason = actor.person, at, reason.strip()[:300]
        last.save(update_fields=["during", "lifted_by", "lifted_at", "lift_reason"])
        row.state = _State.GRANTED
        row.save(update_fields=["state"])
        news.tell_decided(row, at=at)
    return row


def end_accreditation(
    *, actor: Standing, accreditation: Accreditation, on: date, reason: str, at: datetime
) -> Accreditation:
    """Take nothing that is learnt from `on` on, for good. What was taken stays. Said twice, once.

    Right: rollout.decide_accreditation at the institution. Raises `Denied`, `WhyMissing`, `NotInForce`, `DayOutside`.
    """
    require(actor, DECIDE, on=accreditation)
    if not reason.strip():
        raise WhyMissing(at_field="reason")
    with trace.change(by=actor.person, why=reason):
        row = _locked(accreditation)
        if row.state == _State.ENDED and row.ended_by_id in actor.person_keys and row.ended_on == on:
            return row
        if row.state not in (_State.GRANTED, _State.SUSPENDED):
            raise NotInForce
        first, last = row.during.lower or clock.date_of(at), row.during.upper or date.max
        if not first <= on <= last:
            raise DayOutside(begins_on=first, ends_on=last)
        _end(row, on=on, because=reason.strip()[:300], by=actor)
        news.tell_decided(row, at=at)
    return row


_STOOD = (_State.GRANTED, _State.SUSPENDED, _State.ENDED)


def _check(scope: Scope) -> None:
    if not set(scope.kinds) & set(RecordKind.values):
        raise NothingAccredited
    if scope.begins_on >= scope.ends_on:
        raise PeriodEmpty
    begins = scope.begins_on
    if (scope.ends_on.year, scope.ends_on.month, scope.ends_on.day) > (
        begins.year + _MOST_YEARS,
        begins.month,
        begins.day,
    ):
        raise PeriodTooLong(years=_MOST_YEARS)
    for field in scope.fields:
        rules.field_span(field)
    if (scope.lowest is None) != (scope.highest is None):
        raise LevelsNotInOrder
    if scope.lowest is not None and scope.highest is not None:
        same = scope.lowest.framework_id == scope.highest.framework_id
        if not same or scope.lowest.ordinal > scope.highest.ordinal:
            raise LevelsNotInOrder


def _locked(accreditation: Accreditation) -> Accreditation:
    """The row as it stands. The institution is locked first: who decides on one waits for others who do."""
    Organisation.objects.select_for_update(no_key=True).get(pk=accreditation.organisation_id)
    rows = Accreditation.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("organisation__territory", "lowest__framework", "highest").get(pk=accreditation.pk)


def _check_second(row: Accreditation, actor: Standing) -> None:
    if row.state != _State.PROPOSED:
        raise NotProposed
    if as_same(actor, row.proposed_by_id) == row.proposed_by_id:
        raise SecondOfficerNeeded


def _decide(row: Accreditation, state: str, actor: Standing, reason: str, at: datetime) -> None:
    row.state, row.decided_by, row.decided_at, row.decision_reason = state, actor.person, at, reason.strip()[:300]
    row.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])


def _carried_over(row: Accreditation) -> list[Accreditation]:
    standing = Accreditation.objects.select_for_update(no_key=True, of=("self",)).filter(
        organisation=row.organisation_id, is_carried_over=True, state__in=[_State.GRANTED, _State.SUSPENDED]
    )
    return list(standing.order_by("id"))


def _end(row: Accreditation, *, on: date, because: str, by: Standing) -> None:
    row.state, row.ended_on, row.ended_because, row.ended_by = _State.ENDED, on, because, by.person
    row.save(update_fields=["state", "ended_on", "ended_because", "ended_by"])
    for line in Line.objects.filter(accreditation=row):
        begins_on = line.during.lower
        line.during = DateRange(begins_on, on) if begins_on is None or begins_on < on else DateRange(empty=True)
        line.save(update_fields=["during"])


def _free_from(row: Accreditation) -> date:
    """The day from which no earlier suspension stands in the way."""
    ends = [one.during.upper for one in row.suspensions.all() if not one.during.isempty and one.during.upper]
    return max(ends, default=date.min)
