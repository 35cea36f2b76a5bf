"""The dates of a series; an exception takes out its own and hides no other."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal

from .conflicts import (
    LONGEST_SERIES_DAYS,
)


class SeriesEmpty(Refusal):
    message = _("No date lies between the first and the last day.")
    remedy = _("Check the days and the weekday.")
    field = "ends_on"


class SeriesTooLong(Refusal):
    message = _("A series reaches over %(days)s days at most.")
    remedy = _("Book the rest as a second series.")
    field = "ends_on"


class ExceptionNotInSeries(Refusal):
    message = _("%(date)s is no date of the series.")
    remedy = _("Take it out of the list of exceptions.")
    field = "exceptions"


def dates_of(begins_on: date, ends_on: date, *, weekday: int, every_weeks: int = 1) -> list[date]:
    """The dates of a weekly series, `ends_on` counted in. Raises `SeriesEmpty`, `SeriesTooLong`."""
    if ends_on - begins_on > timedelta(days=LONGEST_SERIES_DAYS):
        raise SeriesTooLong(days=LONGEST_SERIES_DAYS)
    on = begins_on + timedelta(days=(weekday - begins_on.weekday()) % 7)
    found = []
    while on <= ends_on:
        found.append(on)
        on += timedelta(weeks=every_weeks)
    if not found:
        raise SeriesEmpty
    return found


def check_exceptions(dates: Iterable[date], exceptions: Iterable[date]) -> None:
    """Raise `ExceptionNotInSeries`: an exception takes out exactly its own date, never another (rapla #15)."""
    known = set(dates)
    for one in exceptions:
        if one not in known:
            raise ExceptionNotInSeries(date=one.isoformat())
