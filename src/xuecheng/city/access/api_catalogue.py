"""The catalogue of roles for programs, who looked at whose records, and who can."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query
from pydantic import Field

from xuecheng.city import clock
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Code, Flag, In, Key, Out, Reason
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope

from . import queries, services
from .api import SEE, LawDay, RoleCode
from .models import Reading, Role, RoleHolding, RoleVersion
from .requests import seen, standing
from .services import Denied, require

router = Router(tags=["Roles and readings"])
DRAFT, DECIDE, READINGS, EXPLAIN = (
    "access.draft_role", "access.decide_role", "access.see_readings", "access.explain_access",
)  # fmt: skip
Act = Annotated[str, Field(max_length=64, pattern=r"^[a-z_]+\.[a-z_]+$")]


class RoleVersionOut(Out):
    """What a role may do from a day on, or shall be able to."""

    KEYS: ClassVar = ("id",)
    id: UUID
    role: str
    number: int
    state: RoleVersion.State
    acts: list[str]
    needs_second: bool
    begins_on: date | None
    reason: str

    @staticmethod
    def of(row: RoleVersion) -> RoleVersionOut:
        plain = ("number", "acts", "needs_second", "begins_on", "reason")
        return RoleVersionOut(
            **{name: getattr(row, name) for name in plain},
            id=row.public_id,
            role=row.role.code,
            state=RoleVersion.State(row.state),
        )


class CatalogueRoleOut(Out):
    """A role of the installation. `acts` is what it may do today."""

    KEYS: ClassVar = ("code",)
    code: str
    name: str
    held_at: Role.HeldAt
    acts: list[str]
    needs_second: bool
    holders: int
    draft: UUID | None

    @staticmethod
    def of(face: queries.RoleFace) -> CatalogueRoleOut:
        return CatalogueRoleOut(
            code=face.role.code,
            name=str(face.role),
            held_at=Role.HeldAt(face.role.held_at),
            acts=face.version.acts if face.version else [],
            needs_second=face.version.needs_second if face.version else False,
            holders=face.holders,
            draft=face.draft.public_id if face.draft else None,
        )


class NewRoleIn(In):
    """A role that no release ships; it may do nothing until a draft is approved."""

    code: RoleCode
    name_zh: Key
    name_en: Key
    held_at: Role.HeldAt
    reason: Reason


class RoleDraftIn(In):
    """What a role shall be able to do; `id` is chosen by the caller."""

    id: UUID
    acts: Annotated[list[Act], Field(max_length=300)]
    needs_second: Flag
    reason: Reason


class RoleDecisionIn(In):
    """Approve a colleague's draft from a day on, or refuse it."""

    decision: Literal["approve", "refuse"]
    begins_on: LawDay | None = None
    reason: Reason


class ReadingOut(Out):
    """Somebody looked at a person's records."""

    KEYS: ClassVar = ("at",)
    at: datetime
    reader: str
    what: str
    thing: str
    role: str
    via: str


class AccessOut(Out):
    """A role by which somebody can see a thing, and by which of its acts."""

    KEYS: ClassVar = ("id",)
    id: UUID
    person: str
    role: str
    organisation: str | None
    territory: str | None
    acts: list[str]


@router.listing("/role-catalogue", scope="roles.read", out=CatalogueRoleOut)
def list_role_catalogue(request: HttpRequest) -> dict[str, Any]:
    """All roles of the installation, by code."""
    _require_somewhere(request, SEE)
    return {"items": [CatalogueRoleOut.of(one) for one in queries.roles(today=clock.today())], "next": None}


@router.reading("/role-catalogue/{code}", scope="roles.read", out=CatalogueRoleOut)
def get_catalogue_role(request: HttpRequest, code: Path[RoleCode]) -> CatalogueRoleOut:
    """One role."""
    _require_somewhere(request, SEE)
    return _face(code)


@router.listing("/role-catalogue/{code}/versions", scope="roles.read", out=RoleVersionOut)
def list_role_versions(request: HttpRequest, code: Path[RoleCode], wish: Query[Paged]) -> dict[str, Any]:
    """All versions of a role, drafts too, the newest first."""
    _require_somewhere(request, SEE)
    found = RoleVersion.objects.filter(role=_role(code)).select_related("role")
    return cut(request, wish, found, order=("-number",), show=lambda rows: [RoleVersionOut.of(row) for row in rows])


@router.writing("/role-catalogue", scope="roles.define", out=CatalogueRoleOut)
def make_role(request: HttpRequest, body: NewRoleIn) -> CatalogueRoleOut:
    """Make a role that may do nothing yet."""
    said = body.model_dump(exclude={"held_at"})
    made = services.make_role(actor=standing(request), held_at=body.held_at.value, **said)
    return _face(made.code)


@router.writing("/role-catalogue/{code}/drafts", scope="roles.define", out=RoleVersionOut)
def draft_role(request: HttpRequest, code: Path[RoleCode], body: RoleDraftIn) -> RoleVersionOut:
    """Write down what a role shall be able to do; nothing changes until another operator approves it."""
    require(standing(request), DRAFT, on=Scope())
    made = services.draft_role(
        actor=standing(request),
        public_id=body.id,
        role=_role(code),
        acts=body.acts,
        needs_second=body.needs_second,
        reason=body.reason,
    )
    return _version_out(made.public_id)


@router.writing("/role-drafts/{id}/decision", scope="roles.define", out=RoleVersionOut, status=200)
def decide_role(request: HttpRequest, id: Path[UUID], body: RoleDecisionIn) -> RoleVersionOut:
    """Approve a draft from a day on, for everybody who holds the role, or refuse it."""
    viewer, today = standing(request), clock.today()
    require(viewer, DECIDE, on=Scope())
    version = _version(id)
    if body.decision == "approve":
        services.approve_role(
            actor=viewer, version=version, begins_on=body.begins_on or today, today=today, reason=body.reason
        )
    else:
        services.refuse_role(actor=viewer, version=version, reason=body.reason)
    return _version_out(id)


@router.listing("/me/readings", scope="readings.read", out=ReadingOut)
def list_own_readings(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """Who looked at the records of the person for whom the caller acts, the newest first."""
    return _readings(request, wish, standing(request).person)


@router.listing("/people/{id}/readings", scope="readings.read", out=ReadingOut)
def list_readings_of(request: HttpRequest, id: Path[UUID], wish: Query[Paged]) -> dict[str, Any]:
    """Who looked at a person's records, for the data protection officer; that is kept too."""
    person = Person.objects.select_related("territory").filter(public_id=id).first()
    if person is None or not standing(request).may(READINGS, queries.scope_of(person)):
        raise Http404
    seen(request, person_id=person.pk, what=Reading.What.READINGS)
    return _readings(request, wish, person)


@router.listing("/access/{kind}/{number}", scope="readings.read", out=AccessOut)
def explain_access(request: HttpRequest, kind: Path[Code], number: Path[Code], wish: Query[Paged]) -> dict[str, Any]:
    """Who can see an organisation, division, person or record by a role, and by which acts."""
    viewer = standing(request)
    thing = queries.explained(kind, number)
    if thing is None:
        raise Http404
    own = viewer.own_keys(EXPLAIN)
    is_own = thing.person is not None and thing.person.pk in own
    if not is_own and not any(viewer.may(EXPLAIN, place.scope) for place in thing.places):
        raise Http404 if thing.person is not None else Denied(EXPLAIN)
    if thing.person is not None and not is_own:
        seen(request, person_id=thing.person.pk, what=Reading.What.HELP)

    def show(rows: Sequence[RoleHolding]) -> list[AccessOut]:
        return [
            AccessOut(
                id=row.public_id,
                person=row.person.name,
                role=row.role,
                organisation=row.organisation.code if row.organisation else None,
                territory=row.territory.code if row.territory else None,
                acts=queries.reasons_of(row, thing.places),
            )
            for row in rows
        ]

    return cut(request, wish, queries.holders_who_see(thing.places, today=clock.today()), order=("id",), show=show)


def _readings(request: HttpRequest, wish: Paged, person: Person) -> dict[str, Any]:
    found = queries.readings_of(standing(request), person)

    def show(rows: Sequence[Reading]) -> list[ReadingOut]:
        return [
            ReadingOut(at=row.at, reader=row.reader.name, what=row.what, thing=row.thing, role=row.role, via=row.via)
            for row in rows
        ]

    return cut(request, wish, found, order=("-id",), show=show)


def _require_somewhere(request: HttpRequest, act: str) -> None:
    if not standing(request).may_somewhere(act):
        raise Denied(act)


def _role(code: str) -> Role:
    found = queries.role_named(code)
    if found is None:
        raise Http404
    return found


def _face(code: str) -> CatalogueRoleOut:
    face = next((one for one in queries.roles(today=clock.today()) if one.role.code == code), None)
    if face is None:
        raise Http404
    return CatalogueRoleOut.of(face)


def _version(public_id: UUID) -> RoleVersion:
    found = RoleVersion.objects.select_related("role", "drafted_by").filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _version_out(public_id: UUID) -> RoleVersionOut:
    return RoleVersionOut.of(_version(public_id))
