"""The network of community colleges for programs: units, who covers what, what is missing where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query, Schema
from pydantic import Field

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import require
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Code, Day, In, Named, Out, Reason, ShortText, TerritoryCode, Wish
from xuecheng.city.organisations import queries as organisations
from xuecheng.city.territories import queries as territories
from xuecheng.city.territories.models import Level, Territory

from . import crediting, queries, services
from .models import College, CollegeLevel
from .queries import KEEP_NETWORK

router = Router(tags=["College network"])


class CollegeOut(Out):
    """A unit of the network. `parent` is the unit above; a teaching point's organisation is who runs it."""

    KEYS: ClassVar = ("id",)
    id: UUID
    level: CollegeLevel
    name: str
    organisation: str
    parent: UUID | None
    territory: Named
    stands_from: Day
    closed_from: Day | None

    @staticmethod
    def values(row: College) -> dict[str, Any]:
        place = row.territory
        return {
            "id": row.public_id,
            "level": row.level,
            "name": row.name_zh or row.organisation.name_zh,
            "organisation": row.organisation.code,
            "parent": row.parent.public_id if row.parent else None,
            "territory": Named(code=place.code, name_zh=place.name_zh, name_en=place.name_en),
            "stands_from": row.during.lower,
            "closed_from": row.during.upper,
        }

    @staticmethod
    def of(row: College) -> CollegeOut:
        return CollegeOut(**CollegeOut.values(row))


class ClassCountOut(Schema):
    """Classes with a session in a calendar year, each once (N-04); `shared` are those of several units together."""

    year: int
    classes: int
    shared: int
    minutes: int

    @staticmethod
    def of(found: crediting.Credit, year: int) -> ClassCountOut:
        return ClassCountOut(year=year, classes=found.classes, shared=found.shared, minutes=found.minutes)


class WholeCollegeOut(CollegeOut):
    """A unit with what it covers today and what it has to teach in where it is (N-01)."""

    covers: list[Named]
    houses: int
    rooms: int
    seats: int
    credited: ClassCountOut


class DivisionClassesOut(Out):
    """The classes of a year that units of a division take part in: no sum over units, each class counts once."""

    KEYS: ClassVar = ("territory",)
    territory: str
    classes: ClassCountOut


class DivisionClassesWish(Wish):
    """Of the city or a district, in a year; without one, this year."""

    within: TerritoryCode | None = None
    year: Annotated[int, Field(ge=2000, le=2200)] | None = None


class CollegeWish(Paged):
    text: ShortText = ""
    level: CollegeLevel | None = None
    within: TerritoryCode | None = None


class CoveringWish(Wish):
    """Who covers a division on a day; without one, today."""

    territory: TerritoryCode
    on: Day | None = None


class CoveringOut(Out):
    """Of a level the unit that covers the division, if any, and by which division of its line."""

    KEYS: ClassVar = ("level",)
    level: CollegeLevel
    college: UUID | None
    by: str | None

    @staticmethod
    def of(row: queries.Covering) -> CoveringOut:
        return CoveringOut(
            level=CollegeLevel(row.level),
            college=row.college.public_id if row.college else None,
            by=row.territory.code if row.territory else None,
        )


class GapWish(Wish):
    """The city by district, or a district by street."""

    within: TerritoryCode | None = None


class GapOut(Out):
    """A division in the gap report (N-01). `coverage`: own, shared, declared or none, counted from real premises."""

    KEYS: ClassVar = ("territory",)
    territory: str
    name_zh: str
    name_en: str
    residents: int | None
    is_estimate: bool = Field(description="No count is published: the district's, divided by communities.")
    residents_source: str
    coverage: str
    streets: int
    streets_with_school: int
    communities: int
    communities_with_point: int
    places: int
    rooms: int
    seats: int
    nearest_school_metres: int | None
    themes: dict[str, int]

    @staticmethod
    def of(row: queries.Area) -> GapOut:
        return GapOut(
            territory=row.code, name_zh=row.name_zh, name_en=row.name_en, residents=row.people,
            is_estimate=row.people_estimated, residents_source=row.people_source, coverage=row.state,
            streets=row.streets.whole, streets_with_school=row.streets.own, communities=row.communities.whole,
            communities_with_point=row.communities.own, places=row.houses, rooms=row.rooms, seats=row.seats,
            nearest_school_metres=round(row.nearest_km * 1000) if row.nearest_km is not None else None,
            themes=dict(sorted(row.themes.items())),
        )  # fmt: skip


class FoundIn(In):
    """A unit to found; `id` is chosen by the caller. Name and territory only of a teaching point."""

    id: UUID
    level: CollegeLevel
    organisation: Code
    parent: UUID | None = None
    territory: TerritoryCode | None = None
    name_zh: ShortText = ""
    name_en: ShortText = ""
    stands_from: Day
    reason: Reason


class CollegeMoveIn(In):
    """Under which unit it stands from now on."""

    parent: UUID | None
    reason: Reason


class CollegeCloseIn(In):
    """The first day on which it stands no more, and why."""

    closed_from: Day
    reason: Reason


@router.listing("/colleges", out=CollegeOut)
def list_colleges(request: HttpRequest, wish: Query[CollegeWish]) -> dict[str, Any]:
    """Units that stand today."""
    found = queries.colleges(
        on=clock.today(),
        text=wish.text,
        level=wish.level or "",
        within=_territory(wish.within) if wish.within else None,
    )
    return cut(request, wish, found, order=("pk",), show=_shown)


@router.reading("/colleges/{id}", out=WholeCollegeOut)
def get_college(request: HttpRequest, id: Path[UUID]) -> WholeCollegeOut:
    """One unit, what it covers today, and its rooms."""
    del request
    row = _college(id)
    today = clock.today()
    there = queries.premises_by_unit(on=today, unit=row).get(row.pk, queries.NO_PREMISES)
    covers = [
        Named(code=one.territory.code, name_zh=one.territory.name_zh, name_en=one.territory.name_en)
        for one in queries.coverage_of(row, on=today)
        if today in one.during
    ]
    return WholeCollegeOut(
        **CollegeOut.values(row),
        covers=covers,
        houses=there.houses,
        rooms=there.rooms,
        seats=there.seats,
        credited=ClassCountOut.of(
            crediting.NONE if row.is_point else crediting.of_unit(row.organisation_id, today.year), today.year
        ),
    )


@router.listing("/covering-colleges", out=CoveringOut)
def list_covering(request: HttpRequest, wish: Query[CoveringWish]) -> dict[str, Any]:
    """Who covers a division on a day, from the nearest level up."""
    del request
    found = queries.who_covers(_territory(wish.territory), on=wish.on or clock.today())
    return {"items": [CoveringOut.of(one) for one in found], "next": None}


@router.listing("/coverage-gaps", out=GapOut)
def list_gaps(request: HttpRequest, wish: Query[GapWish]) -> dict[str, Any]:
    """What is missing where: the districts of the city, or the streets of one."""
    del request
    of = _city_or_district(wish.within)
    report = queries.gap_report(of, on=clock.today())
    return {"items": [GapOut.of(one) for one in report.areas], "next": None}


@router.reading("/network-classes", out=DivisionClassesOut)
def get_network_classes(request: HttpRequest, wish: Query[DivisionClassesWish]) -> DivisionClassesOut:
    """How many classes the units of a division take part in, each counted once however many units do."""
    del request
    of = _city_or_district(wish.within)
    year = wish.year or clock.today().year
    return DivisionClassesOut(territory=of.code, classes=ClassCountOut.of(crediting.within(of.path, year), year))


@router.writing("/colleges", scope="colleges.write", out=CollegeOut)
def found_college(request: HttpRequest, body: FoundIn) -> CollegeOut:
    """Found a unit of the network."""
    organisation = organisations.by_code(body.organisation)
    if organisation is None:
        raise Http404
    made = services.found_college(
        actor=standing(request),
        public_id=body.id,
        founding=services.Founding(
            organisation=organisation,
            level=body.level,
            parent=_college(body.parent) if body.parent else None,
            territory=_territory(body.territory) if body.territory else None,
            name_zh=body.name_zh,
            name_en=body.name_en,
        ),
        on=body.stands_from,
        today=clock.today(),
        why=body.reason,
    )
    return CollegeOut.of(_college(made.public_id))


@router.writing("/colleges/{id}/place", scope="colleges.write", out=CollegeOut, status=200)
def move_college(request: HttpRequest, id: Path[UUID], body: CollegeMoveIn) -> CollegeOut:
    """Put a unit under another one."""
    row = _kept(request, id)
    services.move_college(
        actor=standing(request), college=row, parent=_college(body.parent) if body.parent else None, why=body.reason
    )
    return CollegeOut.of(_college(id))


@router.writing("/colleges/{id}/closing", scope="colleges.write", out=CollegeOut, status=200)
def close_college(request: HttpRequest, id: Path[UUID], body: CollegeCloseIn) -> CollegeOut:
    """Close a unit on a day; what it has after that day is moved first (N-05)."""
    row = _kept(request, id)
    services.close_college(
        actor=standing(request), college=row, on=body.closed_from, today=clock.today(), why=body.reason
    )
    return CollegeOut.of(_college(id))


def _kept(request: HttpRequest, public_id: UUID) -> College:
    row = _college(public_id)
    require(standing(request), KEEP_NETWORK, on=row)
    return row


def _college(public_id: UUID) -> College:
    row = queries.by_id(public_id)
    if row is None:
        raise Http404
    return row


def _city_or_district(code: str | None) -> Territory:
    here = territories.installation()
    of = _territory(code) if code else here.city if here else None
    if of is None or of.level not in (Level.CITY, Level.DISTRICT):
        raise Http404
    return of


def _territory(code: str) -> Territory:
    found = territories.by_code(code)
    if found is None:
        raise Http404
    return found


def _shown(rows: Sequence[College]) -> list[CollegeOut]:
    return [CollegeOut.of(row) for row in rows]
