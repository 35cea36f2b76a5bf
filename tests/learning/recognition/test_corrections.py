"""Credit is taken back and given anew by postings of their own, where a person decides it (C-25, pitfall 8)."""

from __future__ import annotations

from datetime import date

import pytest

from city.situations import a_stranger
from learning.recognition import situations as so
from xuecheng.city import trace
from xuecheng.city.access.services import Denied
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.recognition.models import Posting, Result
from xuecheng.learning.recognition.services.corrections import (
    NothingStands,
    RecordNotNewest,
    rerecognise_record,
    reverse_postings,
)

pytestmark = pytest.mark.django_db

CAPPED = so.body(caps=[{"id": "year", "period": "year", "max": 200, "policy": "cut"}])
WHY = "The attendance list was another class's."


def test_a_reversal_is_a_posting_of_its_own_with_its_reason(city: so.City) -> None:
    so.in_force(city)
    learner = so.a_learner()
    record = so.a_record(learner, city.college)
    so.recognised(record)
    first = Posting.objects.get()

    correction = reverse_postings(actor=city.author, record=record, why=WHY, at=so.NOW)

    (back,) = correction.taken_back
    kept = Posting.objects.get(key=back.key)
    assert (kept.credits, kept.reverses, kept.why, kept.officer_id) == (-100, first.key, WHY, city.author.person.pk)
    assert so.balances(learner) == {"community/1": 0}
    assert ledger.reversals(book=record.book, keys=[first.key])[first.key].by_key == back.key
    answer = so.answer(record)
    assert (answer.state, answer.reason, answer.credits) == (Result.State.REVERSED, "taken_back", 0)


def test_what_was_taken_back_comes_back_only_when_a_person_decides_it(city: so.City) -> None:
    so.in_force(city)
    learner = so.a_learner()
    record = so.a_record(learner, city.college)
    so.recognised(record)
    reverse_postings(actor=city.author, record=record, why=WHY, at=so.NOW)

    assert so.recognised(record, again=True).seen == 0
    assert so.balances(learner) == {"community/1": 0}

    correction = rerecognise_record(actor=city.approver, record=record, why="It was the right list", at=so.NOW)

    assert (correction.taken_back, correction.given.credited) == ([], 1)
    assert so.balances(learner) == {"community/1": 100}
    newest = Posting.objects.filter(reverses__isnull=True).order_by("part").last()
    assert newest is not None
    assert (newest.part, newest.officer_id, newest.why) == (1, city.approver.person.pk, "It was the right list")


def test_taken_back_and_given_again_and_again_every_posting_has_its_own_key(city: so.City) -> None:
    so.in_force(city)
    learner = so.a_learner()
    record = so.a_record(learner, city.college)
    so.recognised(record)
    for _ in range(3):
        rerecognise_record(actor=city.author, record=record, why=WHY, at=so.NOW)

    assert so.balances(learner) == {"community/1": 100}
    assert sorted(Posting.objects.filter(reverses__isnull=True).values_list("part", flat=True)) == [0, 1, 2, 3]
    assert Posting.objects.filter(reverses__isnull=False).count() == 3


def test_room_that_becomes_free_is_offered_to_what_fell_to_the_cap_pitfall_8(city: so.City) -> None:
    so.in_force(city, CAPPED)
    learner = so.a_learner()
    a, b, c = (so.a_record(learner, city.college, ended_on=date(2026, month, 1)) for month in (1, 2, 3))
    so.recognised(a, b, c)
    assert [so.answer(record).credits for record in (a, b, c)] == [100, 100, 0]

    correction = reverse_postings(actor=city.author, record=a, why=WHY, at=so.NOW)

    assert correction.given.credited == 1
    assert [so.answer(record).credits for record in (a, b, c)] == [0, 100, 100]

    # And back again: a no longer fits, and says so.
    rerecognise_record(actor=city.author, record=a, why="It was right", at=so.NOW)
    assert [so.answer(record).credits for record in (a, b, c)] == [0, 100, 100]
    assert so.answer(a).reason == "cap_reached"
    assert so.balances(learner) == {"community/1": 200}


def test_what_was_cut_grows_into_the_room_that_becomes_free(city: so.City) -> None:
    so.in_force(city, so.body(caps=[{"id": "year", "period": "year", "max": 150, "policy": "cut"}]))
    learner = so.a_learner()
    first, cut = (so.a_record(learner, city.college, ended_on=date(2026, month, 1)) for month in (1, 2))
    so.recognised(first, cut)
    assert so.answer(cut).credits == 50

    reverse_postings(actor=city.author, record=first, why=WHY, at=so.NOW)

    assert so.answer(cut).credits == 100
    assert sorted(Posting.objects.filter(record_id=cut.pk).values_list("credits", flat=True)) == [50, 50]


def test_a_correction_downwards_is_settled_by_recognising_the_record_anew(city: so.City) -> None:
    so.in_force(city)
    learner = so.a_learner()
    record = so.a_record(learner, city.college)
    so.recognised(record)
    newer = so.corrected(record, minutes=480)
    so.recognised(newer)

    correction = rerecognise_record(actor=city.author, record=newer, why="Corrected by the college", at=so.NOW)

    assert [one.credits for one in correction.taken_back] == [-100]
    assert so.balances(learner) == {"community/1": 50}
    assert (so.answer(record).state, so.answer(newer).state) == (Result.State.REVERSED, Result.State.CREDITED)
    assert so.answer(newer).credits == 50


def test_a_withdrawn_record_loses_its_credit_when_an_officer_decides_it(city: so.City) -> None:
    so.in_force(city)
    learner = so.a_learner()
    record = so.a_record(learner, city.college)
    so.recognised(record)
    gone = so.corrected(record, status="withdrawn")
    so.recognised(gone)
    assert so.answer(gone).reason == "correction_waits"

    rerecognise_record(actor=city.author, record=gone, why="Withdrawn by the college", at=so.NOW)

    assert so.balances(learner) == {"community/1": 0}
    assert (so.answer(gone).state, so.answer(gone).reason) == (Result.State.REFUSED, "learner_withdrew")


def test_only_the_newest_version_is_recognised_anew(city: so.City) -> None:
    so.in_force(city)
    record = so.a_record(so.a_learner(), city.college)
    so.corrected(record, minutes=480)
    record.refresh_from_db()
    with pytest.raises(RecordNotNewest):
        rerecognise_record(actor=city.author, record=record, why=WHY, at=so.NOW)


def test_what_was_spent_already_is_not_taken_back(city: so.City) -> None:
    so.in_force(city)
    learner = so.a_learner()
    record = so.a_record(learner, city.college)
    so.recognised(record)
    so.spent(learner, 60)

    with pytest.raises(ledger.CreditsSpent):
        reverse_postings(actor=city.author, record=record, why=WHY, at=so.NOW)

    assert Posting.objects.count() == 1
    assert so.answer(record).state == Result.State.CREDITED
    so.given_back(learner, 60)


def test_taking_back_needs_something_that_stands_and_a_reason(city: so.City) -> None:
    record = so.a_record(so.a_learner(), city.college)
    with pytest.raises(NothingStands):
        reverse_postings(actor=city.author, record=record, why=WHY, at=so.NOW)
    so.in_force(city)
    so.recognised(record)
    with pytest.raises(trace.ReasonMissing):
        reverse_postings(actor=city.author, record=record, why="  ", at=so.NOW)


def test_registrars_and_strangers_take_nothing_back(city: so.City) -> None:
    so.in_force(city)
    record = so.a_record(so.a_learner(), city.college)
    so.recognised(record)
    for actor in (city.registrar, a_stranger()):
        for act in (reverse_postings, rerecognise_record):
            with pytest.raises(Denied):
                act(actor=actor, record=record, why=WHY, at=so.NOW)
    assert Posting.objects.count() == 1


def test_hours_of_a_record_taken_back_wait_no_more(city: so.City) -> None:
    so.in_force(city, so.body(match={"origin": "nonformal"}, quantity={"from": "minutes", "accumulate": "quarter"}))
    learner = so.a_learner()
    records = [so.a_record(learner, city.college, ended_on=date(2026, 5, day), minutes=100) for day in (1, 2, 3)]
    for record in records:
        so.recognised(record)
    # 100 → 0.10 and 4 left; 104 → 0.10 and 8; 108 → 0.10 and 12.
    assert so.balances(learner) == {"community/1": 30}

    reverse_postings(actor=city.author, record=records[1], why=WHY, at=so.NOW)

    assert so.balances(learner) == {"community/1": 20}
    later = so.a_record(learner, city.college, ended_on=date(2026, 5, 4), minutes=88)
    so.recognised(later)
    # 288 minutes in all make 0.30.
    assert so.balances(learner) == {"community/1": 30}
