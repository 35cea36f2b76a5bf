"""What volunteers of the demonstration served unseen, and what is said of them: hours registered afterwards with stamped
list and proof in each of their states (V-08), evaluations and awards (V-06). Done through the same services as real ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid5

from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.documents import services as documents
from xuecheng.city.organisations.models import Organisation
from xuecheng.coordination.volunteers import papers, services
from xuecheng.coordination.volunteers.models import Activity, Evaluation, LateEntry, Shift, Volunteer

from .paper import blank_page
from .place import NAMESPACE

_DAYS = timedelta(days=1)
_HOURS = timedelta(hours=1)


class Hands(NamedTuple):
    """Who keeps the volunteers of all colleges, and the second person, who looks at what was registered afterwards."""

    keeper: Standing
    second: Standing


class _Late(NamedTuple):
    who: int
    came: int
    went: int
    """Minutes after the shift began."""
    why: str
    verdict: str = ""
    """What the second person says; without one it waits."""
    words: str = ""


_LATE = (
    _Late(1, 0, 180, "台风后临时集合，来不及发布活动", "confirmed", "名单有盖章，照片里看得到本人"),
    _Late(2, 0, 240, "当天忘了签到", "refused", "名单上没有签名，照片里也找不到本人"),
    _Late(4, 15, 180, "台风后临时集合，来不及发布活动"),
    _Late(5, 0, 150, "手机没电，没能签到"),
)
_STORM = services.Wish(
    category="hb", title="台风后清扫街巷", about="清扫落叶断枝，帮独居老人检查门窗。", risks="断枝、湿滑；不碰电线，不登高。",
    funding="street",
)  # fmt: skip


def serve_unseen(college: Organisation, volunteers: Sequence[Volunteer], hands: Hands, *, now: datetime) -> None:
    """People who helped after a storm, before anybody could publish it; one told of too much."""
    activity = _whole(
        services.draft_activity(
            actor=hands.keeper, public_id=_id(college, "storm"), organisation=college, wish=_STORM
        ).pk
    )
    begins = (now - 3 * _DAYS).astimezone(clock.zone()).replace(hour=14, minute=0, second=0, microsecond=0)
    told, decided = now - 2 * _DAYS, now - _DAYS
    made = services.add_past_shift(
        actor=hands.keeper, public_id=_id(college, "storm:shift"), activity=activity, begins_at=begins,
        ends_at=begins + 3 * _HOURS, needed=6, venue=None, place="学院周边街巷", at=told,
    )  # fmt: skip
    shift = Shift.objects.select_related("activity__organisation__territory", "venue").get(pk=made.pk)
    for place in papers.PLACES:
        documents.add_document(
            actor=hands.keeper, place=place, thing=papers.shift_as_thing(shift), title=str(place.label),
            public_id=_id(college, f"storm:{place.name}"), file_name="示范材料.png", chunks=[blank_page()], at=told,
        )  # fmt: skip
    services.publish_activity(actor=hands.keeper, activity=activity, is_verified=True, at=told)
    for one in _LATE:
        entry = services.register_late(
            actor=hands.keeper, public_id=_id(college, f"late:{one.who}"), shift=shift, volunteer=volunteers[one.who],
            came_at=begins + timedelta(minutes=one.came), went_at=begins + timedelta(minutes=one.went), pause_minutes=0,
            why=one.why, at=told,
        )  # fmt: skip
        if one.verdict:
            whole = LateEntry.objects.select_related("shift__activity__organisation__territory").get(pk=entry.pk)
            services.decide_late(
                actor=hands.second, entry=whole, is_so=one.verdict == "confirmed", words=one.words, at=decided
            )


_SAID = (
    (0, Evaluation.Mark.EXCELLENT, "很耐心，每位老人都教到会为止"),
    (1, Evaluation.Mark.GOOD, ""),
    (2, Evaluation.Mark.SOUND, ""),
)
_AWARDS = (
    (0, "年度优秀志愿者", "市志愿者协会", 60, "证书原件已看，复印件存学院档案室"),
    (1, "五年服务纪念章", "区文明办", 200, "表彰文件，学院档案室"),
    (2, "年度优秀志愿者", "市志愿者协会", 60, "转抄自表彰名单"),
)
_TAKEN_BACK = 2
"""Whose award was entered by mistake."""


def say_of_them(
    college: Organisation, volunteers: Sequence[Volunteer], activity: Activity, hands: Hands, *, now: datetime
) -> None:
    """How some served in an activity, and the honours that the college saw."""
    for who, mark, words in _SAID:
        services.evaluate(
            actor=hands.keeper, volunteer=volunteers[who], activity=activity, mark=mark, words=words, at=now
        )
    for who, title, given_by, days, proof in _AWARDS:
        award = services.record_award(
            actor=hands.keeper, public_id=_id(college, f"award:{who}"), volunteer=volunteers[who], organisation=college,
            title=title, given_by=given_by, given_on=clock.date_of(now - days * _DAYS), proof=proof, at=now - 30 * _DAYS,
        )  # fmt: skip
        if who == _TAKEN_BACK:
            services.withdraw_award(actor=hands.keeper, award=award, organisation=college, at=now - 29 * _DAYS)


def _whole(key: int) -> Activity:
    return Activity.objects.select_related("organisation__territory").get(pk=key)


def _id(college: Organisation, name: str) -> UUID:
    return uuid5(NAMESPACE, f"volunteers:{college.code}:{name}")
