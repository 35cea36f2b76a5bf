"""Classes that people can enrol for, as they stand in the database, and people who want a place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from psycopg.types.range import DateRange, TimestamptzRange

from city.situations import TODAY, a_person, a_registrar, an_organisation, small_city
from coordination.courses.situations import a_course, a_version
from coordination.facilities.situations import open_always
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.classes import hooks
from xuecheng.coordination.classes.models import ClassSession, CourseClass, Season
from xuecheng.coordination.courses.models import CourseVersion
from xuecheng.coordination.enrolment import services
from xuecheng.coordination.enrolment.models import Charge, Enrolment, Lottery
from xuecheng.coordination.facilities.models import Booking, Space
from xuecheng.coordination.staff.models import Teacher, TeachingSession

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 10, tzinfo=clock.zone())
CLOSES = NOW + timedelta(days=7)
BEGINS = NOW + timedelta(days=14)
"""The first session of every class; the others follow week by week."""
_numbers = count(1)


@dataclass
class School:
    places: dict[str, Territory]
    college: Organisation
    far: Organisation
    clerk: Standing
    far_clerk: Standing
    season: Season
    space: Space
    teacher: Teacher


def a_school() -> School:
    places = small_city()
    college = an_organisation(places["五山街道"], name_zh="五山街道社区学校")
    far = an_organisation(places["街口街道"], name_zh="街口街道社区学校")
    clerk = a_registrar(college, "黄晓彤")
    season = Season.objects.create(
        public_id=uuid7(), organisation=college, territory=college.territory, name_zh="冬季",
        during=DateRange(date(2026, 11, 1), date(2027, 3, 1)), planning=DateRange(date(2026, 10, 1), date(2026, 11, 1)),
        enrolment=DateRange(date(2026, 11, 1), date(2026, 12, 1)),
    )  # fmt: skip
    who = a_person("梁文峰", territory=places["员村街道"])
    teacher = Teacher.objects.create(
        public_id=uuid7(), person=who, kind="part_time", home=college, territory=college.territory,
        subjects=["calligraphy"], languages=["yue"], state="open", decided_by=clerk.person, travel_km=5, sessions=4,
        entered_at=NOW,
    )  # fmt: skip
    return School(
        places=places, college=college, far=far, clerk=clerk, far_clerk=a_registrar(far, "邱老师"), season=season,
        space=open_always(clerk, college), teacher=teacher,
    )  # fmt: skip


def an_open_class(
    school: School, *, version: CourseVersion | None = None, course: dict[str, Any] | None = None, **more: Any
) -> CourseClass:
    """Open for enrolment from yesterday on, with four sessions; `seats` are two unless told otherwise."""
    seats, fee = more.pop("seats", 2), more.pop("fee_fen", 0)
    version = version or a_version(a_course(school.college), **(course or {}))
    row = CourseClass.objects.create(
        **{
            "public_id": uuid7(), "code": f"A{next(_numbers)}", "version": version, "host": school.college,
            "supplier": school.college, "territory": school.college.territory, "season": school.season,
            "seats_least": 1, "seats_most": seats, "fee_fen": fee, "enrolment_opens_at": NOW - timedelta(days=1),
            "enrolment_closes_at": CLOSES,
        }
        | more
    )  # fmt: skip
    _with_room_and_teacher(school, row)
    for week in range(1, 4):
        begins = BEGINS + timedelta(weeks=week)
        ClassSession.objects.create(
            public_id=uuid7(), course_class=row, number=week + 1,
            during=TimestamptzRange(begins, begins + timedelta(hours=2)),
        )  # fmt: skip
    row.state = "open"
    hooks.when_opened.tell(row, NOW - timedelta(days=1))
    return CourseClass.objects.select_related("version__course", "host__territory", "territory").get(pk=row.pk)


def _with_room_and_teacher(school: School, row: CourseClass) -> None:
    """The first session, which is whole: the database opens nothing without one. Times of rooms and people differ."""
    begins = BEGINS + timedelta(hours=2 * next(_numbers), days=400)
    elsewhere = TimestamptzRange(begins, begins + timedelta(hours=1))
    booking = Booking.objects.create(
        public_id=uuid7(), space=school.space, venue=school.space.venue, during=elsewhere, state="confirmed",
        booked_by=school.clerk.person, made_at=NOW, heads=10, purpose="上课", group_organisation=school.college,
    )  # fmt: skip
    teaching = TeachingSession.objects.create(
        public_id=uuid7(), teacher=school.teacher, person=school.teacher.person, kind="part_time",
        organisation=school.college, territory=school.college.territory, place="301室", subject="calligraphy", level=1,
        during=elsewhere,
    )  # fmt: skip
    ClassSession.objects.create(
        public_id=uuid7(), course_class=row, number=1, during=TimestamptzRange(BEGINS, BEGINS + timedelta(hours=2)),
        space=school.space, booking=booking, teaching=teaching,
    )  # fmt: skip
    CourseClass.objects.filter(pk=row.pk).update(state="open")


def a_resident(school: School, name: str = "", *, at: str = "五山街道", born: int | None = 1980) -> Person:
    person = a_person(name or f"居民{next(_numbers)}", territory=school.places[at])
    if born is not None:
        person.birth_year = born
        person.save(update_fields=["birth_year"])
    return person


def of(person: Person) -> Standing:
    return standing_of(person, today=TODAY)


def enrolled(
    course_class: CourseClass, person: Person, *, at: datetime = NOW, actor: Standing | None = None, **more: Any
) -> Enrolment:
    """Somebody enrols for themselves, or `actor` does it for them."""
    return services.enrol(
        actor=actor or of(person), public_id=more.pop("public_id", None) or uuid7(), course_class=course_class,
        person=person, at=at, **more,
    )  # fmt: skip


def full(school: School, *, waiting: int = 1, **more: Any) -> tuple[CourseClass, list[Enrolment]]:
    """A class whose seats are taken, and whoever waits after them."""
    row = an_open_class(school, **more)
    return row, [enrolled(row, a_resident(school)) for _each in range(row.seats_most + waiting)]


def again(row: Any) -> Any:
    row.refresh_from_db()
    return row


def charge_of(one: Enrolment) -> Charge:
    return Charge.objects.select_related(
        "enrolment__course_class__version", "enrolment__course_class__host__territory",
        "enrolment__course_class__territory", "organisation__territory", "person",
    ).get(enrolment=one)  # fmt: skip


def a_lottery(school: School, *, people: int, seats: int = 3, **more: Any) -> tuple[Lottery, list[Enrolment]]:
    """A class by lot whose enrolment is still open."""
    row = an_open_class(school, seats=seats, allocation="lottery", **more)
    found = [enrolled(row, a_resident(school)) for _each in range(people)]
    return Lottery.objects.get(course_class=row), found


def drawn(school: School, lottery: Lottery, *, beacon: str = "03 09 17 22 28 31 + 07") -> Lottery:
    """Frozen when enrolment closed, and drawn as the job draws."""
    services.freeze_lottery(actor=school.clerk, lottery=lottery, at=CLOSES)
    services.start_draw(actor=school.clerk, lottery=lottery, beacon=beacon, at=CLOSES)
    return services.draw(key=lottery.pk, at=CLOSES)
