"""Verbs of access: checking a right, granting and ending roles."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import F, Func, Value
from django.utils.translation import gettext_lazy as _
from psycopg.types.range import DateRange

from xuecheng.city import trace
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal
from xuecheng.city.territories.models import Territory

from .models import RoleHolding
from .queries import Standing, scope_of, standing_of
from .rules import ROLES


class Denied(Exception):
    """Somebody asked for what their roles do not allow. Pages answer 403, or 404 where existence is private."""

    def __init__(self, act: str) -> None:
        super().__init__(act)
        self.act = act


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
    holding. Raises `Denied`, `RoleUnknown`, `RolePlaceWrong`, `RoleTerritoryWrong`, `NobodyGrantsToThemselves`.
    """
    if role not in ROLES:
        raise RoleUnknown
    if ROLES[role].held_at == "organisation" and (organisation is None or territory is not None):
        raise RolePlaceWrong
    if ROLES[role].held_at == "territory" and (territory is None or organisation is not None):
        raise RoleTerritoryWrong
    if actor is not None:
        require(actor, "access.grant_role", on=organisation or territory)
        if actor.person.pk == person.pk:
            raise NobodyGrantsToThemselves
    with trace.change(by=actor.person if actor else trace.robot("owner"), why=reason):
        holding, _is_new = RoleHolding.objects.get_or_create(
            public_id=public_id,
            defaults={
                "person": person,
                "role": role,
                "organisation": organisation,
                "territory": territory,
                "during": DateRange(begins_on, ends_on),
                "granted_by": actor.person if actor else None,
                "reason": reason,
            },
        )
    return holding


def end_role(*, actor: Standing, holding: RoleHolding, on: date, reason: str) -> None:
    """End a role from `on`; it stops counting at once. Raises `Denied`, `RoleEndedBefore`."""
    require(actor, "access.end_role", on=holding.organisation or holding.territory)
    with trace.change(by=actor.person, why=reason):
        changed = RoleHolding.objects.filter(pk=holding.pk, during__contains=on).update(
            during=Func(Func(F("during"), function="lower"), Value(on), function="daterange")
        )
        if not changed:
            raise RoleEndedBefore


__all__ = [
    "Denied",
    "NobodyGrantsToThemselves",
    "RoleEndedBefore",
    "RolePlaceWrong",
    "RoleTerritoryWrong",
    "RoleUnknown",
    "end_role",
    "grant_role",
    "require",
    "standing_of",
]
