"""Recognition of records, posted to the ledger (C-17 … C-30)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learning.recognition import situations as so
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.recognition.models import Posting, Result, SetAside
from xuecheng.learning.recognition.queries.reasons import in_words
from xuecheng.learning.records.models import Dispute, DoubleReport

pytestmark = pytest.mark.django_db

YEAR_CAP = [{"id": "year", "period": "year", "max": 200, "policy": "cut"}]


def test_sixteen_hours_become_one_credit_on_the_learners_account_c_19(city: so.City) -> None:
    rule = so.in_force(city)
    learner = so.a_learner()
    record = so.a_record(learner, city.college, minutes=1520)

    tally = so.recognised(record)

    assert (tally.seen, tally.credited, tally.refused) == (1, 1, 0)
    assert so.balances(learner) == {"community/1": 150}
    posting = Posting.objects.get(record_id=record.pk)
    assert (posting.rule, posting.credits, posting.worth, posting.minutes_used) == (rule, 150, 150, 1520)
    assert posting.effective_on == date(2026, 4, 30)
    assert so.answer(record).state == Result.State.CREDITED
    (line,) = ledger.statement(accounts=[held.account for held in ledger.balances_of(learner_id=learner.pk)])
    assert (line.key, line.amount, line.ref) == (posting.key, 150, record.pk)


def test_recognised_twice_is_posted_once_c_29(city: so.City) -> None:
    so.in_force(city)
    learner = so.a_learner()
    records = so.spread([learner], city.college)
    so.recognised(*records)
    before = list(Posting.objects.values_list("key", flat=True))

    again, once_more = so.recognised(*records), so.recognised(*records, again=True)

    assert (again.seen, once_more.credited) == (0, 0)
    assert list(Posting.objects.values_list("key", flat=True)) == before
    assert so.balances(learner) == {"community/1": 300}


def test_the_key_of_a_posting_follows_from_record_rule_and_gift_c_29(city: so.City) -> None:
    rule = so.in_force(city)
    record = so.a_record(so.a_learner(), city.college)
    so.recognised(record)

    expected = ledger.derive_key(
        at=so.midnight(record.ended_on),
        source_system="xuecheng.recognition",
        source_id=f"{city.college.code}/{record.record_key}@1",
        purpose=f"{rule.code}@1/GD-LEQ/community/1",
    )

    assert Posting.objects.get().key == expected


def test_what_no_rule_covers_is_refused_with_words_in_both_languages(city: so.City) -> None:
    record = so.a_record(so.a_learner(), city.college, origin="formal", code="OU-1", grade="85", grade_scale="percent")

    so.recognised(record)

    answer = so.answer(record)
    assert (answer.state, answer.reason, answer.credits) == (Result.State.REFUSED, "no_rule", 0)
    refusal = in_words(answer.reasons[0]["code"], answer.reasons[0]["values"])
    with override("en"):
        assert "OU-1" in refusal.sentence()
        assert refusal.advice()
    assert not Posting.objects.exists()


def test_a_rule_that_came_later_credits_what_was_refused_only_when_asked_again(city: so.City) -> None:
    learner = so.a_learner()
    record = so.a_record(learner, city.college)
    so.recognised(record)
    so.in_force(city)

    assert so.recognised(record).seen == 0
    assert so.recognised(record, again=True).credited == 1
    assert so.balances(learner) == {"community/1": 100}
    assert so.answer(record).reasons == []


def test_a_cap_leaves_what_fits_and_says_what_fell_to_it_c_23(city: so.City) -> None:
    so.in_force(city, so.body(caps=YEAR_CAP))
    learner = so.a_learner()
    early, middle, late = (
        so.a_record(learner, city.college, ended_on=date(2026, month, 1), minutes=1440) for month in (3, 5, 7)
    )
    # In any order of writing: the end of the learning decides.
    so.recognised(late, early, middle)

    assert [so.answer(record).credits for record in (early, middle, late)] == [150, 50, 0]
    assert [so.answer(record).reason for record in (early, middle, late)] == ["", "cap_reached", "cap_reached"]
    posting = Posting.objects.get(record_id=middle.pk)
    assert posting.worth == 150
    assert posting.cap_state == [
        {"cap": "year", "period": "2026", "before": 150, "after": 200, "max": 200, "items": False}
    ]


def test_caps_count_what_was_posted_before_c_23(city: so.City) -> None:
    so.in_force(city, so.body(caps=YEAR_CAP))
    learner = so.a_learner()
    first, second = so.a_record(learner, city.college, minutes=1440), so.a_record(learner, city.college, minutes=1440)
    so.recognised(first)

    so.recognised(second)

    assert so.answer(second).credits == 50
    assert so.balances(learner) == {"community/1": 200}


def test_hours_wait_until_they_make_a_credit_c_20(city: so.City) -> None:
    so.in_force(city, so.body(match={"origin": "nonformal"}, quantity={"from": "minutes", "accumulate": "quarter"}))
    learner = so.a_learner()
    records = [so.a_record(learner, city.college, ended_on=date(2026, 5, day), minutes=95) for day in (1, 2, 3)]

    for record in records:
        so.recognised(record)

    assert [so.answer(record).state for record in records] == ["carried", "credited", "credited"]
    assert so.balances(learner) == {"community/1": 20}
    assert so.answer(records[0]).reason == "minutes_kept"
    # 285 minutes made 0.20, which took 192 of them; 93 wait.
    assert Posting.objects.get(record_id=records[2].pk).carried_minutes == 93


def test_hours_make_the_same_together_as_one_by_one_c_20(city: so.City) -> None:
    so.in_force(city, so.body(match={"origin": "nonformal"}, quantity={"from": "minutes", "accumulate": "quarter"}))
    one, other = so.a_learner(), so.a_learner("李小明")
    days = [date(2026, 5, day) for day in range(1, 8)]
    for day in days:
        so.recognised(so.a_record(one, city.college, ended_on=day, minutes=95))

    so.recognised(*[so.a_record(other, city.college, ended_on=day, minutes=95) for day in days])

    assert so.balances(one) == so.balances(other) == {"community/1": 60}


def test_the_version_in_force_when_the_learning_ended_applies_c_18(city: so.City) -> None:
    first = so.in_force(city)
    second = so.followed(
        city,
        first,
        so.body(quantity={"from": "minutes", "bands": [{"to": 480, "percent": 100}]}),
        since=date(2026, 12, 1),
    )
    learner = so.a_learner()
    before = so.a_record(learner, city.college, ended_on=date(2026, 11, 30))
    after = so.a_record(learner, city.college, ended_on=date(2026, 12, 1))

    so.recognised(before, after)

    assert Posting.objects.get(record_id=before.pk).rule == first
    assert Posting.objects.get(record_id=after.pk).rule == second
    assert [so.answer(record).credits for record in (before, after)] == [100, 50]


def test_a_unit_is_credited_once_and_a_better_record_adds_the_difference_c_25(city: so.City) -> None:
    unit = so.a_unit(city, credits_=400)
    so.in_force(
        city,
        so.body(
            quantity={"from": "minutes"},
            give=[{"framework": "GD-LEQ", "kind": "community", "level": "2", "unit": f"{unit.code}@1"}],
        ),
    )
    learner = so.a_learner()
    first = so.a_record(learner, city.college, minutes=2880, ended_on=date(2026, 3, 1))
    worse = so.a_record(learner, city.college, minutes=1920, ended_on=date(2026, 4, 1))
    better = so.a_record(learner, city.college, minutes=3840, ended_on=date(2026, 5, 1))

    for record in (first, worse, better):
        so.recognised(record)

    assert [so.answer(record).credits for record in (first, worse, better)] == [300, 0, 100]
    assert so.answer(worse).reason == "already_credited"
    posting = Posting.objects.get(record_id=better.pk)
    assert posting.unit == unit
    assert posting.supersedes == f"{city.college.code}/{first.record_key}"
    assert so.balances(learner) == {"community/2": 400}


def test_a_disputed_record_gets_nothing_until_the_dispute_ends_c_15(city: so.City) -> None:
    so.in_force(city)
    learner = so.a_learner()
    record = so.a_record(learner, city.college)
    dispute = Dispute.objects.create(
        record_id=record.pk,
        book=record.book,
        learner=learner,
        institution=city.college,
        opened_at=so.NOW,
        complaint="I attended every session.",
        answer_due_on=date(2026, 12, 7),
    )
    so.recognised(record)
    assert so.answer(record).reason == "frozen_by_dispute"

    Dispute.objects.filter(pk=dispute.pk).update(state=Dispute.State.UPHELD, answer="It is right.")
    so.recognised(record, again=True)

    assert so.balances(learner) == {"community/1": 100}


def test_what_may_be_one_learning_told_twice_waits_for_a_person_c_12(city: so.City) -> None:
    so.in_force(city)
    learner = so.a_learner()
    first, second = so.a_record(learner, city.college), so.a_record(learner, city.college)
    double = DoubleReport.objects.create(book=first.book, learner=learner, first_id=first.pk, second_id=second.pk)

    so.recognised(first, second)
    assert [so.answer(record).reason for record in (first, second)] == ["", "told_twice"]

    DoubleReport.objects.filter(pk=double.pk).update(state=DoubleReport.State.SAME, reason="One course")
    so.recognised(second, again=True)
    assert so.answer(second).reason == "same_learning"

    DoubleReport.objects.filter(pk=double.pk).update(state=DoubleReport.State.DIFFERENT, reason="Two courses")
    so.recognised(second, again=True)
    assert so.balances(learner) == {"community/1": 200}


def test_a_record_the_learner_set_aside_leaves_its_room_to_others_c_24(city: so.City) -> None:
    so.in_force(city, so.body(caps=[{"id": "year", "period": "year", "max": 200, "policy": "whole"}]))
    learner = so.a_learner()
    small = so.a_record(learner, city.college, minutes=960, ended_on=date(2026, 3, 1))
    large = so.a_record(learner, city.college, minutes=1920, ended_on=date(2026, 4, 1))
    SetAside.objects.create(record_id=small.pk, book=small.book, learner=learner, chosen_at=so.NOW)

    so.recognised(small, large)

    assert [so.answer(record).credits for record in (small, large)] == [0, 200]
    assert so.answer(small).reason == "set_aside"


def test_a_correction_that_changes_no_credit_keeps_what_stands(city: so.City) -> None:
    so.in_force(city)
    learner = so.a_learner()
    record = so.a_record(learner, city.college)
    so.recognised(record)
    newer = so.corrected(record, title="书法入门（楷书）")

    so.recognised(newer)

    assert (so.answer(newer).state, so.answer(newer).credits) == (Result.State.CREDITED, 100)
    assert so.balances(learner) == {"community/1": 100}


def test_a_correction_upwards_posts_the_difference_c_25(city: so.City) -> None:
    so.in_force(city)
    learner = so.a_learner()
    record = so.a_record(learner, city.college)
    so.recognised(record)
    newer = so.corrected(record, minutes=1440)

    so.recognised(newer)

    assert Posting.objects.get(record_id=newer.pk).credits == 50
    assert so.answer(newer).credits == 150
    assert so.balances(learner) == {"community/1": 150}


def test_a_correction_downwards_waits_for_an_officer(city: so.City) -> None:
    so.in_force(city)
    learner = so.a_learner()
    record = so.a_record(learner, city.college)
    so.recognised(record)
    newer = so.corrected(record, minutes=480)

    so.recognised(newer)

    assert (so.answer(newer).state, so.answer(newer).reason) == (Result.State.REFUSED, "correction_waits")
    assert so.balances(learner) == {"community/1": 100}


def test_an_institution_without_budget_issues_nothing_and_is_told_so(city: so.City) -> None:
    so.in_force(city)
    learner = so.a_learner()
    first, second = so.spread([learner], city.college, each=2)
    so.recognised(first)
    issuing = so.issuing_account(learner, city.college)
    ledger.set_floor(account=issuing, floor=-100, reason="Budget of the year", actor=1)

    tally = so.recognised(second)

    assert (tally.refused, so.answer(second).reason) == (1, "budget_spent")
    ledger.set_floor(account=issuing, floor=-300, reason="Raised", actor=1)
    assert so.recognised(second, again=True).credited == 1
    assert so.balances(learner) == {"community/1": 200}


def test_a_closed_account_takes_no_credit(city: so.City) -> None:
    so.in_force(city)
    learner = so.a_learner()
    first, second = so.spread([learner], city.college, each=2)
    so.recognised(first)
    (held,) = ledger.balances_of(learner_id=learner.pk)
    ledger.set_state(account=held.account, state=ledger.State.CLOSED, reason="Moved away", actor=1)

    so.recognised(second)

    assert so.answer(second).reason == "account_closed"


def test_a_record_split_between_two_kinds_makes_two_postings_c_26(city: so.City) -> None:
    so.in_force(
        city,
        so.body(
            give=[
                {"framework": "GD-LEQ", "kind": "community", "level": "1", "percent": 75},
                {"framework": "GD-LEQ", "kind": "certificate", "level": "2", "percent": 25},
            ]
        ),
    )
    learner = so.a_learner()
    record = so.a_record(learner, city.college, minutes=3840)

    tally = so.recognised(record)

    assert so.balances(learner) == {"community/1": 300, "certificate/2": 100}
    assert sorted(tally.credits.values()) == [100, 300]
    assert Posting.objects.filter(record_id=record.pk).count() == 2


def test_text_that_copy_would_misread_arrives_as_it_is(city: so.City) -> None:
    so.in_force(
        city,
        so.body(
            match={"origin": "formal"},
            quantity={"from": "fixed"},
            give=[{"framework": "GD-LEQ", "kind": "formal", "level": "4", "credits": 200}],
        ),
    )
    grade = "A\\N\tB"
    record = so.a_record(so.a_learner(), city.college, origin="formal", grade=grade, code="OU-1")

    so.recognised(record)

    assert Posting.objects.get().grade_used == grade


def test_postings_are_never_changed_nor_removed(city: so.City) -> None:
    so.in_force(city)
    so.recognised(so.a_record(so.a_learner(), city.college))

    for change in (
        lambda: Posting.objects.update(credits=999),
        lambda: Posting.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            change()


def test_not_even_the_owner_changes_a_posting_by_accident(city: so.City, as_owner: None) -> None:
    so.in_force(city)
    so.recognised(so.a_record(so.a_learner(), city.college))

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Posting.objects.update(credits=999)


def test_a_slice_takes_as_many_queries_for_three_learners_as_for_thirty(
    city: so.City, django_assert_max_num_queries: Callable[..., object]
) -> None:
    so.in_force(city)
    # All in one book: each book has two calls of its own.
    few = so.spread(so.learners_of_one_book(3), city.college)
    many = so.spread(so.learners_of_one_book(30), city.college)
    so.recognised(*so.spread([so.a_learner()], city.college))

    with so.counting() as of_few:
        so.recognised(*few)
    with so.counting() as of_many:
        so.recognised(*many)

    assert len(of_few) == len(of_many)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(range(8)), st.integers(1, 4))
def test_the_order_of_records_decides_nothing(city: so.City, order: list[int], slices: int) -> None:
    """Pitfall 4: the same records in any order, in one call: the same postings."""
    with transaction.atomic():
        sid = transaction.savepoint()
        so.in_force(city, so.body(caps=YEAR_CAP), code="R-9001")
        one, other = so.a_learner(), so.a_learner("李小明")
        facts = [{"ended_on": date(2026, 1 + number, 3), "minutes": 300 + 200 * number} for number in range(8)]
        straight = [so.a_record(one, city.college, **fact) for fact in facts]
        shuffled = [
            so.a_record(other, city.college, **facts[place], record_key=f"S-{place}-{so.number()}") for place in order
        ]

        so.recognised(*straight)
        so.recognised(*shuffled)

        assert so.balances(one) == so.balances(other)
        assert [so.answer(record).credits for record in straight] == [
            so.answer(record).credits for record in sorted(shuffled, key=lambda record: record.ended_on)
        ]
        transaction.savepoint_rollback(sid)
    assert connection.in_atomic_block
