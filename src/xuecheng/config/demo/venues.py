"""Where the demonstration learns: houses with rooms in every district, their hours, and a season of bookings.

Made up, but plausible; written through the same services as real ones. Points lie near the middle of each district.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.facilities import queries, rules, services
from xuecheng.coordination.facilities.models import RoomWait, Space, Venue

from .content import DISTRICT_LETTERS
from .place import NAMESPACE, Places

SINCE = date(2024, 1, 1)
WHY = "演示城市"
MIDDLES = {
    "荔湾区": ("23.125900", "113.244300"), "越秀区": ("23.128900", "113.266800"), "海珠区": ("23.083800", "113.317300"),
    "天河区": ("23.124700", "113.361200"), "白云区": ("23.157400", "113.273100"), "黄埔区": ("23.181100", "113.480500"),
    "番禺区": ("22.937600", "113.384200"), "花都区": ("23.403700", "113.220100"), "南沙区": ("22.801600", "113.525400"),
    "从化区": ("23.548400", "113.586400"), "增城区": ("23.261200", "113.810900"),
}  # fmt: skip


class Room(NamedTuple):
    name_zh: str
    name_en: str
    capacity: int
    equipment: tuple[str, ...] = ()
    part_of: str = ""
    is_shared: bool = False
    after: int = 0


class House(NamedTuple):
    """A house to make."""

    owner: Organisation
    street: Territory
    name_zh: str
    kind: str
    district: str
    number: int
    rooms: tuple[Room, ...]
    week: list[rules.Hours]
    more: dict[str, object] = {}  # nobody writes into it


_COLLEGE = (
    Room("多功能厅", "Hall", 120, ("projector", "sound", "stage", "network"), after=20),
    Room("多功能厅东半", "Hall, east half", 50, ("projector", "network"), part_of="多功能厅"),
    Room("多功能厅西半", "Hall, west half", 50, ("projector", "network"), part_of="多功能厅"),
    Room("301 电脑室", "Computer room 301", 36, ("computers", "projector", "network")),
    Room("舞蹈室", "Dance room", 30, ("mirrors", "sound"), after=10),
    Room("书画室", "Calligraphy room", 24, ("desks", "water"), after=15),
)
_LIBRARY = (
    Room("报告厅", "Lecture hall", 80, ("projector", "sound", "network")),
    Room("研讨室", "Seminar room", 16, ("projector", "network")),
    Room("自学区", "Study corner", 40, ("network",), is_shared=True),
)
_STREET = (
    Room("一楼活动室", "Activity room", 40, ("sound", "projector")),
    Room("二楼课室", "Classroom", 28, ("projector", "network")),
    Room("厨艺间", "Kitchen", 14, ("kitchen", "water"), after=30),
)
_SCHOOL = (Room("阶梯课室", "Lecture room", 90, ("projector", "sound")), Room("音乐室", "Music room", 40, ("piano",)))
_DAYTIME = [rules.Hours(day, 9 * 60, 21 * 60 + 30) for day in range(6)]
_LIBRARY_HOURS = [rules.Hours(day, 9 * 60, 21 * 60) for day in range(1, 7)]
_STREET_HOURS = [
    *(rules.Hours(day, begins, ends) for day in range(5) for begins, ends in ((510, 720), (840, 1080))),
    rules.Hours(5, 540, 1020),
]
_SCHOOL_HOURS = [rules.Hours(day, 8 * 60, 21 * 60) for day in range(7)]
_TEACHING = [rules.Hours(day, 8 * 60, 17 * 60 + 30) for day in range(5)]
_GROUPS = (
    ("太极拳班", "晨练与套路", 24), ("粤曲社", "排练", 18), ("书法班", "楷书入门", 20), ("智能手机课堂", "教老人用手机", 25),
    ("合唱团", "声部练习", 28), ("亲子阅读会", "绘本共读", 12),
)  # fmt: skip


def lay_out_venues(places: Places, keeper: Standing, *, now: datetime) -> None:
    """Make the houses (again: find them), and a season of bookings in them."""
    for number, (district, letters) in enumerate(sorted(DISTRICT_LETTERS.items(), key=lambda one: one[1])):
        streets = [one for one in places.streets if one.parent and one.parent.name_zh == district]
        if not streets:
            continue
        home = streets[0]
        college = places.by_code[f"{letters}-SQXY"]
        library = places.by_code[f"{letters}-TSG"]
        plans = [
            House(college, home, f"{district}社区学院教学楼", "college", district, 1, _COLLEGE, _DAYTIME),
            House(
                library, streets[-1], f"{district}图书馆总馆", "library", district, 2, _LIBRARY, _LIBRARY_HOURS,
                {"opens_on_holidays": True},
            ),
        ]  # fmt: skip
        for index, street in enumerate(streets[:2], 1):
            school = places.by_code[f"{letters}-SQXX{index:02d}"]
            plans.append(
                House(
                    school, street, f"{school.name_zh}学习点", "neighbourhood", district, 2 + index, _STREET, _STREET_HOURS,
                    {"makeup_weekday": 0},
                )
            )  # fmt: skip
        made = [_venue(keeper, plan) for plan in plans]
        if number % 3 == 0:
            trade = places.by_code[f"{letters}-ZYPX"]
            _school(keeper, trade, home, district)
        _season(keeper, made, number, now)
        _lend(keeper, made[0], places.by_code[f"{letters}-SQXX01"], now)
        _wait(keeper, made[0], number, now)


def _lend(keeper: Standing, house: Venue, school: Organisation, now: datetime) -> None:
    """The college lends a room of its house to a street's school, two afternoons a week (P-03)."""
    public_id, today = _id(f"loan:{house.public_id}"), clock.date_of(now)
    if queries.loan(public_id) is not None:
        return
    services.lend_room(
        actor=keeper, public_id=public_id, venue=house, space=_room(house, "书画室"), borrower=school, at=now,
        text=services.LoanText(
            begins_on=today, ends_on=today + timedelta(weeks=16), weekdays=[1, 3], begins=14 * 60, ends=17 * 60,
            purpose=f"{school.name_zh}书画班",
        ),
    )  # fmt: skip


def _wait(keeper: Standing, house: Venue, number: int, now: datetime) -> None:
    """Groups stand in the line for a room that is taken in the next weeks (B-07)."""
    room = _room(house, "301 电脑室")
    taken = room.bookings.filter(state="confirmed", during__startswith__gt=now + timedelta(days=3)).order_by("during")
    for nth, booking in enumerate(taken[:2]):
        group, purpose, heads = _GROUPS[(number + 3 + nth) % len(_GROUPS)]
        public_id = _id(f"wait:{house.public_id}:{nth}")
        if RoomWait.objects.filter(public_id=public_id).exists():
            continue
        services.wait_for_room(
            actor=keeper, public_id=public_id, space=room, begins_at=booking.begins_at, ends_at=booking.ends_at,
            at=now,
            wanted=services.Wanted(heads=min(heads, room.capacity), purpose=purpose, group_name=f"{house.name_zh}{group}"),
        )  # fmt: skip


def _room(house: Venue, name_zh: str) -> Space:
    room = house.spaces.get(name_zh=name_zh)
    room.venue = house
    return room


def _id(text: str) -> UUID:
    return uuid5(NAMESPACE, text)


def _venue(keeper: Standing, plan: House) -> Venue:
    owner, kind, street = plan.owner, plan.kind, plan.street
    latitude, longitude = (Decimal(one) for one in MIDDLES[plan.district])
    public_id = _id(f"venue:{owner.code}:{kind}")
    known = queries.by_id(public_id)
    if known is not None:
        return known
    shift = Decimal(plan.number) / Decimal(400)
    facts: dict[str, Any] = {
        "kind": kind,
        "name_zh": plan.name_zh,
        "territory": street,
        "address": f"{street.name_zh}学习路{plan.number * 6 + 2}号",
        "latitude": latitude + shift,
        "longitude": longitude - shift,
        "way_in": "从正门进，到服务台登记；有电梯到各层。"
        if kind != "neighbourhood"
        else "从社区服务中心旁的门进，一楼问值班人员。",
        "accessibility": ("step_free", "lift", "toilet") if kind != "neighbourhood" else ("step_free",),
    } | plan.more
    made = services.create_venue(
        actor=keeper,
        public_id=public_id,
        owner=owner,
        facts=services.VenueFacts(**facts),
        why=WHY,
    )
    services.set_hours(actor=keeper, venue=made, use="open", week=plan.week, from_on=SINCE, why=WHY)
    by_name: dict[str, Space] = {}
    for room in plan.rooms:
        by_name[room.name_zh] = services.add_space(
            actor=keeper,
            public_id=_id(f"space:{public_id}:{room.name_zh}"),
            venue=made,
            parent=by_name.get(room.part_of),
            facts=services.SpaceFacts(
                name_zh=room.name_zh,
                name_en=room.name_en,
                capacity=room.capacity,
                equipment=room.equipment,
                sharing=Space.Sharing.SHARED if room.is_shared else Space.Sharing.WHOLE,
                buffer_after=room.after,
            ),
            why=WHY,
        )
    return made


def _school(keeper: Standing, owner: Organisation, street: Territory, district: str) -> None:
    """School premises that others may use in the evening and at weekends (B-06)."""
    more: dict[str, object] = {"is_public": False, "has_consent": True}
    name = f"{owner.name_zh}校舍"
    made = _venue(keeper, House(owner, street, name, "school", district, 5, _SCHOOL, _SCHOOL_HOURS, more))
    if not made.hours.filter(use="teaching").exists():
        services.set_hours(actor=keeper, venue=made, use="teaching", week=_TEACHING, from_on=SINCE, why=WHY)


def _season(keeper: Standing, venues: list[Venue], number: int, now: datetime) -> None:
    """A group or two in each house, weekly for twelve weeks around today; here and there one date cannot be had."""
    monday = rules.week_of(clock.date_of(now))
    for index, venue in enumerate(venues):
        rooms = [one for one in queries.spaces_of(venue) if one.parent_id is None and not one.is_shared]
        for nth, room in enumerate(rooms[:2]):
            group, purpose, heads = _GROUPS[(number + index * 2 + nth) % len(_GROUPS)]
            services.book_series(
                actor=keeper,
                public_id=_id(f"series:{room.public_id}"),
                space=room,
                pattern=services.Pattern(
                    begins_on=monday,
                    ends_on=monday + timedelta(weeks=11),
                    weekday=(number + index + nth) % 5 if venue.kind != "library" else 1 + (number + nth) % 5,
                    begins_minute=(9 + (index + nth) % 2) * 60,
                    length_minutes=90,
                ),
                wanted=services.Wanted(
                    heads=min(heads, room.capacity), purpose=purpose, group_name=f"{venue.territory.name_zh}{group}",
                    is_seasonal=True,
                ),
                at=now,
            )  # fmt: skip
