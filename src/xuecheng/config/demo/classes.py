"""Classes of the demonstration's district colleges: a season that is settled, one that runs, one that is open.

Planned through the same services as real ones: rooms and teachers are those of the demonstration, and what they refuse
is planned at another time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID, uuid5

from django.db.models import Q

from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.organisations.models import Organisation
from xuecheng.coordination.classes import rules, services
from xuecheng.coordination.classes.models import ClassSession, CourseClass, Season
from xuecheng.coordination.classes.services.sessions import SessionsConflict
from xuecheng.coordination.courses.models import CourseVersion
from xuecheng.coordination.facilities.models import Space
from xuecheng.coordination.staff.models import Qualification, Teacher

from . import attendance
from .place import NAMESPACE, Places

COLLEGES = ("LW", "TH", "HZ", "BY", "YX", "HP", "PY", "HD", "NS", "CH", "ZC")
"""One in each district; the first few hold two classes a season, the others one."""
_LARGE = 4
WHY = "演示城市"
_TIMES = tuple((weekday, time(hour)) for hour in (10, 15, 17, 13) for weekday in (1, 3, 2, 4, 0))
"""Weekdays and hours at which a class is tried, one after the other."""


class _Term(NamedTuple):
    """A season, by the Monday of its first week, and how far its classes have come."""

    key: str
    weeks_from_now: int
    went: str


_TERMS = (_Term("past", -16, "settled"), _Term("now", -2, "running"), _Term("next", 10, "open"))
_WEEKS = 12


def hold_classes(places: Places, keeper: Standing, *, now: datetime) -> None:
    """Plan the classes and let them come as far as they went; what is there already is left."""
    if CourseClass.objects.exists():
        return
    for nth, letters in enumerate(COLLEGES):
        college = places.by_code.get(f"{letters}-SQXY")
        if college is None:
            continue
        teachable = list(_teachable(college))
        for number, term in enumerate(_TERMS):
            season = _season(college, term, keeper, now)
            for index, (version, teacher) in enumerate(teachable[: 2 if nth < _LARGE else 1]):
                went = "draft" if term.went == "open" and index == 1 else term.went
                _class(college, season, version, teacher, keeper, went=went, turn=number + index * 2, now=now)


def _monday(term: _Term, now: datetime) -> date:
    today = clock.date_of(now)
    return today - timedelta(days=today.weekday()) + timedelta(weeks=term.weeks_from_now)


def _season(college: Organisation, term: _Term, keeper: Standing, now: datetime) -> Season:
    first = _monday(term, now)
    return services.create_season(
        actor=keeper,
        public_id=_id(f"season:{college.code}:{term.key}"),
        organisation=college,
        territory=college.territory,
        wish=services.SeasonWish(
            name_zh=f"{first.year}年{first.month}月学期", name_en=f"Season of {first:%B %Y}", begins_on=first,
            ends_on=first + timedelta(weeks=_WEEKS, days=-1),
            planning_from=first - timedelta(weeks=12), planning_to=first - timedelta(days=1),
            enrolment_from=first - timedelta(weeks=5), enrolment_to=first - timedelta(days=1),
        ),
        why=WHY,
    )  # fmt: skip


def _teachable(college: Organisation) -> Iterator[tuple[CourseVersion, Teacher]]:
    """Approved courses that somebody of the college itself may teach, each with who that is; the shortest first."""
    own = Qualification.objects.filter(
        teacher__home=college, teacher__state=Teacher.State.OPEN, teacher__kind="full_time",
        state=Qualification.State.CONFIRMED, during__endswith=None,
    )  # fmt: skip
    held = list(own.select_related("teacher__person").order_by("teacher", "pk"))
    versions = CourseVersion.objects.filter(
        Q(course__owner=college) | Q(course__is_shared=True), state=CourseVersion.State.APPROVED,
        levels__contains=["district"], sessions__lte=10,
    )  # fmt: skip
    for version in versions.select_related("course__owner").order_by("sessions", "pk"):
        for one in held:
            if one.subject == version.course.subject and one.level >= version.level:
                yield version, one.teacher
                break


def _class(
    college: Organisation,
    season: Season,
    version: CourseVersion,
    teacher: Teacher,
    keeper: Standing,
    *,
    went: str,
    turn: int,
    now: datetime,
) -> None:
    first = season.first_day
    # It was planned before its season began, whenever that was.
    at = min(now, datetime.combine(first, time(8), clock.zone()) - timedelta(days=20))
    rooms = list(Space.objects.filter(venue__owner=college, parts=None, sharing="whole").order_by("-capacity", "pk"))
    room = rooms[turn % len(rooms)]
    seats = min(version.seats_most, room.capacity)
    row = services.plan_class(
        actor=keeper,
        public_id=_id(f"class:{season.public_id}:{version.public_id}"),
        version=version,
        host=college,
        season=season,
        wish=services.ClassWish(
            code=f"{version.course.subject[:2].upper()}-{turn + 1:02d}",
            seats_least=min(version.seats_least, seats),
            seats_most=seats,
            fee_fen=version.fee_fen,
            allocation="lottery" if turn % 2 else "first_come",
            enrolment_opens_at=at - timedelta(days=1),
            enrolment_closes_at=datetime.combine(first, time(18), clock.zone()),
            priority=("locals", "elders") if turn % 2 else (),
            note="请提前十分钟到，在一楼签到。",
        ),
    )
    if not _sessions(row, version, room, teacher, keeper, first=first, turn=turn, at=at) or went == "draft":
        return
    services.open_class(actor=keeper, course_class=row, at=at)
    if went == "open":
        return
    _run(row, keeper, is_over=went == "settled", now=now)


def _sessions(
    row: CourseClass,
    version: CourseVersion,
    room: Space,
    teacher: Teacher,
    keeper: Standing,
    *,
    first: date,
    turn: int,
    at: datetime,
) -> bool:
    """Plan all sessions at the first time that room and teacher allow; answers whether there is one."""
    for number in range(len(_TIMES)):
        weekday, begins = _TIMES[(number + turn) % len(_TIMES)]
        # Nobody learns on the first of January, also in a year whose holidays are not announced yet.
        free = {date(first.year + 1, 1, 1)}
        days, _left_out = rules.weekly(first + timedelta(days=weekday), version.sessions, without=free)
        slots = services.slots_of(row.public_id, days, begins, version.minutes)
        try:
            services.add_sessions(actor=keeper, course_class=row, slots=slots, space=room, teacher=teacher, at=at)
        except SessionsConflict:
            continue
        return True
    return False


def _run(row: CourseClass, keeper: Standing, *, is_over: bool, now: datetime) -> None:
    """Start it, hold what has been, and account it when it is over."""
    sessions = ClassSession.objects.filter(course_class=row).select_related(
        "course_class__version__course", "course_class__host__territory", "course_class__territory"
    )
    rows = list(sessions.order_by("during"))
    services.start_class(actor=keeper, course_class=row, at=rows[0].during.lower)
    held = [one for one in rows if one.during.upper <= now]
    for session in held:
        attendance.take(session, keeper, at=session.during.lower)
        is_newest = not is_over and session is held[-1]
        attendance.write_log(session, keeper, has_homework=is_newest, at=session.during.upper)
    if is_over:
        attendance.assess(rows[0].course_class, keeper, at=rows[-1].during.lower)
        services.finish_class(actor=keeper, course_class=row, at=now)
        attendance.decide()
        services.settle_class(actor=keeper, course_class=row, at=now)
        attendance.say(row, at=now)


def _id(name: str) -> UUID:
    return uuid5(NAMESPACE, name)
