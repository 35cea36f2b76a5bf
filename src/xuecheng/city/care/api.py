"""Help for programs: one's helpers, whom one helps, what was done, and the counter. The header Acting-For uses it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query
from pydantic import Field

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.access.services import Denied, require
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Day, Flag, In, Key, Out
from xuecheng.city.people import queries as people
from xuecheng.city.people.api import SignInName
from xuecheng.city.people.models import Person

from . import queries, services
from .models import Deed, Guardianship, Proxy
from .queries import HelpFace
from .rules import Task

router = Router(tags=["Help for others"])
OWN = "care.grant_proxy"
LifeDay = Annotated[Day, Field(ge=date(1900, 1, 1), le=date(2200, 12, 31))]


class HelpOut(Out):
    """Somebody helps somebody: a proxy, or a guardian of a child. `id` is what the header Acting-For names."""

    KEYS: ClassVar = ("id",)
    id: UUID
    via: Literal["proxy", "guardian"]
    person: str
    helper: str
    tasks: list[str]
    begins_at: datetime | None
    ends_at: datetime | None
    is_open: bool
    waits_for_consent: bool
    how: str

    @staticmethod
    def of(face: HelpFace) -> HelpOut:
        return HelpOut(
            id=face.public_id,
            via="guardian" if face.is_guardian else "proxy",
            person=face.person.name,
            helper=face.helper.name,
            tasks=list(face.said),
            begins_at=face.begins_at,
            ends_at=face.ends_at,
            is_open=face.is_open,
            waits_for_consent=face.waits_for_consent,
            how=face.how,
        )


class DeedOut(Out):
    """Something a helper did for a person."""

    KEYS: ClassVar = ("at",)
    at: datetime
    helper: str
    via: str
    help: UUID
    what: str


class HelperIn(In):
    """Whom one chooses, by their sign-in name, for what, and until which day; `id` is chosen by the caller."""

    id: UUID
    helper: SignInName
    tasks: Annotated[list[Task], Field(min_length=1, max_length=4)]
    ends_on: LifeDay


class CounterHelperIn(HelperIn):
    """The same at the counter, in the person's presence."""

    is_present: Flag


class GuardianIn(In):
    """Who acts for a child, with the proof that was seen; `id` is chosen by the caller."""

    id: UUID
    guardian: SignInName
    relation: Guardianship.Relation
    proof: Annotated[Key, Field(max_length=120)]
    child_born_on: LifeDay


class AnewAnswerIn(In):
    """Whether the former guardian may go on helping, by a helper that is then chosen."""

    goes_on: Flag


@router.listing("/me/helpers", scope="helpers.read", out=HelpOut)
def list_helpers(request: HttpRequest) -> dict[str, Any]:
    """Who helps the person for whom the caller acts, now and before."""
    return _faces(queries.helpers_of(_me(request), at=clock.now()))


@router.listing("/me/helped", scope="helpers.read", out=HelpOut)
def list_helped(request: HttpRequest) -> dict[str, Any]:
    """Whom the person helps for whom the caller acts, now and before."""
    return _faces(queries.helped_by(_me(request), at=clock.now()))


@router.listing("/me/deeds", scope="helpers.read", out=DeedOut)
def list_deeds(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """What helpers did for the person, the newest first."""
    return cut(request, wish, queries.deeds_of(_me(request)), order=("-id",), show=_shown_deeds)


@router.writing("/me/helpers", scope="helpers.write", out=HelpOut)
def choose_helper(request: HttpRequest, body: HelperIn) -> HelpOut:
    """Let somebody do named things for oneself until a day; either side ends it at once."""
    actor = standing(request)
    require(actor, OWN, on=actor.person)
    made = services.grant_proxy(
        actor=actor,
        public_id=body.id,
        helper=_named(body.helper),
        tasks=[task.value for task in body.tasks],
        ends_on=body.ends_on,
        at=clock.now(),
    )
    return _of_proxy(made)


@router.writing("/helpers/{id}/end", scope="helpers.write", out=HelpOut, status=200)
def end_help(request: HttpRequest, id: Path[UUID]) -> HelpOut:
    """End a helper's right at once: either side, or staff at the residence."""
    actor = standing(request)
    proxy = Proxy.objects.select_related("person__territory", "helper").filter(public_id=id).first()
    if proxy is None or not _is_side_or_staff(actor, proxy):
        raise Http404
    return _of_proxy(services.end_proxy(actor=actor, proxy=proxy, at=clock.now()))


@router.writing("/guardianships/{id}/consent", scope="helpers.write", out=HelpOut, status=200)
def consent_as_guardian(request: HttpRequest, id: Path[UUID]) -> HelpOut:
    """Agree that the child's learning is kept, and act for the child from now on."""
    one = _guardianship(id)
    if one.guardian_id not in standing(request).own_keys(OWN):
        raise Http404
    services.consent_as_guardian(actor=standing(request), guardianship=one, at=clock.now())
    return _of_guardian(one)


@router.writing("/guardianships/{id}/end", scope="helpers.write", out=HelpOut, status=200)
def end_guardianship(request: HttpRequest, id: Path[UUID]) -> HelpOut:
    """End it before the birthday: the guardian, or staff at the residence."""
    actor, one = standing(request), _guardianship(id)
    is_guardian = one.guardian_id in actor.own_keys(OWN)
    if not is_guardian:
        require(actor, "care.record_guardian", on=queries.counter_scope(one.child))
    services.end_guardianship(actor=actor, guardianship=one, at=clock.now())
    return _of_guardian(one)


@router.writing("/guardianships/{id}/answer", scope="helpers.write", out=HelpOut, status=200)
def answer_anew(request: HttpRequest, id: Path[UUID], body: AnewAnswerIn) -> HelpOut:
    """After the birthday the young person says whether the former guardian may go on helping."""
    one = _guardianship(id)
    if one.child_id not in standing(request).own_keys(OWN):
        raise Http404
    services.answer_anew(actor=standing(request), guardianship=one, goes_on=body.goes_on, at=clock.now())
    return _of_guardian(one)


@router.listing("/people/{id}/helpers", scope="helpers.read", out=HelpOut)
def list_helpers_of(request: HttpRequest, id: Path[UUID]) -> dict[str, Any]:
    """Who helps a person at the counter."""
    person = _at_counter(request, id, "care.record_proxy")
    seen(request, person_id=person.pk, what=Reading.What.HELP)
    return _faces(queries.for_counter(standing(request), person, at=clock.now()))


@router.writing("/people/{id}/helpers", scope="helpers.write", out=HelpOut)
def record_helper(request: HttpRequest, id: Path[UUID], body: CounterHelperIn) -> HelpOut:
    """Record at the counter, in the person's presence, whom they choose; the caller's person is the witness."""
    made = services.record_proxy(
        actor=standing(request),
        public_id=body.id,
        person=_at_counter(request, id, "care.record_proxy"),
        helper=_named(body.helper),
        tasks=[task.value for task in body.tasks],
        ends_on=body.ends_on,
        is_present=body.is_present,
        at=clock.now(),
    )
    return _of_proxy(made)


@router.writing("/people/{id}/guardians", scope="helpers.write", out=HelpOut)
def record_guardian(request: HttpRequest, id: Path[UUID], body: GuardianIn) -> HelpOut:
    """Record at the counter who acts for a child; it counts once the guardian has agreed."""
    made = services.record_guardian(
        actor=standing(request),
        public_id=body.id,
        child=_at_counter(request, id, "care.record_guardian"),
        guardian=_named(body.guardian),
        relation=body.relation.value,
        proof=body.proof,
        child_born_on=body.child_born_on,
        at=clock.now(),
    )
    return _of_guardian(made)


def _me(request: HttpRequest) -> Person:
    """The person for whom the caller acts; a service key reaches nothing of its holder's own."""
    viewer = standing(request)
    if not viewer.own_keys(OWN):
        raise Denied(OWN)
    return viewer.person


def _is_side_or_staff(actor: Standing, proxy: Proxy) -> bool:
    is_side = bool({proxy.person_id, proxy.helper_id} & {*actor.own_keys(OWN)})
    return is_side or actor.may("care.end_help", queries.counter_scope(proxy.person))


def _faces(faces: Sequence[HelpFace]) -> dict[str, Any]:
    return {"items": [HelpOut.of(face) for face in faces], "next": None}


def _of_proxy(proxy: Proxy) -> HelpOut:
    return _of(queries.helpers_of(proxy.person, at=clock.now()), proxy.public_id)


def _of_guardian(one: Guardianship) -> HelpOut:
    return _of(queries.helpers_of(one.child, at=clock.now()), one.public_id)


def _of(faces: Sequence[HelpFace], public_id: UUID) -> HelpOut:
    found = next((face for face in faces if face.public_id == public_id), None)
    if found is None:
        raise Http404
    return HelpOut.of(found)


def _shown_deeds(rows: Sequence[Deed]) -> list[DeedOut]:
    return [DeedOut(at=row.at, helper=row.helper.name, via=row.via, help=row.via_id, what=row.said) for row in rows]


def _named(sign_in_name: str) -> Person:
    found = people.by_sign_in_name(sign_in_name)
    if found is None:
        raise Http404
    return found


def _guardianship(public_id: UUID) -> Guardianship:
    rows = Guardianship.objects.select_related("child__territory", "guardian")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _at_counter(request: HttpRequest, public_id: UUID, act: str) -> Person:
    person = people.person(standing(request), public_id)
    if person is None:
        raise Http404
    require(standing(request), act, on=queries.counter_scope(person))
    return person
