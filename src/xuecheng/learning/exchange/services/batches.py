"""Verbs of exchange for many at once: a school asks for its graduates, the receiving institution accepts them together.

Each learner has a case of their own, made and decided by the same verbs as any other, in a transaction of its own: one
learner's locks are let go before the next one's are taken, and a job that was killed goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID, uuid5

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, override

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.access.services import Denied, require
from xuecheng.city.jobs import services as jobs
from xuecheng.city.jobs.models import Job
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import FormUsedBefore, Refusal
from xuecheng.learning.exchange import news, queries, rules
from xuecheng.learning.exchange.models import Batch, BatchRow, Case
from xuecheng.learning.exchange.queries import DECIDE, LODGE

from .cases import accept_case, ask_for

LODGED, DECIDED = "exchange.ask_for_batch", "exchange.accept_batch"
"""Kinds of the jobs."""


class Progress(Protocol):
    """The hand that holds the work."""

    done: int
    total: int | None
    cursor: dict[str, Any]

    def slice(self) -> AbstractContextManager[None]: ...


class DaysWrong(Refusal):
    message = _("The last day lies before the first.")
    remedy = _("Give the days between which the course ended.")
    field = "ended_to"


class ConsentsMissing(Refusal):
    message = _("Say where the written consents lie.")
    remedy = _("Nobody's credits move without their consent.")
    field = "consents"


class NobodyWaits(Refusal):
    message = _("Nothing in this class waits for an answer any more.")


class NotAskedYet(Refusal):
    message = _("The requests of this class are still being made.")
    remedy = _("Wait until that is done.")


def lodge_batch(
    *,
    actor: Standing,
    public_id: UUID,
    source: Organisation,
    target: Organisation,
    code: str,
    ended_from: date,
    ended_to: date,
    consents: str,
    at: datetime,
) -> Batch:
    """Ask for everybody whose credits of the course `code`, ended in `[ended_from, ended_to)`, could count at `target`.
    A job makes the requests; where the agreement decides by itself, they are exchanged at once.

    Asked again with the same id, the same batch. Right: exchange.lodge_batch at the giving institution. Raises
    `Denied`, `DaysWrong`, `ConsentsMissing`, `NoClause` (no agreement in force takes anything from here).
    """
    require(actor, LODGE, on=source)
    if ended_to <= ended_from:
        raise DaysWrong
    if not consents.strip():
        raise ConsentsMissing
    if not queries.receivers([source.pk], on=clock.date_of(at)).filter(pk=target.pk).exists():
        raise rules.NoClause
    with trace.change(by=actor.person, why=gettext_noop("Exchange asked for a class of graduates")):
        row, is_new = Batch.objects.select_related("source", "target").get_or_create(
            public_id=public_id,
            defaults={
                "source": source, "target": target, "code": code.strip(), "ended_from": ended_from,
                "ended_to": ended_to, "consents": consents.strip(), "asked_by": actor.person, "asked_at": at,
            },
        )  # fmt: skip
        if (row.source_id, row.target_id, row.code) != (source.pk, target.pk, code.strip()):
            raise FormUsedBefore
        if is_new:
            row.job = jobs.start(
                LODGED,
                at=at,
                title_zh=f"批量互认：{row.code} → {target.name_zh}",
                title_en=f"Exchange for a class: {row.code} → {target.name_en or target.name_zh}",
                arguments={"batch": row.pk, "page": ["exchange:show_batch", str(public_id)]},
                by=actor.person,
                organisation=source,
            )
            row.save(update_fields=["job"])
    return row


def ask_for_batch(row: Batch, progress: Progress, *, now: Callable[[], datetime]) -> Batch:
    """The job of `lodge_batch`. Interrupted anywhere, the same call goes on after the last learner asked for."""
    row = Batch.objects.select_related("source__territory", "target__territory", "asked_by").get(pk=row.pk)
    found = queries.graduates(
        source=row.source, code=row.code, ended_from=row.ended_from, ended_to=row.ended_to,
        after=progress.cursor.get("after", ()),
    )  # fmt: skip
    progress.total = progress.done + len(found)
    for one in found:
        with progress.slice():
            _ask(row, one, at=now())
            progress.done += 1
            progress.cursor["after"] = [one.learner_id, str(one.posting)]
    with progress.slice():
        at = now()
        row.asked_count = row.rows.filter(case__isnull=False).count()
        row.refused_count = row.rows.filter(case__isnull=True).count()
        row.finished_at = row.finished_at or at
        row.save(update_fields=["asked_count", "refused_count", "finished_at"])
        news.tell_batch_asked(row, at=at)
    return row


def accept_batch(*, actor: Standing, batch: Batch, at: datetime) -> Batch:
    """Accept every request of a batch that waits, by a job, as one by one. Said twice while it runs, once.

    Right: exchange.decide_case at the receiving institution. Raises `Denied`, `NotAskedYet`, `NobodyWaits`.
    """
    require(actor, DECIDE, on=batch.target_scope())
    with trace.change(by=actor.person, why=gettext_noop("Exchange accepted for a class of graduates")):
        row = Batch.objects.select_for_update(no_key=True, of=("self",)).select_related("target", "deciding_job").get(
            pk=batch.pk
        )  # fmt: skip
        if row.deciding_job is not None and row.deciding_job.state in (Job.State.WAITING, Job.State.RUNNING):
            return row
        if row.finished_at is None:
            raise NotAskedYet
        if not queries.cases_open_in(row).exists():
            raise NobodyWaits
        row.deciding_job = jobs.start(
            DECIDED,
            at=at,
            title_zh=f"接受批量互认：{row.code}",
            title_en=f"Accepting exchange for a class: {row.code}",
            arguments={
                "batch": row.pk, "by": actor.person.pk, "page": ["exchange:show_batch", str(row.public_id)],
            },
            by=actor.person,
            organisation=row.target,
        )  # fmt: skip
        row.save(update_fields=["deciding_job"])
    return row


def accept_each(row: Batch, progress: Progress, *, by: int, now: Callable[[], datetime]) -> int:
    """The job of `accept_batch`: whoever pressed the button decides each, if they still may; how many were accepted.

    What a rule refuses, such as one's own case or a source that was taken back, is left to be decided by itself.
    """
    person, accepted = Person.objects.get(pk=by), 0
    waiting = list(
        queries.cases_open_in(row)
        .select_related("learner", "source", "target__territory", "agreement")
        .filter(pk__gt=progress.cursor.get("after", 0))
        .order_by("pk")
    )
    progress.total = progress.done + len(waiting)
    for case in waiting:
        with progress.slice():
            at = now()
            try:
                accept_case(actor=standing_of(person, today=clock.date_of(at)), case=case, at=at)
                accepted += 1
            except (Refusal, Denied):
                # What is not to be accepted, or not by them any more, is left to be decided by itself.
                pass
            progress.done += 1
            progress.cursor["after"] = case.pk
    return accepted


def _ask(row: Batch, one: queries.Graduate, *, at: datetime) -> None:
    """One learner's request, or why there is none."""
    with trace.change(by=row.asked_by, why=gettext_noop("Exchange asked for a class of graduates")):
        if BatchRow.objects.filter(batch=row, posting=one.posting).exists():
            return
        why: Refusal | None = None
        made: Case | None = None
        try:
            made = ask_for(
                learner_id=one.learner_id, by=row.asked_by, public_id=uuid5(row.public_id, str(one.posting)),
                posting=one.posting, target=row.target, at=at, is_one_of_many=True,
            )  # fmt: skip
        except Refusal as refusal:
            why = refusal
        said = {"why_zh": _said(why, "zh-hans"), "why_en": _said(why, "en")} if why is not None else {}
        BatchRow.objects.create(batch=row, learner_id=one.learner_id, posting=one.posting, case=made, **said)
        if made is not None:
            news.tell_asked_for(made, row, at=at)


def _said(refusal: Refusal, language: str) -> str:
    with override(language):
        return str(refusal)[:300]
