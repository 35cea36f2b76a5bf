"""Granting and ending roles. A sensitive one is proposed by one person and approved by another (ASVS 2.3.5)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from psycopg.types.range import DateRange

from xuecheng.city import trace
from xuecheng.city.access.models import Role, RoleHolding, RoleVersion
from xuecheng.city.access.queries import Standing, versions_in_force
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.groups import keys_of
from xuecheng.city.people.models import Person
from xuecheng.city.people.rules import check_stands
from xuecheng.city.refusals import FormUsedBefore, Refusal
from xuecheng.city.territories.models import Territory

from .checking import require


class RoleUnknown(Refusal):
    message = _("There is no such role. Choose one from the list.")
    field = "role"


class RolePlaceWrong(Refusal):
    message = _("This role is held at an organisation.")
    remedy = _("Choose the organisation and leave the territory empty.")
    field = "organisation"


class RoleTerritoryWrong(Refusal):
    message = _("This role is held over a territory.")
    remedy = _("Choose the territory and leave the organisation empty.")
    field = "territory"


class NobodyGrantsToThemselves(Refusal):
    message = _("Nobody can give a role to themselves.")
    remedy = _("Ask another operator.")
    field = "person"


class RoleEndedBefore(Refusal):
    message = _("This role has ended already.")


class RoleEndsBeforeItBegins(Refusal):
    message = _("A role ends after it begins.")
    field = "ends_on"


class RoleHeldAlready(Refusal):
    message = _("This person holds this role here already, for part of that time.")
    remedy = _("End that one first, or choose another time.")
    field = "role"


class AlreadyDecided(Refusal):
    message = _("This was decided already.")


class DecidedByAnother(Refusal):
    message = _("Whoever proposes a sensitive role, and whoever gets it, does not approve it.")
    remedy = _("Ask another operator.")


class RoleHasEndedMeanwhile(Refusal):
    message = _("The time for which it was proposed is over.")
    remedy = _("Refuse it, and propose it for another time.")


def grant_role(
    *,
    actor: Standing | None,
    public_id: UUID,
    person: Person,
    role: str,
    organisation: Organisation | None = None,
    territory: Territory | None = None,
    begins_on: date,
    ends_on: date | None = None,
    reason: str,
) -> RoleHolding:
    """Give `person` a role at an organisation or over a territory for `[begins_on, ends_on)`.

    A sensitive role is only proposed by this: it counts once a second person approved it (`approve_holding`). `actor`
    is None only for the command line of the installation's owner. Repeating with the same id returns the same holding.
    Raises `Denied`, `RoleUnknown`, `RolePlaceWrong`, `RoleTerritoryWrong`, `NobodyGrantsToThemselves`,
    `RoleEndsBeforeItBegins`, `RoleHeldAlready`, `AccountErased`, `FormUsedBefore`.
    """
    version = _version(role, on=begins_on)
    if version.role.held_at == Role.HeldAt.ORGANISATION and (organisation is None or territory is not None):
        raise RolePlaceWrong
    if version.role.held_at == Role.HeldAt.TERRITORY and (territory is None or organisation is not None):
        raise RoleTerritoryWrong
    if actor is not None:
        require(actor, "access.grant_role", on=organisation or territory)
        if person.pk in actor.person_keys:
            raise NobodyGrantsToThemselves
    if ends_on is not None and ends_on <= begins_on:
        raise RoleEndsBeforeItBegins
    wanted = {
        "person_id": person.pk,
        "role": role,
        "organisation_id": organisation.pk if organisation else None,
        "territory_id": territory.pk if territory else None,
        "during": DateRange(begins_on, ends_on),
    }
    with trace.change(by=actor.person if actor else trace.robot("owner"), why=reason):
        # Two grants of one role to one person queue here; the second sees the first.
        check_stands(Person.objects.select_for_update(no_key=True).get(pk=person.pk).erased_at)
        known = RoleHolding.objects.filter(public_id=public_id).first()
        if known is not None:
            if any(getattr(known, name) != value for name, value in wanted.items()):
                raise FormUsedBefore
            return known
        place = {name: wanted[name] for name in ("role", "organisation_id", "territory_id")}
        held = RoleHolding.objects.filter(**place, person__in=keys_of(person), during__overlap=wanted["during"])
        if held.exclude(state=RoleHolding.State.REFUSED).exists():
            raise RoleHeldAlready
        waits = actor is not None and version.needs_second
        return RoleHolding.objects.create(
            public_id=public_id,
            **wanted,
            granted_by=actor.person if actor else None,
            reason=reason,
            state=RoleHolding.State.PROPOSED if waits else RoleHolding.State.APPROVED,
        )


def approve_holding(*, actor: Standing, holding: RoleHolding, today: date, reason: str) -> RoleHolding:
    """Let a proposed role count, from today at the earliest: nobody held it before.

    Raises `Denied`, `AlreadyDecided`, `DecidedByAnother`, `RoleHasEndedMeanwhile`.
    """
    return _decide(actor, holding, today, reason, RoleHolding.State.APPROVED)


def refuse_holding(*, actor: Standing, holding: RoleHolding, today: date, reason: str) -> RoleHolding:
    """Let a proposed role never count. Raises `Denied`, `AlreadyDecided`, `DecidedByAnother`."""
    return _decide(actor, holding, today, reason, RoleHolding.State.REFUSED)


def _decide(actor: Standing, holding: RoleHolding, today: date, reason: str, state: str) -> RoleHolding:
    require(actor, "access.approve_holding", on=holding.place)
    with trace.change(by=actor.person, why=reason):
        row = RoleHolding.objects.select_for_update(no_key=True).get(pk=holding.pk)
        if row.state != RoleHolding.State.PROPOSED:
            raise AlreadyDecided
        if actor.person.pk in (row.granted_by_id, row.person_id):
            raise DecidedByAnother
        if state == RoleHolding.State.APPROVED:
            if row.during.isempty or (row.during.upper is not None and row.during.upper <= today):
                raise RoleHasEndedMeanwhile
            row.during = DateRange(max(row.during.lower, today), row.during.upper)
        row.state, row.decided_by, row.decision = state, actor.person, reason.strip()
        row.save(update_fields=["state", "during", "decided_by", "decision"])
    return row


def _version(code: str, *, on: date) -> RoleVersion:
    """The version of a role in force on a day. Raises `RoleUnknown`."""
    found = versions_in_force(today=on).filter(role__code=code).select_related("role").first()
    if found is None:
        raise RoleUnknown
    return found


def end_role(*, actor: Standing, holding: RoleHolding, on: date, reason: str) -> None:
    """End a role from `on`; it stops counting that day. One that has not begun never counts.

    Raises `Denied`, `RoleEndedBefore`.
    """
    require(actor, "access.end_role", on=holding.place)
    with trace.change(by=actor.person, why=reason):
        row = RoleHolding.objects.select_for_update(no_key=True).get(pk=holding.pk)
        if row.during.isempty or (row.during.upper is not None and row.during.upper <= on):
            raise RoleEndedBefore
        row.during = DateRange(row.during.lower, max(row.during.lower, on))
        row.save(update_fields=["during"])
