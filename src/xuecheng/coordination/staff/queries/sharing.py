"""How the load of teaching is shared among the people of a unit's pool (T-04)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import TruncWeek

from xuecheng.city import clock
from xuecheng.city.rights import Denied, Standing, visible
from xuecheng.coordination.staff.models import Qualification, Teacher, TeacherKind, TeachingSession
from xuecheng.coordination.staff.rules import Limits
from xuecheng.coordination.staff.rules.sharing import Advice, Load, Spread, Weeks, advice, spread, weeks_around
from xuecheng.web.paging import CursorSpoilt

from .pool import limits_of_all
from .searching import FIND


@dataclass(frozen=True)
class Carrying:
    """Somebody of the pool and what they carry."""

    teacher: Teacher
    load: Load
    is_heavy: bool
    """More than the part of the limit from which it is too much in the long run."""
    is_idle: bool
    """May teach today, and has nothing planned from now on."""
    wishes_less: bool
    """The limit is their own wish, below that of their type."""

    @property
    def order(self) -> tuple[int, int, str, int]:
        return (-self.load.share, -self.load.fullest, self.teacher.person.sort_key, self.teacher.pk)


@dataclass(frozen=True)
class KindLine:
    """One type of the pool: how many people, how many of them too full, how far their loads lie apart."""

    kind: str
    label: str
    people: int
    heavy: int
    spread: Spread | None


@dataclass(frozen=True)
class Sharing:
    """The whole of it; who carries most stands first."""

    weeks: Weeks
    kinds: tuple[KindLine, ...]
    people: tuple[Carrying, ...]
    heavy: int
    idle: int
    advice: Advice
    coming: Mapping[int, TeachingSession]
    """The next planned session of each who carries too much, by the key of the entry."""
    heirs: Mapping[int, tuple[Teacher, ...]]
    """Who of those with nothing planned may teach that session (T-02), by the same key; the lists are never empty."""


def sharing_of(viewer: Standing, *, first: date | None, until: date | None, at: datetime) -> Sharing:
    """How load is shared among the open entries of the viewer's units, in the weeks that hold the days chosen.

    All sessions of a person count that were not released, wherever they are held, for so does the limit of a week; it
    is the lower one of the type's (by the numbers of today) and the person's own wish, as when somebody is assigned.
    Three queries, and two more where somebody carries too much. Right: staff.find_teacher. Raises `Denied`,
    `DayOutOfReach`, `PeriodWrong`, `TooManyWeeks`.
    """
    if not viewer.may_somewhere(FIND):
        raise Denied(FIND)
    weeks = weeks_around(first, until, today=clock.date_of(at))
    rows = _pool(viewer, at=at)
    limits = limits_of_all({one.home.territory.path for one in rows}, on=clock.date_of(at))
    sessions = _sessions(viewer, weeks)
    people = sorted(
        (_carrying(one, weeks, limits[one.home.territory.path], sessions[one.person_id]) for one in rows),
        key=lambda one: one.order,
    )
    heavy, idle = sum(one.is_heavy for one in people), sum(one.is_idle for one in people)
    total = sum(one.load.held + one.load.planned for one in people)
    coming = next_sessions([one for one in people if one.is_heavy], at=at) if heavy else {}
    heirs = _heirs(coming, [one.teacher for one in people if one.is_idle]) if coming and idle else {}
    return Sharing(
        weeks=weeks,
        kinds=tuple(_line(kind, [one for one in people if one.teacher.kind == kind]) for kind in TeacherKind),
        people=tuple(people),
        heavy=heavy,
        idle=idle,
        advice=advice(
            sessions=total, heavy=heavy, idle=idle, heirs=len({one.pk for found in heirs.values() for one in found})
        ),
        coming=coming,
        heirs=heirs,
    )


def _heirs(coming: Mapping[int, TeachingSession], idle: Sequence[Teacher]) -> dict[int, tuple[Teacher, ...]]:
    """Of people with nothing planned those who may teach each session, in their own order. One query."""
    held: dict[int, list[Qualification]] = defaultdict(list)
    rows = Qualification.objects.filter(
        teacher__in=[one.pk for one in idle],
        subject__in={session.subject for session in coming.values()},
        state=Qualification.State.CONFIRMED,
    )
    for row in rows:
        held[row.teacher_id].append(row)
    found = {}
    for key, session in coming.items():
        day = clock.date_of(session.during.lower)
        who = [one for one in idle if any(_entitles(row, session, day) for row in held[one.pk])]
        if who:
            found[key] = tuple(who)
    return found


def _entitles(row: Qualification, session: TeachingSession, day: date) -> bool:
    return row.subject == session.subject and row.level >= session.level and day in row.during


def people_after(found: Sharing, key: int | None, *, size: int) -> tuple[tuple[Carrying, ...], int | None]:
    """The people who follow the entry with a key, and the key after which the next page begins; None on the last.

    Raises `CursorSpoilt` for an entry that is not there.
    """
    keys = [one.teacher.pk for one in found.people]
    if key is not None and key not in keys:
        raise CursorSpoilt
    begin = keys.index(key) + 1 if key is not None else 0
    shown = found.people[begin : begin + size]
    return shown, shown[-1].teacher.pk if begin + size < len(keys) else None


def next_sessions(people: Collection[Carrying], *, at: datetime) -> dict[int, TeachingSession]:
    """The next planned session of each, by the key of the entry: the first that could be given away. One query."""
    rows = TeachingSession.objects.filter(_coming(at), teacher__in=[one.teacher.pk for one in people]).select_related(
        "territory"
    )
    return {one.teacher_id: one for one in rows.order_by("teacher", "during", "pk").distinct("teacher")}


def _coming(at: datetime) -> Q:
    return Q(state=TeachingSession.State.PLANNED, during__startswith__gt=at)


def _mine(viewer: Standing) -> Q:
    return visible(viewer, FIND, organisation="home", territory="home__territory")


def _pool(viewer: Standing, *, at: datetime) -> list[Any]:
    """Open entries of the viewer's units, with `may_teach` and `is_planned`. One query."""
    entitled = Qualification.objects.filter(
        teacher=OuterRef("pk"), state=Qualification.State.CONFIRMED, during__contains=clock.date_of(at)
    )
    planned = TeachingSession.objects.filter(_coming(at), person=OuterRef("person"))
    rows = Teacher.objects.filter(_mine(viewer), state=Teacher.State.OPEN).select_related("person", "home__territory")
    return list(rows.annotate(may_teach=Exists(entitled), is_planned=Exists(planned)))


@dataclass(frozen=True)
class _Week:
    held: int
    planned: int


def _sessions(viewer: Standing, weeks: Weeks) -> dict[int, list[_Week]]:
    """What each person holds in each week that has something, by the person's key. One query."""
    begins = datetime.combine(weeks.begins_on, datetime.min.time(), tzinfo=clock.zone())
    ends = datetime.combine(weeks.ends_on + timedelta(days=1), datetime.min.time(), tzinfo=clock.zone())
    pool = Teacher.objects.filter(_mine(viewer), state=Teacher.State.OPEN)
    rows = (
        TeachingSession.objects.filter(
            person__in=pool.order_by().values("person"), during__startswith__gte=begins, during__startswith__lt=ends
        )
        .exclude(state=TeachingSession.State.RELEASED)
        .annotate(week=TruncWeek(F("during__startswith"), tzinfo=clock.zone()))
        .order_by()
        .values_list("person", "week")
        .annotate(
            held=Count("pk", filter=Q(state=TeachingSession.State.TAUGHT)),
            planned=Count("pk", filter=Q(state=TeachingSession.State.PLANNED)),
        )
    )
    found: dict[int, list[_Week]] = defaultdict(list)
    for person, _week, held, planned in rows:
        found[person].append(_Week(held, planned))
    return found


def _carrying(one: Any, weeks: Weeks, limits: Limits, sessions: Sequence[_Week]) -> Carrying:
    ceiling = limits.sessions_of(one.kind)
    load = Load(
        weeks=weeks.number,
        held=sum(week.held for week in sessions),
        planned=sum(week.planned for week in sessions),
        fullest=max((week.held + week.planned for week in sessions), default=0),
        most=min(one.sessions, ceiling),
    )
    return Carrying(
        teacher=one,
        load=load,
        is_heavy=load.is_heavy(limits),
        is_idle=one.may_teach and not one.is_planned,
        wishes_less=one.sessions < ceiling,
    )


def _line(kind: TeacherKind, people: Sequence[Carrying]) -> KindLine:
    return KindLine(
        kind=kind.value,
        label=str(kind.label),
        people=len(people),
        heavy=sum(one.is_heavy for one in people),
        spread=spread([one.load.average for one in people]),
    )
