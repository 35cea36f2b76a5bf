"""A college that holds classes: its rooms, who teaches there, a course, two seasons. A Monday, ten days before a holiday."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from psycopg.types.range import DateRange

from city.situations import a_person, a_registrar, an_organisation, small_city
from coordination.courses.situations import a_course, a_version
from coordination.facilities.situations import MONDAY, NOW, a_space, a_venue, open_always, the_holidays
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.classes import services
from xuecheng.coordination.classes.models import ClassSession, CourseClass, Season
from xuecheng.coordination.courses.models import CourseVersion
from xuecheng.coordination.facilities.models import Space, Venue
from xuecheng.coordination.staff.models import Qualification, Teacher

__all__ = [
    "LATITUDE",
    "MONDAY",
    "NOW",
    "Campus",
    "a_campus",
    "a_class",
    "a_live_class",
    "a_season",
    "a_teacher",
    "moved",
    "opened",
    "planned",
    "slots",
]

OCTOBER_12 = date(2026, 10, 12)
"""A Monday after the holidays."""
EVENING = time(19)
_numbers = count(1)
LATITUDE, LONGITUDE = Decimal("23.150000"), Decimal("113.340000")
KM_OF_A_DEGREE = Decimal("111.195")


@dataclass
class Campus:
    """A district college in Tianhe, its clerk, two rooms, two who teach, an approved course, two seasons."""

    city: dict[str, Territory]
    college: Organisation
    clerk: Standing
    room: Space
    other_room: Space
    teacher: Teacher
    substitute: Teacher
    version: CourseVersion
    season: Season
    next_season: Season


def a_campus(at: datetime = NOW) -> Campus:
    the_holidays()
    city = small_city()
    college = an_organisation(city["天河区"], name_zh="天河区社区学院")
    clerk = a_registrar(college, "黄晓彤")
    venue = a_venue(clerk, college, city["五山街道"], name_zh=f"学院楼{next(_numbers)}")
    return Campus(
        city=city,
        college=college,
        clerk=clerk,
        room=a_space(clerk, venue, name_zh="301室", capacity=30),
        other_room=a_space(clerk, venue, name_zh="302室", capacity=30),
        teacher=a_teacher(college, "梁文峰", at=at),
        substitute=a_teacher(college, "冯代课", at=at),
        version=a_version(a_course(college)),
        season=a_season(college),
        next_season=a_season(college, name_zh="2027年春季", begins=date(2027, 3, 1)),
    )


def a_season(college: Organisation, *, begins: date = date(2026, 9, 28), name_zh: str = "2026年秋季") -> Season:
    return Season.objects.create(
        public_id=uuid7(), organisation=college, territory=college.territory, name_zh=name_zh,
        during=DateRange(begins, begins + timedelta(weeks=16)), planning=DateRange(begins - timedelta(90), begins),
        enrolment=DateRange(begins - timedelta(30), begins),
    )  # fmt: skip


def a_teacher(unit: Organisation, name: str, *, at: datetime = NOW, **more: Any) -> Teacher:
    """Somebody of a unit's own, full-time, qualified for calligraphy up to the second level for good."""
    person = a_person(name, territory=unit.territory)
    reviewer = a_person("审核人", territory=unit.territory)
    row = Teacher.objects.create(
        public_id=uuid7(), person=person, kind="full_time", home=unit, has_post=True, territory=unit.territory,
        subjects=["calligraphy"], languages=["yue"], travel_km=30, sessions=12, is_shared=True, state="open",
        entered_at=at, decided_by=reviewer,
    )  # fmt: skip
    wished: dict[str, Any] = {
        "public_id": uuid7(), "teacher": row, "person": person, "subject": "calligraphy", "level": 2, "title": "书法教师证",
        "issuer": "书法家协会", "during": DateRange(date(2024, 1, 1), None), "state": "confirmed", "reviewed_by": reviewer,
        "reviewed_at": at,
    } | more  # fmt: skip
    Qualification.objects.create(**wished)
    return row


def a_wish(**more: Any) -> services.ClassWish:
    wished: dict[str, Any] = {
        "code": f"SF-{next(_numbers)}", "seats_least": 5, "seats_most": 20,
        "enrolment_opens_at": NOW, "enrolment_closes_at": NOW + timedelta(days=14),
    } | more  # fmt: skip
    return services.ClassWish(**wished)


def a_class(campus: Campus, *, version: CourseVersion | None = None, **more: Any) -> CourseClass:
    """A draft without sessions."""
    made = services.plan_class(
        actor=campus.clerk, public_id=uuid7(), version=version or campus.version, host=campus.college,
        season=campus.season, wish=a_wish(**more),
    )  # fmt: skip
    return CourseClass.objects.select_related("version__course", "host__territory", "territory").get(pk=made.pk)


def slots(
    days: int = 4, *, first: date = OCTOBER_12, begins: time = EVENING, minutes: int = 90, base: Any = None
) -> list[services.Slot]:
    """So many Mondays from the twelfth of October."""
    return services.slots_of(
        base or uuid7(), [first + timedelta(weeks=number) for number in range(days)], begins, minutes
    )


def planned(campus: Campus, *, at: datetime = NOW, **more: Any) -> CourseClass:
    """A draft with its four sessions, a room and a teacher; `more` are days, first, begins, minutes, room, teacher."""
    row = a_class(campus, **{name: more.pop(name) for name in list(more) if name in ("seats_most", "code", "version")})
    space, teacher = more.pop("room", campus.room), more.pop("teacher", campus.teacher)
    services.add_sessions(
        actor=campus.clerk, course_class=row, slots=slots(**more), space=space, teacher=teacher, at=at
    )
    return row


def opened(campus: Campus, *, at: datetime = NOW, **more: Any) -> CourseClass:
    made = services.open_class(actor=campus.clerk, course_class=planned(campus, at=at, **more), at=at)
    return CourseClass.objects.select_related("version__course", "host__territory", "territory").get(pk=made.pk)


def sessions(row: CourseClass) -> list[ClassSession]:
    found = ClassSession.objects.filter(course_class=row).select_related(
        "course_class__version__course", "course_class__host__territory", "course_class__territory", "booking",
        "teaching__teacher__person", "space__venue__territory",
    )  # fmt: skip
    return list(found.order_by("during", "pk"))


# By the real clock, for pages and doors


def a_live_class(
    keeper: Standing, college: Organisation, *, state: str = "draft", count: int = 2, title_zh: str = "", **version: Any
) -> CourseClass:
    """A class with two sessions, the first the day after tomorrow, in a room that is always open."""
    at = clock.now()
    number = next(_numbers)
    room, teacher = open_always(keeper, college), a_teacher(college, f"任课{number}", at=at)
    course = a_course(college, **({"title_zh": title_zh} if title_zh else {}))
    season = a_season(college, begins=clock.date_of(at) - timedelta(days=7), name_zh=f"第{number}学期")
    made = services.plan_class(
        actor=keeper, public_id=uuid7(), version=a_version(course, **({"sessions": 2} | version)), host=college, season=season,
        wish=a_wish(enrolment_opens_at=at - timedelta(days=1), enrolment_closes_at=at + timedelta(days=1)),
    )  # fmt: skip
    row = CourseClass.objects.select_related("version__course", "host__territory", "territory", "season").get(
        pk=made.pk
    )
    if count:
        days = [clock.date_of(at) + timedelta(days=2 + 7 * week) for week in range(count)]
        wish = services.slots_of(uuid7(), days, EVENING, 90)
        services.add_sessions(actor=keeper, course_class=row, slots=wish, space=room, teacher=teacher, at=at)
    if state == "open":
        services.open_class(actor=keeper, course_class=row, at=at)
        row.refresh_from_db(fields=["state"])
    return row


def moved(row: CourseClass, street: Territory, *, km: str | None) -> Venue:
    """The place of a class stands in a street, so many km north of the point; None: nobody marked it on the map."""
    venue = Venue.objects.get(spaces__in=ClassSession.objects.filter(course_class=row).values("space"))
    north = None if km is None else LATITUDE + (Decimal(km) / KM_OF_A_DEGREE).quantize(Decimal("0.000001"))
    Venue.objects.filter(pk=venue.pk).update(
        territory=street, latitude=north, longitude=None if km is None else LONGITUDE
    )
    venue.refresh_from_db()
    return venue
