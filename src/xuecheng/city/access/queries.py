"""Questions of access: what somebody holds today, what they may do, and which rows they may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol, runtime_checkable

from django.db.models import F, Q, QuerySet

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope, visible
from xuecheng.city.territories.models import Territory

from .models import RoleHolding
from .rules import OWN_ACTS, ROLES, roles_for


@runtime_checkable
class Scoped(Protocol):
    """A thing that knows where it belongs. Rows that do not are asked for by their organisation or person instead."""

    def access_scope(self) -> Scope: ...


@dataclass(frozen=True)
class Holding:
    """A role held today."""

    public_id: str
    role: str
    organisation_id: int | None
    organisation_name_zh: str
    organisation_name_en: str
    territory_path: str | None
    territory_name_zh: str = ""
    territory_name_en: str = ""

    @property
    def is_over_the_city(self) -> bool:
        """Whether it is held over a whole city: its path `/1/` names one territory only."""
        return self.territory_path is not None and self.territory_path.count("/") == 2

    def covers(self, scope: Scope) -> bool:
        if self.organisation_id is not None:
            return scope.organisation_id == self.organisation_id
        if scope.territory_path is None:
            # What has no place belongs to the city as a whole; what has an organisation has a place.
            return scope.organisation_id is None and self.is_over_the_city
        return scope.territory_path.startswith(self.territory_path or "-")


@dataclass(frozen=True)
class Standing:
    """A person with everything they hold on a day. One query makes it; pages make it once."""

    person: Person
    holdings: tuple[Holding, ...] = field(default=())

    def may(self, act: str, scope: Scope) -> bool:
        roles = roles_for(act)
        if act in OWN_ACTS and scope.person_id is not None and scope.person_id == self.person.pk:
            return True
        return any(holding.role in roles and holding.covers(scope) for holding in self.holdings)

    def may_somewhere(self, act: str) -> bool:
        """Whether any holding allows the act at all: for menus, never as the check itself."""
        roles = roles_for(act)
        return any(holding.role in roles for holding in self.holdings)

    def organisation_ids(self, act: str) -> list[int]:
        roles = roles_for(act)
        return [h.organisation_id for h in self.holdings if h.organisation_id is not None and h.role in roles]

    def territory_paths(self, act: str) -> list[str]:
        roles = roles_for(act)
        return [h.territory_path for h in self.holdings if h.territory_path is not None and h.role in roles]

    def may_city_wide(self, act: str) -> bool:
        """Whether a holding over the whole city allows the act."""
        roles = roles_for(act)
        return any(h.is_over_the_city and h.role in roles for h in self.holdings)

    def own_key(self, act: str) -> int | None:
        """The person's key if everybody may do the act with what is their own."""
        roles_for(act)
        return self.person.pk if act in OWN_ACTS else None


def standing_of(person: Person, *, today: date) -> Standing:
    """Everything `person` holds on `today`. One query; an inactive account holds nothing."""
    if not person.is_active:
        return Standing(person=person)
    rows = (
        RoleHolding.objects.filter(person=person, during__contains=today, role__in=list(ROLES))
        .select_related("organisation", "territory")
        .only(
            "public_id", "role", "organisation__name_zh", "organisation__name_en",
            "territory__path", "territory__name_zh", "territory__name_en",
        )
        .order_by("id")
    )  # fmt: skip
    return Standing(person=person, holdings=tuple(_holding(row) for row in rows))


def _holding(row: RoleHolding) -> Holding:
    organisation, territory = row.organisation, row.territory
    return Holding(
        public_id=str(row.public_id),
        role=row.role,
        organisation_id=row.organisation_id,
        organisation_name_zh=organisation.name_zh if organisation else "",
        organisation_name_en=(organisation.name_en or organisation.name_zh) if organisation else "",
        territory_path=territory.path if territory else None,
        territory_name_zh=territory.name_zh if territory else "",
        territory_name_en=(territory.name_en or territory.name_zh) if territory else "",
    )


def scope_of(thing: object) -> Scope:
    """The scope of a thing: what it says itself, or what an organisation, territory or person is."""
    if isinstance(thing, Scope):
        return thing
    if isinstance(thing, Organisation):
        return Scope(organisation_id=thing.pk, territory_path=thing.territory.path)
    if isinstance(thing, Territory):
        return Scope(territory_path=thing.path)
    if isinstance(thing, Person):
        return Scope(person_id=thing.pk, territory_path=thing.territory.path if thing.territory else None)
    if isinstance(thing, Scoped):
        return thing.access_scope()
    raise TypeError(f"{type(thing).__name__} does not say where it belongs (access_scope)")


def holders(organisation: Organisation, *, today: date) -> Iterable[RoleHolding]:
    """Who holds a role at an organisation on `today`, by name. One query."""
    return (
        RoleHolding.objects.filter(organisation=organisation, during__contains=today)
        .select_related("person")
        .order_by("person__sort_key", F("id"))
    )


def holdings_at(*, organisation: Organisation | None = None, territory: Territory | None = None) -> list[RoleHolding]:
    """All holdings there, past and to come too, the newest first. One query."""
    return list(
        RoleHolding.objects.filter(organisation=organisation, territory=territory)
        .select_related("person", "granted_by")
        .order_by("-during", "-id")
    )


def holdings_of(person: Person) -> list[RoleHolding]:
    """All roles of a person, past and to come too, the newest first. One query."""
    return list(
        RoleHolding.objects.filter(person=person)
        .select_related("organisation__territory", "territory", "granted_by")
        .order_by("-during", "-id")
    )


def people_who_may(act: str, *, at: Organisation, today: date) -> list[Person]:
    """Active people whose roles allow `act` on what belongs to an organisation today, by key. One query."""
    steps = [step for step in at.territory.path.split("/") if step]
    above = [f"/{'/'.join(steps[: number + 1])}/" for number in range(len(steps))]
    there = Q(organisation=at) | Q(territory__path__in=above)
    holdings = RoleHolding.objects.filter(there, during__contains=today, role__in=roles_for(act))
    return list(Person.objects.filter(is_active=True, pk__in=holdings.values("person")).order_by("pk"))


def ending_soon(viewer: Standing, *, today: date, days: int) -> QuerySet[RoleHolding]:
    """Roles that end within `days`, as far as `viewer` may see roles: somebody must prolong them or let them go."""
    return (
        RoleHolding.objects.filter(
            _seen_by(viewer), during__contains=today, during__endswith__lte=today + timedelta(days=days)
        )
        .select_related("person", "organisation", "territory")
        .order_by("during__endswith", "id")
    )


def _seen_by(viewer: Standing) -> Q:
    at_organisations = visible(
        viewer, "access.see_roles", organisation="organisation", territory="organisation__territory"
    )
    over_territories = visible(viewer, "access.see_roles", territory="territory")
    return (Q(organisation__isnull=False) & at_organisations) | (Q(territory__isnull=False) & over_territories)


__all__ = [
    "Holding",
    "Scope",
    "Scoped",
    "Standing",
    "ending_soon",
    "holders",
    "holdings_at",
    "holdings_of",
    "people_who_may",
    "scope_of",
    "standing_of",
    "visible",
]
