"""Divisions for programs: the tree, one division, how it was on a day, and its changes by who may make them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, ClassVar

from django.db.models import Q
from django.http import Http404, HttpRequest
from ninja import Path, Query
from pydantic import Field

from xuecheng.city import clock
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Day, Flag, In, Key, Line, Named, Out, Reason, ShortText, TerritoryCode, Wish
from xuecheng.city.rights import Scope, require, standing_of_request

from . import queries, services
from .models import Level, Succession, Territory

router = Router(tags=["Territories"])
CHANGE = "territories.change_territory"


class TerritoryOut(Out):
    """A division as it is today."""

    KEYS: ClassVar = ("code",)
    code: str
    level: Level
    name_zh: str
    name_en: str
    parent: str | None
    is_current: bool
    is_pseudo: bool
    population: int | None

    @staticmethod
    def of(row: Territory) -> TerritoryOut:
        return TerritoryOut(
            code=row.code,
            level=Level(row.level),
            name_zh=row.name_zh,
            name_en=row.name_en,
            parent=row.parent.code if row.parent else None,
            is_current=row.is_current,
            is_pseudo=row.is_pseudo,
            population=row.population,
        )


class DivisionOut(Out):
    """A division as it was on a day; `line` are those it belonged to then, the city first."""

    KEYS: ClassVar = ("code",)
    code: str
    on: date
    level: Level
    name_zh: str
    name_en: str
    parent: str | None
    is_pseudo: bool
    line: list[Named]


class NamePeriodOut(Out):
    """How a division was called and to whom it belonged, from a day on, until before another."""

    KEYS: ClassVar = ("begins_on",)
    begins_on: date | None
    ends_on: date | None
    name_zh: str
    name_en: str
    parent_name_zh: str
    parent_name_en: str


class SuccessionOut(Out):
    """One division followed another on a day, by a merger or a split."""

    KEYS: ClassVar = ("before", "after", "on")
    before: Named
    after: Named
    on: date
    kind: Succession.Kind


class SplitOut(Out):
    """A division that was split, and the new ones."""

    KEYS: ClassVar = ("code",)
    code: str
    parts: list[TerritoryOut]


class TerritoryWish(Paged):
    level: Level | None = None
    within: TerritoryCode | None = Field(None, description="Code of a division: what lies beneath it.")
    text: ShortText = Field("", description="Part of a name, or the beginning of a code.")


class ChangeIn(In):
    """From which day the change holds, and why."""

    on: Day
    reason: Reason


class RenameIn(ChangeIn):
    name_zh: Key
    name_en: Line = ""


class MoveIn(ChangeIn):
    parent: TerritoryCode


class NewDivisionIn(In):
    code: TerritoryCode
    name_zh: Key
    name_en: Line = ""

    def division(self) -> services.NewDivision:
        return services.NewDivision(code=self.code, name_zh=self.name_zh, name_en=self.name_en)


class MergerIn(ChangeIn):
    """Divisions that end, and the code of the one that stays, or the one that comes to be."""

    merged: Annotated[list[TerritoryCode], Field(min_length=1, max_length=50)]
    into: TerritoryCode | NewDivisionIn


class PartIn(NewDivisionIn):
    """A new division, and what of the old one it takes."""

    takes: Annotated[list[TerritoryCode], Field(max_length=500)] = []


class SplitIn(ChangeIn):
    """New divisions; with `remains` the old one goes on with what they do not take."""

    parts: Annotated[list[PartIn], Field(min_length=1, max_length=50)]
    remains: Flag = False


class AsOfWish(Wish):
    on: Day


@router.listing("/territories", out=TerritoryOut)
def list_territories(request: HttpRequest, wish: Query[TerritoryWish]) -> dict[str, Any]:
    """The city's divisions of today, by code."""
    found = Territory.objects.filter(is_current=True).select_related("parent")
    if wish.level:
        found = found.filter(level=wish.level)
    if wish.within:
        found = found.filter(path__startswith=_territory(wish.within).path)
    if text := wish.text.strip():
        found = found.filter(Q(name_zh__contains=text) | Q(name_en__icontains=text) | Q(code__startswith=text))
    return cut(request, wish, found, order=("code",), show=_shown)


@router.reading("/territories/{code}", out=TerritoryOut)
def get_territory(request: HttpRequest, code: Path[TerritoryCode]) -> TerritoryOut:
    """One division, current or ended."""
    return TerritoryOut.of(_territory(code))


@router.reading("/territories/{code}/as-of", out=DivisionOut)
def get_territory_as_of(request: HttpRequest, code: Path[TerritoryCode], wish: Query[AsOfWish]) -> DivisionOut:
    """What a code meant on a day, and to whom the division belonged then."""
    found = queries.as_of(code, wish.on)
    if found is None:
        raise Http404
    return _division(found, wish.on)


@router.listing("/territories/{code}/divisions-as-of", out=DivisionOut)
def list_divisions_as_of(request: HttpRequest, code: Path[TerritoryCode], wish: Query[AsOfWish]) -> dict[str, Any]:
    """What lay directly beneath a division on a day, in order of codes."""
    tree = queries.tree_as_of(wish.on, root=_territory(code))
    beneath = [node.division for node in tree[0].children] if tree else []
    return {"items": [_division(one, wish.on) for one in beneath], "next": None}


@router.listing("/territories/{code}/names", out=NamePeriodOut)
def list_division_names(request: HttpRequest, code: Path[TerritoryCode]) -> dict[str, Any]:
    """Names and parents over time, the newest first."""
    found = queries.periods_of(_territory(code))
    names = NamePeriodOut.model_fields
    return {"items": [NamePeriodOut(**{name: getattr(one, name) for name in names}) for one in found], "next": None}


@router.listing("/territories/{code}/successions", out=SuccessionOut)
def list_successions(request: HttpRequest, code: Path[TerritoryCode]) -> dict[str, Any]:
    """Mergers and splits in which the division took part, the newest first."""
    return {"items": [_succession(one) for one in queries.successions_of(_territory(code))], "next": None}


@router.writing("/territories/{code}/names", scope="territories.write", out=TerritoryOut)
def rename_division(request: HttpRequest, code: Path[TerritoryCode], body: RenameIn) -> TerritoryOut:
    """Give a division another name from a day on."""
    row = _to_change(request, code)
    services.rename(
        actor=standing_of_request(request), territory=row, name_zh=body.name_zh, name_en=body.name_en, on=body.on,
        today=clock.today(), reason=body.reason,
    )  # fmt: skip
    return TerritoryOut.of(_territory(code))


@router.writing("/territories/{code}/parents", scope="territories.write", out=TerritoryOut)
def move_division(request: HttpRequest, code: Path[TerritoryCode], body: MoveIn) -> TerritoryOut:
    """Put a division, with all beneath it, under another from a day on."""
    row = _to_change(request, code)
    services.move(
        actor=standing_of_request(request), territory=row, parent=_territory(body.parent), on=body.on,
        today=clock.today(), reason=body.reason,
    )  # fmt: skip
    return TerritoryOut.of(_territory(code))


@router.writing("/territory-mergers", scope="territories.write", out=TerritoryOut)
def merge_divisions(request: HttpRequest, body: MergerIn) -> TerritoryOut:
    """End divisions on a day and put what lies beneath them under one that stays, or under a new one."""
    made = services.merge(
        actor=standing_of_request(request),
        merged=[_to_change(request, code) for code in body.merged],
        into=_territory(body.into) if isinstance(body.into, str) else body.into.division(),
        on=body.on,
        today=clock.today(),
        reason=body.reason,
    )
    return TerritoryOut.of(_territory(made.code))


@router.writing("/territories/{code}/split", scope="territories.write", out=SplitOut)
def split_division(request: HttpRequest, code: Path[TerritoryCode], body: SplitIn) -> SplitOut:
    """Split a division from a day on into new ones of its level."""
    made = services.split(
        actor=standing_of_request(request),
        territory=_to_change(request, code),
        parts=[services.Part(one.division(), takes=one.takes) for one in body.parts],
        remains=body.remains,
        on=body.on,
        today=clock.today(),
        reason=body.reason,
    )
    return SplitOut(code=code, parts=[TerritoryOut.of(_territory(one.code)) for one in made])


def _division(found: queries.Division, on: date) -> DivisionOut:
    return DivisionOut(
        code=found.code,
        on=on,
        level=Level(found.level),
        name_zh=found.name_zh,
        name_en=found.name_en,
        parent=found.parent_code,
        is_pseudo=found.is_pseudo,
        line=[Named(code=one.code, name_zh=one.name_zh, name_en=one.name_en) for one in found.line],
    )


def _succession(row: Succession) -> SuccessionOut:
    sides = [Named(code=one.code, name_zh=one.name_zh, name_en=one.name_en) for one in (row.predecessor, row.successor)]
    return SuccessionOut(before=sides[0], after=sides[1], on=row.on, kind=Succession.Kind(row.kind))


def _to_change(request: HttpRequest, code: str) -> Territory:
    row = _territory(code)
    require(standing_of_request(request), CHANGE, on=Scope(territory_path=row.path))
    return row


def _shown(rows: Sequence[Territory]) -> list[TerritoryOut]:
    return [TerritoryOut.of(row) for row in rows]


def _territory(code: str) -> Territory:
    found = queries.by_code(code)
    if found is None:
        raise Http404
    return found
