"""What can be done next is read from what is so."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from learning.account import makers
from xuecheng.learning.account import queries
from xuecheng.learning.account.queries import What
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.recognition.models import Result
from xuecheng.learning.records.models import Dispute

pytestmark = pytest.mark.django_db


def steps(who):
    return queries.next_steps(learner_id=who.pk, book=ledger.book_of(who.pk), today=makers.TODAY)


def test_a_learner_without_anything_open_is_told_nothing() -> None:
    who = makers.learner()
    makers.credit(who)
    assert steps(who) == []


def test_records_that_wait_are_counted_and_the_newest_named() -> None:
    who = makers.learner()
    makers.record(who, title="粤剧欣赏", ended_on=date(2026, 10, 1))
    makers.record(who, title="急救入门", ended_on=date(2026, 11, 1))
    (step,) = steps(who)
    assert (step.what, step.title, step.total) == (What.WAITING, "急救入门", 2)


def test_a_refused_record_says_why_and_what_can_be_done() -> None:
    who = makers.learner()
    makers.result(makers.record(who, title="防骗课堂"), reasons=[{"code": "no_rule", "values": {}}])
    (step,) = steps(who)
    assert step.what is What.REFUSED
    assert step.reason is not None
    assert step.reason.sentence()


def test_hours_that_wait_for_the_next_credit_are_told_c_20() -> None:
    who = makers.learner()
    kept = makers.result(makers.record(who, minutes=95), state=Result.State.CARRIED)
    Result.objects.filter(record_id=kept.record_id, book=kept.book).update(memory=[{"carried_minutes": 95}])
    (step,) = steps(who)
    assert (step.what, step.minutes) == (What.CARRIED, 95)


def test_an_open_dispute_tells_by_when_the_institution_answers_c_15() -> None:
    who = makers.learner()
    record = makers.credit(who).record
    due = makers.TODAY + timedelta(days=7)
    Dispute.objects.create(
        record_id=record.pk,
        book=record.book,
        learner=who,
        institution_id=record.institution_id,
        opened_at=makers.NOW,
        complaint="少记了4小时",
        answer_due_on=due,
    )
    (step,) = steps(who)
    assert (step.what, step.day, step.institution) == (What.DISPUTED, due, "逢源街社区学校")


def test_a_correction_is_news_for_two_months() -> None:
    who = makers.learner()
    makers.take_back(makers.credit(who, 150), why="考勤更正", posted_at=makers.NOW - timedelta(days=11))
    (step,) = steps(who)
    assert (step.what, step.credits, step.why) == (What.CORRECTED, -150, "考勤更正")
    older = makers.learner()
    makers.take_back(makers.credit(older), posted_at=makers.NOW - timedelta(days=61))
    assert steps(older) == []


def test_credit_that_runs_out_within_half_a_year_is_warned_of_c_57() -> None:
    who = makers.learner()
    makers.credit(who, 100, valid_until=makers.TODAY + timedelta(days=180))
    (step,) = steps(who)
    assert (step.what, step.day) == (What.EXPIRING, makers.TODAY + timedelta(days=180))
    other = makers.learner()
    makers.credit(other, 100, valid_until=makers.TODAY + timedelta(days=181))
    makers.take_back(makers.credit(other, 100, valid_until=makers.TODAY), posted_at=makers.NOW - timedelta(days=90))
    assert steps(other) == []


def test_all_of_it_is_one_query_and_the_pressing_comes_first(django_assert_num_queries) -> None:
    who = makers.learner()
    makers.record(who)
    makers.result(makers.record(who), reasons=[{"code": "no_rule", "values": {}}])
    makers.take_back(makers.credit(who))
    with django_assert_num_queries(1):
        told = steps(who)
    assert [step.what for step in told] == [What.CORRECTED, What.REFUSED, What.WAITING]


def test_another_learners_records_are_not_told() -> None:
    makers.record(makers.learner("别人"))
    assert steps(makers.learner()) == []
