"""Agreements: the order of consents, who may speak, overlaps, recall, extension, evaluation. A refusal per rule."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from psycopg.types.range import Int4Range

from city.situations import TODAY, a_stranger, holding
from coordination.staff.situations import (
    NOW,
    TUESDAY_EVENING,
    a_teacher,
    a_text,
    a_wish,
    acting,
    drafted,
    in_force,
    says,
    sent,
    speaker,
)
from xuecheng.city.ids import uuid7
from xuecheng.city.notices.models import Notice
from xuecheng.city.refusals import FormUsedBefore
from xuecheng.city.rights import Denied
from xuecheng.coordination.staff import news, queries, rules, services
from xuecheng.coordination.staff.models import Agreement, AgreementHours, Consent, Teacher
from xuecheng.coordination.staff.rules import ORDER, Form, Party, span
from xuecheng.coordination.staff.services import agreements as verbs

WEDNESDAY_EVENING = span(2, 19 * 60, 21 * 60)


def later(days):
    return NOW + timedelta(days=days)


@pytest.mark.parametrize("form", [Form.BORROW, Form.CONCURRENT, Form.TRANSFER])
def test_each_form_is_in_force_when_all_have_spoken_in_their_order(pool, form):
    row = sent(pool, a_teacher(pool), form)
    for party in ORDER[form]:
        assert row.state == Agreement.State.AWAITING
        for other in set(ORDER[form]) - {party}:
            with pytest.raises((verbs.NotYourTurn, verbs.OneVoiceEach, verbs.AgreementNotAwaited)):
                says(pool, row, other.value, yes=False)
        row = says(pool, row, party.value)
    assert row.state == Agreement.State.IN_FORCE
    assert AgreementHours.objects.filter(agreement=row, counts=True).exists()
    assert row.keeps_post is (form in (Form.BORROW, Form.TRANSFER))


def test_a_hire_asks_the_person_first_and_no_home_unit_t06(pool):
    free = a_teacher(pool, has_post=False, owed=())
    row = sent(pool, free, Form.HIRE)
    assert row.home is None
    with pytest.raises(Denied):
        says(pool, row, "home")
    row = says(pool, says(pool, row, "person"), "receiver")
    assert row.state == Agreement.State.IN_FORCE


def test_whoever_holds_a_post_is_not_hired_past_their_unit_t07(pool):
    with pytest.raises(rules.HireNeedsApproval):
        drafted(pool, a_teacher(pool), Form.HIRE)
    with pytest.raises(rules.HomeUnitMissing):
        drafted(pool, a_teacher(pool, "何自由", has_post=False, owed=()), Form.BORROW)


@pytest.mark.parametrize(
    ("form", "more", "refusal"),
    [
        (Form.CONCURRENT, {"main_minutes": 0}, rules.MainHoursMissing),
        (Form.CONCURRENT, {"main_minutes": 43 * 60}, rules.WeekTooLong),
        (Form.CONCURRENT, {"hours": (span(1, 9 * 60, 11 * 60),)}, rules.InsideMainPost),
        (Form.CONCURRENT, {"hours": ()}, rules.HoursEmpty),
        (Form.BORROW, {"days": 400}, rules.BorrowTooLong),
        (Form.BORROW, {"fees": {1: 100}}, rules.FeeNotHere),
        (Form.TRANSFER, {"fees": {1: 100}}, rules.FeeNotHere),
        (Form.CONCURRENT, {"begins_on": TODAY - timedelta(days=1)}, rules.BeginsInThePast),
        (Form.CONCURRENT, {"days": 0}, rules.PeriodWrong),
    ],
)
def test_what_a_form_does_not_allow_is_refused_and_nothing_is_written(pool, form, more, refusal):
    with pytest.raises(refusal) as raised:
        drafted(pool, a_teacher(pool), form, **more)
    assert raised.value.field
    assert str(raised.value)
    assert not Agreement.objects.exists()


def test_a_hire_needs_fees_and_lasts_a_season_t06(pool):
    free = a_teacher(pool, has_post=False, owed=())
    with pytest.raises(rules.FeeMissing):
        drafted(pool, free, Form.HIRE, fees={})
    with pytest.raises(rules.HireTooLong):
        drafted(pool, free, Form.HIRE, days=200)


def test_drafting_again_gives_the_same_draft_and_another_wish_is_refused(pool):
    row, public_id = a_teacher(pool), uuid7()
    wish = {"actor": pool.clerk, "public_id": public_id, "teacher": row, "receiver": pool.college, "at": NOW}
    first = services.draft_agreement(text=a_text(), **wish)
    assert services.draft_agreement(text=a_text(), **wish) == first
    with pytest.raises(FormUsedBefore):
        services.draft_agreement(text=a_text(Form.BORROW), **wish)
    assert AgreementHours.objects.filter(agreement=first).count() == 1


def test_only_the_receiving_unit_drafts_sends_and_withdraws(pool):
    row = a_teacher(pool)
    draft = drafted(pool, row)
    for other in (a_stranger(), pool.head, pool.far_clerk, acting(row.person)):
        with pytest.raises(Denied):
            services.draft_agreement(
                actor=other, public_id=uuid7(), teacher=row, receiver=pool.college, text=a_text(), at=NOW
            )
        with pytest.raises(Denied):
            services.send_agreement(actor=other, agreement=draft, at=NOW)
        with pytest.raises(Denied):
            services.withdraw_agreement(actor=other, agreement=draft, words="不办了")
    with pytest.raises(verbs.AgreementNotAwaited):
        says(pool, draft, "home")
    gone = services.withdraw_agreement(actor=pool.clerk, agreement=draft, words="不办了")
    assert services.withdraw_agreement(actor=pool.clerk, agreement=draft, words="不办了") == gone
    with pytest.raises(verbs.AgreementNotDraft):
        services.send_agreement(actor=pool.clerk, agreement=draft, at=NOW)


def test_a_draft_is_the_drafter_s_until_it_is_sent(pool):
    row = a_teacher(pool)
    draft = drafted(pool, row)
    assert queries.agreement(pool.clerk, draft.public_id) == draft
    for other in (pool.head, acting(row.person), pool.far_clerk, a_stranger()):
        assert queries.agreement(other, draft.public_id) is None
    services.send_agreement(actor=pool.clerk, agreement=draft, at=NOW)
    for side in (pool.clerk, pool.head, acting(row.person)):
        assert queries.agreement(side, draft.public_id) == draft
    for other in (pool.far_clerk, a_stranger()):
        assert queries.agreement(other, draft.public_id) is None
    assert list(queries.agreements(pool.head)) == [draft]
    assert not queries.agreements(pool.far_clerk).exists()


def test_nobody_speaks_for_a_party_that_is_not_theirs(pool):
    row = sent(pool, a_teacher(pool))
    for party, wrong in (
        ("home", [pool.clerk, acting(row.person), a_stranger(), pool.far_clerk]),
        ("person", [pool.clerk, pool.head, a_stranger()]),
        ("receiver", [pool.head, acting(row.person), a_stranger()]),
    ):
        for actor in wrong:
            with pytest.raises(Denied):
                services.consent_to_agreement(actor=actor, agreement=row, party=party, is_given=True, words="", at=NOW)
    assert not Consent.objects.exists()


def test_one_person_with_roles_at_both_units_speaks_for_one_of_them_only(pool):
    row = sent(pool, a_teacher(pool))
    holding(pool.head.person, "registrar", organisation=pool.college)
    both = acting(pool.head.person)
    says(pool, row, "home")
    says(pool, row, "person")
    with pytest.raises(verbs.OneVoiceEach):
        services.consent_to_agreement(actor=both, agreement=row, party="receiver", is_given=True, words="", at=NOW)
    with pytest.raises(IntegrityError, match="agreement_consent_one_voice_each"), transaction.atomic():
        Consent.objects.create(
            agreement=row, person=row.person, round=0, party="receiver", by=both.person, is_given=True, at=NOW
        )


def test_the_teacher_who_holds_the_unit_s_role_does_not_sign_for_it(pool):
    row = sent(pool, a_teacher(pool))
    holding(row.person, "registrar", organisation=pool.school)
    with pytest.raises(Denied):
        services.consent_to_agreement(
            actor=acting(row.person), agreement=row, party="home", is_given=True, words="", at=NOW
        )
    with pytest.raises(IntegrityError, match="agreement_consent_by_the_right_one"), transaction.atomic():
        Consent.objects.create(
            agreement=row, person=row.person, round=0, party="home", by=row.person, is_given=True, at=NOW
        )


def test_a_word_said_again_is_one_word_and_is_never_changed(pool):
    row = sent(pool, a_teacher(pool))
    says(pool, row, "home")
    says(pool, row, "home")
    assert Consent.objects.count() == 1
    with pytest.raises((verbs.NotYourTurn, verbs.OneVoiceEach)):
        says(pool, row, "home", yes=False)
    with pytest.raises(Exception, match=r"permission denied|Cannot update"), transaction.atomic():
        Consent.objects.update(is_given=False)


def test_a_no_needs_words_and_ends_it(pool):
    row = sent(pool, a_teacher(pool))
    with pytest.raises(verbs.ReasonMissing):
        says(pool, row, "home", yes=False, words=" ")
    row = says(pool, row, "home", yes=False, words="本校缺人")
    assert row.state == Agreement.State.REFUSED
    with pytest.raises(verbs.AgreementNotAwaited):
        says(pool, row, "person")


def test_hours_that_another_agreement_takes_are_refused_t08(pool):
    row = a_teacher(pool)
    second = sent(pool, row)
    in_force(pool, row)
    with pytest.raises(verbs.AgreementHoursTaken):
        drafted(pool, row)
    says(pool, second, "home")
    says(pool, second, "person")
    with pytest.raises(verbs.AgreementHoursTaken):
        says(pool, second, "receiver")
    assert Agreement.objects.get(pk=second.pk).state == Agreement.State.AWAITING
    assert drafted(pool, row, hours=(WEDNESDAY_EVENING,), main_minutes=36 * 60)


def test_the_database_refuses_overlapping_hours_by_itself_t08(pool):
    one = in_force(pool, a_teacher(pool))
    wish = {"agreement": one, "person": one.person, "counts": True, "during": one.during}
    with pytest.raises(IntegrityError, match="agreement_hours_one_at_a_time"), transaction.atomic():
        AgreementHours.objects.create(minutes=Int4Range(TUESDAY_EVENING[0] + 60, TUESDAY_EVENING[1] + 60), **wish)
    AgreementHours.objects.create(minutes=Int4Range(TUESDAY_EVENING[1], TUESDAY_EVENING[1] + 60), **wish)


@pytest.mark.parametrize(("first", "second"), [(Form.BORROW, Form.CONCURRENT), (Form.CONCURRENT, Form.BORROW)])
def test_full_time_borrowing_excludes_work_beside_the_post_t08(pool, first, second):
    row = a_teacher(pool)
    in_force(pool, row, first, is_full_time=first is Form.BORROW)
    with pytest.raises(verbs.FullTimeElsewhere):
        drafted(pool, row, second, is_full_time=second is Form.BORROW)


def test_the_database_excludes_it_by_itself_t08(pool):
    row = a_teacher(pool)
    in_force(pool, row, Form.BORROW, is_full_time=True)
    plain = {
        "public_id": uuid7(), "teacher": row, "person": row.person, "home": pool.school, "receiver": pool.far,
        "territory": pool.far.territory, "during": (TODAY, TODAY + timedelta(days=9)), "weekly_minutes": 120,
        "purpose": "兼课", "drafted_by": pool.far_clerk.person, "state": "in_force",
    }  # fmt: skip
    with pytest.raises(IntegrityError, match="agreement_full_time_excludes_concurrent"), transaction.atomic():
        Agreement.objects.create(form="concurrent", **plain)
    # Part-time borrowing does not exclude it, nor does work beside the post another such work.
    Agreement.objects.create(form="borrow", **plain)


def test_the_home_unit_recalls_with_notice_t05(pool):
    row = in_force(pool, a_teacher(pool), Form.BORROW, days=200)
    on = TODAY + timedelta(days=30)
    wish = {"agreement": row, "words": "期末人手不足", "at": NOW}
    for other in (pool.clerk, acting(row.person), a_stranger()):
        with pytest.raises(Denied):
            services.recall_agreement(actor=other, on=on, **wish)
    with pytest.raises(rules.RecallTooEarly):
        services.recall_agreement(actor=pool.head, on=on - timedelta(days=1), **wish)
    back = services.recall_agreement(actor=pool.head, on=on, **wish)
    assert (back.state, back.during.upper) == (Agreement.State.RECALLED, on)
    assert services.recall_agreement(actor=pool.head, on=on, **wish) == back
    assert AgreementHours.objects.get(agreement=row).during.upper == on


def test_a_recall_leaves_no_running_series_without_a_teacher_t05(pool):
    row = in_force(pool, a_teacher(pool), Form.BORROW, days=200)
    on = TODAY + timedelta(days=30)
    planned = services.assign_teacher(
        actor=pool.clerk, public_id=uuid7(), teacher=row.teacher, wish=a_wish(pool, day=TODAY + timedelta(days=36))
    )
    wish = {"actor": pool.head, "agreement": row, "words": "期末人手不足", "at": NOW, "on": on}
    with pytest.raises(verbs.RecallInsideSeries):
        services.recall_agreement(**wish)
    services.release_teacher(actor=pool.clerk, session=planned, words="由代课老师接")
    assert services.recall_agreement(**wish).state == Agreement.State.RECALLED


def test_only_borrowing_is_recalled(pool):
    row = in_force(pool, a_teacher(pool))
    with pytest.raises(rules.OnlyBorrowing):
        services.recall_agreement(
            actor=pool.head, agreement=row, on=TODAY + timedelta(days=40), words="人手不足", at=NOW
        )


def test_borrowing_is_extended_once_when_home_unit_and_person_consent_t05(pool):
    row = in_force(pool, a_teacher(pool), Form.BORROW)
    until = row.last_day + timedelta(days=60)
    wish = {"agreement": row, "until": until, "words": "课程延长", "at": NOW}
    for other in (pool.head, acting(row.person), a_stranger()):
        with pytest.raises(Denied):
            services.ask_extension(actor=other, **wish)
    asked = services.ask_extension(actor=pool.clerk, **wish)
    assert services.ask_extension(actor=pool.clerk, **wish) == asked
    with pytest.raises(verbs.ExtensionAsked):
        services.ask_extension(actor=pool.clerk, **wish | {"until": until + timedelta(days=1)})
    with pytest.raises(verbs.NotYourTurn):
        says(pool, row, "person")
    says(pool, row, "home")
    longer = says(pool, row, "person")
    assert (longer.last_day, longer.was_extended, longer.extends_to) == (until, True, None)
    assert AgreementHours.objects.get(agreement=row).during == longer.during
    with pytest.raises(rules.ExtendedBefore):
        services.ask_extension(actor=pool.clerk, **wish | {"until": until + timedelta(days=9)})


def test_an_extension_that_is_refused_changes_nothing_and_may_be_asked_again(pool):
    row = in_force(pool, a_teacher(pool), Form.BORROW)
    wish = {"agreement": row, "until": row.last_day + timedelta(days=60), "words": "课程延长", "at": NOW}
    services.ask_extension(actor=pool.clerk, **wish)
    same = says(pool, row, "home", yes=False, words="本校要用人")
    assert (same.state, same.last_day, same.extends_to) == (Agreement.State.IN_FORCE, row.last_day, None)
    services.ask_extension(actor=pool.clerk, **wish)
    says(pool, row, "home")
    assert says(pool, row, "person").was_extended


def test_an_early_end_is_the_receiver_s_t06(pool):
    row = in_force(pool, a_teacher(pool))
    on = TODAY + timedelta(days=10)
    wish = {"agreement": row, "on": on, "words": "报名不足", "at": NOW}
    for other in (pool.head, acting(row.person), a_stranger()):
        with pytest.raises(Denied):
            services.end_agreement(actor=other, **wish)
    with pytest.raises(rules.EndsOutside):
        services.end_agreement(actor=pool.clerk, **wish | {"on": TODAY - timedelta(days=1)})
    ended = services.end_agreement(actor=pool.clerk, **wish)
    assert (ended.state, ended.during.upper) == (Agreement.State.ENDED, on)
    assert services.end_agreement(actor=pool.clerk, **wish) == ended
    with pytest.raises(verbs.AgreementNotInForce):
        services.end_agreement(actor=pool.clerk, **wish | {"on": on - timedelta(days=1)})
    # The hours are free again from that day on.
    assert drafted(pool, row.teacher, begins_on=on, ends_on=on + timedelta(days=30))


def test_what_is_over_is_evaluated_by_the_receiver(pool):
    row = in_force(pool, a_teacher(pool), days=30)
    wish = {"agreement": row, "outcome": "good", "evaluation": "学员满意"}
    with pytest.raises(verbs.NotOverYet):
        services.evaluate_agreement(actor=pool.clerk, at=NOW, **wish)
    for other in (pool.head, acting(row.person), a_stranger()):
        with pytest.raises(Denied):
            services.evaluate_agreement(actor=other, at=later(30), **wish)
    with pytest.raises(verbs.OutcomeWrong):
        services.evaluate_agreement(actor=pool.clerk, at=later(30), **wish | {"outcome": "final"})
    with pytest.raises(verbs.EvaluationMissing):
        services.evaluate_agreement(actor=pool.clerk, at=later(30), **wish | {"evaluation": " "})
    done = services.evaluate_agreement(actor=pool.clerk, at=later(30), **wish)
    assert done.state == Agreement.State.EVALUATED
    assert services.evaluate_agreement(actor=pool.clerk, at=later(30), **wish) == done


@pytest.mark.parametrize(("outcome", "home"), [("final", "college"), ("back", "school")])
def test_a_transfer_is_decided_after_its_trial_and_the_old_post_is_held_till_then_t09(pool, outcome, home):
    row = in_force(pool, a_teacher(pool), Form.TRANSFER)
    assert row.during.upper == rules.months_after(TODAY, 3)
    assert row.keeps_post
    after = later(93)
    with pytest.raises(verbs.NotOverYet):
        services.end_agreement(actor=pool.clerk, agreement=row, on=TODAY + timedelta(days=9), words="不合适", at=NOW)
    done = services.evaluate_agreement(
        actor=pool.clerk, agreement=row, outcome=outcome, evaluation="试用期满", at=after
    )
    assert not done.keeps_post
    assert row.teacher.hours.filter(use="owed").exists() is (outcome == "back")
    assert Teacher.objects.get(pk=row.teacher_id).home == getattr(pool, home)


def test_who_left_the_pool_meanwhile_is_not_agreed_upon(pool):
    row = sent(pool, a_teacher(pool))
    Teacher.objects.filter(pk=row.teacher_id).update(state="closed")
    with pytest.raises(verbs.TeacherNotOpen):
        says(pool, row, "home")
    with pytest.raises(verbs.TeacherNotOpen):
        drafted(pool, row.teacher)


def test_consent_after_the_last_day_comes_too_late(pool):
    row = sent(pool, a_teacher(pool), days=20)
    with pytest.raises(verbs.AgreementOver):
        says(pool, row, "home", at=later(20))


def test_the_yearly_report_tells_the_home_unit_what_was_done_beside_the_post_t07(pool):
    row = in_force(pool, a_teacher(pool))
    assert queries.concurrent_of_year(pool.head, TODAY.year) == [row]
    assert queries.concurrent_of_year(pool.head, TODAY.year - 1) == []
    assert queries.concurrent_of_year(pool.clerk, TODAY.year) == []


def test_the_face_says_whose_turn_it_is(pool, django_assert_num_queries):
    row = sent(pool, a_teacher(pool))
    found = queries.agreement(pool.head, row.public_id)
    with django_assert_num_queries(3):
        face = queries.face_of(pool.head, found, today=TODAY)
    assert (face.turn, face.may_consent) == (Party.HOME, True)
    assert [step.party for step in face.steps] == list(ORDER[Form.CONCURRENT])
    assert not queries.face_of(speaker(pool, row, "person"), found, today=TODAY).may_consent
    assert not queries.face_of(pool.clerk, found, today=TODAY).may_consent


def test_each_party_is_told_when_its_word_is_awaited_and_what_came_of_it(pool):
    def told(kind):
        return set(Notice.objects.filter(kind=kind).values_list("person", flat=True))

    row = sent(pool, a_teacher(pool))
    assert told(news.ASKED) == {pool.head.person.pk}
    says(pool, row, "home")
    assert told(news.ASKED) == {pool.head.person.pk, row.person_id}
    says(pool, row, "person")
    assert told(news.ASKED) == {pool.head.person.pk, row.person_id, pool.clerk.person.pk}
    assert told(news.CHANGED) == set()
    says(pool, row, "receiver")
    assert told(news.CHANGED) == {row.person_id}
