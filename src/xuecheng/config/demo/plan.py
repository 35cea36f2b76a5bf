"""The made-up city as plain values, from a seed: who lives where, what they learnt. No database here.

Everything is drawn from `Random(seed:…)` by the number of the resident, so that resident 700 is the same person in
every size, and any slice of the city can be made alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import NamedTuple

from .content import (
    ACTIVITIES,
    CERTIFICATES,
    COMPOUND_SURNAMES,
    COURSES,
    FORMAL_COURSES,
    GIVEN,
    OTHER_NAMES,
    SURNAMES,
)

SEED = "xuecheng-2026"
SIZES = {"small": 700, "district": 100_000, "city": 1_000_000}
"""Residents per size."""
RECORDS_PER_RESIDENT = {"small": (1, 7), "district": (2, 14), "city": (10, 30)}
FIRST_SEASON = date(2023, 3, 1)


class Resident(NamedTuple):
    number: int
    name: str
    birth_year: int
    street: int
    """Index into the list of streets the loader gives."""


class Learnt(NamedTuple):
    """One record in the columns of its import file, as an institution would send it."""

    kind: str
    """"formal", "certificate" or "nonformal"."""
    where: int
    """Index into the kind's institutions of the resident's district."""
    key: str
    code: str
    title: str
    started_on: date
    ended_on: date
    minutes: int
    grade: str
    status: str
    level: int
    role: str
    attended: int
    held: int
    season: str


def resident(number: int, *, streets: int, seed: str = SEED) -> Resident:
    """Resident `number` (from 0). More elders than the census has: it is they who come."""
    draw = Random(f"{seed}:person:{number}")  # noqa: S311  # made-up people, not secrets
    birth_year = draw.choices(
        (draw.randint(1938, 1959), draw.randint(1960, 1984), draw.randint(1985, 2008)), weights=(45, 33, 22)
    )[0]
    sex = draw.choice("ffm")
    if draw.random() < 0.006:
        name = draw.choice(OTHER_NAMES)
    else:
        surname = (
            draw.choice(COMPOUND_SURNAMES)
            if draw.random() < 0.012
            # The commonest surnames cover most people: a draw that leans to the front of the list.
            else SURNAMES[min(int(draw.expovariate(1 / 11)), len(SURNAMES) - 1)]
        )
        age = "old" if birth_year < 1960 else "mid" if birth_year < 1985 else "young"
        name = surname + draw.choice(GIVEN[f"{age}_{sex}"])
    return Resident(number=number, name=name, birth_year=birth_year, street=draw.randrange(streets))


def season_of(day: date) -> str:
    return f"{day.year}{'春季' if day.month < 7 else '秋季'}"


@cache
def _seasons(until: date) -> tuple[list[date], list[int]]:
    """The seasons that ended before a day, and how much learning fell into each: the bank grows."""
    seasons = [
        date(year, month, 1)
        for year in range(FIRST_SEASON.year, until.year + 1)
        for month in (3, 9)
        if date(year, month, 1) + timedelta(days=70) < until
    ]
    return seasons, [index + 1 for index in range(len(seasons))]


def _season_start(draw: Random, until: date) -> date:
    seasons, weights = _seasons(until)
    return draw.choices(seasons, weights=weights)[0] + timedelta(days=draw.randrange(20))


def learnt(person: Resident, *, size: str, until: date, seed: str = SEED) -> Iterator[Learnt]:
    """What a resident learnt before `until`, oldest first within each kind."""
    draw = Random(f"{seed}:learnt:{person.number}")  # noqa: S311
    least, most = RECORDS_PER_RESIDENT[size]
    age = until.year - person.birth_year
    for index in range(draw.randint(least, most)):
        key = f"{person.number:07d}-{index:02d}"
        kind = draw.choices(
            ("course", "activity", "certificate", "formal"),
            weights=(62, 30, 3, 1) if age > 60 else (45, 25, 14, 16),
        )[0]
        if kind == "activity":
            yield _activity(draw, key, until)
        elif kind == "certificate":
            yield _certificate(draw, key, until)
        elif kind == "formal":
            yield _formal(draw, key, until)
        else:
            yield _course(draw, key, until)


def _course(draw: Random, key: str, until: date) -> Learnt:
    course = draw.choice(COURSES)
    began = _season_start(draw, until)
    held = max(course.minutes // 120, 4)
    attended = max(1, held - min(int(draw.expovariate(0.7)), held - 1))
    passed = attended * 10 >= held * 6
    return Learnt(
        kind="nonformal",
        where=draw.randrange(8),
        key=key,
        code=course.code,
        title=course.title,
        started_on=began,
        ended_on=began + timedelta(days=draw.randint(40, 68)),
        minutes=course.minutes * attended // held,
        grade="",
        status="passed" if passed else "failed",
        level=course.level,
        role="learner",
        attended=attended,
        held=held,
        season=season_of(began),
    )


def _activity(draw: Random, key: str, until: date) -> Learnt:
    activity = draw.choice(ACTIVITIES)
    day = FIRST_SEASON + timedelta(days=int((until - FIRST_SEASON).days * draw.random() ** 0.6))
    times = draw.choice((1, 1, 1, 2, 4))
    return Learnt(
        kind="nonformal",
        where=draw.randrange(8),
        key=key,
        code=activity.code,
        title=activity.title,
        started_on=day,
        ended_on=day,
        minutes=min(activity.minutes * times, 600),
        grade="",
        status="passed",
        level=1,
        role=activity.role,
        attended=times,
        held=times,
        season=season_of(day),
    )


def _certificate(draw: Random, key: str, until: date) -> Learnt:
    certificate = draw.choice(CERTIFICATES)
    day = FIRST_SEASON + timedelta(days=int((until - FIRST_SEASON).days * draw.random()))
    return Learnt(
        kind="certificate",
        where=draw.randrange(8),
        key=key,
        code=certificate.code,
        title=certificate.title,
        started_on=day,
        ended_on=day,
        minutes=0,  # a certificate states none
        grade="合格",
        status="passed",
        level=certificate.level,
        role="learner",
        attended=0,
        held=0,
        season=season_of(day),
    )


def _formal(draw: Random, key: str, until: date) -> Learnt:
    course = draw.choice(FORMAL_COURSES)
    began = _season_start(draw, until)
    mark = min(98, max(38, round(draw.gauss(76, 11))))
    return Learnt(
        kind="formal",
        where=draw.randrange(8),
        key=key,
        code=course.code,
        title=course.title,
        started_on=began,
        ended_on=began + timedelta(days=69),
        minutes=course.minutes,
        grade=str(mark),
        status="passed" if mark >= 60 else "failed",
        level=course.level,
        role="learner",
        attended=0,
        held=0,
        season=season_of(began),
    )
