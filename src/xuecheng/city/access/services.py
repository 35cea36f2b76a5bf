"""Verbs of access: checking a right, granting and ending roles."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from psycopg.types.range import DateRange

from xuecheng.city import trace
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.groups import keys_of
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import FormUsedBefore, Refusal
from xuecheng.city.rights import Denied
from xuecheng.city.territories.models import Territory

from .models import RoleHolding
from .queries import Standing, scope_of, standing_of
from .rules import ROLES


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


def require(standing: Standing, act: str, *, on: object) -> None:
    """Let `standing` do `act` on a thing (or its `Scope`), or raise `Denied`."""
    if not standing.may(act, scope_of(on)):
        raise Denied(act)


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

    `actor` is None only for the command line of the installation's owner. Repeating with the same id returns the same
    holding. Raises `Denied`, `RoleUnknown`, `RolePlaceWrong`, `RoleTerritoryWrong`, `NobodyGrantsToThemselves`,
    `RoleEndsBeforeItBegins`, `RoleHeldAlready`, `FormUsedBefore`.
    """
    if role not in ROLES:
        raise RoleUnknown
    if ROLES[role].held_at == "organisation" and (organisation is None or territory is not None):
        raise RolePlaceWrong
    if ROLES[role].held_at == "territory" and (territory is None or organisation is not None):
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
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        known = RoleHolding.objects.filter(public_id=public_id).first()
        if known is not None:
            if any(getattr(known, name) != value for name, value in wanted.items()):
                raise FormUsedBefore
            return known
        place = {name: wanted[name] for name in ("role", "organisation_id", "territory_id")}
        held = RoleHolding.objects.filter(**place, person__in=keys_of(person), during__overlap=wanted["during"])
        if held.exists():
            raise RoleHeldAlready
        return RoleHolding.objects.create(
            public_id=public_id, **wanted, granted_by=actor.person if actor else None, reason=reason
        )


def end_role(*, actor: Standing, holding: RoleHolding, on: date, reason: str) -> None:
    """End a role from `on`; it stops counting that day. One that has not begun never counts.

    Raises `Denied`, `RoleEndedBefore`.
    """
    require(actor, "access.end_role", on=holding.organisation or holding.territory)
    with trace.change(by=actor.person, why=reason):
        row = RoleHolding.objects.select_for_update(no_key=True).get(pk=holding.pk)
        if row.during.isempty or (row.during.upper is not None and row.during.upper <= on):
            raise RoleEndedBefore
        row.during = DateRange(row.during.lower, max(row.during.lower, on))
        row.save(update_fields=["during"])


__all__ = [
    "Denied",
    "NobodyGrantsToThemselves",
    "RoleEndedBefore",
    "RoleEndsBeforeItBegins",
    "RoleHeldAlready",
    "RolePlaceWrong",
    "RoleTerritoryWrong",
    "RoleUnknown",
    "end_role",
    "grant_role",
    "require",
    "standing_of",
]
