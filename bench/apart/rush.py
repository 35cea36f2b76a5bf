"""A class of the whole product, and many who want a place in it in the same minute."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from queue import Empty, SimpleQueue
from threading import Barrier
from typing import Any


def rush(*, people: int, clients: int, places: int) -> dict[str, Any]:
    """People enrolled a second: by the service, and by bare SQL doing the same in a class of its own."""
    from xuecheng.city.people.models import Person
    from xuecheng.coordination.enrolment.models import Enrolment

    made = list(Person.objects.filter(is_fictional=True).order_by("pk")[:people])
    rates = {}
    for name, work in (("service", _by_service), ("bare", _by_sql)):
        row = _an_open_class(places)
        waiting: SimpleQueue[Person] = SimpleQueue()
        for person in made:
            waiting.put(person)
        start = Barrier(clients + 1)
        with ThreadPoolExecutor(clients) as pool:
            going = [pool.submit(partial(_go, start, work, row, waiting)) for _client in range(clients)]
            start.wait()
            began = time.perf_counter()
            for one in going:
                one.result()
            rates[name] = len(made) / (time.perf_counter() - began)
        got = list(Enrolment.objects.filter(course_class=row).order_by("number").values_list("number", "state"))
        wanted = [(n, "enrolled" if n <= places else "waiting") for n in range(1, len(made) + 1)]
        if got != wanted:
            raise AssertionError(f"{name}: places were not given in order")
    return rates


def _go(start: Barrier, work: Any, row: Any, waiting: SimpleQueue[Any]) -> None:
    from django.db import connection

    try:
        connection.ensure_connection()
        start.wait()
        with suppress(Empty):
            while True:
                work(row, waiting.get_nowait())
    finally:
        connection.close()


def _by_service(row: Any, person: Any) -> None:
    from xuecheng.city import clock
    from xuecheng.city.access.queries import standing_of
    from xuecheng.city.ids import uuid7
    from xuecheng.coordination.enrolment import services

    actor = standing_of(person, today=clock.today())
    services.enrol(actor=actor, public_id=uuid7(), course_class=row, person=person, at=clock.now())


_BARE = """
insert into enrolment_enrolment (public_id, course_class_id, person_id, state, number, how, groups, rank, lottery_number,
  queue_rank, queue_no, applied_at, moved_at, because)
select gen_random_uuid(), class.id, %s, case when roll.taken < class.seats_most and roll.waiting = 0 then 'enrolled' else 'waiting' end,
  0, 'oneself', '{}', 0, '', 0, 0, now(), now(), ''
from classes_courseclass class join enrolment_roll roll on roll.course_class_id = class.id
where class.id = %s and not exists (select from enrolment_enrolment where course_class_id = class.id and person_id = %s)"""


def _by_sql(row: Any, person: Any) -> None:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select 1 from classes_courseclass where id = %s for no key update", [row.pk])
        cursor.execute(_BARE, [person.pk, row.pk, person.pk])


def _an_open_class(places: int) -> Any:
    """A class as the database has it, with one session in a booked room and somebody who teaches."""
    from psycopg.types.range import DateRange, TimestamptzRange

    from xuecheng.city import clock
    from xuecheng.city.ids import uuid7
    from xuecheng.city.organisations.models import Organisation
    from xuecheng.city.people.models import Person
    from xuecheng.coordination.classes.models import ClassSession, CourseClass, Season
    from xuecheng.coordination.courses.models import Course, CourseVersion
    from xuecheng.coordination.enrolment.models import Roll
    from xuecheng.coordination.facilities.models import Booking, Space
    from xuecheng.coordination.staff.models import Teacher, TeachingSession

    from .rooms import lay_out

    unit = Organisation.objects.select_related("territory").get(code="LW-SQXY")
    number, at = CourseClass.objects.count() + 1, clock.now()
    two = list(Person.objects.filter(is_fictional=True).order_by("-pk")[:3])
    if not Space.objects.filter(venue__owner=unit).exists():
        lay_out(rooms=8)
    space = Space.objects.select_related("venue").filter(venue__owner=unit)[0]
    course = Course.objects.create(
        public_id=uuid7(), owner=unit, territory=unit.territory, title_zh=f"量速度{number}", subject="calligraphy",
        languages=["yue"],
    )  # fmt: skip
    version = CourseVersion.objects.create(
        public_id=uuid7(), course=course, number=1, state="approved", outcome="量", level=1, sessions=1, minutes=90,
        levels=["district"], seats_least=1, seats_most=places, drafted_by=two[0], decided_by=two[1], decided_at=at,
    )  # fmt: skip
    year = DateRange(date(at.year, 1, 1), date(at.year + 1, 1, 1))
    season = Season.objects.create(
        public_id=uuid7(), organisation=unit, territory=unit.territory, name_zh=f"量{number}", during=year,
        planning=year, enrolment=year,
    )  # fmt: skip
    teacher, _new = Teacher.objects.get_or_create(
        person=two[2],
        defaults={
            "kind": "part_time", "home": unit, "territory": unit.territory, "subjects": ["calligraphy"],
            "languages": ["yue"], "travel_km": 5, "sessions": 4, "state": "open", "decided_by": two[0], "entered_at": at,
        },
    )  # fmt: skip
    begins = at + timedelta(days=200 + number)
    when = TimestamptzRange(begins, begins + timedelta(hours=1))
    row = CourseClass.objects.create(
        public_id=uuid7(), code=f"E{number}", version=version, host=unit, supplier=unit, territory=unit.territory,
        season=season, seats_least=1, seats_most=places, enrolment_opens_at=at - timedelta(days=1),
        enrolment_closes_at=at + timedelta(days=1),
    )  # fmt: skip
    booking = Booking.objects.create(
        public_id=uuid7(), space=space, venue=space.venue, during=when, state="confirmed", booked_by=two[0], made_at=at,
        heads=1, purpose="bench", group_organisation=unit,
    )  # fmt: skip
    teaching = TeachingSession.objects.create(
        public_id=uuid7(), teacher=teacher, person=teacher.person, kind="part_time", organisation=unit,
        territory=unit.territory, place="1", subject="calligraphy", level=1, during=when,
    )  # fmt: skip
    ClassSession.objects.create(
        public_id=uuid7(), course_class=row, number=1, during=when, space=space, booking=booking, teaching=teaching
    )
    CourseClass.objects.filter(pk=row.pk).update(state="open")
    Roll.objects.create(course_class=row)
    return CourseClass.objects.select_related("version__course", "host__territory", "territory").get(pk=row.pk)
