"""The register of organisations for programs: read by everybody, kept by those who may."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Path, Query
from pydantic import StringConstraints

from xuecheng.city import clock
from xuecheng.city.api.etags import etag_of, must_match
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Code, Day, In, Key, Line, Named, Out, Reason, ShortText, TerritoryCode
from xuecheng.city.rights import Scope, require, standing_of_request
from xuecheng.city.territories import queries as territories

from . import queries, rules, services
from .models import Kind, Organisation, OrganisationStatus, Tier

router = Router(tags=["Organisations"])
State = Literal["active", "suspended", "closed"]


class OrganisationOut(Out):
    """A body that takes part."""

    KEYS: ClassVar = ("code",)
    id: UUID
    code: str
    credit_code: str | None
    kind: Kind
    tier: str
    name_zh: str
    name_en: str
    territory: Named
    parent: str | None
    address: str
    is_active: bool
    grade_scale: str

    @staticmethod
    def of(row: Organisation) -> OrganisationOut:
        place = row.territory
        return OrganisationOut(
            id=row.public_id,
            code=row.code,
            credit_code=row.credit_code,
            kind=Kind(row.kind),
            tier=row.tier,
            name_zh=row.name_zh,
            name_en=row.name_en,
            territory=Named(code=place.code, name_zh=place.name_zh, name_en=place.name_en),
            parent=row.parent.code if row.parent else None,
            address=row.address,
            is_active=row.is_active,
            grade_scale=row.grade_scale,
        )


class StatusOut(Out):
    """What an organisation is from a day on."""

    KEYS: ClassVar = ("code",)
    code: str
    state: str
    begins_on: date | None
    reason: str


class OrganisationWish(Paged):
    kind: Kind | None = None
    within: TerritoryCode | None = None
    text: ShortText = ""
    state: State | None = None


class FactsIn(In):
    """Everything the register says of an organisation."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=24, pattern=r"^[A-Za-z0-9-]+$")]
    kind: Kind
    tier: Tier | Literal[""] = ""
    name_zh: Key
    name_en: Line = ""
    territory: TerritoryCode
    credit_code: Annotated[str, StringConstraints(max_length=18, pattern=r"^[0-9A-Za-z]*$")] = ""
    parent: Code | None = None
    address: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\u0000-\u001f\u007f]*$")] = ""
    grade_scale: Annotated[str, StringConstraints(max_length=24, pattern=r"^[a-z0-9_-]*$")] = "percent"
    reason: Reason


class NewOrganisationIn(FactsIn):
    """An organisation to enter; `id` is chosen by the caller."""

    id: UUID
    on: Day | None = None


class StatusIn(In):
    """What it is from a day on, and why."""

    state: State
    on: Day
    reason: Reason


_VERBS = {
    rules.ACTIVE: services.reopen_organisation,
    rules.SUSPENDED: services.suspend_organisation,
    rules.CLOSED: services.close_organisation,
}


@router.listing("/organisations", out=OrganisationOut)
def list_organisations(request: HttpRequest, wish: Query[OrganisationWish]) -> dict[str, Any]:
    """The register, by code."""
    found = queries.organisations(
        kind=wish.kind or "",
        within=_territory(wish.within) if wish.within else None,
        text=wish.text,
        state=wish.state or "",
        on=clock.today(),
    )
    return cut(request, wish, found, order=("code",), show=_shown)


@router.reading("/organisations/{code}", out=OrganisationOut, has_etag=True)
def get_organisation(request: HttpRequest, response: HttpResponse, code: Path[Code]) -> OrganisationOut:
    """One organisation."""
    shown = OrganisationOut.of(_organisation(code))
    response["ETag"] = etag_of(shown)
    return shown


@router.writing("/organisations", scope="organisations.write", out=OrganisationOut)
def create_organisation(request: HttpRequest, body: NewOrganisationIn) -> OrganisationOut:
    """Enter an organisation in the register."""
    today = clock.today()
    made = services.create_organisation(
        actor=standing_of_request(request),
        public_id=body.id,
        facts=_facts(body),
        on=body.on or today,
        today=today,
        reason=body.reason,
    )
    return OrganisationOut.of(made)


@router.edit("/organisations/{code}", scope="organisations.write", out=OrganisationOut)
def change_organisation(
    request: HttpRequest, response: HttpResponse, code: Path[Code], body: FactsIn
) -> OrganisationOut:
    """Put other facts in the place of what the register says."""
    row = _organisation(code)
    standing = standing_of_request(request)
    require(standing, services.ACT, on=Scope(organisation_id=row.pk, territory_path=row.territory.path))
    row = queries.organisations().select_for_update(no_key=True, of=("self",)).get(pk=row.pk)
    must_match(request, OrganisationOut.of(row))
    services.change_organisation(actor=standing, organisation=row, facts=_facts(body), reason=body.reason)
    shown = OrganisationOut.of(queries.organisations().get(pk=row.pk))
    response["ETag"] = etag_of(shown)
    return shown


@router.writing("/organisations/{code}/statuses", scope="organisations.write", out=StatusOut)
def change_status(request: HttpRequest, code: Path[Code], body: StatusIn) -> StatusOut:
    """Suspend, close or reopen an organisation from a day on."""
    row = _organisation(code)
    _VERBS[body.state](
        actor=standing_of_request(request), organisation=row, on=body.on, today=clock.today(), reason=body.reason
    )
    status = OrganisationStatus.objects.get(organisation=row, during__contains=body.on)
    return StatusOut(code=row.code, state=status.state, begins_on=status.during.lower, reason=status.reason)


def _shown(rows: Sequence[Organisation]) -> list[OrganisationOut]:
    return [OrganisationOut.of(row) for row in rows]


def _facts(body: FactsIn) -> services.Facts:
    said = body.model_dump(exclude={"reason", "id", "on", "territory", "parent", "kind", "tier"})
    return services.Facts(
        **said,
        kind=str(body.kind),
        tier=str(body.tier),
        territory=_territory(body.territory),
        parent=_organisation(body.parent) if body.parent else None,
    )


def _organisation(code: str) -> Organisation:
    found = queries.by_code(code)
    if found is None:
        raise Http404
    return found


def _territory(code: str) -> Any:
    found = territories.by_code(code)
    if found is None:
        raise Http404
    return found
