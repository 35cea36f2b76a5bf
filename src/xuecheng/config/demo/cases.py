"""What happens to records after they were credited: objections, corrections, double reports, credit taken back.

Each case is a pair of people doing what they would do on the pages, through the same services. Cases already there are
left, so that an interrupted load goes on.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.learning.credentials import services as credentials
from xuecheng.learning.credentials.models import Transcript
from xuecheng.learning.recognition.models import Posting
from xuecheng.learning.recognition.services import corrections
from xuecheng.learning.records import services as records
from xuecheng.learning.records.models import Dispute, DoubleReport, LearningRecord, Source

if TYPE_CHECKING:
    from .load import Officers

COLLEGE = "LW-SQXY"
"""The college whose registrar the demonstration lets one sign in as."""
_OLD_ENOUGH = timedelta(days=30)


class Cast(NamedTuple):
    """Who acts in the cases."""

    registrar: Standing
    decides: Standing
    resident: Standing
    college: Organisation
    today: date
    now: datetime


def cast_of(staff: dict[str, Person], officers: Officers, *, today: date, now: datetime) -> Cast:
    return Cast(
        registrar=standing_of(staff["huang.xiaotong"], today=today),
        decides=officers.decides,
        resident=standing_of(staff["chen.huifen"], today=today),
        college=Organisation.objects.select_related("territory").get(code=COLLEGE),
        today=today,
        now=now,
    )


def happen(cast: Cast) -> None:
    """Everything that happens between the first recognition and the newest records."""
    _her_objections(cast)
    mine = _credited(cast)
    if len(mine) < 9:
        return  # a city too small for single cases
    _objections_of_others(cast, mine[:3])
    _mistakes(cast, mine[3:6])
    _told_twice(cast, mine[6:9])


def _her_objections(cast: Cast) -> None:
    """陈惠芬 objects twice: one record was corrected and credited anew, the other waits for its answer."""
    # Issued before the correction, so that its code tells of the change.
    _transcript(cast, "zh-hans", among=0, at=cast.now - timedelta(seconds=1))
    missed = _newest("CHF-03", cast)
    if missed.version == 1:
        dispute = _dispute(missed, cast.resident, "最后一次课我到了，签到表第二页漏看了。", cast)
        records.correct_record(
            actor=cast.registrar,
            record=missed,
            changes={"attended_sessions": 12, "minutes": 1440},
            reason="签到表第二页漏录一次到课",
            at=cast.now,
        )
        records.answer_dispute(
            actor=cast.registrar,
            dispute=dispute,
            state=Dispute.State.CORRECTED,
            answer="查了签到表，您12次都到了，已改成24小时。谢谢您告诉我们。",
            at=cast.now,
        )
    corrected = _newest("CHF-03", cast)
    if not Posting.objects.filter(record_id=corrected.pk, book=corrected.book).exists():
        corrections.rerecognise_record(
            actor=cast.decides, record=corrected, why="机构更正了到课次数，按新版重新认定", at=cast.now
        )
    _dispute(_newest("CHF-06", cast), cast.resident, "8次课我只请过一次假，应该是7次，学时写少了。", cast)
    _transcript(cast, "en", among=1, at=cast.now)


def _objections_of_others(cast: Cast, some: list[LearningRecord]) -> None:
    """One where the record is right, one that was taken back, one that waits."""
    upheld, dropped, waits = some
    dispute = _dispute(upheld, _learner(upheld, cast), "我觉得学时算少了。", cast)
    if dispute.state == Dispute.State.OPEN:
        records.answer_dispute(
            actor=cast.registrar,
            dispute=dispute,
            state=Dispute.State.UPHELD,
            answer="按签到表核对过，您请假的那几次没有计入，学时没有错。",
            at=cast.now,
        )
    dispute = _dispute(dropped, _learner(dropped, cast), "课程名称好像不对。", cast)
    if dispute.state == Dispute.State.OPEN:
        records.drop_dispute(actor=_learner(dropped, cast), dispute=dispute, at=cast.now)
    _dispute(waits, _learner(waits, cast), "结束日期写早了一周。", cast)


def _mistakes(cast: Cast, some: list[LearningRecord]) -> None:
    """Corrected and waiting for an officer; withdrawn after its credit; credit taken back."""
    lessened, withdrawn, false = some
    if _latest(lessened).version == 1:
        records.correct_record(
            actor=cast.registrar,
            record=lessened,
            changes={"minutes": lessened.minutes - 120},
            reason="学时多报了2小时",
            at=cast.now,
        )
    if _latest(withdrawn).version == 1:
        records.withdraw_record(actor=cast.registrar, record=withdrawn, reason="录错了人，同名不同卡", at=cast.now)
    for record, why in ((withdrawn, "机构撤回了记录"), (false, "抽查发现这个班没有签到表，先收回")):
        if not Posting.objects.filter(record_id=record.pk, book=record.book, reverses__isnull=False).exists():
            corrections.reverse_postings(actor=cast.decides, record=_latest(record), why=why, at=cast.now)


def _told_twice(cast: Cast, some: list[LearningRecord]) -> None:
    """Three learners' classes that were entered again under another key: decided twice, one waits."""
    decisions = (
        (DoubleReport.State.SAME, "同一个班，补录时换了编号"),
        (DoubleReport.State.DIFFERENT, "春秋两期，是两次学习"),
        (None, ""),
    )
    for record, (state, reason) in zip(some, decisions, strict=True):
        again = records.entry_of(record, record_key=f"{record.record_key}-补", evidence="演示：补录名单")
        records.enter_record(actor=cast.registrar, entry=again, at=cast.now)
        report = DoubleReport.objects.filter(book=record.book, first_id=record.pk).first()
        if state and report is not None and report.state == DoubleReport.State.OPEN:
            records.decide_double(actor=cast.registrar, report=report, state=state, reason=reason, at=cast.now)


def _credited(cast: Cast) -> list[LearningRecord]:
    """First versions of the college's records that were credited and are of nobody with a sign-in, in a fixed order."""
    credited = Posting.objects.filter(institution_id=cast.college.pk, reverses=None).values("record_id")
    found = LearningRecord.objects.filter(
        institution=cast.college, version=1, origin="nonformal", role="learner", minutes__gte=480, pk__in=credited
    )
    return list(
        found.filter(ended_on__lt=cast.today - _OLD_ENOUGH)
        .exclude(learner=cast.resident.person)
        .exclude(record_key__endswith="-补")
        .exclude(source=Source.CLASS)
        .select_related("institution__territory", "learner")
        .order_by("-ended_on", "record_key")[:9]
    )


def _newest(key: str, cast: Cast) -> LearningRecord:
    return LearningRecord.objects.select_related("institution__territory", "learner").get(
        learner=cast.resident.person, institution=cast.college, record_key=key, is_latest=True
    )


def _latest(record: LearningRecord) -> LearningRecord:
    return LearningRecord.objects.select_related("institution__territory", "learner").get(
        book=record.book, institution_id=record.institution_id, record_key=record.record_key, is_latest=True
    )


def _learner(record: LearningRecord, cast: Cast) -> Standing:
    return standing_of(record.learner, today=cast.today)


def _dispute(record: LearningRecord, learner: Standing, complaint: str, cast: Cast) -> Dispute:
    known = Dispute.objects.filter(record_id=record.pk, book=record.book).first()
    return known or records.dispute_record(actor=learner, record=record, complaint=complaint, at=cast.now)


def _transcript(cast: Cast, language: str, *, among: int, at: datetime) -> None:
    person = cast.resident.person
    if Transcript.objects.filter(learner=person).count() == among:
        credentials.issue_transcript(actor=cast.resident, learner=person, at=at, language=language)
