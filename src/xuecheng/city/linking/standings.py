"""What a program or a linked site may: no more than the person behind it, within scopes and place."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from xuecheng.city.access.queries import Holding, Standing, standing_of
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope
from xuecheng.city.territories.models import Territory


@dataclass(frozen=True)
class LimitedStanding(Standing):
    """A person's standing, cut down to some acts. Without `with_own`, what is the person's own is out of reach."""

    acts: frozenset[str] = field(default=frozenset())
    with_own: bool = False

    def may(self, act: str, scope: Scope) -> bool:
        # Without the person in the scope, what is their own is judged by roles only.
        judged = scope if self.with_own else replace(scope, person_id=None)
        return act in self.acts and super().may(act, judged)

    def may_somewhere(self, act: str) -> bool:
        return act in self.acts and super().may_somewhere(act)

    def organisation_ids(self, act: str) -> list[int]:
        return super().organisation_ids(act) if act in self.acts else []

    def territory_paths(self, act: str) -> list[str]:
        return super().territory_paths(act) if act in self.acts else []

    def may_city_wide(self, act: str) -> bool:
        return act in self.acts and super().may_city_wide(act)

    def own_keys(self, act: str) -> tuple[int, ...]:
        return super().own_keys(act) if self.with_own and act in self.acts else ()


def standing_within(
    holder: Person, *, acts: frozenset[str], organisation: Organisation | None, territory: Territory | None, today: date
) -> LimitedStanding:
    """What `holder` may on `today` at an organisation or over a territory, and of that only `acts`."""
    held = standing_of(holder, today=today).holdings
    kept = (_at(one, organisation) if organisation else _over(one, territory) for one in held)
    return LimitedStanding(person=holder, holdings=tuple(one for one in kept if one), acts=acts)


def own_standing(person: Person, *, acts: frozenset[str], today: date) -> LimitedStanding:
    """What `person` may on `today`, their own things included, and of that only `acts`."""
    whole = standing_of(person, today=today)
    return LimitedStanding(
        person=person, holdings=whole.holdings, other_keys=whole.other_keys, acts=acts, with_own=True
    )


def _at(held: Holding, organisation: Organisation) -> Holding | None:
    """The part of a role that concerns an organisation."""
    if not held.covers(Scope(organisation_id=organisation.pk, territory_path=organisation.territory.path)):
        return None
    return replace(held, organisation_id=organisation.pk, territory_path=None)


def _over(held: Holding, territory: Territory | None) -> Holding | None:
    """The part of a role that lies within a territory."""
    if territory is None:
        return None
    if held.organisation_id is not None:
        within = Organisation.objects.filter(pk=held.organisation_id, territory__path__startswith=territory.path)
        return held if within.exists() else None
    path = held.territory_path or "-"
    if territory.path.startswith(path):
        return replace(held, territory_path=territory.path)
    return held if path.startswith(territory.path) else None
