"""What a worker does with a job: slices, cancelling, faults, crashes, routines (REL-20 … REL-24)."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

import pytest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from procrastinate.contrib.django.models import ProcrastinateJob

from city.situations import a_person, a_registrar, a_stranger, an_operator, an_organisation, small_city
from xuecheng.city import clock, rights
from xuecheng.city.jobs import queries, registry, running, services
from xuecheng.city.jobs.models import Job, RoutineRun
from xuecheng.city.jobs.progress import Progress, Superseded
from xuecheng.city.refusals import Refusal

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=clock.zone())


class HouseOnFire(Refusal):
    message = _("This field is required.")  # Django's own catalogue has it in every language


@pytest.fixture
def kind(monkeypatch):
    """Make a function known as the kind "test.work"."""

    def make(run):
        monkeypatch.setitem(registry.KINDS, "test.work", registry.Kind(name="test.work", run=run))
        return run

    return make


def started(**more):
    wished = {"at": NOW, "title_zh": "数数", "title_en": "Counting", "arguments": {"upto": 3}, "by": None} | more
    return services.start("test.work", **wished)


def run_once(job):
    running.run(job.pk)
    job.refresh_from_db()
    return job


def count_slices(progress):
    progress.total = progress.arguments["upto"]
    for number in range(progress.cursor.get("next", 0), progress.arguments["upto"]):
        with progress.slice():
            progress.cursor["next"] = number + 1
            progress.done += 1
    return {"counted": progress.done}


class TestStart:
    def test_a_job_is_in_the_queue_in_the_callers_transaction(self, kind):
        kind(count_slices)
        job = started()
        queued = ProcrastinateJob.objects.get(pk=job.queue_job_id)
        assert (queued.task_name, queued.args, queued.status) == ("xuecheng.run_job", {"job_id": job.pk}, "todo")
        assert job.state == Job.State.WAITING

    def test_started_twice_with_one_id_it_is_one_job(self, kind):
        kind(count_slices)
        first = started()
        assert started(public_id=first.public_id) == first
        assert ProcrastinateJob.objects.count() == 1

    def test_an_unknown_kind_is_our_mistake(self):
        with pytest.raises(KeyError):
            services.start("no.such", at=NOW, title_zh="", title_en="", arguments={}, by=None)


class TestProgress:
    def test_done_to_the_end(self, kind):
        kind(count_slices)
        job = run_once(started())
        assert (job.state, job.done_count, job.total_count, job.result) == ("done", 3, 3, {"counted": 3})
        assert job.began_at is not None
        assert job.ended_at is not None
        # Run again, as an at-least-once queue may: nothing happens.
        assert run_once(job).turn == 1

    def test_a_slice_that_fails_leaves_neither_work_nor_progress(self, kind):
        def work(progress):
            with progress.slice():
                progress.done += 1
                a_person("在第一段")
            with progress.slice():
                progress.done += 1
                progress.cursor["next"] = 99
                a_person("在第二段")
                raise HouseOnFire

        kind(work)
        job = run_once(started())
        assert (job.done_count, job.cursor) == (1, {})
        from xuecheng.city.people.models import Person

        assert Person.objects.filter(name="在第一段").exists()
        assert not Person.objects.filter(name="在第二段").exists()

    def test_a_total_that_was_too_small_grows(self, kind):
        def work(progress):
            progress.total = 1
            with progress.slice():
                progress.done += 5

        kind(work)
        assert run_once(started()).total_count == 5


class TestCancel:
    def test_one_that_waits_ends_at_once_and_never_runs(self, kind):
        kind(count_slices)
        person = a_person()
        job = started(by=person)
        from xuecheng.city.access.queries import Standing

        services.ask_to_cancel(actor=Standing(person=person), job=job, at=NOW)
        assert run_once(job).state == Job.State.CANCELLED
        assert job.done_count == 0
        with pytest.raises(services.JobHasEnded):
            services.ask_to_cancel(actor=Standing(person=person), job=job, at=NOW)

    def test_one_that_runs_ends_at_its_next_slice_and_keeps_what_is_done(self, kind):
        def work(progress):
            with progress.slice():
                progress.done += 1
            Job.objects.filter(pk=progress.job_id).update(cancel_asked=True)
            with progress.slice():
                progress.done += 1

        kind(work)
        job = run_once(started())
        assert (job.state, job.done_count) == ("cancelled", 1)

    def test_one_whose_worker_died_is_cancelled_when_it_is_taken_again(self, kind):
        kind(count_slices)
        job = started()
        Job.objects.filter(pk=job.pk).update(state="running", cancel_asked=True, turn=1, attempts=1)
        assert run_once(job).state == Job.State.CANCELLED


class TestFencing:
    def test_a_worker_that_froze_writes_nothing_after_another_took_over(self, kind):
        kind(count_slices)
        job = started()
        Job.objects.filter(pk=job.pk).update(state="running", turn=1, attempts=1)
        job.refresh_from_db()
        frozen = Progress(job)
        assert run_once(job).state == Job.State.DONE

        def wake_up():
            with frozen.slice():
                frozen.done += 100
                a_person("幽灵")

        with pytest.raises(Superseded):
            wake_up()
        job.refresh_from_db()
        assert job.done_count == 3
        from xuecheng.city.people.models import Person

        assert not Person.objects.filter(name="幽灵").exists()

    def test_a_retry_does_not_let_the_frozen_one_back_in(self, kind):
        kind(count_slices)
        city = small_city()
        operator = an_operator(city["广州市"])
        job = started()
        Job.objects.filter(pk=job.pk).update(state="running", turn=1, attempts=1)
        job.refresh_from_db()
        frozen = Progress(job)
        Job.objects.filter(pk=job.pk).update(state="failed", ended_at=NOW)
        services.retry(actor=operator, job=job)
        taken = running._take(job.pk)
        assert taken is not None
        with pytest.raises(Superseded), frozen.slice():
            pass

    def test_the_superseded_worker_does_not_end_the_job(self, kind):
        def work(progress):
            Job.objects.filter(pk=progress.job_id).update(turn=7)
            with progress.slice():
                progress.done += 1

        kind(work)
        job = run_once(started())
        assert (job.state, job.done_count) == ("running", 0)


class TestFaults:
    def test_it_goes_on_where_it_stopped(self, kind):
        falls = iter([True, False])

        def work(progress):
            for number in range(progress.cursor.get("next", 0), 3):
                with progress.slice():
                    progress.cursor["next"] = number + 1
                    progress.done += 1
                if number == 1 and next(falls):
                    raise OSError("the disk is away")

        kind(work)
        job = run_once(started())
        assert (job.state, job.done_count, job.cursor) == ("waiting", 2, {"next": 2})
        assert "the disk is away" in job.error
        job = run_once(job)
        assert (job.state, job.done_count) == ("done", 3)

    def test_each_try_waits_longer_and_the_third_gives_up_with_a_fault_id(self, kind, caplog):
        def work(progress):
            raise OSError("always")

        kind(work)
        job = started()
        waits = []
        for _try in range(2):
            job = run_once(job)
            assert job.state == Job.State.WAITING
            again = ProcrastinateJob.objects.get(pk=job.queue_job_id)
            waits.append((again.scheduled_at - clock.now()).total_seconds())
        assert 3 < waits[0] <= 4
        assert 15 < waits[1] <= 16
        with caplog.at_level(logging.ERROR):
            job = run_once(job)
        assert job.state == Job.State.FAILED
        assert job.result == {"fault": f"J{job.pk}-3"}
        # The page shows the id and the log has it with the trace, so that the two find each other.
        assert f"J{job.pk}-3" in caplog.text
        assert job.ended_at is not None

    def test_a_job_that_moves_between_its_falls_is_not_given_up(self, kind):
        def work(progress):
            for number in range(progress.cursor.get("next", 0), 5):
                with progress.slice():
                    progress.cursor["next"] = number + 1
                    progress.done += 1
                if number < 4:
                    raise OSError("again")

        kind(work)
        job = started()
        for _try in range(5):
            job = run_once(job)
        assert (job.state, job.done_count, job.turn) == ("done", 5, 5)

    def test_a_job_that_kills_its_workers_silently_is_given_up_too(self, kind):
        kind(count_slices)
        job = started()
        for _try in range(registry.MOST_ATTEMPTS):
            assert running._take(job.pk) is not None  # and the worker is gone
        assert run_once(job).state == Job.State.FAILED
        assert job.result["fault"]

    def test_a_refusal_is_told_in_both_languages_and_not_tried_again(self, kind):
        def work(progress):
            raise HouseOnFire

        kind(work)
        job = run_once(started())
        assert (job.state, job.attempts) == ("failed", 1)
        assert job.result["refusal"] == "house_on_fire"
        with override("zh-hans"):
            assert job.error == str(HouseOnFire())
        assert job.result["refusal_en"] == "Fill this in."
        assert job.error != job.result["refusal_en"]


class TestRecovery:
    def test_a_job_that_the_queue_lost_is_queued_again(self, kind):
        kind(count_slices)
        job = started()
        assert services.enqueue_lost() == 0
        before = job.queue_job_id
        ProcrastinateJob.objects.filter(pk=before)._raw_delete("default")
        assert services.enqueue_lost() == 1
        job.refresh_from_db()
        assert job.queue_job_id not in (None, before)
        assert services.enqueue_lost() == 0
        run_once(job)
        ProcrastinateJob.objects.filter(pk=job.queue_job_id)._raw_delete("default")
        assert services.enqueue_lost() == 0


class TestRetry:
    def test_only_who_may_and_only_what_ended_badly(self, kind):
        kind(count_slices)
        city = small_city()
        college = an_organisation(city["天河区"])
        operator, registrar = an_operator(city["广州市"]), a_registrar(college)
        job = started(by=registrar.person, organisation=college)
        with pytest.raises(services.JobHasNotFailed):
            services.retry(actor=operator, job=job)
        Job.objects.filter(pk=job.pk).update(state="failed", ended_at=NOW, attempts=3, turn=3)
        with pytest.raises(rights.Denied):
            services.retry(actor=registrar, job=job)
        services.retry(actor=operator, job=job)
        job = run_once(job)
        assert (job.state, job.turn, job.attempts) == ("done", 4, 1)


class TestSeeing:
    def test_own_jobs_ones_organisations_and_ones_territory(self, kind):
        kind(count_slices)
        city = small_city()
        college, other = an_organisation(city["天河区"]), an_organisation(city["从化区"])
        registrar, operator, stranger = a_registrar(college), an_operator(city["广州市"]), a_stranger()
        of_college = started(organisation=college)
        of_other = started(organisation=other)
        of_city = started()
        own = started(by=stranger.person, organisation=other)
        assert set(queries.visible_jobs(registrar)) == {of_college}
        assert set(queries.visible_jobs(operator)) == {of_college, of_other, of_city, own}
        assert set(queries.visible_jobs(stranger)) == {own}
        assert set(queries.visible_jobs(an_operator(city["从化区"], name="从化运维"))) == {of_other, own}

    def test_who_may_not_see_may_not_cancel(self, kind):
        kind(count_slices)
        city = small_city()
        job = started(organisation=an_organisation(city["天河区"]))
        with pytest.raises(rights.Denied):
            services.ask_to_cancel(actor=a_stranger(), job=job, at=NOW)


class TestRoutines:
    @pytest.fixture
    def ran(self, monkeypatch):
        """A routine of every day at three; what it did."""
        done = []
        monkeypatch.setattr(registry, "ROUTINES", {})
        monkeypatch.setattr(running, "ROUTINES", registry.ROUTINES)
        registry.register_routine("test.daily", cron="0 3 * * *", run=lambda: done.append("daily"), title="Daily")
        return done

    def test_it_runs_once_for_each_moment_of_its_schedule(self, ran):
        three = datetime(2026, 11, 23, 3, 0, tzinfo=clock.zone())
        RoutineRun.objects.create(name="test.daily", ran_for=three - timedelta(days=1), began_at=three, ended_at=three)
        assert running.run_due_routines(at=three - timedelta(seconds=1)) == []
        assert running.run_due_routines(at=three) == ["test.daily"]
        for seconds in (0, 5, 59, 3600):
            assert running.run_due_routines(at=three + timedelta(seconds=seconds)) == []
        assert running.run_due_routines(at=three + timedelta(days=1)) == ["test.daily"]
        assert ran == ["daily", "daily"]

    def test_one_that_was_missed_runs_late_and_once(self, ran):
        running.run_due_routines(at=NOW)
        ran.clear()
        assert running.run_due_routines(at=NOW + timedelta(days=10)) == ["test.daily"]
        assert ran == ["daily"]

    def test_seconds_are_respected(self, ran):
        registry.register_routine("test.often", cron="* * * * * */5", run=lambda: ran.append("often"), title="Often")
        running.run_due_routines(at=NOW)
        ran.clear()
        for seconds in range(1, 11):
            running.run_due_routines(at=NOW + timedelta(seconds=seconds))
        assert ran == ["often", "often"]

    def test_one_that_runs_elsewhere_is_left_alone_until_it_is_taken_for_dead(self, ran):
        running.run_due_routines(at=NOW)
        RoutineRun.objects.update(ended_at=None)
        tomorrow = NOW + timedelta(days=1)
        RoutineRun.objects.update(began_at=tomorrow - timedelta(minutes=9))
        assert running.run_due_routines(at=tomorrow) == []
        RoutineRun.objects.update(began_at=tomorrow - timedelta(minutes=11))
        assert running.run_due_routines(at=tomorrow) == ["test.daily"]

    def test_one_that_fails_is_noted_and_does_not_hold_up_the_others(self, ran, caplog):
        def fall():
            raise OSError("no")

        registry.register_routine("test.bad", cron="0 3 * * *", run=fall, title="Bad")
        registry.register_routine("test.after", cron="0 3 * * *", run=lambda: ran.append("after"), title="After")
        running.run_due_routines(at=NOW)
        assert ran == ["daily", "after"]
        assert RoutineRun.objects.get(name="test.bad").fault == "OSError: no"
        assert "test.bad" in caplog.text
