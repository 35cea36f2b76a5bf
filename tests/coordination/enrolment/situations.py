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
    made = a_school_of(college, a_registrar(college, "黄晓彤"))
    made.places, made.far, made.far_clerk = places, far, a_registrar(far, "邱老师")
    made.teacher.person.territory = places["员村街道"]
    return made


def a_school_of(college: Organisation, clerk: Standing) -> School:
    """A unit with a season, a room and somebody who teaches; `clerk` keeps its places."""
    season = Season.objects.create(
        public_id=uuid7(), organisation=college, territory=college.territory, name_zh=f"冬季{next(_numbers)}",
        during=DateRange(date(2026, 11, 1), date(2027, 3, 1)), planning=DateRange(date(2026, 10, 1), date(2026, 11, 1)),
        enrolment=DateRange(date(2026, 11, 1), date(2026, 12, 1)),
    )  # fmt: skip
    teacher = Teacher.objects.create(
        public_id=uuid7(), person=a_person("梁文峰", territory=college.territory), kind="part_time", home=college,
        territory=college.territory, subjects=["calligraphy"], languages=["yue"], state="open",
        decided_by=clerk.person, travel_km=5, sessions=4, entered_at=NOW,
    )  # fmt: skip
    return School(
        places={}, college=college, far=college, clerk=clerk, far_clerk=clerk, season=season,
        space=open_always(clerk, college), teacher=teacher,
    )  # fmt: skip


def an_open_class(
    school: School,
    *,
    version: CourseVersion | None = None,
    course: dict[str, Any] | None = None,
    at: datetime = NOW,
    **more: Any,
) -> CourseClass:
    """Open for enrolment from yesterday on for a week, with four sessions after it; two seats unless told otherwise."""
    seats, fee = more.pop("seats", 2), more.pop("fee_fen", 0)
    version = version or a_version(a_course(school.college), **(course or {}))
    row = CourseClass.objects.create(
        **{
            "public_id": uuid7(), "code": f"A{next(_numbers)}", "version": version, "host": school.college,
            "supplier": school.college, "territory": school.college.territory, "season": school.season,
            "seats_least": 1, "seats_most": seats, "fee_fen": fee, "enrolment_opens_at": at - timedelta(days=1),
            "enrolment_closes_at": at + (CLOSES - NOW),
        }
        | more
    )  # fmt: skip
    first = at + (BEGINS - NOW)
    _with_room_and_teacher(school, row, first)
    for week in range(1, 4):
        begins = first + timedelta(weeks=week)
        ClassSession.objects.create(
            public_id=uuid7(), course_class=row, number=week + 1,
            during=TimestamptzRange(begins, begins + timedelta(hours=2)),
        )  # fmt: skip
    row.state = "open"
    hooks.when_opened.tell(row, at - timedelta(days=1))
    return CourseClass.objects.select_related("version__course", "host__territory", "territory").get(pk=row.pk)


def _with_room_and_teacher(school: School, row: CourseClass, first: datetime) -> None:
    """The first session, which is whole: the database opens nothing without one. Times of rooms and people differ."""
    begins = first + timedelta(hours=2 * next(_numbers), days=400)
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
        public_id=uuid7(), course_class=row, number=1, during=TimestamptzRange(first, first + timedelta(hours=2)),
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


def a_class_now(college: Organisation, clerk: Standing, **more: Any) -> CourseClass:
    """A class of a unit, open by the real clock."""
    return an_open_class(a_school_of(college, clerk), at=clock.now(), **more)


def enrolled_now(course_class: CourseClass, person: Person) -> Enrolment:
    """Somebody enrolled by the real clock, as they did it themselves."""
    made = services.enrol(
        actor=standing_of(person, today=clock.today()), public_id=uuid7(), course_class=course_class, person=person,
        at=clock.now(),
    )  # fmt: skip
    return Enrolment.objects.select_related("course_class__host__territory", "person").get(pk=made.pk)


def offered_now(course_class: CourseClass, person: Person) -> Enrolment:
    """Somebody to whom the one place of a class is offered: whoever had it has left."""
    first = enrolled_now(course_class, a_person("先来的", territory=course_class.territory))
    made = enrolled_now(course_class, person)
    services.withdraw(actor=standing_of(first.person, today=clock.today()), enrolment=first, at=clock.now())
    return Enrolment.objects.select_related("course_class__host__territory", "person").get(pk=made.pk)


def a_lottery_now(college: Organisation, clerk: Standing, *, step: str = "announced") -> Lottery:
    """A lottery of a unit in one of its steps, by the real clock; enrolment has ended unless it is only announced."""
    row = a_class_now(college, clerk, allocation="lottery", seats=1)
    for _each in range(2):
        enrolled_now(row, a_person("想上课的", territory=college.territory))
    lottery = Lottery.objects.get(course_class=row)
    if step == "announced":
        return lottery
    CourseClass.objects.filter(pk=row.pk).update(enrolment_closes_at=clock.now())
    if step in ("frozen", "drawn"):
        lottery = services.freeze_lottery(actor=clerk, lottery=lottery, at=clock.now())
    if step == "drawn":
        services.start_draw(actor=clerk, lottery=lottery, beacon="03 09 17 22 28 31 + 07", at=clock.now())
        services.draw(key=lottery.pk, at=clock.now())
    return Lottery.objects.select_related("course_class__host__territory").get(pk=lottery.pk)
