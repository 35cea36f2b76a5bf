"""Collective accounts in the demonstration: a circle that earns, one that waits for its account, one that has ended.

Done through the same services as real ones; in one transaction, so that an interrupted load goes on.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction

from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.learning.collectives import services
from xuecheng.learning.collectives.models import Collective, Deposit, Membership
from xuecheng.learning.creditbank.models import LearningAccount

from .cases import COLLEGE
from .place import NAMESPACE

_DAYS = timedelta(days=1)


def learn_together(staff: dict[str, Person], keeper: Standing, *, now: datetime) -> None:
    """Three circles at one college: open with what it earned, applied for, closed with its rest handed on."""
    with transaction.atomic():
        if Collective.objects.exists():
            return
        college = Organisation.objects.select_related("territory").get(code=COLLEGE)
        convenor, young = staff["chen.huifen"], staff["he.jialin"]
        others = [
            one.person
            for one in LearningAccount.objects.filter(person__merged_into=None, person__erased_at=None)
            .exclude(person__in=[convenor, young])
            .select_related("person")
            .order_by("person")[:5]
        ]
        readers = _open(
            "readers", ("荔湾湖晨读会", "Morning readers of Liwan Lake"), convenor, college, keeper=keeper, now=now
        )
        cutters = _open(
            "cutters", ("多宝街剪纸社", "Papercutters of Duobao"), others[0], college, keeper=keeper, now=now
        )
        for number, person in enumerate(others[1:4]):
            asked = _join(f"member:{number}", readers, person, now - 50 * _DAYS)
            services.admit(actor=_as(convenor, now), membership=asked, at=now - 49 * _DAYS)
        _join("asks", readers, others[4], now - 2 * _DAYS)
        for key, said, days in (
            ("reading", ("DS-YD", "社区读书会：《广东新语》共读", 1440), 20),
            ("points", ("JF-DK", "晨读打卡", 900), 12),
        ):
            _deposit(key, readers, said, at=now - days * _DAYS, keeper=keeper)
        wrong = _deposit("wrong", readers, ("JZ-LN", "岭南文化讲座", 480), at=now - 9 * _DAYS, keeper=keeper)
        services.take_back(actor=keeper, deposit=wrong, why="签到表是另一个团队的", at=now - 7 * _DAYS)
        _deposit("papercuts", cutters, ("HD-ZS", "活动周剪纸体验课", 960), at=now - 25 * _DAYS, keeper=keeper)
        services.close(
            actor=keeper, collective=cutters, to=readers, why="成员并入晨读会，不再单独活动", at=now - 5 * _DAYS
        )
        _apply("songs", ("西关民谣小组", "Songs of Xiguan"), young, college, at=now - 1 * _DAYS, is_public=False)


def _open(
    key: str, names: tuple[str, str], convenor: Person, college: Organisation, *, keeper: Standing, now: datetime
) -> Collective:
    row = _apply(key, names, convenor, college, at=now - 70 * _DAYS)
    until = clock.date_of(now) + 300 * _DAYS
    services.open_account(actor=keeper, collective=row, keeps_until=until, at=now - 68 * _DAYS)
    return _whole(row)


def _apply(
    key: str, names: tuple[str, str], convenor: Person, college: Organisation, *, at: datetime, is_public: bool = True
) -> Collective:
    about = "每周二、四上午在湖边共读，欢迎街坊加入。" if is_public else "收集、学唱西关一带的老歌谣。"
    wish = services.Wish(name_zh=names[0], name_en=names[1], about=about, is_public=is_public)
    row = services.apply(actor=_as(convenor, at), public_id=_id(key), institution=college, wish=wish, at=at)
    return _whole(row)


def _join(key: str, row: Collective, person: Person, at: datetime) -> Membership:
    return services.ask_to_join(actor=_as(person, at), public_id=_id(key), collective=row, at=at)


def _deposit(key: str, row: Collective, said: tuple[str, str, int], *, at: datetime, keeper: Standing) -> Deposit:
    code, title, minutes = said
    ended_on = clock.date_of(at - 1 * _DAYS)
    given = services.Given(
        source=Deposit.Source.ACTIVITY, code=code, title=title, began_on=ended_on - 40 * _DAYS, ended_on=ended_on,
        minutes=minutes, proof="签到表，学院 12 号柜",
    )  # fmt: skip
    made = services.deposit(actor=keeper, public_id=_id(key), collective=row, given=given, at=at)
    return Deposit.objects.select_related("collective__institution__territory").get(pk=made.pk)


def _whole(row: Collective) -> Collective:
    rows = Collective.objects.select_related("institution__territory", "organisation__territory", "applied_by")
    return rows.get(pk=row.pk)


def _as(person: Person, at: datetime) -> Standing:
    return standing_of(person, today=clock.date_of(at))


def _id(key: str) -> UUID:
    return uuid5(NAMESPACE, f"together:{key}")
