"""A term of the whole city beside a small one: the same network of units, rooms, teachers and people; only what a term
holds grows. Written by COPY with triggers off, as the lists are; then its pages are asked for in turn.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

UNITS = 200
"""The city college, eleven of districts, a school in each street; a second one in some."""
A_UNIT = 50
"""Classes of a unit that holds any. A small term has units without."""
ROOMS, TEACHERS, LEARNERS, COURSES = 16, 10, 500, 10
WEEKS = 12
SEATS = 35
FIRST, LEARNER = 1_000_000, 2_000_000
"""Keys from here on are the term's, so that a page has the same address in both cities."""
_SLOTS = [(day, hour) for day in range(7) for hour in (9, 14, 19)]
_WEEK = timedelta(weeks=1)


def monday_of(today: date) -> date:
    return today - timedelta(days=today.weekday())


def uuid_of(table: int, key: int) -> UUID:
    """The public id of a row: told from its key, so that addresses are known without asking."""
    return UUID(f"{table:08x}-0000-7000-8000-{key:012x}")


UNIT, VENUE, SPACE, TEACHER, PERSON, COURSE, VERSION, CLASS, SESSION, BOOKING, TEACHING, ENROLMENT, CHARGE, MARK = (
    range(0xB1, 0xBF)
)


def _text(field: Any, value: Any) -> str:
    """A value in the text form of COPY."""
    from django.contrib.postgres.fields import ArrayField
    from django.db.models import JSONField

    if value is None:
        return "\\N"
    if isinstance(field, JSONField):
        return json.dumps(value)
    if isinstance(field, ArrayField):
        return "{" + ",".join(map(str, value)) + "}"
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value)


def _copy(model: Any, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write rows, given by attribute; what a row does not name has the model's default. Tells how many."""
    from django.db import connection

    fields = model._meta.concrete_fields  # there is no other way to a model's columns
    usual = {one.attname: _text(one, one.get_default()) for one in fields}
    given = {one.attname: one for one in fields}
    columns = ", ".join(f'"{one.column}"' for one in fields)
    count = 0
    with connection.cursor() as cursor, cursor.copy(f"copy {model._meta.db_table} ({columns}) from stdin") as copy:
        for row in rows:
            line = usual | {name: _text(given[name], value) for name, value in row.items()}
            copy.write("\t".join(line.values()) + "\n")
            count += 1
    return count


def _between(begins: datetime, minutes: int) -> str:
    return f'["{begins.isoformat()}","{(begins + timedelta(minutes=minutes)).isoformat()}")'


class _Plan:
    """What lies where: pure arithmetic from the number of a unit, a class, a session."""

    def __init__(self, *, classes: int, monday: date, places: list[tuple[int, str]]) -> None:
        from xuecheng.city import clock

        self.classes, self.monday, self.places, self.zone = classes, monday, places, clock.zone()
        self.at = datetime(monday.year, monday.month, monday.day, tzinfo=self.zone)

    def unit_of(self, number: int) -> int:
        return FIRST + number // A_UNIT

    def place_of(self, unit: int) -> int:
        return self.places[unit - FIRST][0]

    def phase(self, number: int) -> str:
        """One class in ten is over, six run, three are open."""
        return ("finished", *["running"] * 6, *["open"] * 3)[number % 10]

    def first_week(self, number: int) -> int:
        return {"finished": -13, "running": -4, "open": 2}[self.phase(number)]

    def begins(self, number: int, week: int) -> datetime:
        day, hour = _SLOTS[number % A_UNIT % len(_SLOTS)]
        return self.at + (self.first_week(number) + week) * _WEEK + timedelta(days=day, hours=hour)

    def room(self, number: int) -> int:
        return FIRST + number // A_UNIT * ROOMS + number % A_UNIT % ROOMS

    def teacher(self, number: int) -> int:
        return FIRST + number // A_UNIT * TEACHERS + number % A_UNIT % TEACHERS

    def sizes(self, number: int) -> tuple[int, int]:
        """Who is enrolled and who waits: a third of the classes are full, with ten in line."""
        return (SEATS, 10) if number % 3 == 0 else (22 + number % 2, 0)

    def sessions(self) -> Iterator[tuple[int, int, int, datetime, bool]]:
        """Each session's key, class, week, begin, and whether it is over."""
        for number in range(self.classes):
            for week in range(WEEKS):
                begins = self.begins(number, week)
                yield FIRST + number * WEEKS + week, number, week, begins, begins < self.at

    def people(self) -> Iterator[tuple[int, int, int, int, str]]:
        """Each enrolment's key, class, person, number in the class, and state."""
        key, seat = FIRST, 0
        for number in range(self.classes):
            if number % A_UNIT == 0:
                seat = 0
            enrolled, waiting = self.sizes(number)
            for nth in range(enrolled + waiting):
                person = LEARNER + number // A_UNIT * LEARNERS + seat % LEARNERS
                yield key, number, person, nth + 1, "enrolled" if nth < enrolled else "waiting"
                key, seat = key + 1, seat + 1


def fill_term(*, classes: int, monday: str) -> dict[str, int]:
    """The network and a term of so many classes, around the week that begins on `monday`. Tells the rows."""
    from django.db import connection

    from xuecheng.city.territories.models import Territory

    rows = Territory.objects.filter(is_current=True, level__in=["city", "district", "street"])
    order = {"city": 0, "district": 1, "street": 2}
    found = sorted(rows.values_list("pk", "level"), key=lambda one: (order[one[1]], one[0]))
    streets = [one for one in found if one[1] == "street"]
    plan = _Plan(classes=classes, monday=date.fromisoformat(monday), places=(found + streets * UNITS)[:UNITS])
    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        counts = _network(plan) | _teaching(plan) | _rolls(plan)
        _keepers(plan)
        cursor.execute("set session_replication_role = origin")
        cursor.execute("vacuum analyze")
    return counts


def _network(plan: _Plan) -> dict[str, int]:
    from xuecheng.city.organisations.models import Organisation, OrganisationStatus
    from xuecheng.city.people.models import Person
    from xuecheng.coordination.colleges.models import College
    from xuecheng.coordination.courses.models import Course, CourseVersion
    from xuecheng.coordination.facilities.models import Space, Venue, WeeklyHours
    from xuecheng.coordination.staff.models import Qualification, Subject, Teacher

    units = range(FIRST, FIRST + UNITS)
    subjects = Subject.values
    # The demonstration's own network would be a second one in the same places.
    College.objects.all()._raw_delete(College.objects.db)  # noqa: SLF001  # triggers are off
    _copy(
        Organisation,
        (
            {"id": unit, "public_id": uuid_of(UNIT, unit), "code": f"T{unit}", "kind": "community_college",
             "tier": plan.places[unit - FIRST][1], "name_zh": f"第{unit - FIRST}学校", "territory_id": plan.place_of(unit)}
            for unit in units
        ),
    )  # fmt: skip
    _copy(
        OrganisationStatus,
        ({"id": unit, "organisation_id": unit, "state": "active", "during": "[2020-01-01,)"} for unit in units),
    )
    _copy(
        College,
        (
            {"id": unit, "public_id": uuid_of(UNIT, unit), "organisation_id": unit, "level": plan.places[unit - FIRST][1],
             "parent_id": None if unit == FIRST else FIRST, "territory_id": plan.place_of(unit), "during": "[2020-01-01,)"}
            for unit in units
        ),
    )  # fmt: skip
    _copy(
        Venue,
        (
            {"id": unit, "public_id": uuid_of(VENUE, unit), "owner_id": unit, "kind": "college", "name_zh": f"楼{unit}",
             "territory_id": plan.place_of(unit), "address": "1号", "opens_on_holidays": True}
            for unit in units
        ),
    )  # fmt: skip
    _copy(
        WeeklyHours,
        (
            {"id": FIRST + number * 7 + day, "venue_id": unit, "use": "open", "weekday": day, "minutes": "[480,1320)",
             "during": "[2020-01-01,)"}
            for number, unit in enumerate(units) for day in range(7)
        ),
    )  # fmt: skip
    _copy(
        Space,
        (
            {"id": key, "public_id": uuid_of(SPACE, key), "venue_id": FIRST + (key - FIRST) // ROOMS, "path": f"/{key}/",
             "name_zh": f"{key % ROOMS + 101}室", "capacity": 40}
            for key in range(FIRST, FIRST + UNITS * ROOMS)
        ),
    )  # fmt: skip
    teachers = range(FIRST, FIRST + UNITS * TEACHERS)
    learners = range(LEARNER, LEARNER + UNITS * LEARNERS)
    _copy(Person, (_person(plan, key, FIRST + (key - FIRST) // TEACHERS, "t") for key in teachers))
    _copy(Person, (_person(plan, key, FIRST + (key - LEARNER) // LEARNERS, "l") for key in learners))
    _copy(
        Teacher,
        (
            {"id": key, "public_id": uuid_of(TEACHER, key), "person_id": key, "kind": "part_time",
             "home_id": FIRST + (key - FIRST) // TEACHERS, "territory_id": plan.place_of(FIRST + (key - FIRST) // TEACHERS),
             "subjects": subjects, "languages": ["yue", "cmn"], "travel_km": 8, "sessions": 6, "is_shared": True,
             "state": "open", "decided_by_id": 1, "entered_at": plan.at}
            for key in teachers
        ),
    )  # fmt: skip
    _copy(
        Qualification,
        (
            {"id": key, "public_id": uuid_of(TEACHER, key), "teacher_id": key, "person_id": key,
             "subject": subjects[key % COURSES], "level": 2, "title": "证书", "issuer": "学院", "during": "[2020-01-01,)",
             "state": "confirmed", "reviewed_by_id": 1, "reviewed_at": plan.at}
            for key in teachers
        ),
    )  # fmt: skip
    courses = range(FIRST, FIRST + UNITS * COURSES)
    _copy(
        Course,
        (
            {"id": key, "public_id": uuid_of(COURSE, key), "owner_id": FIRST + (key - FIRST) // COURSES,
             "territory_id": plan.place_of(FIRST + (key - FIRST) // COURSES), "title_zh": f"课程{key}",
             "subject": subjects[key % COURSES], "languages": ["yue"], "is_shared": key % 2 == 0}
            for key in courses
        ),
    )  # fmt: skip
    _copy(
        CourseVersion,
        (
            {"id": key, "public_id": uuid_of(VERSION, key), "course_id": key, "number": 1, "state": "approved",
             "outcome": "会写基本笔画", "level": 1 + key % 3, "sessions": WEEKS, "minutes": 90, "least_attendance_percent": 60,
             "levels": ["city", "district", "street", "point"], "seats_least": 5, "seats_most": SEATS,
             "fee_fen": 6000 if key % 5 == 0 else 0, "drafted_by_id": 2, "decided_by_id": 1, "decided_at": plan.at}
            for key in courses
        ),
    )  # fmt: skip
    return {"units": UNITS, "rooms": UNITS * ROOMS, "teachers": len(teachers), "people": len(learners)}


def _person(plan: _Plan, key: int, unit: int, mark: str) -> dict[str, Any]:
    name = "陈林黄李张梁吴刘蔡杨"[key % 10] + "伟芳娜敏静丽强磊军洋"[key // 10 % 10] + "明超霞平"[key // 100 % 4]
    return {
        "id": key, "public_id": uuid_of(PERSON, key), "sign_in_name": f"{mark}{key}", "name": name, "sort_key": f"{name}{key}",
        "birth_year": 1930 + key % 70, "territory_id": plan.place_of(unit), "password": "!", "is_active": True,
        "is_fictional": True, "joined_at": plan.at,
    }  # fmt: skip


def _teaching(plan: _Plan) -> dict[str, int]:
    """Classes with their sessions, the rooms booked for them and who teaches."""
    from xuecheng.coordination.classes.models import ClassSession, CourseClass, Season
    from xuecheng.coordination.facilities.models import Booking, Hold
    from xuecheng.coordination.staff.models import TeachingSession

    year = f"[{plan.monday - 14 * _WEEK},{plan.monday + 20 * _WEEK})"
    season = {
        "id": FIRST, "public_id": uuid_of(CLASS, 1), "territory_id": plan.places[0][0], "name_zh": "本学期", "during": year,
        "planning": year, "enrolment": year,
    }  # fmt: skip
    _copy(Season, [season])
    _copy(
        CourseClass,
        (
            {"id": FIRST + number, "public_id": uuid_of(CLASS, FIRST + number), "code": f"C{number}",
             "version_id": FIRST + number // A_UNIT * COURSES + number % COURSES, "host_id": plan.unit_of(number),
             "supplier_id": plan.unit_of(number), "territory_id": plan.place_of(plan.unit_of(number)), "season_id": FIRST,
             "seats_least": 5, "seats_most": SEATS, "fee_fen": 6000 if number % 5 == 0 else 0, "state": plan.phase(number),
             "enrolment_opens_at": plan.begins(number, 0) - 5 * _WEEK, "enrolment_closes_at": plan.begins(number, 1)}
            for number in range(plan.classes)
        ),
    )  # fmt: skip
    _copy(
        Booking,
        (
            {"id": key, "public_id": uuid_of(BOOKING, key), "space_id": plan.room(number), "venue_id": plan.unit_of(number),
             "during": _between(begins, 90), "state": "confirmed", "heads": SEATS, "purpose": "课",
             "group_organisation_id": plan.unit_of(number), "is_seasonal": True, "origin_kind": "class_session",
             "origin_id": uuid_of(SESSION, key), "booked_by_id": 1, "made_at": plan.at,
             "checked_in_at": begins if is_over else None}
            for key, number, _week, begins, is_over in plan.sessions()
        ),
    )  # fmt: skip
    _copy(
        Hold,
        (
            {"id": key, "booking_id": key, "space_id": plan.room(number), "period": _between(begins, 90), "heads": None}
            for key, number, _week, begins, _is_over in plan.sessions()
        ),
    )
    _copy(
        TeachingSession,
        (
            {"id": key, "public_id": uuid_of(TEACHING, key), "teacher_id": plan.teacher(number),
             "person_id": plan.teacher(number), "kind": "part_time", "organisation_id": plan.unit_of(number),
             "territory_id": plan.place_of(plan.unit_of(number)), "place": f"楼{number}", "subject": "dance", "level": 1,
             "during": _between(begins, 90), "series": uuid_of(CLASS, FIRST + number), "origin": str(uuid_of(SESSION, key)),
             "state": "taught" if is_over else "planned", "checked_in_at": begins if is_over else None}
            for key, number, _week, begins, is_over in plan.sessions()
        ),
    )  # fmt: skip
    sessions = _copy(
        ClassSession,
        (
            {"id": key, "public_id": uuid_of(SESSION, key), "course_class_id": FIRST + number, "number": week + 1,
             "during": _between(begins, 90), "space_id": plan.room(number), "booking_id": key, "teaching_id": key,
             "state": "held" if is_over else "planned"}
            for key, number, week, begins, is_over in plan.sessions()
        ),
    )  # fmt: skip
    return {"classes": plan.classes, "sessions": sessions}


def _rolls(plan: _Plan) -> dict[str, int]:
    """Who is enrolled and who waits, what they owe, and who came."""
    from xuecheng.coordination.enrolment.models import Charge, Enrolment, Movement, Roll
    from xuecheng.coordination.teaching.models import Mark

    _copy(
        Roll,
        (
            {"id": FIRST + number, "course_class_id": FIRST + number, "taken": enrolled, "waiting": waiting,
             "last_number": enrolled + waiting}
            for number in range(plan.classes) for enrolled, waiting in [plan.sizes(number)]
        ),
    )  # fmt: skip
    enrolments = _copy(
        Enrolment,
        (
            {"id": key, "public_id": uuid_of(ENROLMENT, key), "course_class_id": FIRST + number, "person_id": person,
             "state": state, "number": nth, "queue_no": nth, "applied_at": plan.at, "moved_at": plan.at}
            for key, number, person, nth, state in plan.people()
        ),
    )  # fmt: skip
    # Of each class with a fee everybody pays but the last five.
    paying = [
        (key, number, person, nth)
        for key, number, person, nth, state in plan.people()
        if number % 5 == 0 and state == "enrolled"
    ]
    due = {key for key, number, _person, nth in paying if nth > plan.sizes(number)[0] - 5}
    _copy(
        Charge,
        (
            {"id": key, "public_id": uuid_of(CHARGE, key), "enrolment_id": key, "person_id": person,
             "organisation_id": plan.unit_of(number), "owed_fen": 6000 if key in due else 0,
             "state": "due" if key in due else "settled", "made_at": plan.at}
            for key, number, person, _nth in paying
        ),
    )  # fmt: skip
    _copy(
        Movement,
        (
            {"id": 2 * key + paid, "public_id": uuid_of(CHARGE, 2 * key + paid), "charge_id": key, "person_id": person,
             "kind": "paid" if paid else "charged", "amount_fen": -6000 if paid else 6000, "at": plan.at,
             "provider": "test" if paid else "", "reference": f"T{key}" if paid else ""}
            for key, _number, person, _nth in paying for paid in range(1 if key in due else 2)
        ),
    )  # fmt: skip
    marks = _copy(Mark, _marks(plan))
    return {"enrolments": enrolments, "charges": len(paying), "marks": marks}


def _marks(plan: _Plan) -> Iterator[dict[str, Any]]:
    """All sessions of a class that is over; of one that runs its last two."""
    key = FIRST
    for enrolment, number, person, nth, state in plan.people():
        weeks = {"finished": range(WEEKS), "running": (2, 3), "open": ()}[plan.phase(number)]
        for week in weeks if state == "enrolled" else ():
            begins = plan.begins(number, week)
            is_there = (nth + week) % 6 != 0
            yield {
                "id": key, "public_id": uuid_of(MARK, key), "book": person % 256, "learner_id": person,
                "session_id": FIRST + number * WEEKS + week, "enrolment_id": enrolment, "version": 1,
                "state": "present" if is_there else "absent", "minutes": 90 if is_there else 0, "how": "list",
                "marked_at": begins, "entered_at": begins, "by_id": plan.teacher(number),
            }  # fmt: skip
            key += 1


def _keepers(plan: _Plan) -> None:
    """A clerk of the first unit, and one of the whole city."""
    from xuecheng.city.access.models import RoleHolding
    from xuecheng.city.people.models import Person

    keepers = {"clerk": {"organisation_id": FIRST}, "cityclerk": {"territory_id": plan.places[0][0]}}
    for nth, (name, where) in enumerate(keepers.items()):
        key = 3 * FIRST + nth
        _copy(Person, [_person(plan, key, FIRST, "x") | {"sign_in_name": name}])
        row = {"id": key, "person_id": key, "role": "registrar", "during": "[2023-01-01,)", "reason": "bench", **where}
        _copy(RoleHolding, [row])
