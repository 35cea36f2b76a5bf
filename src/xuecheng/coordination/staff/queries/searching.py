"""Who can teach X at Y on Tuesdays, and who steps in: a fixed number of queries, each answer with its reasons."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from psycopg.types.range import DateRange, Int4Range, TimestamptzRange

from xuecheng.city import clock
from xuecheng.city.rights import Denied, Standing, visible
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.staff.models import (
    AgreementHours,
    ClassLevel,
    Qualification,
    Subject,
    Teacher,
    TeacherHours,
    TeachingSession,
    spans_of,
)
from xuecheng.coordination.staff.rules import (
    DAY,
    Limits,
    PeriodWrong,
    Span,
    check_days,
    kilometres,
    line_of,
    overlap,
    within,
)

from .pool import limits_at, with_confirmed

FIND = "staff.find_teacher"
MOST_LOOKED_AT = 400
"""So many with the qualification are ranked; a subject has far fewer in reach of a place."""
MOST_SHOWN = 30
MOST_NOT_SHOWN = 15


@dataclass(frozen=True)
class Wanted:
    """What is to be taught, where, on which day of the week and until when the series runs."""

    subject: str
    level: int
    place: Territory
    on: date
    """The first day."""
    time: Span
    """In minutes of the week, on the weekday of `on`."""
    until: date
    """The last day of the series; the same as `on` for one session."""
    without: int | None = None
    """Key of the teacher who dropped out: a substitute is looked for."""
    unit: int | None = None
    """Key of the unit that holds it, where that is known: an agreement with this very unit binds to nobody else."""


@dataclass(frozen=True)
class Candidate:
    """Somebody who has the qualification, with why they fit or what stands in the way."""

    teacher: Teacher
    km: int
    left: int
    """Sessions left in the week of the first day."""
    through: bool
    """Whether the qualification holds to the end of the series."""
    reasons: tuple[str, ...]
    hindrances: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    fits: tuple[Candidate, ...]
    others: tuple[Candidate, ...]
    """Qualified, but something stands in the way; the nearest first."""


def who_can_teach(viewer: Standing, wanted: Wanted) -> Found:
    """Everybody of the pool who may teach it, the best first: qualification, distance, remaining load.

    Own entries of the viewer's units, and those of other units that let themselves be found. Six queries.
    Right: staff.find_teacher somewhere. Raises `Denied`.
    """
    if not viewer.may_somewhere(FIND):
        raise Denied(FIND)
    check_days(wanted.on, wanted.until)
    if wanted.until < wanted.on:
        raise PeriodWrong(at_field="until")
    limits = limits_at(wanted.place.path, on=wanted.on)
    mine = visible(viewer, FIND, organisation="home", territory="home__territory")
    entitled = Qualification.objects.filter(
        subject=wanted.subject, level__gte=wanted.level, state=Qualification.State.CONFIRMED, during__contains=wanted.on
    )
    rows = (
        Teacher.objects.filter(
            mine | Q(is_shared=True), state=Teacher.State.OPEN, pk__in=entitled.order_by().values("teacher")
        )
        .exclude(pk=wanted.without or 0)
        .select_related("person", "home", "territory")
        .prefetch_related("hours")
        .order_by("pk")
    )
    known = list(with_confirmed(rows)[:MOST_LOOKED_AT])
    people = [one.person_id for one in known]
    taken, loads = _sessions(people, wanted)
    agreed = _agreed(people, wanted)
    weighed = [
        _weighed(
            one, wanted, limits, taken=taken[one.person_id], load=loads[one.person_id], agreed=agreed[one.person_id]
        )
        for one in known
    ]
    fits = sorted((one for one in weighed if not one.hindrances), key=_rank)
    others = sorted((one for one in weighed if one.hindrances), key=lambda one: (len(one.hindrances), _rank(one)))
    return Found(fits=tuple(fits[:MOST_SHOWN]), others=tuple(others[:MOST_NOT_SHOWN]))


def _rank(one: Candidate) -> tuple[bool, int, int, str, int]:
    return (not one.through, one.km, -one.left, one.teacher.person.sort_key, one.teacher.pk)


def _moment(day: date, minute: int) -> datetime:
    start = datetime(day.year, day.month, day.day, tzinfo=clock.zone())
    return start + timedelta(minutes=minute % DAY if minute % DAY or not minute else DAY)


def _sessions(people: list[int], wanted: Wanted) -> tuple[dict[int, bool], dict[int, int]]:
    """Who has a session at that time on the first day, and how many each has in its week. One query."""
    monday = wanted.on - timedelta(days=wanted.on.weekday())
    week = TimestamptzRange(_moment(monday, 0), _moment(monday + timedelta(days=7), 0))
    begins, ends = _moment(wanted.on, wanted.time[0]), _moment(wanted.on, wanted.time[1])
    taken: dict[int, bool] = defaultdict(bool)
    loads: dict[int, int] = defaultdict(int)
    rows = TeachingSession.objects.filter(person__in=people, during__overlap=week).exclude(
        state=TeachingSession.State.RELEASED
    )
    for person, during in rows.values_list("person", "during"):
        loads[person] += 1
        taken[person] |= during.lower < ends and begins < during.upper
    return taken, loads


def _agreed(people: list[int], wanted: Wanted) -> dict[int, bool]:
    """Who is bound elsewhere by an agreement at that time on a day of the series. One query."""
    rows = AgreementHours.objects.filter(
        person__in=people,
        counts=True,
        minutes__overlap=Int4Range(*wanted.time),
        during__overlap=DateRange(wanted.on, wanted.until + timedelta(days=1)),
    )
    # A search that names no unit takes one of that place for the one that asks.
    rows = (
        rows.exclude(agreement__receiver=wanted.unit)
        if wanted.unit
        else rows.exclude(agreement__receiver__territory=wanted.place)
    )
    agreed: dict[int, bool] = defaultdict(bool)
    for person in rows.values_list("person", flat=True):
        agreed[person] = True
    return agreed


def _weighed(one: Teacher, wanted: Wanted, limits: Limits, *, taken: bool, load: int, agreed: bool) -> Candidate:
    hours = list(one.hours.all())
    free = spans_of(row for row in hours if row.use == TeacherHours.Use.FREE)
    owed = spans_of(row for row in hours if row.use == TeacherHours.Use.OWED)
    km = kilometres(line_of(one.territory.path), line_of(wanted.place.path))
    left = min(one.sessions, limits.sessions_of(one.kind)) - load
    best = _best(one, wanted)
    through = best.during.upper is None or best.during.upper > wanted.until
    against = []
    if not within(wanted.time, free):
        against.append(_("has not entered this time as free"))
    if overlap([wanted.time], owed):
        against.append(_("owes this time to the home unit (T-04)"))
    if taken:
        against.append(_("teaches elsewhere at this time (T-03)"))
    if agreed:
        against.append(_("is bound by another agreement at this time (T-08)"))
    if left < 1:
        against.append(_("has no session left in this week (T-04)"))
    if km > one.travel_km:
        against.append(_("travels %(km)d km, this is about %(far)d km away") % {"km": one.travel_km, "far": km})
    return Candidate(
        teacher=one,
        km=km,
        left=max(left, 0),
        through=through,
        reasons=_reasons(best, km=km, left=left, through=through),
        hindrances=tuple(against),
    )


def _best(one: Teacher, wanted: Wanted) -> Qualification:
    """The qualification that holds longest among those that entitle on the first day."""
    entitling: list[Qualification] = [
        each
        for each in one.__dict__["confirmed"]
        if each.subject == wanted.subject and each.level >= wanted.level and wanted.on in each.during
    ]
    return max(entitling, key=lambda each: (each.during.upper or date.max, each.level))


def _reasons(best: Qualification, *, km: int, left: int, through: bool) -> tuple[str, ...]:
    subject, level = Subject(best.subject).label, ClassLevel(best.level).label
    said = [_("%(title)s: %(subject)s up to %(level)s") % {"title": best.title, "subject": subject, "level": level}]
    if not through:
        # T-02: who takes over then must be found now.
        said.append(_("expires within the series; from that day somebody else must teach (T-02)"))
    said.append(_("about %(km)d km away") % {"km": km})
    if left > 0:
        said.append(
            ngettext("%(left)d session left in this week", "%(left)d sessions left in this week", left) % {"left": left}
        )
    return tuple(said)
