"""Questions of access: what somebody holds today, what they may do, and which rows they may see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Protocol, runtime_checkable

from django.db.models import F, FilteredRelation, Q, QuerySet

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.groups import keys_of, root_of
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
    """A person with everything they hold on a day, under every key of theirs. One query; pages make it once."""

    person: Person
    holdings: tuple[Holding, ...] = field(default=())
    other_keys: tuple[int, ...] = field(default=())
    """Keys of accounts that are one person's with this one (`people.groups`)."""

    @property
    def person_keys(self) -> tuple[int, ...]:
        return (self.person.pk, *self.other_keys)

    def may(self, act: str, scope: Scope) -> bool:
        roles = roles_for(act)
        if act in OWN_ACTS and scope.person_id is not None and scope.person_id in self.person_keys:
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

    def own_keys(self, act: str) -> tuple[int, ...]:
        """The person's keys if everybody may do the act with what is their own."""
        roles_for(act)
        return self.person_keys if act in OWN_ACTS else ()


def standing_of(person: Person, *, today: date) -> Standing:
    """Everything `person` holds on `today`, under every key of theirs. One query; an inactive account holds nothing."""
    root = root_of(person)
    today_s = FilteredRelation(
        "role_holdings",
        condition=Q(role_holdings__during__contains=today, role_holdings__role__in=list(ROLES)),
    )
    rows = (
        Person.objects.filter(Q(pk=root) | Q(merged_into=root))
        .annotate(held=today_s)
        .values_list("pk", *(f"held__{name}" for name in _HELD))
        .order_by("held__id")
    )
    keys: dict[int, None] = {}
    holdings = []
    for key, *held in rows:
        keys[key] = None
        if held[0] is not None and person.is_active:
            holdings.append(_holding(held))
    others = tuple(key for key in sorted(keys, key=lambda key: (key != root, key)) if key != person.pk)
    return Standing(person=person, holdings=tuple(holdings), other_keys=others)


_HELD = (
    "public_id", "role", "organisation_id", "organisation__name_zh", "organisation__name_en",
    "territory__path", "territory__name_zh", "territory__name_en",
)  # fmt: skip


def _holding(held: Sequence[Any]) -> Holding:
    """A row of `_HELD`."""
    public_id, role, organisation_id, organisation_zh, organisation_en, path, territory_zh, territory_en = held
    return Holding(
        public_id=str(public_id),
        role=role,
        organisation_id=organisation_id,
        organisation_name_zh=organisation_zh or "",
        organisation_name_en=organisation_en or organisation_zh or "",
        territory_path=path,
        territory_name_zh=territory_zh or "",
        territory_name_en=territory_en or territory_zh or "",
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
    """All roles of a person under every key of theirs, past and to come too, the newest first. Two queries."""
    return list(
        RoleHolding.objects.filter(person__in=keys_of(person))
        .select_related("organisation__territory", "territory", "granted_by")
        .order_by("-during", "-id")
    )


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
    "scope_of",
    "standing_of",
    "visible",
]
