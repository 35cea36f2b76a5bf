"""Who can see a thing, and why: by which holding, granted by whom, until when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from xuecheng.city.access import things
from xuecheng.city.access.models import RoleHolding, RoleVersion
from xuecheng.city.access.rules import ACTS, check_act
from xuecheng.city.access.things import Place, Sharer, Thing
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope
from xuecheng.city.territories.models import Territory

from .standing import acts_of, scope_of, versions_in_force, with_roles

OF_PERSON = ("people.see_person", "account.see_account", "credentials.see_transcript")
OF_ORGANISATION = (
    "organisations.see_desk", "imports.see_file", "jobs.see_job", "records.see_record", "recognition.see_result",
    "access.see_roles",
)  # fmt: skip
OF_TERRITORY = ("people.see_person", "account.see_account", "records.see_record", "access.see_roles")


def explained(kind: str, number: str) -> Thing | None:
    """The thing that the page was asked about: organisation, division, person, or what a higher app registered."""
    match kind:
        case "organisation":
            organisation = Organisation.objects.select_related("territory").filter(code=number).first()
            return _thing(organisation, OF_ORGANISATION, "organisations:show_organisation")
        case "territory":
            territory = Territory.objects.filter(code=number, is_current=True).first()
            return _thing(territory, OF_TERRITORY, "territories:show_division")
        case "person":
            return _of_person(number)
    return things.find(kind, number)


def _thing(found: Organisation | Territory | None, acts: tuple[str, ...], url_name: str) -> Thing | None:
    if found is None:
        return None
    return Thing(title=found.name, places=(Place(scope_of(found), acts),), url=reverse(url_name, args=[found.code]))


def _of_person(number: str) -> Thing | None:
    try:
        public_id = UUID(number)
    except ValueError:
        return None
    person = Person.objects.select_related("territory").filter(public_id=public_id).first()
    if person is None:
        return None
    scope = Scope(territory_path=person.territory.path if person.territory else None)
    places = (Place(scope, OF_PERSON), *things.more_places(person))
    return Thing(title=person.name, places=places, person=person)


def holders_who_see(places: Sequence[Place], *, today: date) -> QuerySet[RoleHolding]:
    """Who holds a role that lets them read at any of `places` on `today`; unordered, for a list by `id`. Two queries.

    Each comes with what their role may do.
    """
    acts_of = _acts_of_roles(today)
    allowed = Q(pk__in=[])
    for place in places:
        codes = [code for code, acts in acts_of.items() if acts.intersection(place.acts)]
        allowed |= Q(role__in=codes) & _covering(place.scope)
    held = RoleHolding.objects.filter(allowed, during__contains=today, state=RoleHolding.State.APPROVED)
    return with_roles(held, today=today).select_related("person", "organisation", "territory", "granted_by")


def people_who_may(act: str, *, at: Organisation, today: date) -> list[Person]:
    """Active people whose roles allow `act` on what belongs to an organisation on `today`, by key. Two queries."""
    check_act(act)
    codes = [code for code, acts in _acts_of_roles(today).items() if act in acts]
    held = RoleHolding.objects.filter(
        _covering(Scope(organisation_id=at.pk, territory_path=at.territory.path)),
        role__in=codes,
        during__contains=today,
        state=RoleHolding.State.APPROVED,
    )
    return list(Person.objects.filter(is_active=True, pk__in=held.values("person")).order_by("pk"))


def reasons_of(holding: RoleHolding, places: Iterable[Place]) -> list[str]:
    """Which of the acts by which `places` are read the holding allows; the codes, in order."""
    acts = acts_of(holding)
    return sorted({act for place in places if _covers(holding, place.scope) for act in acts.intersection(place.acts)})


def _acts_of_roles(today: date) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    rows: QuerySet[RoleVersion] = versions_in_force(today=today).select_related("role")
    for row in rows:
        found.setdefault(row.role.code, ACTS.intersection(row.acts))
    return found


def _covering(scope: Scope) -> Q:
    """The holdings that cover a scope: the same law as `Holding.covers`, in the database."""
    covering = Q(pk__in=[])
    if scope.organisation_id is not None:
        covering |= Q(organisation=scope.organisation_id)
    if scope.territory_path is not None:
        covering |= Q(territory__path__in=_above(scope.territory_path))
    elif scope.organisation_id is None:
        covering |= Q(territory__level="city")
    return covering


def _covers(holding: RoleHolding, scope: Scope) -> bool:
    if holding.organisation_id is not None:
        return scope.organisation_id == holding.organisation_id
    path = holding.territory.path if holding.territory else ""
    if scope.territory_path is None:
        return scope.organisation_id is None and path.count("/") == 2
    return scope.territory_path.startswith(path or "-")


def _above(path: str) -> list[str]:
    """`/1/12/` → `/1/`, `/1/12/`."""
    parts = path.strip("/").split("/")
    return [f"/{'/'.join(parts[: number + 1])}/" for number in range(len(parts))]


__all__ = ["Sharer", "explained", "holders_who_see", "people_who_may", "reasons_of"]
