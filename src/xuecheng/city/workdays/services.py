"""Verbs of the calendar: writing special days, and loading the years that come with the product."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.rights import Scope, Standing, require

from .models import SpecialDay
from .rules import ANNOUNCED, EXPECTED, Calendar, Special

ACT = "workdays.write_days"
SHIPPED = Path(__file__).parent / "data" / "china.csv"
_LOADING = gettext_noop("Calendar that comes with the product")


@dataclass(frozen=True, slots=True)
class Day:
    """One special day to be written."""

    on: date
    kind: str
    holiday: str
    state: str
    source: str


def write_days(*, actor: Standing, days: Sequence[Day], why: str) -> int:
    """Write special days; answers how many were new or differed. Again with the same days, nothing changes.

    What was only expected of a year makes room for the first announced row of that year. A day that was announced may
    be announced anew (a change of the arrangement): the newer row holds, the older stays in the history. The calendar
    is the whole country's, so it needs a role over the city. Raises `Denied`.
    """
    require(actor, ACT, on=Scope())
    return _write(by=actor.person, days=days, why=why)


def _write(*, by: trace.Actor, days: Sequence[Day], why: str) -> int:
    with trace.change(by=by, why=why):
        with connection.cursor() as cursor:
            # Before the first row of a year there is nothing that two files could queue for.
            cursor.execute("select pg_advisory_xact_lock(hashtext('workdays'))")
        _drop_expected({day.on.year for day in days if day.state == ANNOUNCED})
        known = {row.on: row for row in SpecialDay.objects.filter(on__in=[day.on for day in days])}
        return sum(_keep(day, known.get(day.on)) for day in days)


def _drop_expected(years: Iterable[int]) -> None:
    for year in sorted(years):
        SpecialDay.objects.filter(state=EXPECTED, on__gte=date(year, 1, 1), on__lt=date(year + 1, 1, 1)).delete()


def _keep(day: Day, known: SpecialDay | None) -> bool:
    if known is None:
        SpecialDay.objects.create(on=day.on, kind=day.kind, holiday=day.holiday, state=day.state, source=day.source)
        return True
    if is_same(day, known):
        return False
    known.kind, known.holiday, known.state, known.source = day.kind, day.holiday, day.state, day.source
    known.save(update_fields=["kind", "holiday", "state", "source"])
    return True


def is_same(day: Day, row: SpecialDay) -> bool:
    """Whether the row says word for word what the day says."""
    return (day.kind, day.holiday, day.state, day.source) == (row.kind, row.holiday, row.state, row.source)


def load_shipped() -> list[int]:
    """Bring the shipped years of which nothing is known yet; answers them. What a city wrote itself is left alone."""
    days = shipped_days()
    with transaction.atomic():
        known = {on.year for on in SpecialDay.objects.dates("on", "year")}
        new = [day for day in days if day.on.year not in known]
        if new:
            _write(by=trace.robot("setup"), days=new, why=_LOADING)
    return sorted({day.on.year for day in new})


def shipped_days() -> list[Day]:
    """The rows that come with the product."""
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return [
            Day(date.fromisoformat(row["date"]), row["kind"], row["holiday"], row["state"], row["source"])
            for row in rows
        ]


def shipped_calendar() -> Calendar:
    """The shipped years as a calendar, without the database."""
    return Calendar(Special(day.on, day.kind, day.holiday, day.state) for day in shipped_days())
