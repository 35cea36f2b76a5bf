"""The calendar of working days for programs: special days of a year, and the end of a period."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, ClassVar, Literal, cast

from django.http import HttpRequest
from ninja import Path, Query
from pydantic import Field

from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Day, Out, Wish
from xuecheng.city.refusals import Refusal

from . import queries, rules

router = Router(tags=["Working days"])
Year = Annotated[int, Field(ge=rules.FIRST_YEAR, le=rules.LAST_YEAR)]
CalendarDay = Annotated[Day, Field(ge=date(rules.FIRST_YEAR, 1, 1), le=date(rules.LAST_YEAR, 12, 31))]


class SpecialDayOut(Out):
    """A day on which the week's order does not hold, and who says so."""

    KEYS: ClassVar = ("on",)
    on: date
    kind: Literal["off", "work"]
    holiday: str
    state: Literal["announced", "expected"]
    source: str


class DeadlineWish(Wish):
    """So many working days after a day, which is not counted."""

    begins_on: CalendarDay
    days: Annotated[int, Field(ge=1, le=rules.MOST_DAYS)]


class DeadlineOut(Out):
    """The last day of the period, or why it cannot be told: past what was announced nothing is computed."""

    KEYS: ClassVar = ("begins_on",)
    begins_on: date
    days: int
    ends_on: date | None
    refusal: str


@router.listing("/workdays/{year}", out=SpecialDayOut)
def list_special_days(request: HttpRequest, year: Path[Year]) -> dict[str, Any]:
    """The special days of a year, in order; all others follow the week."""
    shown = [
        SpecialDayOut(
            on=row.on,
            kind=cast("Any", row.kind),
            holiday=row.get_holiday_display(),
            state=cast("Any", row.state),
            source=row.source,
        )
        for row in queries.special_days(year)
    ]
    return {"items": shown, "next": None}


@router.reading("/workday-deadline", out=DeadlineOut)
def count_working_days(request: HttpRequest, wish: Query[DeadlineWish]) -> DeadlineOut:
    """The day on which a period of working days ends."""
    ends_on, refusal = None, ""
    try:
        ends_on = rules.add_working_days(queries.calendar(), wish.begins_on, wish.days)
    except Refusal as why:
        refusal = str(why)
    return DeadlineOut(begins_on=wish.begins_on, days=wish.days, ends_on=ends_on, refusal=refusal)
