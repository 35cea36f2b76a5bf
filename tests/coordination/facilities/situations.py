"""Named situations of places: a small city, a house with rooms in it, its keeper, a calendar with a holiday."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from city.situations import KNOWN_SINCE, a_registrar, an_organisation, small_city
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.territories.models import Territory
from xuecheng.city.workdays.models import SpecialDay
from xuecheng.coordination.facilities import rules, services
from xuecheng.coordination.facilities.models import (
    Booking,
    BookingSeries,
    LoanRequest,
    RoomLoan,
    RoomWait,
    Space,
    Terms,
    Venue,
)

ZONE = clock.zone()
NOW = datetime(2026, 9, 21, 8, tzinfo=ZONE)
"""A Monday; the National Day is ten days ahead."""
MONDAY = date(2026, 9, 28)
HOLIDAYS = [date(2026, 10, day) for day in range(1, 8)]
MADE_UP = date(2026, 10, 10)
"""A Saturday that is worked for the holidays."""


@dataclass
class Town:
    city: dict[str, Territory]
    college: Organisation
    keeper: Standing
    venue: Venue
    hall: Space
    left: Space
    right: Space
    """Halves of the hall."""
    corner: Space
    """Shared, twelve places."""


def the_holidays() -> None:
    """A migration brings them; a flush after a test that commits takes them away."""
    for on, kind in (*((on, "off") for on in HOLIDAYS), (MADE_UP, "work")):
        defaults = {"kind": kind, "holiday": "national", "source": "国办发明电〔2025〕7号"}
        SpecialDay.objects.get_or_create(on=on, defaults=defaults)


def a_town() -> Town:
    the_holidays()
    city = small_city()
    college = an_organisation(city["天河区"], name_zh="天河区社区学院")
    keeper = a_registrar(college, name="梁场管")
    venue = a_venue(keeper, college, city["五山街道"])
    hall = a_space(keeper, venue, name_zh="礼堂", capacity=100, equipment=("projector", "stage"))
    return Town(
        city=city,
        college=college,
        keeper=keeper,
        venue=venue,
        hall=hall,
        left=a_space(keeper, venue, name_zh="礼堂左", capacity=40, parent=hall),
        right=a_space(keeper, venue, name_zh="礼堂右", capacity=40, parent=hall),
        corner=a_space(keeper, venue, name_zh="阅览角", capacity=12, sharing="shared"),
    )


def a_venue(keeper: Standing, owner: Organisation, territory: Territory, **more: Any) -> Venue:
    """Open from 8 to 22 on all days but Sunday."""
    facts = {"kind": "college", "name_zh": "学院楼", "territory": territory, "address": "五山路1号"} | more
    made = services.create_venue(
        actor=keeper, public_id=uuid7(), owner=owner, facts=services.VenueFacts(**facts), why="登记"
    )
    open_from(keeper, made, "08:00", "22:00", range(6))
    return made


def open_from(keeper: Standing, venue: Venue, begins: str, ends: str, weekdays: Any, *, use: str = "open") -> None:
    week = [rules.Hours(weekday, _minute(begins), _minute(ends)) for weekday in weekdays]
    services.set_hours(actor=keeper, venue=venue, use=use, week=week, from_on=KNOWN_SINCE, why="登记")


def _minute(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def a_space(keeper: Standing, venue: Venue, *, parent: Space | None = None, **more: Any) -> Space:
    facts = {"name_zh": "教室", "capacity": 30} | more
    return services.add_space(
        actor=keeper, public_id=uuid7(), venue=venue, parent=parent, facts=services.SpaceFacts(**facts), why="登记"
    )


def on(day: date, text: str) -> datetime:
    """An instant of a day, `on(MONDAY, "19:30")`; 24:00 is the end."""
    return rules.at_minute(day, _minute(text), ZONE)


def wanted(**more: Any) -> services.Wanted:
    return services.Wanted(**({"heads": 10, "purpose": "排练", "group_name": "五山合唱团"} | more))


def booked(town: Town, space: Space, begins: datetime, ends: datetime, **more: Any) -> Booking:
    """A booking as its keeper makes it; `more` are `at`, `public_id`, `actor`, and what `wanted` takes."""
    own = {name: more.pop(name) for name in ("at", "public_id", "actor") if name in more}
    wish = {"actor": town.keeper, "public_id": uuid7(), "at": NOW} | own
    return services.book_space(space=space, begins_at=begins, ends_at=ends, wanted=wanted(**more), **wish)


def a_series(town: Town, space: Space, *, public_id: Any = None, at: datetime = NOW, **more: Any) -> BookingSeries:
    shape = {
        "begins_on": MONDAY, "ends_on": MONDAY + timedelta(weeks=5), "weekday": 0, "begins_minute": 19 * 60,
        "length_minutes": 120,
    }  # fmt: skip
    names = services.Pattern.__dataclass_fields__
    shape |= {name: more.pop(name) for name in list(more) if name in names}
    return services.book_series(
        actor=town.keeper, public_id=public_id or uuid7(), space=space, pattern=services.Pattern(**shape),
        wanted=wanted(**more), at=at,
    )  # fmt: skip


def terms(**more: Any) -> Terms:
    """Terms of the districts from long ago."""
    return Terms.objects.create(level="district", begins_on=date(2026, 1, 1), **more)


_numbers = count(1)


def open_always(keeper: Standing, owner: Organisation) -> Space:
    """A room of an owner in a new house that is open at all hours, holidays too."""
    number = next(_numbers)
    venue = a_venue(keeper, owner, owner.territory, name_zh=f"不夜楼{number}", opens_on_holidays=True)
    open_from(keeper, venue, "00:00", "24:00", range(7))
    return a_space(keeper, venue, name_zh=f"教室{number}")


def a_booking(keeper: Standing, owner: Organisation, **more: Any) -> Booking:
    """A booking of tomorrow, by the real clock, in such a room."""
    at = clock.now()
    begins = at + timedelta(days=1)
    return services.book_space(
        actor=keeper, public_id=uuid7(), space=open_always(keeper, owner), begins_at=begins,
        ends_at=begins + timedelta(hours=1), wanted=wanted(**more), at=at,
    )  # fmt: skip


def a_wait(keeper: Standing, owner: Organisation, *, is_offered: bool = False, **more: Any) -> RoomWait:
    """Somebody waits for a room that is booked tomorrow; it may come free, and be offered, at once."""
    taken, at = a_booking(keeper, owner), clock.now()
    made = services.wait_for_room(
        actor=keeper, public_id=uuid7(), space=taken.space, begins_at=taken.begins_at, ends_at=taken.ends_at,
        wanted=wanted(**({"group_name": "等位团"} | more)), at=at,
    )  # fmt: skip
    if is_offered:
        services.cancel_booking(actor=keeper, booking=taken, at=at, why="散了")
        made.refresh_from_db()
    return made


def a_request(
    asker: Standing,
    unit: Organisation,
    venue: Venue,
    *,
    space: Space | None = None,
    at: datetime = NOW,
    **more: Any,
) -> LoanRequest:
    """A unit asks for rooms of a place on two evenings of the week, twelve weeks long."""
    today = clock.date_of(at)
    text: dict[str, Any] = {
        "begins_on": today, "ends_on": today + timedelta(weeks=12), "weekdays": [1, 3], "begins": 19 * 60,
        "ends": 21 * 60, "purpose": "冬季书法班",
    }  # fmt: skip
    return services.ask_for_room(
        actor=asker, public_id=uuid7(), venue=venue, space=space, unit=unit, text=services.LoanText(**(text | more)),
        at=at,
    )  # fmt: skip


def a_loan(
    keeper: Standing,
    venue: Venue,
    borrower: Organisation,
    *,
    space: Space | None = None,
    at: datetime = NOW,
    **more: Any,
) -> RoomLoan:
    """Rooms of a place lent to another unit on all evenings from today on, twelve weeks long."""
    today = clock.date_of(at)
    text: dict[str, Any] = {
        "begins_on": today, "ends_on": today + timedelta(weeks=12), "weekdays": range(7), "begins": 18 * 60,
        "ends": 22 * 60, "purpose": "秋季书法班",
    }  # fmt: skip
    return services.lend_room(
        actor=keeper, public_id=uuid7(), venue=venue, space=space, borrower=borrower,
        text=services.LoanText(**(text | more)), at=at,
    )  # fmt: skip
