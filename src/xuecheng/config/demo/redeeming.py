"""Redemption in the demonstration: points earned by a rule, a shelf of some colleges, orders in every state.

Done through the same services as real ones; in one transaction, so that an interrupted load goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid5

from django.db import transaction

from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.organisations.models import Kind, Organisation, Tier
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank.models import LearningAccount, UnitVersion
from xuecheng.learning.recognition.models import Posting
from xuecheng.learning.recognition.queries.law import law_on
from xuecheng.learning.recognition.services.recognising import Recogniser
from xuecheng.learning.records.entries import Entry
from xuecheng.learning.records.models import LearningRecord, Source
from xuecheng.learning.records.services.entering import enter_records
from xuecheng.learning.redemption import services
from xuecheng.learning.redemption.models import Offer, Redemption, Stock

from .cases import COLLEGE
from .place import NAMESPACE

_DAYS = timedelta(days=1)
_PEOPLE = 9
_HOURS = (26, 14, 40, 18, 9, 22, 31, 12, 16)
"""What each of them earned: hours of 学习打卡, a point for each."""


class _Put(NamedTuple):
    key: str
    stock: int
    wish: services.Wish


def redeem(keeper: Standing, *, now: datetime) -> None:
    """Colleges put rewards up; learners who earned points redeem them."""
    with transaction.atomic():
        if Offer.objects.exists():
            return
        districts = Organisation.objects.select_related("territory").filter(
            kind=Kind.COMMUNITY_COLLEGE, tier=Tier.DISTRICT
        )  # fmt: skip
        # What the learner who signs in reserved waits at the college whose registrar signs in.
        home = districts.get(code=COLLEGE)
        others = list(districts.exclude(code=COLLEGE).order_by("code")[:2])
        colleges = [home, *others]
        learners = _learners()
        _earn(learners, colleges[0], keeper, now=now)
        shelf = {
            put.key: _put_up(put, place, keeper, now=now)
            for put, place in zip(_puts(now), [home, others[0], home, others[1], home], strict=False)
        }
        _orders(shelf, learners, keeper, now=now)


def _learners() -> list[Person]:
    """Residents with a learning card, the one who signs in first."""
    rows = LearningAccount.objects.filter(person__merged_into=None, person__erased_at=None)
    her = rows.filter(person__sign_in_name="chen.huifen")
    others = rows.exclude(person__sign_in_name="chen.huifen").order_by("person")
    return [one.person for one in [*her, *others.select_related("person")[: _PEOPLE - her.count()]]]


def _earn(learners: Sequence[Person], college: Organisation, keeper: Standing, *, now: datetime) -> None:
    today = clock.date_of(now)
    cards = dict(LearningAccount.objects.filter(person__in=learners).values_list("person", "card_number"))
    entries = [
        Entry(
            institution_code=college.code, record_key=f"JF-{person.pk}", person_ref=cards[person.pk], name=person.name,
            origin="nonformal", code="JF-DK", title="邻里读书会学习打卡", ended_on=today - 20 * _DAYS,
            started_on=today - 80 * _DAYS, minutes=hours * 60,
        )
        for person, hours in zip(learners, _HOURS, strict=False)
    ]  # fmt: skip
    enter_records(actor=keeper, entries=entries, source=Source.IMPORT, at=now - 12 * _DAYS)
    records = list(LearningRecord.objects.filter(institution=college, code="JF-DK").values_list("pk", "book"))
    Recogniser(law_on(today), run_id=None).recognise(
        [key for key, _book in records], books={book for _key, book in records}, at=now - 11 * _DAYS
    )


def _puts(now: datetime) -> list[_Put]:
    since = clock.date_of(now) - 60 * _DAYS
    unit = list(UnitVersion.objects.filter(code="IT101", state="published").order_by("-version")[:1])
    desk = "一楼服务台，周二至周六9:00—17:00"
    plain = [
        _Put(
            "brush", 20,
            services.Wish(
                kind="goods", title_zh="书法入门套装", title_en="Calligraphy starter set", points=500, place=desk,
                about_zh="毛笔两支、墨汁一瓶、毛边纸一刀。", about_en="Two brushes, a bottle of ink, a stack of paper.",
                most_per_order=3, most_per_person=3, period="year", low_stock=3, opens_on=since,
            ),
        ),
        _Put(
            "glasses", 4,
            services.Wish(
                kind="goods", title_zh="放大镜（带灯）", title_en="Magnifier with a lamp", points=300, place=desk,
                about_zh="看报看药盒都方便。", most_per_person=1, low_stock=5, opens_on=since,
            ),
        ),
        _Put(
            "fee", 0,
            services.Wish(
                kind="fee", title_zh="学费抵用券10元", title_en="Ten yuan of a course fee", points=200, face_fen=1000,
                is_everywhere=True, most_per_order=9, period="half", most_per_person=20, is_counted=False,
                about_zh="报班交费时用，全市社区学院通用。", opens_on=since, hold_hours=240,
            ),
        ),
        _Put(
            "bag", 1,
            services.Wish(
                kind="goods", title_zh="学城帆布袋", title_en="Canvas bag", points=200, place=desk, opens_on=since
            ),
        ),
    ]  # fmt: skip
    learning = [
        _Put(
            "exempt", 0,
            services.Wish(
                kind="exemption", title_zh="免修：电脑与手机入门", title_en="Exempt from: computers for beginners",
                about_zh="已有“计算机应用一级”学分的，不必再上这门课。", units=unit, hold_hours=360, opens_on=since,
            ),
        ),
    ]  # fmt: skip
    return [*plain, *(learning if unit else [])]


def _put_up(put: _Put, place: Organisation, keeper: Standing, *, now: datetime) -> Offer:
    opened = now - 60 * _DAYS
    row = services.draft_offer(actor=keeper, public_id=_id(put.key), organisation=place, wish=put.wish, at=opened)
    row = Offer.objects.select_related("organisation__territory").get(pk=row.pk)
    if put.stock and Stock.objects.filter(offer=row).exists():
        services.receive_stock(
            actor=keeper, public_id=_id(f"{put.key}:stock"), offer=row, amount=put.stock, why="首批到货", at=opened
        )
    services.publish_offer(actor=_colleague(keeper, put.wish.kind), offer=row, at=opened)
    return Offer.objects.select_related("organisation__territory").get(pk=row.pk)


def _colleague(keeper: Standing, kind: str) -> Standing:
    """Whoever else puts on the shelf what uses credits of learning."""
    if kind in ("goods", "fee"):
        return keeper
    another = Person.objects.get(sign_in_name="ye.zhiheng")
    return Standing(person=another, holdings=keeper.holdings)


def _orders(shelf: dict[str, Offer], learners: Sequence[Person], keeper: Standing, *, now: datetime) -> None:
    """One of everything: waits, is about to end, handed out wholly and in part, given up, called off, lapsed, back."""
    own = [standing_of(one, today=clock.date_of(now)) for one in learners]
    brush, glasses, fee, bag = (shelf[key] for key in ("brush", "glasses", "fee", "bag"))
    _reserve("lapsed", own[3], brush, 1, now - 9 * _DAYS)
    services.tend(at=now - 5 * _DAYS)
    _reserve("waits", own[0], brush, 2, now - timedelta(hours=5))
    _reserve("ends", own[1], glasses, 1, now - timedelta(hours=52))
    _hand_out("whole", _reserve("whole", own[2], brush, 3, now - 3 * _DAYS), keeper, 3, now - 2 * _DAYS)
    _hand_out("part", _reserve("part", own[6], brush, 3, now - 1 * _DAYS), keeper, 1, now - timedelta(hours=20))
    back = _reserve("back", own[5], brush, 2, now - 8 * _DAYS)
    _hand_out("back", back, keeper, 2, now - 7 * _DAYS)
    services.take_back(
        actor=keeper, public_id=_id("back:back"), redemption=back, items=1, why="墨汁漏了，换货时没有同款",
        at=now - 6 * _DAYS,
    )  # fmt: skip
    gone = _reserve("gone", own[5], bag, 1, now - 4 * _DAYS)
    services.release(actor=own[5], redemption=gone, at=now - 4 * _DAYS)
    off = _reserve("off", own[4], bag, 1, now - 3 * _DAYS)
    services.release(actor=keeper, redemption=off, words="到货时发现印错了字，退给厂家重印", at=now - 2 * _DAYS)
    _reserve("fee", own[0], fee, 3, now - timedelta(hours=3))
    _exempt(shelf, keeper, now=now)


def _exempt(shelf: dict[str, Offer], keeper: Standing, *, now: datetime) -> None:
    """Two who hold the unit: one was granted the exemption, one waits."""
    if "exempt" not in shelf:
        return
    postings = Posting.objects.filter(unit__code="IT101", reverses=None, learner__merged_into=None)
    seen: list[int] = []
    for posting in postings.order_by("learner", "key")[:40]:
        if posting.learner_id in seen or len(seen) == 2:
            continue
        actor = standing_of(Person.objects.get(pk=posting.learner_id), today=clock.date_of(now))
        try:
            with transaction.atomic():
                row = _reserve(f"exempt:{len(seen)}", actor, shelf["exempt"], 1, now - 4 * _DAYS)
        except services.UnitMissing:
            continue
        if not seen:
            _hand_out("exempt", row, keeper, 1, now - 2 * _DAYS)
        seen.append(posting.learner_id)


def _reserve(key: str, actor: Standing, offer: Offer, items: int, at: datetime) -> Redemption:
    made = services.reserve(actor=actor, public_id=_id(f"order:{key}"), offer=offer, items=items, at=at)
    return Redemption.objects.select_related("learner", "offer", "organisation__territory").get(pk=made.pk)


def _hand_out(key: str, row: Redemption, keeper: Standing, items: int, at: datetime) -> None:
    services.hand_out(
        actor=keeper, public_id=_id(f"handing:{key}"), redemption=row, items=items, keeps_rest=True, at=at
    )


def _id(key: str) -> UUID:
    return uuid5(NAMESPACE, f"redemption:{key}")
