"""The gap report: people, places and schools of each division, computed from real premises (N-01)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils.translation import get_language, gettext

from xuecheng.city.territories.models import Level, Territory
from xuecheng.coordination.colleges import offers, rules, sql, words
from xuecheng.coordination.colleges.models import College
from xuecheng.coordination.facilities.rules import distance_km
from xuecheng.coordination.staff.models import Subject

from .network import covering_units, targets_on

_GAPS = sql.text("premises.sql") + sql.text("gaps.sql")
_SCHOOLS = sql.text("premises.sql") + sql.text("schools.sql")

OWN, SHARED, DECLARED, NONE = "own", "shared", "declared", "none"
"""Covered by a unit with premises in that division; by one whose premises are elsewhere; by one without; by none."""


@dataclass(frozen=True)
class Share:
    """How many divisions of a level there are, and by what they are covered."""

    whole: int
    own: int
    shared: int = 0
    declared: int = 0

    @property
    def none(self) -> int:
        return self.whole - self.own - self.shared - self.declared

    @property
    def percent(self) -> int | None:
        return rules.percent(self.own, self.whole)


@dataclass(frozen=True)
class Area:
    """A division in the report. `people_estimated`: no count is published; its district's, divided by communities."""

    key: int
    code: str
    name_zh: str
    name_en: str
    level: str
    people: int | None
    people_estimated: bool
    people_source: str
    state: str
    streets: Share
    communities: Share
    houses: int
    rooms: int
    seats: int
    themes: Counter[str]
    unit: College | None = None
    nearest_km: float | None = None
    """From the houses known there to the nearest school; None: not known."""

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name_zh

    @property
    def short_name(self) -> str:
        return self.name.removesuffix("区").removesuffix("街道").removesuffix(" District")

    @property
    def people_per_seat(self) -> int | None:
        """Rounded; None where nobody is counted or there is no seat."""
        return round(self.people / self.seats) if self.people and self.seats else None

    @property
    def people_per_house(self) -> int | None:
        return round(self.people / self.houses) if self.people and self.houses else None

    @property
    def chip(self) -> str:
        return words.CHIPS[self.state]

    @property
    def state_word(self) -> str:
        return str(words.STATES[self.state])

    @property
    def nearest_words(self) -> str:
        """Such as 2.4 km; empty where it is not known."""
        return "" if self.nearest_km is None else gettext("%(km)s km") % {"km": f"{self.nearest_km:.1f}"}

    @property
    def has_own(self) -> bool:
        return self.state == OWN

    def theme_words(self) -> list[str]:
        """Themes on offer, the most frequent first."""
        return [str(Subject(one).label) for one, _many in self.themes.most_common() if one in Subject.values]


@dataclass(frozen=True)
class Report:
    """The divisions directly beneath one, and their sums against what is aimed at."""

    of: Territory
    on: date
    areas: tuple[Area, ...]
    targets: rules.Targets

    @property
    def streets(self) -> Share:
        return _sum([one.streets for one in self.areas])

    @property
    def communities(self) -> Share:
        return _sum([one.communities for one in self.areas])

    @property
    def districts(self) -> Share:
        """Divisions of the report themselves."""
        return Share(
            whole=len(self.areas),
            own=sum(one.state == OWN for one in self.areas),
            shared=sum(one.state == SHARED for one in self.areas),
            declared=sum(one.state == DECLARED for one in self.areas),
        )

    @property
    def people(self) -> int:
        return sum(one.people or 0 for one in self.areas)

    @property
    def seats(self) -> int:
        return sum(one.seats for one in self.areas)

    @property
    def houses(self) -> int:
        return sum(one.houses for one in self.areas)

    @property
    def is_by_street(self) -> bool:
        return self.of.level == Level.DISTRICT

    @property
    def people_estimated(self) -> bool:
        return any(one.people_estimated for one in self.areas)


def _sum(shares: list[Share]) -> Share:
    return Share(*(sum(getattr(one, name) for one in shares) for name in ("whole", "own", "shared", "declared")))


def gap_report(of: Territory, *, on: date) -> Report:
    """The districts of a city, or the streets and towns of a district. Three queries and one a source of offers; of
    streets two more: who covers each, and where schools are."""
    targets = targets_on(on)
    place = of.path.count("/")
    values: dict[str, Any] = {
        "within": "%",
        "root": f"{of.path}%",
        "on": on,
        "place": place + 1,
        "parent": of.pk,
        "least": targets.least_seats,
    }
    with connection.cursor() as cursor:
        cursor.execute(_GAPS, values)
        rows = cursor.fetchall()
    themes = offers.by_theme(of.path, place=place, on=on)
    is_by_street = of.level == Level.DISTRICT
    units: dict[int, College] = {}
    schools: list[tuple[float, float]] = []
    if is_by_street:
        units = covering_units([row[0] for row in rows], level=rules.STREET, on=on)
        schools = _schools(on=on, least=targets.least_seats)
    estimates = rules.shares_of(of.population, [row[14] for row in rows]) if is_by_street and of.population else []
    areas = []
    for number, row in enumerate(rows):
        area = _area(row, themes.get(row[0], Counter()), units.get(row[0]), schools)
        if area["people"] is None and estimates and row[14]:
            area |= {"people": estimates[number], "people_estimated": True, "people_source": of.population_source}
        areas.append(Area(**area))
    return Report(of=of, on=on, areas=tuple(areas), targets=targets)


def _area(row: Any, themes: Counter[str], unit: College | None, schools: list[tuple[float, float]]) -> dict[str, Any]:
    key, code, name_zh, name_en, level, people, source = row[:7]
    districts, streets, communities = row[7:10], Share(*row[10:14]), Share(*row[14:16])
    houses, rooms, seats, lat, lon = row[16:]
    own, shared, declared = districts if level == Level.DISTRICT else (streets.own, streets.shared, streets.declared)
    state = OWN if own else SHARED if shared else DECLARED if declared else NONE
    nearest = None
    if state != OWN and lat is not None and schools:
        nearest = min(distance_km((float(lat), float(lon)), one) for one in schools)
    return {
        "key": key, "code": code, "name_zh": name_zh, "name_en": name_en, "level": level, "people": people,
        "people_estimated": False, "people_source": source, "state": state,
        "streets": streets, "communities": communities,
        "houses": houses, "rooms": int(rooms), "seats": int(seats), "themes": themes, "unit": unit,
        "nearest_km": nearest,
    }  # fmt: skip


def _schools(*, on: date, least: int) -> list[tuple[float, float]]:
    with connection.cursor() as cursor:
        cursor.execute(_SCHOOLS, {"within": "%", "on": on, "least": least})
        return [(float(lat), float(lon)) for lat, lon in cursor.fetchall()]


MEASURES = ("schools", "points", "seats")


def measured(area: Area, measure: str) -> int | None:
    """The number of a division that the map shows: per cent of streets with a school, per cent of communities with a
    teaching point, people per seat."""
    if measure == "seats":
        return area.people_per_seat
    return area.communities.percent if measure == "points" else area.streets.percent


SORTS = ("code", "people", "schools", "points", "houses", "seats", "per_seat", "nearest")


def in_order(areas: tuple[Area, ...], sort: str) -> list[Area]:
    """Sorted by a column, the worst first; what is not known last, then by code."""
    worst: dict[str, Any] = {
        "people": lambda one: -one.people if one.people is not None else None,
        "schools": lambda one: one.streets.percent if one.level == Level.DISTRICT else _RANKS[one.state],
        "points": lambda one: one.communities.percent,
        "houses": lambda one: one.houses,
        "seats": lambda one: one.seats,
        # Without a seat nobody has one: that is the worst there is.
        "per_seat": lambda one: (
            -one.people_per_seat if one.people_per_seat is not None else (None if one.seats else -(10**9))
        ),
        "nearest": lambda one: -one.nearest_km if one.nearest_km is not None else None,
    }
    if sort not in worst:
        return list(areas)
    value = worst[sort]
    return sorted(areas, key=lambda one: (value(one) is None, value(one) or 0, one.code))


def _per_seat(one: Area) -> int | None:
    if not one.seats:
        # Without a seat nobody has one: that is the worst there is.
        return -(10**9)
    return -one.people_per_seat if one.people_per_seat is not None else None


_RANKS = {NONE: 0, DECLARED: 1, SHARED: 2, OWN: 3}
