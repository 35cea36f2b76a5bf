"""Recognising anew under a new version of a rule, where an officer decides it (C-18): reversals and new postings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.jobs import services as jobs
from xuecheng.city.people.groups import groups_of, with_all_keys
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.recognition import news
from xuecheng.learning.recognition.models import Result, RuleVersion, Run
from xuecheng.learning.recognition.queries.held import held_list
from xuecheng.learning.recognition.queries.law import law_on
from xuecheng.learning.recognition.queries.under_rule import affected_records
from xuecheng.learning.records.models import LearningRecord

from .corrections import take_back
from .one_person import all_books
from .recognising import Recogniser, Tally
from .rule_versions import RuleNotInForce
from .runs import Progress, count_in, slices_of

JOB = "recognition.rerecognise"

_SLICE_RECORDS = 200
"""Each record is taken back by a call of its own, so slices are small and books soon free."""


def rerecognise_under_rule(*, actor: Standing, public_id: UUID, rule: RuleVersion, why: str, at: datetime) -> Run:
    """Take back what stands under older versions of `rule` for learning within its days; recognise it anew.

    `queries.under_rule.affected_by` tells how much that is; nothing is retroactive unless somebody starts this. Asked
    again with the same id, return the same run. Raises `Denied`, `RuleNotInForce`, `trace.ReasonMissing`.
    """
    require(actor, "recognition.reverse_posting", on=rule.keeper)
    if rule.state != RuleVersion.State.APPROVED:
        raise RuleNotInForce
    with trace.change(by=actor.person, why=why):
        run, is_new = Run.objects.get_or_create(
            public_id=public_id,
            defaults={"rule": rule, "why": why.strip(), "started_by": actor.person, "started_at": at},
        )
        if is_new:
            run.job = jobs.start(
                JOB,
                at=at,
                title_zh=f"按{rule.code}第{rule.version}版重新认定",
                title_en=f"Recognition anew under {rule.code} version {rule.version}",
                arguments={"run": run.pk, "page": ["recognition:show_run", str(run.public_id)]},
                by=actor.person,
                organisation=rule.keeper,
            )
            run.save(update_fields=["job"])
    return run


def rerecognise_run(run: Run, progress: Progress, *, now: Callable[[], datetime]) -> Run:
    """Do such a run, slice by slice; interrupted, the same call goes on. What was spent already stays as it is."""
    run = Run.objects.select_related("rule").get(pk=run.pk)
    if run.rule is None:
        raise ValueError("this run is under no rule")
    officer_id = run.started_by_id or 0
    recogniser = Recogniser(law_on(clock.date_of(now())), run_id=run.pk, officer_id=officer_id, why=run.why)
    query, values = affected_records(run.rule, after=progress.cursor.get("after"))
    with held_list("recognition_affected", query, values) as affected:
        progress.total = progress.done + affected.count()
        for part in slices_of(affected, most=_SLICE_RECORDS):
            with progress.slice():
                at = now()
                ledger.lock_books(books=all_books(part.books, groups_of(part.learner_ids)))
                learner_ids = _take_back_all(part.record_ids, run, officer_id, at)
                freed = _may_gain(learner_ids)
                tally = recogniser.recognise(freed, books=part.books, at=at, again=True) if freed else Tally()
                count_in(run, tally)
                news.tell_counted_anew(str(run.public_id), learner_ids, at=at)
                progress.done += len(part.record_ids)
                progress.cursor["after"] = part.last
    with progress.slice():
        run.finished_at = run.finished_at or now()
        run.save(update_fields=["finished_at"])
    return run


def _take_back_all(record_ids: Sequence[int], run: Run, officer_id: int, at: datetime) -> set[int]:
    """Take back what stands for the records; answers whose they were."""
    learner_ids = set()
    for record in LearningRecord.objects.filter(pk__in=record_ids).order_by("learner_id", "ended_on", "pk"):
        try:
            with transaction.atomic():
                if not take_back(record, officer_id=officer_id, why=run.why, at=at, run_id=run.pk):
                    continue
        except ledger.CreditsSpent:
            continue
        run.reversed_count += 1
        learner_ids.add(record.learner_id)
        newest = LearningRecord.objects.filter(
            institution_id=record.institution_id, record_key=record.record_key, book=record.book, is_latest=True
        )
        Result.objects.filter(book=record.book, record_id__in=newest.values("id")).delete()
    run.save(update_fields=["reversed_count"])
    return learner_ids


def _may_gain(learner_ids: set[int]) -> list[int]:
    """Live records of the learners that have no answer, or got nothing or less than they are worth."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select r.id from records_learningrecord r"
            " left join recognition_result s on s.record_id = r.id and s.book = r.book"
            " where r.learner_id = any(%s) and r.is_latest and (s.record_id is null or s.state = 'refused'"
            " or (s.state = 'credited' and s.reason <> '')) order by r.book, r.learner_id",
            [sorted(with_all_keys(learner_ids))],
        )
        return [record_id for (record_id,) in cursor.fetchall()]
