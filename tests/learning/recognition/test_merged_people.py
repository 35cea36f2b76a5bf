"""Merged accounts are one learner from then on: caps, units, doubles; the ledger is not rewritten, undoing is exact."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection

from city.situations import TODAY, a_person, holding
from learning.recognition import situations as so
from xuecheng.city.access.queries import standing_of
from xuecheng.city.jobs import running
from xuecheng.city.jobs.models import Job
from xuecheng.city.people import merging
from xuecheng.city.people.groups import keys_of
from xuecheng.learning.account import queries as account
from xuecheng.learning.credentials.queries import certifiable_lines
from xuecheng.learning.credentials.services import answer_code, issue_transcript
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.services.accounts import open_learning_account
from xuecheng.learning.recognition.queries.law import law_on
from xuecheng.learning.recognition.services.corrections import reverse_postings
from xuecheng.learning.recognition.services.recognising import Recogniser, Slice
from xuecheng.learning.records.entries import Entry
from xuecheng.learning.records.models import DoubleReport, SourceKey
from xuecheng.learning.records.queries.lists import records_of_learner
from xuecheng.learning.records.services.arrivals import Outcome, judge

pytestmark = pytest.mark.django_db
YEAR_CAP = [{"id": "year", "period": "year", "max": 200, "policy": "cut"}]


@pytest.fixture
def officer(city):
    person = a_person("窗口甲")
    holding(person, "counter_clerk", territory=city.places["广州市"])
    return standing_of(person, today=TODAY)


@pytest.fixture
def twins(city):
    """Two accounts of one person, in two books of the ledger."""
    kept, merged = so.a_learner(), so.a_learner()
    assert ledger.book_of(kept.pk) != ledger.book_of(merged.pk)
    return kept, merged


def merge(officer, twins):
    return merging.merge_people(
        actor=officer, public_id=uuid4(), kept=twins[0], merged=twins[1], at=so.NOW, reason="同一人"
    )


def undo(officer, merge_):
    merging.unmerge_people(actor=officer, merge=merge_, at=so.NOW, reason="弄错了")


def books():
    """Every row of the ledger and beside it, as it stands."""
    found = []
    with connection.cursor() as cursor:
        for table in ("ledger.transfer", "ledger.account", "ledger.balance", "recognition_posting",
                      "recognition_result", "records_learningrecord"):  # fmt: skip
            cursor.execute(f"select t::text from {table} t order by 1")
            found.append(cursor.fetchall())
    return found


def page_of(person):
    person.refresh_from_db()
    viewer = standing_of(person, today=TODAY)
    return account.account_page(viewer, learner=person, today=TODAY)


def shown(person):
    """What a person sees: sums, lines with running balance, records, what can be certified."""
    page = page_of(person)
    viewer = standing_of(person, today=TODAY)
    return (
        [(table.code, table.total) for table in page.tables],
        [(line.key, line.amount, line.after) for line in page.statement.lines],
        [row.record.pk for row in account.own_records(viewer).rows],
        [line.credits for line in certifiable_lines(learner_ids=keys_of(person))],
    )


def test_credit_and_records_of_both_are_read_as_one_and_undoing_is_exact(city, officer, twins):
    so.in_force(city)
    kept, merged = twins
    mine = so.a_record(kept, city.college)
    other = so.a_record(merged, city.college, minutes=1440, ended_on=date(2026, 5, 1), title="国画")
    so.recognised(mine, other)
    before, rows = (shown(kept), shown(merged)), books()
    made = merge(officer, twins)
    assert books() == rows, "nothing was rewritten"
    tables, lines, records, certifiable = shown(kept)
    assert tables == [("GD-LEQ", 250)]
    assert sorted(amount for _key, amount, _after in lines) == [100, 150]
    assert lines[0][2] == 250, "the balance after the newest line is that of both"
    assert records == [other.pk, mine.pk]
    assert certifiable == [100, 150]
    ledger.seal_all()
    assert not ledger.verify().faults
    undo(officer, made)
    assert (shown(kept), shown(merged)) == before
    assert books() == rows
    assert not ledger.verify().faults


def test_each_line_of_either_is_shown_in_full_with_the_proof_of_its_own_book(city, officer, twins):
    so.in_force(city)
    kept, merged = twins
    so.recognised(so.a_record(kept, city.college), so.a_record(merged, city.college, title="国画"))
    ledger.seal_all()
    merge(officer, twins)
    kept.refresh_from_db()
    viewer = standing_of(kept, today=TODAY)
    for line in page_of(kept).statement.lines:
        full = account.line_page(viewer, learner=kept, key=line.key)
        assert full is not None
        assert full.proof.is_good
        assert full.line.behind is not None
    assert len(list(account.whole_statement(account.own_accounts(viewer)))) == 2


def test_pages_of_a_statement_over_two_books_leave_nothing_out_and_repeat_nothing(city, officer, twins):
    so.in_force(city)
    records = [
        so.a_record(twins[count % 2], city.college, ended_on=date(2026, 1, 1 + count), title=f"课{count}")
        for count in range(25)
    ]
    for record in records:
        so.recognised(record)
    merge(officer, twins)
    mine = account.accounts_of(learner_id=twins[0].pk, keys=keys_of(twins[0]))
    first = account.statement_of(mine)
    second = account.statement_of(mine, before=first.next_before)
    keys = [line.key for line in (*first.lines, *second.lines)]
    assert (len(first.lines), len(second.lines), len(set(keys))) == (20, 5, 25)
    assert second.next_before is None
    assert first.lines[0].after == 2_500
    assert second.lines[-1].after == 100


def test_caps_count_what_either_account_was_given_c_23(city, officer, twins):
    so.in_force(city, so.body(caps=YEAR_CAP))
    kept, merged = twins
    so.recognised(so.a_record(merged, city.college, minutes=1440))
    merge(officer, twins)
    later = so.a_record(kept, city.college, minutes=1440, title="国画")
    so.recognised(later)
    assert so.answer(later).credits == 50
    assert so.balances(kept) == {"community/1": 50}
    assert so.balances(merged) == {"community/1": 150}, "each keeps its own books"


def test_records_of_both_in_one_run_meet_one_cap_in_the_order_of_their_end_c_23(city, officer, twins):
    so.in_force(city, so.body(caps=YEAR_CAP))
    kept, merged = twins
    late = so.a_record(kept, city.college, minutes=1440, ended_on=date(2026, 7, 1), title="国画")
    early = so.a_record(merged, city.college, minutes=1440, ended_on=date(2026, 3, 1))
    merge(officer, twins)
    so.recognised(late, early)
    assert (so.answer(early).credits, so.answer(late).credits) == (150, 50)


def test_a_unit_held_by_either_is_not_credited_again_and_a_better_record_adds_the_difference_c_25(city, officer, twins):
    unit = so.a_unit(city, credits_=400)
    so.in_force(
        city,
        so.body(give=[{"framework": "GD-LEQ", "kind": "community", "level": "2", "unit": f"{unit.code}@1"}]),
    )
    kept, merged = twins
    first = so.a_record(merged, city.college, minutes=2880, ended_on=date(2026, 3, 1))
    so.recognised(first)
    merge(officer, twins)
    worse = so.a_record(kept, city.college, minutes=1920, ended_on=date(2026, 4, 1), title="护理一")
    better = so.a_record(kept, city.college, minutes=3840, ended_on=date(2026, 5, 1), title="护理二")
    so.recognised(worse)
    so.recognised(better)
    assert [so.answer(record).credits for record in (first, worse, better)] == [300, 0, 100]
    assert so.answer(worse).reason == "already_credited"


def test_hours_of_both_add_up_c_20(city, officer, twins):
    so.in_force(city, so.body(match={"origin": "nonformal"}, quantity={"from": "minutes", "accumulate": "quarter"}))
    kept, merged = twins
    first = so.a_record(merged, city.college, minutes=95)
    so.recognised(first)
    assert so.answer(first).state == "carried"
    merge(officer, twins)
    second = so.a_record(kept, city.college, minutes=95, title="国画", ended_on=date(2026, 5, 1))
    so.recognised(second)
    assert so.balances(kept) == {"community/1": 10}, "190 minutes of both make 0.10"


def test_after_undoing_each_counts_alone_again(city, officer, twins):
    so.in_force(city, so.body(caps=YEAR_CAP))
    kept, merged = twins
    so.recognised(so.a_record(merged, city.college, minutes=1440))
    undo(officer, merge(officer, twins))
    later = so.a_record(kept, city.college, minutes=1440, title="国画")
    so.recognised(later)
    assert so.answer(later).credits == 150


def test_a_merge_between_thinking_and_writing_is_noticed(city, officer, twins):
    so.in_force(city, so.body(caps=YEAR_CAP))
    kept, merged = twins
    so.recognised(so.a_record(merged, city.college, minutes=1440))
    later = so.a_record(kept, city.college, minutes=1440, title="国画")
    recogniser = Recogniser(law_on(TODAY), run_id=None)
    part = Slice([later.book], [kept.pk], [later.pk], [later.book, kept.pk])
    foreseen = recogniser.think(part)
    merge(officer, twins)
    recogniser.write(foreseen, at=so.NOW)
    assert so.answer(later).credits == 50


def test_room_that_becomes_free_is_offered_to_records_of_the_other_account(city, officer, twins):
    so.in_force(city, so.body(caps=YEAR_CAP))
    kept, merged = twins
    first = so.a_record(merged, city.college, minutes=1920, ended_on=date(2026, 3, 1))
    so.recognised(first)
    merge(officer, twins)
    later = so.a_record(kept, city.college, minutes=1440, title="国画")
    so.recognised(later)
    assert so.answer(later).credits == 0
    reverse_postings(actor=city.approver, record=first, why="登记有误", at=so.NOW)
    assert so.answer(later).credits == 150


def test_one_learning_told_to_both_is_found_by_the_merge_and_counts_once_c_12(city, officer, twins):
    so.in_force(city)
    kept, merged = twins
    first = so.a_record(kept, city.college, started_on=date(2026, 4, 1))
    second = so.a_record(merged, city.college, started_on=date(2026, 4, 1))
    made = merge(officer, twins)
    job = Job.objects.get(kind="records.find_doubles_of_merged")
    running.run(job.pk)
    report = DoubleReport.objects.get()
    assert {report.first_id, report.second_id} == {first.pk, second.pk}
    so.recognised(first, second)
    assert sorted(so.answer(record).reason for record in (first, second)) == ["", "told_twice"]
    undo(officer, made)
    assert not DoubleReport.objects.exists(), "an open pair of two people is none"
    so.recognised(first, second, again=True)
    assert [so.answer(record).credits for record in (first, second)] == [100, 100]


def test_a_pair_decided_as_one_learning_counts_only_while_the_two_are_one_person(city, officer, twins):
    so.in_force(city)
    kept, merged = twins
    first, second = so.a_record(kept, city.college), so.a_record(merged, city.college)
    made = merge(officer, twins)
    DoubleReport.objects.create(
        book=first.book, learner=kept, first_id=first.pk, second_id=second.pk, state="same", reason="一次课"
    )
    so.recognised(first, second)
    assert so.answer(second).reason == "same_learning"
    undo(officer, made)
    so.recognised(second, again=True)
    assert so.answer(second).credits == 100
    remade = merge(officer, twins)
    assert remade.pk != made.pk
    assert DoubleReport.objects.get().state == "same", "what was said is kept"


def test_a_record_sent_again_for_the_other_card_is_there_already(city, officer, twins):
    kept, merged = twins
    cards = [open_learning_account(person=person, at=so.NOW).card_number for person in twins]
    record = so.a_record(merged, city.college)
    SourceKey.objects.create(institution=city.college, record_key=record.record_key, learner=merged)
    entry = Entry(
        institution_code=city.college.code, record_key=record.record_key, person_ref=cards[0], name=kept.name,
        origin=record.origin, code=record.code, title=record.title, ended_on=record.ended_on, minutes=record.minutes,
    )  # fmt: skip
    (alone,) = judge(actor=city.registrar, act="records.enter_record", entries=[entry], today=TODAY)
    assert alone.outcome is Outcome.REFUSED
    merge(officer, twins)
    corrected = entry._replace(replaces=1, reason="更正", minutes=record.minutes + 60)
    (together,) = judge(actor=city.registrar, act="records.enter_record", entries=[corrected], today=TODAY)
    assert together.outcome is Outcome.CORRECTION
    assert together.learner is not None
    assert together.learner.id == merged.pk, "the record stays where it came"


def test_a_transcript_certifies_both_and_still_answers_after_undoing(city, officer, twins):
    so.in_force(city)
    kept, merged = twins
    other = so.a_record(merged, city.college, title="国画")
    so.recognised(so.a_record(kept, city.college), other)
    made = merge(officer, twins)
    kept.refresh_from_db()
    transcript = issue_transcript(actor=standing_of(kept, today=TODAY), learner=kept, at=so.NOW, language="en")
    assert transcript.snapshot["frameworks"][0]["total"] == 200
    answer = answer_code(text=transcript.code)
    assert answer is not None
    assert answer.is_genuine
    undo(officer, made)
    reverse_postings(actor=city.approver, record=other, why="登记有误", at=so.NOW.replace(hour=5))
    found = answer_code(text=transcript.code)
    assert found is not None
    assert [change.title for change in found.changes] == ["国画"]


def test_a_registrar_finds_the_records_of_both_by_either_card(city, officer, twins):
    kept, merged = twins
    mine, other = so.a_record(kept, city.college), so.a_record(merged, city.college)
    merge(officer, twins)
    kept.refresh_from_db()
    assert {row.pk for row in records_of_learner(city.registrar, kept)} == {mine.pk, other.pk}
