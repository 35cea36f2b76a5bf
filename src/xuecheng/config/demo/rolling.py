"""Roll-out in the demonstration: institutions accredited, one about to end, one suspended, one waiting; phases.

Done through the same services as real ones; in one transaction, so that an interrupted load goes on.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction

from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.organisations.models import Kind, Organisation, Tier
from xuecheng.learning.rollout import services
from xuecheng.learning.rollout.models import Accreditation, Phase

from .place import NAMESPACE

_DAYS = timedelta(days=1)
_UNIVERSITY = "GZ-KFDX"
_ALL = ("formal", "certificate", "nonformal")


def roll_out(drafts: Standing, decides: Standing, *, now: datetime) -> None:
    """Accreditations and phases in every state, and readiness as it is."""
    with transaction.atomic():
        if not Accreditation.objects.filter(is_carried_over=False).exists():
            _accredit(drafts, decides, now=now)
            _phases(drafts, decides, now=now)
    services.count_readiness(at=now)


def _accredit(drafts: Standing, decides: Standing, *, now: datetime) -> None:
    today = clock.date_of(now)
    rows = Organisation.objects.select_related("territory").order_by("code")
    university = rows.get(code=_UNIVERSITY)
    school = rows.filter(kind=Kind.SCHOOL, code__endswith="-ZYPX")[0]
    colleges = rows.filter(kind=Kind.COMMUNITY_COLLEGE, tier=Tier.DISTRICT)
    college, paused, waits = colleges[0], *list(colleges.reverse()[:2])
    hands = _Hands(drafts, decides, now - 900 * _DAYS)
    begins_on = today - 900 * _DAYS
    for key, where, kinds, ends_on, why in (
        (
            "university",
            university,
            _ALL,
            begins_on + 1800 * _DAYS,
            "办学资质、师资、考务都看过，学历课程和证书考试管理规范",
        ),
        ("college", college, _ALL, begins_on + 1500 * _DAYS, "社区课程考勤完整，两名专职教师"),
        ("school", school, _ALL, today + 45 * _DAYS, "证书考点条件合格，实训场地够用"),
    ):
        hands.granted(key, where, kinds, (begins_on, ends_on), why)
    row = hands.granted(
        "paused", paused, _ALL, (begins_on, begins_on + 1500 * _DAYS), "社区课程管理规范"
    )  # fmt: skip
    services.suspend_accreditation(
        actor=drafts, accreditation=row, on=today - 6 * _DAYS, reason="抽查发现两个班考勤与签到不符，整改期间暂停",
        at=now - 5 * _DAYS,
    )  # fmt: skip
    hands.proposed(
        "waits", waits, ("nonformal", "rpl"), (today + 30 * _DAYS, today + 1000 * _DAYS),
        "申请开展先前学习认定，已有五名评估员", at=now - 2 * _DAYS,
    )  # fmt: skip


def _phases(drafts: Standing, decides: Standing, *, now: datetime) -> None:
    opened = now - 300 * _DAYS
    first = services.plan_phase(
        actor=drafts, public_id=_id("phase:1"), at=opened,
        plan=services.Plan(
            code="P1", place=1, name_zh="第一阶段：证书、同级课程和社区学时", name_en="Phase one: certificates, courses, hours",
            about_zh="有证书的、有成绩的、有考勤的先认定：拿着证书或者上过课，就可以换学分。",
            about_en="What has a certificate, a grade or an attendance list counts first.",
            kinds=_ALL, families=("fixed", "hours", "accumulated"),
        ),
    )  # fmt: skip
    services.open_phase(
        actor=decides, phase=first, decision="穗学分办〔2026〕1号：各类记录报送稳定，先行开放", at=opened
    )  # fmt: skip
    for before in Phase.objects.filter(state=Phase.State.OPEN, planned_by__isnull=True):
        services.close_phase(actor=decides, phase=before, why="由第一阶段接替", at=opened)
    services.plan_phase(
        actor=drafts, public_id=_id("phase:2"), at=now - 20 * _DAYS,
        plan=services.Plan(
            code="P2", place=2, name_zh="第二阶段：工作和生活中学到的本领", name_en="Phase two: what was learnt at work and in life",
            about_zh="没有证书也没上过课，但确实会的，经过评估可以认定。先在已准入的机构试行。",
            about_en="What somebody can do without a certificate is assessed and counts, at accredited institutions first.",
            kinds=("rpl",), families=("fixed", "credits"), needs_accreditation=True,
            expected_on=clock.date_of(now) + 90 * _DAYS,
        ),
    )  # fmt: skip


class _Hands:
    """Whoever proposes and whoever grants."""

    def __init__(self, drafts: Standing, decides: Standing, at: datetime) -> None:
        self._drafts, self._decides, self._at = drafts, decides, at

    def proposed(
        self, key: str, where: Organisation, kinds: tuple[str, ...], days: tuple[date, date], why: str, *,
        at: datetime | None = None,
    ) -> Accreditation:  # fmt: skip
        scope = services.Scope(kinds=kinds, begins_on=days[0], ends_on=days[1])
        made = services.propose_accreditation(
            actor=self._drafts, public_id=_id(key), organisation=where, scope=scope, why=why, at=at or self._at
        )
        return Accreditation.objects.select_related("organisation__territory").get(pk=made.pk)

    def granted(
        self, key: str, where: Organisation, kinds: tuple[str, ...], days: tuple[date, date], why: str
    ) -> Accreditation:
        row = self.proposed(key, where, kinds, days, why)
        services.grant_accreditation(actor=self._decides, accreditation=row, reason="材料齐全，同意", at=self._at)
        return row


def _id(key: str) -> UUID:
    return uuid5(NAMESPACE, f"rollout:{key}")
