"""The centre's verbs: is it complete, does it fit? Within five working days (C-44)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.workdays.queries import due_after
from xuecheng.learning.priorlearning import news
from xuecheng.learning.priorlearning.models import Application
from xuecheng.learning.priorlearning.queries.acts import HANDLE

from .drafting import end_claims
from .drawing import assign
from .refusals import NotWaiting, ReasonMissing
from .rows import check_other, locked


def pass_screening(*, actor: Standing, application: Application, at: datetime) -> Application:
    """It is complete and fits: assessors are drawn at once, or as soon as enough are free. Said twice, once.

    Right: priorlearning.handle_case at the centre. Raises `Denied`, `OwnApplication`, `NotWaiting`.
    """
    require(actor, HANDLE, on=application.centre)
    with trace.change(by=actor.person, why=gettext_noop("Application for recognition found complete")):
        row = locked(application)
        check_other(actor, row)
        if row.screened_at is not None and row.state in ("screened", "assessing"):
            return row
        if row.state != Application.State.SUBMITTED:
            raise NotWaiting
        row.state, row.screened_at = Application.State.SCREENED, at
        row.due_on = due_after(clock.date_of(at), row.centre.decision_days)
        row.reminded_at = row.overdue_at = None
        row.save(update_fields=["state", "screened_at", "due_on", "reminded_at", "overdue_at"])
        assign(row, at=at)
    return row


def return_application(*, actor: Standing, application: Application, reason: str, words: str, at: datetime) -> None:
    """Something is missing: the learner completes it and hands it in again; nothing is lost. Said twice, once.

    Right: priorlearning.handle_case at the centre. Raises `Denied`, `OwnApplication`, `NotWaiting`, `ReasonMissing`.
    """
    _answer(actor, application, Application.State.RETURNED, (reason, words), at)


def decline_application(*, actor: Standing, application: Application, reason: str, words: str, at: datetime) -> None:
    """It does not fit, and why. The same units may be asked for at another centre. Said twice, once.

    Right: priorlearning.handle_case at the centre. Raises `Denied`, `OwnApplication`, `NotWaiting`, `ReasonMissing`.
    """
    _answer(actor, application, Application.State.DECLINED, (reason, words), at)


def _answer(
    actor: Standing, application: Application, state: Application.State, why: tuple[str, str], at: datetime
) -> None:
    reason, words = why
    require(actor, HANDLE, on=application.centre)
    if reason not in Application.Reason.values or not words.strip():
        raise ReasonMissing
    with trace.change(by=actor.person, why=words):
        row = locked(application)
        check_other(actor, row)
        if row.state == state:
            return
        if row.state != Application.State.SUBMITTED:
            raise NotWaiting
        row.state, row.reason, row.words = state, reason, words.strip()[:500]
        row.due_on = None
        if state == Application.State.DECLINED:
            end_claims(row, at=at)
        row.save(update_fields=["state", "reason", "words", "due_on"])
        news.tell_learner(row, at=at)
