"""Roles held, for programs: one's own, and those at an organisation for who may see them. Nothing is granted here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query

from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Code, Out
from xuecheng.city.organisations import queries as organisations
from xuecheng.city.people.models import Person

from .models import RoleHolding
from .requests import standing
from .services import require

router = Router(tags=["Roles held"])


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
    require(standing(request), "access.see_roles", on=organisation)
    return _cut(request, wish, organisation=organisation)


def _cut(request: HttpRequest, wish: Paged, **by: Any) -> dict[str, Any]:
    found = RoleHolding.objects.filter(**by).select_related("person", "organisation", "territory")
    return cut(request, wish, found, order=("-id",), show=_shown)


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
        )
        for row in rows
    ]
