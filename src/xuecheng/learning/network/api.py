"""The city's public figures for programs."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.http import HttpRequest
from ninja import Schema

from xuecheng.city import clock
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Out

from . import queries

router = Router(tags=["Public figures"])


class DistrictOut(Schema):
    code: str
    name: str
    records_recent: int
    places: int


class FiguresOut(Out):
    """The learning network today; records counted are those whose learning ended this year, and in 30 days."""

    KEYS: ClassVar = ("year",)
    year: int
    records_in_year: int
    records_recent: int
    accounts: int
    places: int
    counted_at: datetime | None
    districts: list[DistrictOut]


@router.reading("/figures", out=FiguresOut)
def get_figures(request: HttpRequest) -> FiguresOut:
    """The figures of the public home page, rolled up every ten minutes."""
    found = queries.network(today=clock.today())
    return FiguresOut(
        year=found.year,
        records_in_year=found.records_in_year,
        records_recent=found.records_recent,
        accounts=found.accounts,
        places=found.places,
        counted_at=found.counted_at,
        districts=[
            DistrictOut(code=one.code, name=one.name, records_recent=one.records_recent, places=one.places)
            for one in found.districts
        ],
    )
