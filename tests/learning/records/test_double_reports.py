"""One learning told by two sources is noted for a person, never merged silently (C-12)."""

from __future__ import annotations

from datetime import date

import pytest

from city.situations import a_stranger
from learning.records.situations import NOW, a_desk, a_learner, an_officer, at_once, standing
from xuecheng.city.access.services import Denied
from xuecheng.learning.records import services
from xuecheng.learning.records.models import DoubleReport
from xuecheng.learning.records.queries.doubles import doubled_record_ids


def test_a_pair_is_noted_once_however_often_one_looks(db: None) -> None:
    desk, other, learner = a_desk(), a_desk(name="网络学习平台"), a_learner()
    first = desk.record(learner, title="计算机基础（一）")
    second = other.record(learner, title="计算机基础 Ⅰ")

    assert services.find_double_reports(learner_ids=[learner.pk]) == 0

    report = DoubleReport.objects.get()
    assert (report.first_id, report.second_id, report.book) == (first.pk, second.pk, learner.pk % 256)


@pytest.mark.parametrize(
    "columns",
    [
        {"title": "计算机基础（二）"},
        {"title": "粤语会话入门（一）", "started_on": date(2025, 3, 2), "ended_on": date(2025, 6, 28)},
    ],
)
def test_other_titles_and_other_times_are_other_learning(db: None, columns: dict[str, object]) -> None:
    desk, learner = a_desk(), a_learner()
    desk.record(learner, title="粤语会话入门（一）")

    desk.record(learner, **columns)

    assert not DoubleReport.objects.exists()


def test_two_learners_never_make_a_pair(db: None) -> None:
    desk = a_desk()
    desk.record(a_learner())
    desk.record(a_learner())

    assert not DoubleReport.objects.exists()


def test_a_withdrawn_record_makes_no_pair(db: None) -> None:
    desk, learner = a_desk(), a_learner()
    services.withdraw_record(actor=desk.registrar, record=desk.record(learner), reason="误", at=NOW)

    desk.record(learner)

    assert not DoubleReport.objects.exists()


def test_what_a_person_decided_holds_for_the_next_versions(db: None) -> None:
    desk, learner = a_desk(), a_learner()
    desk.record(learner)
    second = desk.record(learner)
    services.decide_double(
        actor=desk.registrar, report=DoubleReport.objects.get(), state="different", reason="两个班", at=NOW
    )

    services.correct_record(actor=desk.registrar, record=second, changes={"grade": "60"}, reason="更正", at=NOW)

    assert DoubleReport.objects.count() == 1


def test_of_one_learning_the_later_record_counts_nothing_until_the_first_is_withdrawn(db: None) -> None:
    desk, learner = a_desk(), a_learner()
    first, second = desk.record(learner), desk.record(learner)
    assert doubled_record_ids([learner.pk]) == set()

    services.decide_double(
        actor=desk.registrar, report=DoubleReport.objects.get(), state="same", reason="同一个班", at=NOW
    )
    assert doubled_record_ids([learner.pk]) == {second.pk}
    assert doubled_record_ids([learner.pk + 1]) == set()

    newer = services.correct_record(actor=desk.registrar, record=second, changes={"grade": "60"}, reason="更正", at=NOW)
    assert doubled_record_ids([learner.pk]) == {newer.pk}

    services.withdraw_record(actor=desk.registrar, record=first, reason="误", at=NOW)
    assert doubled_record_ids([learner.pk]) == set()


def test_a_decision_is_made_once_and_says_why(db: None) -> None:
    desk, learner = a_desk(), a_learner()
    desk.record(learner)
    desk.record(learner)
    report = DoubleReport.objects.get()

    with pytest.raises(services.DecisionReasonMissing):
        services.decide_double(actor=desk.registrar, report=report, state="same", reason=" ", at=NOW)
    services.decide_double(actor=desk.registrar, report=report, state="same", reason="同一个班", at=NOW)
    with pytest.raises(services.DoubleDecided):
        services.decide_double(actor=desk.registrar, report=report, state="different", reason="两个班", at=NOW)


def test_two_institutions_records_are_the_officers_matter(db: None) -> None:
    desk, other, learner = a_desk(), a_desk(name="网络学习平台"), a_learner()
    desk.record(learner)
    other.record(learner)
    report = DoubleReport.objects.get()

    for actor in (desk.registrar, other.registrar, standing(learner), a_stranger()):
        with pytest.raises(Denied):
            services.decide_double(actor=actor, report=report, state="same", reason="同一个班", at=NOW)

    decided = services.decide_double(
        actor=an_officer(desk.district), report=report, state="same", reason="同一个班", at=NOW
    )
    assert decided.state == "same"


def test_looking_costs_the_same_questions_for_many_learners(db: None, django_assert_max_num_queries: object) -> None:
    desk, learners = a_desk(), [a_learner() for _ in range(20)]
    desk.enter(*[desk.row(learner) for learner in learners for _ in range(2)])

    with django_assert_max_num_queries(6):  # type: ignore[operator]
        assert services.find_double_reports(learner_ids=[learner.pk for learner in learners]) == 20


@pytest.mark.django_db(transaction=True)
def test_two_who_look_at_once_note_a_pair_once() -> None:
    desk, learner = a_desk(), a_learner()
    desk.enter(desk.row(learner), desk.row(learner))

    at_once(*[lambda: services.find_double_reports(learner_ids=[learner.pk])] * 4)

    assert DoubleReport.objects.count() == 1
