"""Who is where when: a week by rooms, teachers or classes, and a month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from psycopg.types.range import TimestamptzRange

from xuecheng.city import clock
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.groups import in_group
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Standing, visible
from xuecheng.coordination.classes import learners
from xuecheng.coordination.classes.models import ClassSession

from .acts import SEE

MOST_SHOWN = 2000
"""More sessions no page shows at once: a college of forty rooms has fewer in a month."""


@dataclass(frozen=True)
class Cell:
    """A session in a timetable."""

    session: ClassSession
    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class Line:
    """A room, a teacher or a class, and its seven days; what is missing has an empty name."""

    name: str
    detail: str
    days: tuple[tuple[Cell, ...], ...]


def _sessions(viewer: Standing, host: Organisation, first: date, last: date) -> list[ClassSession]:
    """Sessions of a unit from a day to another, both counted in, but for cancelled ones. One query."""
    mine = visible(viewer, SEE, organisation="course_class__host", territory="course_class__territory")
    begins, ends = (datetime.combine(one, time(0), clock.zone()) for one in (first, last + timedelta(days=1)))
    rows = ClassSession.objects.filter(
        mine, course_class__host=host, during__overlap=TimestamptzRange(begins, ends)
    ).exclude(state=ClassSession.State.CANCELLED)
    return list(_whole(rows).order_by("during", "pk")[:MOST_SHOWN])


def _whole(rows: QuerySet[ClassSession]) -> QuerySet[ClassSession]:
    return rows.select_related(
        "course_class__version__course", "course_class__host", "space__venue", "teaching__person"
    )


def _cell(session: ClassSession) -> Cell:
    zone = clock.zone()
    return Cell(session, session.during.lower.astimezone(zone), session.during.upper.astimezone(zone))


def by_week(viewer: Standing, *, host: Organisation, monday: date, by: str) -> list[Line]:
    """A week of a unit by `rooms`, `teachers` or `classes`, in the order of names. One query."""
    found: dict[tuple[str, str, int], list[list[Cell]]] = {}
    for session in _sessions(viewer, host, monday, monday + timedelta(days=6)):
        cell = _cell(session)
        days = found.setdefault(_heading(session, by), [[] for _day in range(7)])
        number = (cell.begins.date() - monday).days
        if 0 <= number < 7:
            days[number].append(cell)
    return [
        Line(name=key[0], detail=key[1], days=tuple(tuple(day) for day in days)) for key, days in sorted(found.items())
    ]


def _heading(session: ClassSession, by: str) -> tuple[str, str, int]:
    row = session.course_class
    if by == "teachers":
        person = session.teaching.person if session.teaching else None
        return (person.name, "", person.pk) if person else ("", "", 0)
    if by == "classes":
        return row.code, row.title, row.pk
    space = session.space
    return (space.venue.name, space.name, space.pk) if space else ("", "", 0)


def by_month(viewer: Standing, *, host: Organisation, first: date) -> list[list[tuple[date, tuple[Cell, ...]]]]:
    """The weeks of a month, each of seven days with their sessions; days of other months stand empty. One query."""
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    cells: dict[date, list[Cell]] = {}
    for session in _sessions(viewer, host, first, last):
        cell = _cell(session)
        cells.setdefault(cell.begins.date(), []).append(cell)
    monday = first - timedelta(days=first.weekday())
    weeks = []
    while monday <= last:
        days = [monday + timedelta(days=number) for number in range(7)]
        weeks.append([(day, tuple(cells.get(day, ()))) for day in days])
        monday += timedelta(weeks=1)
    return weeks


def own_sessions(person: Person, *, from_at: datetime) -> QuerySet[ClassSession]:
    """What somebody teaches and learns from a time on, cancelled sessions too, unordered; drafts are left out.

    Asks for the keys first, one query: of one person they are few, and no plan for all sessions of the city knows that.
    """
    me = in_group(person)
    mine = ClassSession.objects.filter(teaching__person__in=me).values("pk")
    if (learnt := learners.classes_of(me)) is not None:
        mine = mine.union(ClassSession.objects.filter(course_class__in=learnt).values("pk"))
    keys = [key for (key,) in mine.values_list("pk")]
    rows = ClassSession.objects.filter(pk__in=keys, during__endswith__gt=from_at)
    return _whole(rows).exclude(course_class__state="draft")


def sessions_of_classes(keys: Sequence[int]) -> QuerySet[ClassSession]:
    """All sessions of classes, unordered."""
    return _whole(ClassSession.objects.filter(course_class__in=keys))
