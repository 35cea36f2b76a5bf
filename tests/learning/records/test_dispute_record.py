"""A learner disputes a record, and its institution answers within ten working days (C-15)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from city.situations import a_stranger
from learning.records.situations import NOW, Desk, a_desk, a_learner, an_officer, at_once, standing
from xuecheng.city.access.services import Denied
from xuecheng.learning.records import services
from xuecheng.learning.records.models import Dispute, LearningRecord
from xuecheng.learning.records.queries.doubles import disputed_record_ids


def disputed(desk: Desk, record: LearningRecord) -> Dispute:
    return services.dispute_record(actor=standing(record.learner), record=record, complaint="我上满了十六次课", at=NOW)


def test_a_dispute_freezes_the_record_and_starts_the_clock(db: None) -> None:
    desk = a_desk()
    record = desk.record()

    dispute = disputed(desk, record)

    assert (dispute.state, dispute.answer_due_on) == ("open", date(2026, 12, 7))
    assert dispute.institution == desk.college
    assert disputed_record_ids([record.learner_id]) == {record.pk}
    assert disputed_record_ids([record.learner_id + 1]) == set()


def test_a_disputed_record_stays_frozen_in_its_next_version(db: None) -> None:
    desk = a_desk()
    record = desk.record()
    disputed(desk, record)

    newer = services.correct_record(actor=desk.registrar, record=record, changes={"grade": "90"}, reason="更正", at=NOW)

    assert disputed_record_ids([record.learner_id]) == {newer.pk}


@pytest.mark.parametrize("state", ["upheld", "corrected"])
def test_an_answer_ends_the_dispute(db: None, state: str) -> None:
    desk = a_desk()
    record = desk.record()
    dispute = disputed(desk, record)
    services.correct_record(actor=desk.registrar, record=record, changes={"grade": "90"}, reason="更正", at=NOW)

    answered = services.answer_dispute(actor=desk.registrar, dispute=dispute, state=state, answer="已核对考勤", at=NOW)

    assert (answered.state, answered.answer, answered.answered_by) == (state, "已核对考勤", desk.registrar.person)
    assert disputed_record_ids([record.learner_id]) == set()
    with pytest.raises(services.DisputeEnded):
        services.answer_dispute(actor=desk.registrar, dispute=dispute, state="upheld", answer="再答", at=NOW)


def test_corrected_is_only_said_of_what_was_corrected(db: None) -> None:
    desk = a_desk()
    dispute = disputed(desk, desk.record())

    with pytest.raises(services.NotCorrectedYet):
        services.answer_dispute(actor=desk.registrar, dispute=dispute, state="corrected", answer="已改", at=NOW)


def test_an_answer_has_words(db: None) -> None:
    desk = a_desk()
    dispute = disputed(desk, desk.record())

    with pytest.raises(services.AnswerMissing):
        services.answer_dispute(actor=desk.registrar, dispute=dispute, state="upheld", answer=" ", at=NOW)


def test_the_learner_takes_a_dispute_back_and_may_open_another(db: None) -> None:
    desk = a_desk()
    record = desk.record()
    dispute = disputed(desk, record)

    assert services.drop_dispute(actor=standing(record.learner), dispute=dispute, at=NOW).state == "dropped"
    with pytest.raises(services.DisputeEnded):
        services.drop_dispute(actor=standing(record.learner), dispute=dispute, at=NOW)
    assert disputed(desk, record).state == "open"


def test_what_cannot_be_disputed(db: None) -> None:
    desk = a_desk()
    record = desk.record()
    disputed(desk, record)

    with pytest.raises(services.DisputeOpen):
        disputed(desk, record)
    with pytest.raises(services.ComplaintMissing):
        services.dispute_record(actor=standing(record.learner), record=record, complaint="  ", at=NOW)
    services.correct_record(actor=desk.registrar, record=record, changes={"grade": "90"}, reason="更正", at=NOW)
    with pytest.raises(services.OlderVersion):
        disputed(desk, LearningRecord.objects.get(pk=record.pk))


def test_who_disputes_and_who_answers(db: None) -> None:
    desk = a_desk()
    record = desk.record()
    dispute = disputed(desk, record)
    learner, other_desk = standing(record.learner), a_desk(name="从化社区学院")

    for actor in (desk.registrar, a_stranger(), an_officer(desk.district)):
        with pytest.raises(Denied):
            services.dispute_record(actor=actor, record=desk.record(a_learner()), complaint="错", at=NOW)
        with pytest.raises(Denied):
            services.drop_dispute(actor=actor, dispute=dispute, at=NOW)
    for actor in (learner, a_stranger(), an_officer(desk.district), other_desk.registrar):
        with pytest.raises(Denied):
            services.answer_dispute(actor=actor, dispute=dispute, state="upheld", answer="对", at=NOW)
    dispute.refresh_from_db()
    assert dispute.state == "open"


@pytest.mark.django_db(transaction=True)
def test_of_two_disputes_at_once_one_is_opened() -> None:
    desk = a_desk()
    record = desk.record()

    answers = at_once(lambda: disputed(desk, record), lambda: disputed(desk, record))

    assert sorted(type(answer).__name__ for answer in answers) == ["Dispute", "DisputeOpen"]


@pytest.mark.django_db(transaction=True)
def test_an_answer_and_a_retreat_that_meet_do_not_both_hold() -> None:
    desk = a_desk()
    record = desk.record()
    dispute = disputed(desk, record)

    answers = at_once(
        lambda: services.answer_dispute(actor=desk.registrar, dispute=dispute, state="upheld", answer="对", at=NOW),
        lambda: services.drop_dispute(actor=standing(record.learner), dispute=dispute, at=NOW),
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["Dispute", "DisputeEnded"]


@pytest.mark.parametrize(
    ("opened", "due"),
    [
        (
            datetime(2026, 9, 24, 4, tzinfo=UTC),
            date(2026, 10, 15),
        ),  # Mid-Autumn, National Day, a Saturday that is worked
        (datetime(2026, 12, 16, 4, tzinfo=UTC), date(2026, 12, 30)),
        (datetime(2026, 12, 20, 4, tzinfo=UTC), date(2027, 1, 3)),  # 2027 is not announced: two weeks
    ],
)
def test_the_answer_is_due_after_ten_working_days_of_the_calendar(db: None, opened: datetime, due: date) -> None:
    record = a_desk().record()

    dispute = services.dispute_record(actor=standing(record.learner), record=record, complaint="不对", at=opened)

    assert dispute.answer_due_on == due
