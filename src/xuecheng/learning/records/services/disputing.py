"""A learner says that a record is wrong, and its institution must answer (C-15). States: see `Dispute`."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.refusals import Refusal, refusing
from xuecheng.city.workdays import queries as workdays
from xuecheng.city.workdays.rules import YearMissing, YearNotWhole, YearOnlyExpected, add_working_days
from xuecheng.learning.records import news
from xuecheng.learning.records.models import Dispute, LearningRecord
from xuecheng.learning.records.queries.arriving import is_corrected

ANSWER_WITHIN_WORKING_DAYS = 10
WITHOUT_CALENDAR_DAYS = 14
"""What the promise (ours, no statute) comes to while the next year's calendar is not announced."""


class ComplaintMissing(Refusal):
    message = _("Say what is wrong with the record.")
    field = "complaint"


class DisputeOpen(Refusal):
    message = _("You have disputed this record already; the institution has not answered yet.")


class OlderVersion(Refusal):
    message = _("This record was corrected meanwhile.")
    remedy = _("Look at the latest version; dispute that one if it is wrong.")


class AnswerMissing(Refusal):
    message = _("Tell the learner what you found.")
    field = "answer"


class NotCorrectedYet(Refusal):
    message = _("The record has not been corrected since it was disputed.")
    remedy = _("Correct or withdraw it first, then answer.")
    field = "state"


class DisputeEnded(Refusal):
    message = _("This dispute has been answered or taken back.")


def dispute_record(*, actor: Standing, record: LearningRecord, complaint: str, at: datetime) -> Dispute:
    """Open a dispute of one's own record: it earns nothing new until the institution answers; what was posted stays.

    Raises `Denied`, `ComplaintMissing`, `OlderVersion`, `DisputeOpen`.
    """
    require(actor, "records.dispute_record", on=record)
    if not complaint.strip():
        raise ComplaintMissing
    if not record.is_latest:
        raise OlderVersion
    with trace.change(by=actor.person, why=complaint), refusing(dispute_one_open_per_record=DisputeOpen):
        dispute = Dispute.objects.create(
            record_id=record.pk,
            book=record.book,
            learner_id=record.learner_id,
            institution_id=record.institution_id,
            opened_at=at,
            complaint=complaint.strip(),
            answer_due_on=_answer_due_on(clock.date_of(at)),
        )
        news.tell_opened(dispute, record, at=at)
    return dispute


def _answer_due_on(opened_on: date) -> date:
    """Ten working days after the day of the objection. An objection is never refused for want of a calendar."""
    try:
        return add_working_days(workdays.calendar(), opened_on, ANSWER_WITHIN_WORKING_DAYS)
    except (YearMissing, YearNotWhole, YearOnlyExpected):
        return opened_on + timedelta(days=WITHOUT_CALENDAR_DAYS)


def answer_dispute(*, actor: Standing, dispute: Dispute, state: str, answer: str, at: datetime) -> Dispute:
    """Close a dispute: the record is right (`upheld`), or it was corrected or withdrawn since (`corrected`).

    Raises `Denied`, `AnswerMissing`, `NotCorrectedYet`, `DisputeEnded`.
    """
    require(actor, "records.answer_dispute", on=dispute)
    if not answer.strip():
        raise AnswerMissing
    with trace.change(by=actor.person, why=answer):
        row = _open_one(dispute)
        if state == Dispute.State.CORRECTED and not is_corrected(record_id=row.record_id, book=row.book):
            raise NotCorrectedYet
        row.state = Dispute.State.CORRECTED if state == Dispute.State.CORRECTED else Dispute.State.UPHELD
        row.answer, row.answered_by, row.answered_at = answer.strip(), actor.person, at
        row.save(update_fields=["state", "answer", "answered_by", "answered_at"])
        news.tell_answered(row, at=at)
    return row


def drop_dispute(*, actor: Standing, dispute: Dispute, at: datetime) -> Dispute:
    """The learner takes a dispute back before it is answered. Raises `Denied`, `DisputeEnded`."""
    require(actor, "records.dispute_record", on=dispute)
    with trace.change(by=actor.person, why=gettext_noop("The objection was taken back")):
        row = _open_one(dispute)
        row.state, row.answered_at = Dispute.State.DROPPED, at
        row.save(update_fields=["state", "answered_at"])
    return row


def _open_one(dispute: Dispute) -> Dispute:
    row = Dispute.objects.select_for_update(no_key=True).get(pk=dispute.pk)
    if row.state != Dispute.State.OPEN:
        raise DisputeEnded
    return row
