"""Volunteers of the demonstration: calls of each district in every state, who applied, who served, what overlaps.

Done through the same services as real ones; each district in one transaction, so that an interrupted load goes on.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid5

from django.db import transaction

from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.organisations.models import Kind, Organisation, Tier
from xuecheng.city.people.models import Person
from xuecheng.coordination.staff.models import Teacher
from xuecheng.coordination.volunteers import services
from xuecheng.coordination.volunteers.models import Activity, Assignment, Shift, Volunteer
from xuecheng.learning.creditbank.models import LearningAccount

from .afterwards import Hands, say_of_them, serve_unseen
from .place import NAMESPACE

_PEOPLE = 7
_HOURS = timedelta(hours=1)
_DAYS = timedelta(days=1)


class _Call(NamedTuple):
    key: str
    ends: str
    """What becomes of it: `runs`, `draft`, `closed`, `cancelled`."""
    wish: services.Wish


_CALLS = (
    _Call(
        "phone", "runs",
        services.Wish(
            category="xx", title="教邻居用手机", about="一对一教老人用手机挂号、付款、视频通话，每人半小时。",
            risks="没有已知风险；不代为输入密码、不经手钱款。", funding="street", skills=["smartphone"],
        ),
    ),
    _Call(
        "market", "runs",
        services.Wish(
            category="ds", title="社区学习集市秩序引导", about="在集市入口引导人流，帮老人和推婴儿车的人找路。",
            risks="人多时可能拥挤、碰撞；天热要防中暑。", demands="站立四个小时", funding="district", has_bodily_risk=True,
            funding_note="保险和午餐由区志愿服务经费支付", least_age=18, most_age=70,
        ),
    ),
    _Call(
        "reading", "closed",
        services.Wish(
            category="se", title="周末陪孩子读书", about="在学校图书角陪六到十岁的孩子读绘本。",
            risks="没有已知风险；全程有工作人员在场。", funding="unit", trainings=["children"],
        ),
    ),
    _Call(
        "river", "cancelled",
        services.Wish(
            category="hb", title="河涌清洁日", about="沿河涌步道捡拾垃圾，不下水。", risks="临水，可能滑倒。", funding="donation",
        ),
    ),
    _Call(
        "elders", "draft",
        services.Wish(
            category="ln", title="陪长者逛博物馆", about="陪同长者参观，帮忙推轮椅。", risks="推轮椅上下坡要小心。",
            funding="city", skills=["company"],
        ),
    ),
)  # fmt: skip


def call_for(keeper: Standing, second: Standing, *, now: datetime) -> None:
    """The colleges of the districts, each with its calls and volunteers; two of them called one person at one time.

    `second` looks at hours that were registered afterwards.
    """
    hands = Hands(keeper, second)
    colleges = Organisation.objects.filter(kind=Kind.COMMUNITY_COLLEGE, tier=Tier.DISTRICT)
    rows = list(colleges.select_related("territory").order_by("code"))
    everywhere: list[Volunteer] = []
    for college in rows:
        with transaction.atomic():
            if not Activity.objects.filter(public_id=_id(college, "call:phone")).exists():
                everywhere += _district(college, hands, now=now)
    if len(rows) > 1 and everywhere:
        with transaction.atomic():
            _twice(everywhere[0], rows[0], rows[1], keeper, now=now)


def _district(college: Organisation, hands: Hands, *, now: datetime) -> list[Volunteer]:
    keeper = hands.keeper
    volunteers = [
        _volunteer(college, person, number, keeper, now=now) for number, person in enumerate(_people(college))
    ]
    for call in _CALLS:
        made = services.draft_activity(
            actor=keeper, public_id=_id(college, f"call:{call.key}"), organisation=college, wish=call.wish
        )
        activity = Activity.objects.select_related("organisation__territory").get(pk=made.pk)
        if call.ends != "draft":
            _run(activity, call, volunteers, keeper, now=now)
        if call.key == "phone":
            say_of_them(college, volunteers, activity, hands, now=now)
    serve_unseen(college, volunteers, hands, now=now)
    return volunteers


def _people(college: Organisation) -> list[Person]:
    """Grown-up residents of the district who learn, hold no office and teach nothing: their time is free."""
    found = Person.objects.filter(
        territory__path__startswith=college.territory.path, birth_year__range=(1958, 2000), is_active=True,
        is_fictional=True, merged_into=None, role_holdings=None, pk__in=LearningAccount.objects.values("person"),
    )  # fmt: skip
    found = found.exclude(pk__in=Volunteer.objects.values("person")).exclude(pk__in=Teacher.objects.values("person"))
    return list(found.order_by("pk")[:_PEOPLE])


def _volunteer(college: Organisation, person: Person, number: int, keeper: Standing, *, now: datetime) -> Volunteer:
    at = now - (400 - 40 * number) * _DAYS
    made = services.register_person(
        actor=keeper, public_id=_id(college, f"volunteer:{number}"), organisation=college, person=person,
        skills=["smartphone", "company"] if number % 2 == 0 else ["smartphone", "guide"],
        times=["weekend_day", "weekday_evening"] if number % 3 else ["weekend_day"], at=at,
    )  # fmt: skip
    row = Volunteer.objects.select_related("person__territory", "via__territory").get(pk=made.pk)
    services.record_training(
        actor=keeper, public_id=_id(college, f"training:{number}"), volunteer=row, organisation=college, kind="children",
        completed_on=clock.date_of(at), valid_until=None, proof="培训签到表，学院档案室", at=at,
    )  # fmt: skip
    return row


def _run(activity: Activity, call: _Call, volunteers: list[Volunteer], keeper: Standing, *, now: datetime) -> None:
    """Shifts that were, one that goes on, one to come; people in every state."""
    college, opened = activity.organisation, now - 40 * _DAYS
    # Each call on a day of its own: nobody is to be in two places, but for those who are told of.
    own = _CALLS.index(call) * _DAYS
    past = [
        _shift(activity, keeper, f"{weeks}", begins=_morning(now - weeks * 7 * _DAYS + own), at=opened)
        for weeks in (4, 2)
    ]
    services.publish_activity(actor=keeper, activity=activity, is_verified=True, at=opened)
    if activity.has_bodily_risk:
        services.insure_activity(
            actor=keeper, activity=activity, insurer="示范财产保险", policy_number=f"DEMO-{college.code}", at=opened
        )
    if call.ends == "cancelled":
        _apply(volunteers[0], past[0], at=opened)
        services.cancel_activity(actor=keeper, activity=activity, why="台风预警，活动停办", at=opened + _DAYS)
        return
    for number, shift in enumerate(past):
        for volunteer in volunteers[number : number + 4]:
            one = _assigned(volunteer, shift, keeper, at=opened + _DAYS)
            if volunteer is volunteers[number + 3]:
                services.mark_absent(actor=keeper, assignment=one, at=shift.during.upper)
            else:
                _served(one, keeper, pause=10 * number)
    if call.ends == "closed":
        services.close_activity(actor=keeper, activity=activity, at=now - _DAYS)
        return
    if call.key == "phone":
        going = _shift(activity, keeper, "now", begins=_minute(now) - _HOURS, at=opened)
        here = _assigned(volunteers[0], going, keeper, at=opened + _DAYS)
        services.check_in(actor=keeper, assignment=here, when=going.during.lower, at=now)
        _assigned(volunteers[1], going, keeper, at=opened + _DAYS)
    days = 9 if call.key == "phone" else 10
    coming = _shift(activity, keeper, "next", begins=_morning(now + days * _DAYS), at=now)
    _assigned(volunteers[0], coming, keeper, at=now)
    _apply(volunteers[1], coming, at=now)
    refused = _apply(volunteers[2], coming, at=now)
    services.refuse_application(actor=keeper, assignment=refused, words="这次先照顾第一次报名的街坊", at=now)
    back = _apply(volunteers[3], coming, at=now)
    services.withdraw(actor=_own(volunteers[3], now), assignment=back, at=now)


def _twice(volunteer: Volunteer, first: Organisation, second: Organisation, keeper: Standing, *, now: datetime) -> None:
    """One shift ran over while the other had begun elsewhere: an officer looks at both."""
    opened = now - 12 * _DAYS
    for college, after, over in ((first, 0, 40), (second, 195, 0)):
        activity = Activity.objects.select_related("organisation__territory").get(public_id=_id(college, "call:phone"))
        begins = _morning(now - 5 * _DAYS) + timedelta(minutes=after)
        shift = _shift(activity, keeper, "twice", begins=begins, at=opened)
        _served(_assigned(volunteer, shift, keeper, at=opened + _DAYS), keeper, over=over)


def _shift(activity: Activity, keeper: Standing, key: str, *, begins: datetime, at: datetime) -> Shift:
    made = services.add_shift(
        actor=keeper, public_id=uuid5(activity.public_id, f"shift:{key}"), activity=activity, begins_at=begins,
        ends_at=begins + 3 * _HOURS, needed=6, venue=None, place="学院一楼大厅", at=at,
    )  # fmt: skip
    return Shift.objects.select_related("activity__organisation__territory", "venue").get(pk=made.pk)


def _apply(volunteer: Volunteer, shift: Shift, *, at: datetime) -> Assignment:
    made = services.apply(
        actor=_own(volunteer, at), public_id=uuid5(shift.public_id, str(volunteer.public_id)), shift=shift,
        volunteer=volunteer, is_able=True, at=at,
    )  # fmt: skip
    rows = Assignment.objects.select_related("shift__activity__organisation__territory", "person", "volunteer__person")
    return rows.get(pk=made.pk)


def _assigned(volunteer: Volunteer, shift: Shift, keeper: Standing, *, at: datetime) -> Assignment:
    one = _apply(volunteer, shift, at=at)
    services.assign(actor=keeper, assignment=one, at=at)
    return one


def _served(one: Assignment, keeper: Standing, *, pause: int = 0, over: int = 0) -> None:
    ends = one.shift.during.upper + timedelta(minutes=over)
    services.check_in(actor=keeper, assignment=one, when=one.shift.during.lower, at=one.shift.during.lower)
    services.check_out(actor=keeper, assignment=one, when=ends, pause_minutes=pause, at=ends)


def _own(volunteer: Volunteer, at: datetime) -> Standing:
    return standing_of(volunteer.person, today=clock.date_of(at))


def _morning(day: datetime) -> datetime:
    return day.astimezone(clock.zone()).replace(hour=9, minute=0, second=0, microsecond=0)


def _minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)


def _id(college: Organisation, name: str) -> UUID:
    return uuid5(NAMESPACE, f"volunteers:{college.code}:{name}")
