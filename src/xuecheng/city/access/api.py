"""Roles held, for programs: one's own, those of a place or person for who may see them; granted, decided, ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query
from pydantic import Field, StringConstraints

from xuecheng.city import clock
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Code, Day, In, Out, Reason, TerritoryCode
from xuecheng.city.organisations import queries as organisations
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.groups import keys_of
from xuecheng.city.people.models import Person
from xuecheng.city.territories import queries as territories
from xuecheng.city.territories.models import Territory

from . import queries, services
from .models import RoleHolding
from .requests import standing
from .rules import SINCE
from .services import require

router = Router(tags=["Roles held"])
SEE, GRANT, APPROVE, END = "access.see_roles", "access.grant_role", "access.approve_holding", "access.end_role"
EXPIRE_WITHIN_DAYS = 60


RoleCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{2,31}$")]
LawDay = Annotated[Day, Field(ge=SINCE, le=date(2200, 12, 31))]


class RoleOut(Out):
    """A role held at an organisation or over a territory, from a day on, until before another."""

    KEYS: ClassVar = ("id",)
    id: UUID
    role: str
    person: UUID
    organisation: str | None
    territory: str | None
    begins_on: date | None
    ends_on: date | None
    state: RoleHolding.State
    reason: str


class GrantIn(In):
    """Who gets which role where, for `[begins_on, ends_on)`; `id` is chosen by the caller."""

    id: UUID
    person: UUID
    role: RoleCode
    organisation: Code | None = None
    territory: TerritoryCode | None = None
    begins_on: LawDay
    ends_on: LawDay | None = None
    reason: Reason


class EndIn(In):
    """The first day on which the role counts no more, and why."""

    on: LawDay
    reason: Reason


class HoldingDecisionIn(In):
    """What a second person says of a sensitive role that was proposed."""

    decision: Literal["approve", "refuse"]
    reason: Reason


@router.listing("/roles", scope="profile", out=RoleOut)
def list_own_roles(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """The roles of the person for whom the caller acts, past and to come too."""
    person = standing(request).person
    if not isinstance(person, Person):
        raise Http404
    return _cut(request, wish, person=person)


@router.listing("/organisations/{code}/roles", scope="roles.read", out=RoleOut)
def list_roles_at(request: HttpRequest, code: Path[Code], wish: Query[Paged]) -> dict[str, Any]:
    """Who holds a role at an organisation, past and to come too."""
    organisation = organisations.by_code(code)
    if organisation is None:
        raise Http404
    require(standing(request), SEE, on=organisation)
    return _cut(request, wish, organisation=organisation)


@router.listing("/territories/{code}/roles", scope="roles.read", out=RoleOut)
def list_roles_over(request: HttpRequest, code: Path[TerritoryCode], wish: Query[Paged]) -> dict[str, Any]:
    """Who holds a role over a territory, past and to come too."""
    territory = _territory(code)
    require(standing(request), SEE, on=territory)
    return _cut(request, wish, territory=territory)


@router.listing("/people/{id}/roles", scope="roles.read", out=RoleOut)
def list_roles_of(request: HttpRequest, id: Path[UUID], wish: Query[Paged]) -> dict[str, Any]:
    """Those of a person's roles that the caller may see, past and to come too."""
    viewer = standing(request)
    person = _person(id)
    held = queries.holdings_seen(viewer, person)
    if not held and not viewer.may(SEE, queries.Scope(territory_path=_path(person))):
        raise Http404
    return _cut(request, wish, person__in=keys_of(person), pk__in=[row.pk for row in held])


@router.listing("/role-holdings/waiting", scope="roles.read", out=RoleOut)
def list_waiting_roles(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """Sensitive roles that were proposed and that the caller may approve, the oldest first."""
    _require_somewhere(request, SEE)
    return cut(request, wish, queries.proposed(standing(request)), order=("id",), show=_shown)


@router.listing("/role-holdings/expiring", scope="roles.read", out=RoleOut)
def list_expiring_roles(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """Roles that end within sixty days."""
    _require_somewhere(request, SEE)
    found = queries.ending_soon(standing(request), today=clock.today(), days=EXPIRE_WITHIN_DAYS)
    return cut(request, wish, found, order=("id",), show=_shown)


@router.writing("/role-holdings", scope="roles.write", out=RoleOut)
def grant_role(request: HttpRequest, body: GrantIn) -> RoleOut:
    """Give somebody a role; a sensitive one is only proposed by this, and counts once another person approved it."""
    organisation = organisations.by_code(body.organisation) if body.organisation else None
    if body.organisation and organisation is None:
        raise Http404
    territory = _territory(body.territory) if body.territory else None
    viewer = standing(request)
    place: Organisation | Territory | None = organisation or territory
    require(viewer, GRANT, on=place or queries.Scope())
    made = services.grant_role(
        actor=viewer,
        public_id=body.id,
        person=_person(body.person),
        role=body.role,
        organisation=organisation,
        territory=territory,
        begins_on=body.begins_on,
        ends_on=body.ends_on,
        reason=body.reason,
    )
    return _one(made.public_id)


@router.writing("/role-holdings/{id}/decision", scope="roles.write", out=RoleOut, status=200)
def decide_holding(request: HttpRequest, id: Path[UUID], body: HoldingDecisionIn) -> RoleOut:
    """Approve as a second person that somebody gets a sensitive role, or refuse it."""
    viewer, holding = standing(request), _holding(id)
    require(viewer, APPROVE, on=holding.place)
    act = services.approve_holding if body.decision == "approve" else services.refuse_holding
    act(actor=viewer, holding=holding, today=clock.today(), reason=body.reason)
    return _one(id)


@router.writing("/role-holdings/{id}/end", scope="roles.write", out=RoleOut, status=200)
def end_role(request: HttpRequest, id: Path[UUID], body: EndIn) -> RoleOut:
    """End a role from a day on."""
    viewer, holding = standing(request), _holding(id)
    require(viewer, END, on=holding.place)
    services.end_role(actor=viewer, holding=holding, on=body.on, reason=body.reason)
    return _one(id)


def _cut(request: HttpRequest, wish: Paged, **by: Any) -> dict[str, Any]:
    found = RoleHolding.objects.filter(state=RoleHolding.State.APPROVED, **by).select_related(
        "person", "organisation", "territory"
    )
    return cut(request, wish, found, order=("-id",), show=_shown)


def _require_somewhere(request: HttpRequest, act: str) -> None:
    if not standing(request).may_somewhere(act):
        raise services.Denied(act)


def _one(public_id: UUID) -> RoleOut:
    return _shown([_holding(public_id)])[0]


def _holding(public_id: UUID) -> RoleHolding:
    rows = RoleHolding.objects.select_related("person", "organisation__territory", "territory")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _person(public_id: UUID) -> Person:
    found = Person.objects.select_related("territory").filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _path(person: Person) -> str | None:
    return person.territory.path if person.territory else None


def _territory(code: str) -> Territory:
    found = territories.by_code(code)
    if found is None:
        raise Http404
    return found


def _shown(rows: Sequence[RoleHolding]) -> list[RoleOut]:
    return [
        RoleOut(
            id=row.public_id,
            role=row.role,
            person=row.person.public_id,
            organisation=row.organisation.code if row.organisation else None,
            territory=row.territory.code if row.territory else None,
            begins_on=None if row.during.isempty else row.during.lower,
            ends_on=None if row.during.isempty else row.during.upper,
            state=RoleHolding.State(row.state),
            reason=row.reason,
        )
        for row in rows
    ]
