"""Divisions for programs: the tree, one division, how it was on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django.http import Http404, HttpRequest
from ninja import Path, Query
from pydantic import Field

from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Named, Out, TerritoryCode, Wish

from . import queries
from .models import Level, Territory

router = Router(tags=["Territories"])


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


class TerritoryWish(Paged):
    level: Level | None = None
    within: TerritoryCode | None = Field(None, description="Code of a division: what lies beneath it.")


class AsOfWish(Wish):
    on: date


@router.listing("/territories", out=TerritoryOut)
def list_territories(request: HttpRequest, wish: Query[TerritoryWish]) -> dict[str, Any]:
    """The city's divisions of today, by code."""
    found = Territory.objects.filter(is_current=True).select_related("parent")
    if wish.level:
        found = found.filter(level=wish.level)
    if wish.within:
        found = found.filter(path__startswith=_territory(wish.within).path)
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
    return DivisionOut(
        code=found.code,
        on=wish.on,
        level=Level(found.level),
        name_zh=found.name_zh,
        name_en=found.name_en,
        parent=found.parent_code,
        is_pseudo=found.is_pseudo,
        line=[Named(code=one.code, name_zh=one.name_zh, name_en=one.name_en) for one in found.line],
    )


def _shown(rows: Sequence[Territory]) -> list[TerritoryOut]:
    return [TerritoryOut.of(row) for row in rows]


def _territory(code: str) -> Territory:
    found = queries.by_code(code)
    if found is None:
        raise Http404
    return found
