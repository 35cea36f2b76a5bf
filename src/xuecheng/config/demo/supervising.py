"""Supervision: suspicions that the search finds, cases in every state, a published audit and one that waits for its seed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction

from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.organisations.models import Kind, Organisation
from xuecheng.city.refusals import Refusal
from xuecheng.learning.recognition.models import Posting
from xuecheng.learning.records.models import LearningRecord
from xuecheng.learning.supervision import services
from xuecheng.learning.supervision.models import Audit, AuditItem, Suspicion, Withdrawal

_DAYS = timedelta(days=1)
_CASES = (
    ("opened", "double", "同一门课由两家机构各报了一次"),
    ("noticed", "double", "同一门课由两家机构各报了一次"),
    ("stated", "impossible", "当天三门面授课合计超过二十四小时"),
    ("heard", "false", "证书编号在发证机构查不到"),
    ("withdrawn", "mistake", "机构把未结业的学员报成了结业"),
    ("withdrawn", "double", "同一门课由两家机构各报了一次"),
    ("closed", "double", "两份记录课名相同"),
    ("appealed", "impossible", "同一天在两个区上课"),
)
"""What becomes of a case, its ground, and the reason the learner reads."""


def supervise(opens: Standing, decides: Standing, *, now: datetime) -> None:
    """Officers look into credit; learners answer; an audit is published. Whoever `decides` has not let the credit of
    the demonstration be recognised (C-71)."""
    if not Suspicion.objects.exists():
        services.scan(at=now - 2 * _DAYS)
        _look_into(decides, now=now)
    for number, record in enumerate(_credited()[: len(_CASES)]):
        # Interrupted, it goes on with the case that is missing.
        if not Withdrawal.objects.filter(public_id=_number(f"case-{number}")).exists():
            with transaction.atomic():
                _case(number, record, opens=opens, decides=decides, now=now)
    if not Audit.objects.exists():
        _audits(decides, opens, now=now)


def _look_into(officer: Standing, *, now: datetime) -> None:
    """One is taken, one is dismissed; the others wait."""
    rows = list(Suspicion.objects.select_related("institution__territory").order_by("-risk", "pk")[:2])
    for place, row in enumerate(rows):
        try:
            services.take_suspicion(actor=officer, suspicion=row, at=now - _DAYS)
            services.add_note(
                actor=officer, suspicion=row, words="电话问过任课教师，请机构核对签到表。", at=now - _DAYS
            )
            if place:
                services.dismiss_suspicion(
                    actor=officer, suspicion=row, words="两期课程名称相同，签到表不同，是两次学习。", at=now
                )
        except Refusal:
            continue


def _credited() -> Sequence[LearningRecord]:
    """Records with credit that stands, one of each learner, nobody's an officer knows."""
    gone = set(Posting.objects.exclude(reverses=None).values_list("reverses", flat=True))
    seen: set[int] = set()
    found = []
    rows = Posting.objects.filter(reverses=None, credits__gte=50).order_by("-effective_on", "key")
    for posting in rows[:400]:
        if posting.learner_id in seen or posting.key in gone:
            continue
        seen.add(posting.learner_id)
        found.append(posting.record_id)
        if len(found) == 3 * len(_CASES):
            break
    records = LearningRecord.objects.filter(pk__in=found[2 * len(_CASES) :], is_latest=True)
    return list(records.select_related("institution__territory", "learner").order_by("pk"))


def _case(number: int, record: LearningRecord, *, opens: Standing, decides: Standing, now: datetime) -> None:
    until, ground, reason = _CASES[number]
    begun = now - (45 if until in ("withdrawn", "closed", "appealed") else 6) * _DAYS
    row = services.open_withdrawal(
        actor=opens, public_id=_number(f"case-{number}"), record=record, ground=ground, reason=reason, at=begun
    )
    if until == "opened":
        return
    services.give_notice(actor=opens, case=_whole(row), at=begun)
    learner = standing_of(record.learner, today=clock.date_of(now))
    if until in ("stated", "heard", "closed"):
        services.make_statement(
            actor=learner, case=_whole(row), words="那几天我确实都去了，教室换过一次，老师可以作证。",
            wants_hearing=until == "heard", at=begun + _DAYS,
        )  # fmt: skip
    if until == "heard":
        services.hold_hearing(
            actor=opens, case=_whole(row), held_at=begun + 3 * _DAYS,
            words="学员出示了上课照片，机构核对签到表后确认记录有误。", at=begun + 3 * _DAYS,
        )  # fmt: skip
    if until in ("withdrawn", "closed", "appealed"):
        services.decide_withdrawal(
            actor=decides, case=_whole(row), withdraws=until != "closed",
            words="签到表显示是两次不同的学习。" if until == "closed" else "经核对，这笔学分不应记入。",
            at=begun + 40 * _DAYS,
        )  # fmt: skip
    if until == "appealed":
        services.lodge_appeal(
            actor=learner, case=_whole(row), words="我手里有结业证原件，请再核对。", at=begun + 42 * _DAYS
        )


def _audits(auditor: Standing, colleague: Standing, *, now: datetime) -> None:
    """One that was drawn, looked at and published; one whose seed is not known yet."""
    keeper = Organisation.objects.filter(kind=Kind.CERTIFICATION_BODY).select_related("territory").first()
    first = Posting.objects.filter(reverses=None).order_by("posted_at").values_list("posted_at", flat=True).first()
    if keeper is None or first is None:
        return
    begins, today = clock.date_of(first), clock.date_of(now)
    # The whole demonstration is of one moment: the first audit's seed is today's seal, where a city waits for tomorrow's.
    for place, aim in enumerate((Audit.Aim.DISCOVER, Audit.Aim.ESTIMATE)):
        row = Audit(
            public_id=_number(f"audit-{place}"), code=f"CC-{today:%y%m%d}-{place + 1:04}", keeper=keeper, aim=aim,
            error=100_000, posted_from=begins, posted_to=today, planned_by=auditor.person, planned_at=now,
            seed_day=today + place * _DAYS,
        )  # fmt: skip
        try:
            services.fix_population(audit=row)
            if place == 0:
                _find(auditor, colleague, services.draw_sample(audit=row, at=now), now=now)
        except Refusal:
            continue


def _find(auditor: Standing, colleague: Standing, row: Audit, *, now: datetime) -> None:
    items = AuditItem.objects.filter(audit=row).select_related("audit__keeper__territory").order_by("number")
    for place, item in enumerate(items):
        own = item.credits if place != 1 else max(0, item.credits - 10)
        said: dict[str, Any] = {"own_credits": own, "is_proven": True, "words": "签到表与结业名单相符。", "at": now}
        try:
            services.record_finding(actor=auditor, item=item, **said)
        except services.OwnItem:
            services.record_finding(actor=colleague, item=item, **said)
    services.publish_audit(actor=auditor, audit=row, at=now)


def _whole(row: Withdrawal) -> Withdrawal:
    return Withdrawal.objects.select_related("learner", "institution__territory").get(pk=row.pk)


def _number(key: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"supervision:{key}")
