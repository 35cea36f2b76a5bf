"""The pages of a term, asked for as a server does: what each answer takes, and how many questions it asks."""

from __future__ import annotations

import time
from typing import Any

from .term import A_UNIT, CLASS, ENROLMENT, FIRST, LEARNER, ROOMS, SESSION, SPACE, VENUE, WEEKS, uuid_of
from .worked import worked

_RUNNING = [number for number in range(A_UNIT) if number % 10 in range(1, 7)]
_FULL = [number for number in range(A_UNIT) if number % 3 == 0]
_OVER = [number for number in range(A_UNIT) if number % 10 == 0]


def _class(number: int) -> str:
    return str(uuid_of(CLASS, FIRST + number))


def _session(number: int, week: int = 4) -> str:
    return str(uuid_of(SESSION, FIRST + number * WEEKS + week))


def _of(numbers: list[int], address: str) -> list[str]:
    """The same page of several classes."""
    return [address.format(_class(number), session=_session(number)) for number in numbers]


def addresses(district: str, street: str) -> dict[str, tuple[str, list[str]]]:
    """Page → who asks for it, and where. All of these lie in units that are the same in both cities."""
    me = f"l{LEARNER}"
    return {
        "my timetable": (me, ["/classes/mine/"]),
        "my enrolments": (me, ["/enrolment/my/"]),
        "my enrolment": (me, [f"/enrolment/{uuid_of(ENROLMENT, FIRST)}/"]),
        "my learning": (me, ["/attendance/my/"]),
        "find": ("", ["/classes/"]),
        "find, place": ("", [f"/classes/?district={district}", f"/classes/?district={district}&street={street}"]),
        "find, time": ("", [f"/classes/?weekday={day}&part=evening" for day in range(7)]),
        "find, theme": ("", [f"/classes/?subject={one}" for one in ("dance", "opera", "singing")]),
        "find, words": ("", ["/classes/?text=课程1000001", "/classes/?text=C7"]),
        "find, places left": ("", ["/classes/?free=places", "/classes/?free=both"]),
        "class": ("", _of(_RUNNING, "/classes/{}/")),
        "room's week": ("", [f"/venues/{uuid_of(VENUE, FIRST)}/", f"/venues/{uuid_of(VENUE, FIRST + 1)}/"]),
        "room, to book": ("clerk", [f"/venues/rooms/{uuid_of(SPACE, FIRST + n)}/book/" for n in range(ROOMS)]),
        "free rooms": ("", ["/venues/free/?on=2027-01-12&begins=19:00&ends=21:00&heads=20"]),
        "network": ("", ["/colleges/"]),
        "gaps": ("", ["/colleges/gaps/"]),
        "gaps, district": ("", [f"/colleges/gaps/{district}/"]),
        "board": ("clerk", ["/classes/board/", f"/classes/board/?unit=T{FIRST}&state=open"]),
        "timetable": ("clerk", [f"/classes/timetable/?unit=T{FIRST}&view={one}" for one in ("rooms", "teachers", "month")]),
        "plan": ("clerk", _of(_RUNNING, "/classes/{}/plan/")),
        "substitute": ("clerk", _of(_RUNNING, "/classes/sessions/{session}/substitute/")),
        "rolls": ("clerk", ["/enrolment/rolls/"]),
        "roll": ("clerk", _of(_RUNNING, "/enrolment/classes/{}/roll/")),
        "waiting list": ("clerk", _of(_FULL, "/enrolment/classes/{}/roll/?state=waiting")),
        "desk": ("clerk", ["/enrolment/desk/"]),
        "bookings": ("clerk", ["/venues/bookings/"]),
        "today": ("clerk", ["/attendance/"]),
        "classes to settle": ("clerk", ["/attendance/classes/"]),
        "settlement": ("clerk", _of(_OVER, "/attendance/classes/{}/completion/")),
        "attendance": ("clerk", _of(_RUNNING, "/attendance/sessions/{session}/")),
        "teacher, today": (f"t{FIRST}", ["/attendance/"]),
        "teacher, timetable": (f"t{FIRST}", ["/classes/mine/"]),
        "teacher, attendance": (f"t{FIRST + 1}", _of([1, 11, 21], "/attendance/sessions/{session}/")),
        "whole city, board": ("cityclerk", [f"/classes/board/?unit=T{FIRST}"]),
        "whole city, rolls": ("cityclerk", ["/enrolment/rolls/"]),
        "whole city, today": ("cityclerk", ["/attendance/"]),
        "whole city, classes to settle": ("cityclerk", ["/attendance/classes/"]),
        "whole city, desk": ("cityclerk", ["/enrolment/desk/"]),
        "whole city, bookings": ("cityclerk", ["/venues/bookings/"]),
    }  # fmt: skip


class _Asking:
    """Signed in once for each who asks; every page was answered twice before it counts."""

    def __init__(self) -> None:
        self.clients: dict[str, Any] = {}
        self.pages: dict[str, tuple[str, list[str]]] = {}

    def client(self, who: str) -> Any:
        from django.test import Client

        from xuecheng.city.people.models import Person

        if who not in self.clients:
            made = Client()
            if who:
                made.force_login(Person.objects.get(sign_in_name=who))
            self.clients[who] = made
        return self.clients[who]

    def get(self, page: str, nth: int) -> tuple[float, float]:
        """Seconds by the wall clock, and of processor time."""
        who, where = self.pages[page]
        client, address = self.client(who), where[nth % len(where)]
        before, began = worked(), time.perf_counter()
        answer = client.get(address)
        taken = time.perf_counter() - began, (worked() - before) / 1e9
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code} to {who or 'a visitor'}")
        return taken


_asking = _Asking()


def term_pages() -> dict[str, Any]:
    """The pages there are, each with the most queries that any of its addresses asks."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from xuecheng.city.territories.models import Territory

    found = Territory.objects.filter(level="street", is_current=True).select_related("parent").order_by("pk")[0]
    assert found.parent is not None
    _asking.pages = addresses(found.parent.code, found.code)
    counts = {}
    for page, (_who, where) in _asking.pages.items():
        asked = []
        for nth in range(len(where)):
            _asking.get(page, nth)
            with CaptureQueriesContext(connection) as queries:
                _asking.get(page, nth)
            asked.append(len(queries))
        counts[page] = max(asked)
    return {"queries": counts}


def term_page(*, page: str, times: int) -> dict[str, Any]:
    """Seconds of so many answers of a page, its addresses in turn: by the wall clock, and of processor time."""
    walls, works = zip(*(_asking.get(page, nth) for nth in range(times)), strict=True)
    return {"seconds": walls, "worked": works}
