"""Records are corrected and withdrawn by new versions (C-11, C-15); nothing is overwritten."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from city.situations import a_stranger
from learning.records.situations import NOW, a_desk, a_learner, an_officer, at_once, standing
from xuecheng.city.access.services import Denied
from xuecheng.learning.records import rules, services
from xuecheng.learning.records.models import LearningRecord, Status


def test_a_correction_adds_a_version_that_says_who_when_and_why(db: None) -> None:
    desk = a_desk()
    record = desk.record()

    newer = services.correct_record(
        actor=desk.registrar, record=record, changes={"grade": "68", "minutes": 1900}, reason=" 登分错误 ", at=NOW
    )

    assert (newer.version, newer.grade, newer.minutes, newer.title) == (2, "68", 1900, record.title)
    assert (newer.replaces_id, newer.reason, newer.source) == (record.pk, "登分错误", "entered")
    assert newer.entered_by_id == desk.registrar.person.pk
    record.refresh_from_db()
    assert (record.is_latest, record.grade) == (False, "86")


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_correction_without_a_reason_is_refused(db: None, reason: str) -> None:
    desk = a_desk()

    with pytest.raises(services.EntryRefused) as refused:
        services.correct_record(
            actor=desk.registrar, record=desk.record(), changes={"grade": "68"}, reason=reason, at=NOW
        )

    assert [one.code for one in refused.value.refusals] == ["correction_reason_missing"]


def test_a_correction_passes_every_gate_again(db: None) -> None:
    desk = a_desk()

    with pytest.raises(services.EntryRefused) as refused:
        services.correct_record(
            actor=desk.registrar, record=desk.record(), changes={"grade": "优", "ended_on": date(2027, 1, 1)},
            reason="更正", at=NOW,
        )  # fmt: skip

    assert [one.code for one in refused.value.refusals] == ["ends_in_future", "grade_not_in_scale"]


def test_a_correction_that_changes_nothing_is_refused(db: None) -> None:
    desk = a_desk()

    with pytest.raises(services.NothingChanged):
        services.correct_record(actor=desk.registrar, record=desk.record(), changes={}, reason="更正", at=NOW)


def test_only_the_latest_version_is_corrected(db: None) -> None:
    desk = a_desk()
    record = desk.record()
    services.correct_record(actor=desk.registrar, record=record, changes={"grade": "68"}, reason="一", at=NOW)

    with pytest.raises(services.EntryRefused) as refused:
        services.correct_record(actor=desk.registrar, record=record, changes={"grade": "69"}, reason="二", at=NOW)

    assert [one.code for one in refused.value.refusals] == ["not_the_latest_version"]


def test_a_learner_who_has_a_new_name_does_not_keep_old_records_from_being_corrected(db: None) -> None:
    desk, learner = a_desk(), a_learner("陈丽华")
    record = desk.record(learner)
    learner.name = "陈丽花"
    learner.save()
    record = LearningRecord.objects.get(pk=record.pk)

    newer = services.correct_record(actor=desk.registrar, record=record, changes={"grade": "68"}, reason="更正", at=NOW)

    assert newer.version == 2


def test_a_withdrawn_record_stays_to_be_read_and_counts_nothing(db: None) -> None:
    desk = a_desk()
    record = desk.record()

    withdrawn = services.withdraw_record(actor=desk.registrar, record=record, reason="重复录入", at=NOW)

    assert (withdrawn.status, withdrawn.version, withdrawn.reason) == (Status.WITHDRAWN, 2, "重复录入")
    assert (withdrawn.grade, withdrawn.title) == (record.grade, record.title)
    with pytest.raises(services.WithdrawnAlready):
        services.withdraw_record(actor=desk.registrar, record=withdrawn, reason="再次", at=NOW)
    with pytest.raises(services.ChangedMeanwhile):
        services.withdraw_record(
            actor=desk.registrar, record=LearningRecord.objects.get(pk=record.pk), reason="再次", at=NOW
        )


def test_a_record_can_be_withdrawn_where_it_could_not_be_entered_today(db: None) -> None:
    desk = a_desk()
    record = desk.record()
    desk.college.statuses.update(during=(date(2020, 1, 1), date(2020, 2, 1)))

    assert services.withdraw_record(actor=desk.registrar, record=record, reason="机构撤销", at=NOW).version == 2


def test_a_withdrawal_says_why(db: None) -> None:
    desk = a_desk()

    with pytest.raises(services.CorrectionReasonMissing):
        services.withdraw_record(actor=desk.registrar, record=desk.record(), reason=" ", at=NOW)


def test_a_withdrawn_record_is_put_right_by_a_correction(db: None) -> None:
    desk = a_desk()
    withdrawn = services.withdraw_record(actor=desk.registrar, record=desk.record(), reason="误", at=NOW)

    again = services.correct_record(
        actor=desk.registrar, record=withdrawn, changes={"status": "passed"}, reason="撤回有误", at=NOW
    )

    assert (again.version, again.status) == (3, "passed")


def test_strangers_officers_and_learners_neither_correct_nor_withdraw(db: None) -> None:
    desk, learner = a_desk(), a_learner()
    record = desk.record(learner)

    for actor in (a_stranger(), an_officer(desk.district), standing(learner), a_desk(name="从化社区学院").registrar):
        with pytest.raises(Denied):
            services.correct_record(actor=actor, record=record, changes={"grade": "1"}, reason="改", at=NOW)
        with pytest.raises(Denied):
            services.withdraw_record(actor=actor, record=record, reason="撤", at=NOW)

    assert LearningRecord.objects.count() == 1


def test_a_learner_withdraws_only_an_activity_of_their_own_reporting(db: None) -> None:
    """C-15."""
    desk, learner = a_desk(), a_learner()
    reported = desk.record(learner, origin="nonformal", grade="", grade_scale="")
    own = LearningRecord.objects.create(
        book=learner.pk % 256, learner=learner, institution=desk.college, record_key="own-1", origin="nonformal",
        code="SELF", title="读书会", ended_on=date(2026, 5, 1), digest=bytes(32), source="entered",
        entered_by_id=learner.pk, entered_at=NOW,
    )  # fmt: skip

    with pytest.raises(rules.OnlyOwnReportsAreWithdrawn):
        services.withdraw_own_record(actor=standing(learner), record=reported, reason="不要", at=NOW)
    with pytest.raises(Denied):
        services.withdraw_own_record(actor=a_stranger(), record=own, reason="不要", at=NOW)

    assert services.withdraw_own_record(actor=standing(learner), record=own, reason="不要", at=NOW).version == 2


@given(grades=st.lists(st.integers(0, 100).map(str), min_size=1, max_size=6))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_chain_of_corrections_is_unbroken_and_only_its_end_counts(db: None, grades: list[str]) -> None:
    desk = a_desk()
    record, said = desk.record(grade="86"), ["86"]

    for grade in grades:
        try:
            record = services.correct_record(
                actor=desk.registrar, record=record, changes={"grade": grade}, reason="更正", at=NOW
            )
            said.append(grade)
        except services.NothingChanged:
            assert grade == said[-1]

    chain = list(LearningRecord.objects.filter(record_key=record.record_key).order_by("version"))
    assert [one.grade for one in chain] == said
    assert [one.version for one in chain] == list(range(1, len(said) + 1))
    assert [one.replaces_id for one in chain] == [None, *[one.pk for one in chain[:-1]]]
    assert [one.is_latest for one in chain] == [False] * (len(said) - 1) + [True]


@pytest.mark.django_db(transaction=True)
def test_of_a_correction_and_a_withdrawal_at_once_one_wins() -> None:
    desk = a_desk()
    record = desk.record()

    answers = at_once(
        lambda: services.withdraw_record(actor=desk.registrar, record=record, reason="撤", at=NOW),
        lambda: services.correct_record(
            actor=desk.registrar, record=record, changes={"grade": "1"}, reason="改", at=NOW
        ),
    )

    assert sum(isinstance(answer, LearningRecord) for answer in answers) == 1
    assert {type(answer) for answer in answers} <= {LearningRecord, services.ChangedMeanwhile, services.EntryRefused}
    assert LearningRecord.objects.filter(is_latest=True).count() == 1
