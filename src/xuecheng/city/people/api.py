"""People for programs: oneself, those whom the caller may see by right, accounts opened and changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Path, Query
from pydantic import Field, StringConstraints

from xuecheng.city import clock
from xuecheng.city.api.door import standing
from xuecheng.city.api.etags import etag_of, must_match
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Flag, In, Key, Named, Out, Reason, ShortText, TerritoryCode
from xuecheng.city.rights import Scope, Standing, require, seen_in_request
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


SignInName = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\u0000-\u001f\u007f]+$")]
BirthYear = Annotated[int, Field(ge=1890, le=2100)]


class PersonIn(In):
    """Year of birth and residence."""

    birth_year: BirthYear | None = None
    residence: TerritoryCode | None = None
    reason: Reason


class NewPersonIn(PersonIn):
    """An account without a password: its owner gets one at a counter. `id` is chosen by the caller."""

    id: UUID
    sign_in_name: SignInName
    name: Key
    language: Literal["zh-hans", "en"] = "zh-hans"


class NameIn(In):
    name: Key
    reason: Reason


class SignInIn(In):
    """Whether the account is open to sign-in; its records stay in any case."""

    may_sign_in: Flag
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
def get_person(request: HttpRequest, response: HttpResponse, id: Path[UUID]) -> PersonOut:
    """One person, if the caller may see them."""
    person = _person(standing(request), id)
    seen_in_request(request, person_id=person.pk, what="person")
    shown = PersonOut.of(person)
    response["ETag"] = etag_of(shown)
    return shown


@router.edit("/people/{id}", scope="people.write", out=PersonOut)
def change_person(request: HttpRequest, response: HttpResponse, id: Path[UUID], body: PersonIn) -> PersonOut:
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


@router.writing("/people", scope="people.open", out=PersonOut)
def open_account(request: HttpRequest, body: NewPersonIn) -> PersonOut:
    """Open an account; its owner signs in with a slip from a counter."""
    wished = services.NewPerson(
        public_id=body.id,
        sign_in_name=body.sign_in_name,
        name=body.name,
        birth_year=body.birth_year,
        territory=_territory(body.residence),
        language=body.language,
    )
    made = services.create_person(actor=standing(request), person=wished, today=clock.today(), reason=body.reason)
    return PersonOut.of(made)


@router.writing("/people/{id}/name", scope="people.write", out=PersonOut, status=200)
def change_name(request: HttpRequest, id: Path[UUID], body: NameIn) -> PersonOut:
    """Write a person's name anew."""
    person = _to_change(request, id)
    services.change_name(actor=standing(request), person=person, name=body.name, reason=body.reason)
    return PersonOut.of(Person.objects.select_related("territory").get(pk=person.pk))


@router.writing("/people/{id}/sign-in", scope="people.write", out=PersonOut, status=200)
def change_sign_in(request: HttpRequest, id: Path[UUID], body: SignInIn) -> PersonOut:
    """Close an account to sign-in, its sessions with it, or open it again."""
    person = _to_change(request, id)
    act = services.open_sign_in if body.may_sign_in else services.close_sign_in
    act(actor=standing(request), person=person, reason=body.reason)
    return PersonOut.of(Person.objects.select_related("territory").get(pk=person.pk))


def _to_change(request: HttpRequest, public_id: UUID) -> Person:
    actor = standing(request)
    person = _person(actor, public_id)
    require(actor, services.CHANGE, on=Scope(territory_path=person.territory.path if person.territory else None))
    seen_in_request(request, person_id=person.pk, what="person")
    return person


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
