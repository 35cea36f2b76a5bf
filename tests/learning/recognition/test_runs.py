"""Runs of recognition: whole, interrupted anywhere, two at once (C-29, pitfall 9)."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection

from city.situations import a_stranger
from learning.recognition import situations as so
from xuecheng.city.access.services import Denied
from xuecheng.city.jobs.models import Job
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.recognition.models import Posting, Result, Run
from xuecheng.learning.recognition.queries.law import law_on
from xuecheng.learning.recognition.services import runs
from xuecheng.learning.recognition.services.recognising import Recogniser, Slice

pytestmark = pytest.mark.django_db(transaction=True)

CAPPED = so.body(caps=[{"id": "year", "period": "year", "max": 250, "policy": "cut"}])


def now() -> object:
    return so.NOW


@pytest.fixture
def small_slices(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Slices of about ten records, so that a small city has many."""
    monkeypatch.setattr(runs, "SLICE_RECORDS", 10)
    return


def totals() -> dict[str, int]:
    """What a run did, by what stands in the tables."""
    return {
        "answers": Result.objects.count(),
        "credited": Result.objects.filter(state="credited").count(),
        "refused": Result.objects.filter(state="refused").count(),
        "postings": Posting.objects.count(),
        "credits": sum(Posting.objects.values_list("credits", flat=True)),
    }


def test_a_run_answers_all_that_waits_and_counts_it(city: so.City) -> None:
    so.in_force(city, CAPPED)
    so.spread([so.a_learner() for _ in range(20)], city.college)
    so.a_record(so.a_learner(), city.college, origin="formal", code="X")
    hand = so.Hand()

    run = runs.recognise_run(so.a_run(city), hand, now=now)

    # Each learner: 1.00, 1.00, and 0.50 under the cap of 2.50.
    assert (run.seen_count, run.credited_count, run.refused_count) == (61, 60, 1)
    assert sum(run.credits.values()) == 20 * 250
    assert run.finished_at == so.NOW
    assert (hand.done, hand.total) == (61, 61)
    assert totals() == {"answers": 61, "credited": 60, "refused": 1, "postings": 60, "credits": 5000}


def test_a_run_of_one_institution_leaves_the_others_alone(city: so.City) -> None:
    so.in_force(city)
    other = so.an_organisation(city.places["从化区"])
    mine, theirs = so.a_record(so.a_learner(), city.college), so.a_record(so.a_learner(), other)

    runs.recognise_run(so.a_run(city), so.Hand(), now=now)

    assert Result.objects.filter(record_id=mine.pk).exists()
    assert not Result.objects.filter(record_id=theirs.pk).exists()


def test_a_run_of_one_file_leaves_other_files_alone(city: so.City) -> None:
    so.in_force(city)
    one = so.a_record(so.a_learner(), city.college, import_file_id=11)
    so.a_record(so.a_learner(), city.college, import_file_id=12)

    runs.recognise_run(so.a_run(city, import_file_id=11), so.Hand(), now=now)

    assert list(Result.objects.values_list("record_id", flat=True)) == [one.pk]


@pytest.mark.usefixtures("small_slices")
def test_killed_in_any_slice_a_run_goes_on_and_ends_with_the_same_totals(city: so.City) -> None:
    so.in_force(city, CAPPED)
    so.spread([so.a_learner() for _ in range(12)], city.college)
    run = so.a_run(city)

    killed = 0
    while True:
        # The worker dies in its first slice once, in its second the next time …; what was committed stays.
        try:
            run = runs.recognise_run(Run.objects.get(pk=run.pk), so.Hand(stop_after=killed % 3), now=now)
            break
        except so.Killed:
            killed += 1
            assert totals()["answers"] == Run.objects.get(pk=run.pk).seen_count

    assert killed >= 4
    assert (run.seen_count, run.credited_count) == (36, 36)
    assert totals() == {"answers": 36, "credited": 36, "refused": 0, "postings": 36, "credits": 12 * 250}
    assert sum(run.credits.values()) == 12 * 250


@pytest.mark.parametrize("step", ["intake", "given", "write_postings", "write_results", "post_batch", "count_in"])
def test_a_fault_at_any_step_of_a_slice_leaves_nothing_of_it(
    city: so.City, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    so.in_force(city)
    so.spread([so.a_learner() for _ in range(3)], city.college)
    run = so.a_run(city)
    with monkeypatch.context() as patch:
        so.break_after(patch, step)
        with pytest.raises(so.Killed):
            runs.recognise_run(run, so.Hand(), now=now)
    assert totals() == {"answers": 0, "credited": 0, "refused": 0, "postings": 0, "credits": 0}

    runs.recognise_run(run, so.Hand(), now=now)

    assert totals() == {"answers": 9, "credited": 9, "refused": 0, "postings": 9, "credits": 900}


@pytest.mark.usefixtures("small_slices")
def test_what_changes_after_a_slice_was_thought_about_is_seen_before_it_is_written(city: so.City) -> None:
    """The slice is foreseen without a lock; the learner gets credit elsewhere before it is written."""
    so.in_force(city, CAPPED)
    learner = so.a_learner()
    here, there = so.a_record(learner, city.college, minutes=1920), so.a_record(learner, city.college, minutes=1920)
    recogniser = Recogniser(law_on(so.TODAY), run_id=None)
    part = Slice([here.book], [learner.pk], [here.pk], [here.book, learner.pk])
    foreseen = recogniser.think(part)
    so.recognised(there)

    so.in_one_transaction(lambda: recogniser.write(foreseen, at=so.NOW))

    assert [so.answer(record).credits for record in (there, here)] == [200, 50]

    foreseen = recogniser.think(part)
    assert so.in_one_transaction(lambda: recogniser.write(foreseen, at=so.NOW)).seen == 0


@pytest.mark.usefixtures("small_slices")
def test_two_runs_at_once_over_the_same_records_post_once(city: so.City) -> None:
    so.in_force(city, CAPPED)
    learners = [so.a_learner() for _ in range(30)]
    so.spread(learners, city.college)
    first, second = so.a_run(city), so.a_run(city)

    ended = so.at_once(
        lambda: runs.recognise_run(first, so.Hand(), now=now), lambda: runs.recognise_run(second, so.Hand(), now=now)
    )

    assert sum(run.seen_count for run in ended) == 90
    assert totals() == {"answers": 90, "credited": 90, "refused": 0, "postings": 90, "credits": 30 * 250}


def test_runs_over_two_institutions_at_once_share_a_learners_cap(city: so.City) -> None:
    """Caps are the learner's: what one run posts the other must see, however close they come."""
    so.in_force(city, CAPPED)
    other = so.an_organisation(city.places["从化区"])
    learners = [so.a_learner() for _ in range(10)]
    so.spread(learners, city.college)
    so.spread(learners, other)
    here, there = so.a_run(city), Run.objects.create(organisation=other, started_at=so.NOW)

    so.at_once(
        lambda: runs.recognise_run(here, so.Hand(), now=now), lambda: runs.recognise_run(there, so.Hand(), now=now)
    )

    assert [so.balances(learner) for learner in learners] == [{"community/1": 250}] * 10


def test_a_second_call_waits_for_the_book_and_finds_the_records_answered(city: so.City) -> None:
    """The lock is what keeps two from posting twice: the second stands still until the first has ended."""
    so.in_force(city)
    record = so.a_record(so.a_learner(), city.college)
    law = law_on(so.TODAY)
    holds, done = Barrier(2), []

    def second() -> None:
        holds.wait()
        done.append(
            so.in_one_transaction(
                lambda: Recogniser(law, run_id=None).recognise([record.pk], books=[record.book], at=so.NOW)
            )
        )
        connection.close()

    thread = Thread(target=second)
    thread.start()

    def first() -> None:
        ledger.lock_books(books=[record.book])
        holds.wait()
        thread.join(timeout=0.3)
        assert thread.is_alive()
        Recogniser(law, run_id=None).recognise([record.pk], books=[record.book], at=so.NOW)

    so.in_one_transaction(first)
    thread.join()

    assert [tally.seen for tally in done] == [0]
    assert Posting.objects.count() == 1


def test_a_registrar_starts_a_job_for_the_own_institution(city: so.City) -> None:
    so.in_force(city)
    so.spread([so.a_learner()], city.college)
    wish = {"actor": city.registrar, "public_id": uuid4(), "organisation": city.college, "at": so.NOW}

    run, again = (runs.start_recognition(**wish) for _ in range(2))

    assert run == again
    job = Job.objects.get(pk=run.job_id)
    assert (job.kind, job.organisation, job.title_zh) == (runs.JOB, city.college, "认定学习记录：天河社区学院")
    so.work(job)
    job.refresh_from_db()
    assert job.state == "done"
    assert job.result == {"run": str(run.public_id), "seen": 3, "credited": 3, "carried": 0, "refused": 0}
    assert (job.done_count, job.total_count) == (3, 3)


def test_nobody_starts_recognition_elsewhere(city: so.City) -> None:
    other = so.an_organisation(city.places["从化区"])
    for actor, organisation in ((city.registrar, other), (city.registrar, None), (a_stranger(), city.college)):
        with pytest.raises(Denied):
            runs.start_recognition(actor=actor, public_id=uuid4(), organisation=organisation, at=so.NOW)
    assert not Run.objects.exists()


def test_an_officer_of_the_city_recognises_everywhere(city: so.City) -> None:
    so.in_force(city)
    other = so.an_organisation(city.places["从化区"])
    for institution in (city.college, other):
        so.a_record(so.a_learner(), institution)

    run = runs.start_recognition(actor=city.author, public_id=uuid4(), at=so.NOW)
    so.work(Job.objects.get(pk=run.job_id))

    assert Result.objects.filter(state="credited").count() == 2


def test_asked_again_a_run_offers_what_was_refused_and_leaves_the_rest(city: so.City) -> None:
    learners = [so.a_learner() for _ in range(5)]
    so.spread(learners, city.college)
    runs.recognise_run(so.a_run(city), so.Hand(), now=now)
    assert totals()["refused"] == 15
    so.in_force(city)

    run = runs.recognise_run(so.a_run(city, is_again=True), so.Hand(), now=now)

    assert (run.seen_count, run.credited_count) == (15, 15)
    run = runs.recognise_run(so.a_run(city, is_again=True), so.Hand(), now=now)
    assert (run.seen_count, run.credited_count) == (0, 0)


def test_a_slice_holds_whole_learners_and_few_books() -> None:
    rows = [
        (book, book + 256 * learner, 1000 * book + 10 * learner + n)
        for book in range(40)
        for learner in range(3)
        for n in range(4)
    ]
    slices = list(runs.slices_of(rows, most=30))
    assert [record_id for part in slices for record_id in part.record_ids] == [row[2] for row in rows]
    for part in slices:
        assert len(part.record_ids) == 4 * len(part.learner_ids)
        assert part.books == sorted({learner_id % 256 for learner_id in part.learner_ids})
        assert len(part.books) <= 32
        assert part.last == [part.books[-1], part.learner_ids[-1]]
    assert [len(part.record_ids) for part in runs.slices_of(rows, most=10**6)] == [32 * 12, 8 * 12]
