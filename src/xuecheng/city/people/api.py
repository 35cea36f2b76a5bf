"""People for programs: oneself, and those whom the caller may see by right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Path, Query
from pydantic import Field

from xuecheng.city import clock
from xuecheng.city.api.door import standing
from xuecheng.city.api.etags import etag_of, must_match
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import In, Named, Out, Reason, ShortText, TerritoryCode
from xuecheng.city.rights import Scope, Standing, require
from xuecheng.city.territories import queries as territories

from . import queries, services
from .models import Person

router = Router(tags=["People"])


class PersonOut(Out):
    """Somebody with an account: the least that a program needs."""

    KEYS: ClassVar = ("id",)
    id: UUID
    name: str
    birth_year: int | None
    residence: Named | None
    language: str
    may_sign_in: bool

    @staticmethod
    def of(row: Person) -> PersonOut:
        place = row.territory
        return PersonOut(
            id=row.public_id,
            name=row.name,
            birth_year=row.birth_year,
            residence=Named(code=place.code, name_zh=place.name_zh, name_en=place.name_en) if place else None,
            language=row.language,
            may_sign_in=row.is_active,
        )


class PeopleWish(Paged):
    name: ShortText = Field("", description="The whole name or sign-in name: there is no search by parts.")
    within: TerritoryCode | None = None


class PersonIn(In):
    """Year of birth and residence."""

    birth_year: Annotated[int, Field(ge=1890, le=2100)] | None = None
    residence: TerritoryCode | None = None
    reason: Reason


@router.reading("/me", scope="profile", out=PersonOut)
def get_me(request: HttpRequest) -> PersonOut:
    """The person for whom the caller acts."""
    person = standing(request).person
    if not isinstance(person, Person):
        raise Http404
    return PersonOut.of(person)


@router.listing("/people", scope="people.read", out=PersonOut)
def list_people(request: HttpRequest, wish: Query[PeopleWish]) -> dict[str, Any]:
    """Those whom the caller may see, by pinyin."""
    found = queries.people(standing(request), text=wish.name, within=_territory(wish.within))
    return cut(request, wish, found, order=("sort_key", "pk"), show=_shown)


@router.reading("/people/{id}", scope="people.read", out=PersonOut, has_etag=True)
def get_person(request: HttpRequest, response: HttpResponse, id: Path[UUID]) -> PersonOut:  # noqa: A002
    """One person, if the caller may see them."""
    shown = PersonOut.of(_person(standing(request), id))
    response["ETag"] = etag_of(shown)
    return shown


@router.edit("/people/{id}", scope="people.write", out=PersonOut)
def change_person(request: HttpRequest, response: HttpResponse, id: Path[UUID], body: PersonIn) -> PersonOut:  # noqa: A002
    """Write year of birth and residence anew."""
    actor = standing(request)
    person = _person(actor, id)
    require(actor, services.CHANGE, on=Scope(territory_path=person.territory.path if person.territory else None))
    row = queries.people(actor).select_for_update(no_key=True, of=("self",)).get(pk=person.pk)
    must_match(request, PersonOut.of(row))
    services.change_person(
        actor=actor,
        person=row,
        birth_year=body.birth_year,
        territory=_territory(body.residence),
        today=clock.today(),
        reason=body.reason,
    )
    shown = PersonOut.of(Person.objects.select_related("territory").get(pk=row.pk))
    response["ETag"] = etag_of(shown)
    return shown


def _shown(rows: Sequence[Person]) -> list[PersonOut]:
    return [PersonOut.of(row) for row in rows]


def _person(viewer: Standing, public_id: UUID) -> Person:
    found = queries.person(viewer, public_id)
    if found is None:
        raise Http404
    return found


def _territory(code: str | None) -> Any:
    if code is None:
        return None
    found = territories.by_code(code)
    if found is None:
        raise Http404
    return found
