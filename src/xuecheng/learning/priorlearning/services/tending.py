"""What the clock does: draw where somebody became free, remind, raise, end tasks and cases, post (C-44)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import OperationalError
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.trace import robot
from xuecheng.learning.priorlearning import news, queries
from xuecheng.learning.priorlearning.models import Application, Claim

from .assessing import conclude, end_task
from .clocks import days_left
from .drawing import assign, assign_panel, fill_places
from .granting import follow_corrections, post_credit
from .rows import locked

logger = logging.getLogger("xuecheng.priorlearning")

ROBOT = robot("prior learning")
"""Acts where the clock does."""

TASK_OVER = "补充任务的时间已过，没有收到新的材料。"
"""Reason of a unit whose task nobody settled in time; the learner reads it in the language of the decision."""


def tend(*, at: datetime) -> int:
    """Do what is due, each application in a transaction of its own; answers for how many. Safe twice.

    All of them each time: what waits without a day would otherwise keep those behind it waiting for ever.
    """
    moved = 0
    for row in list(queries.to_tend(today=clock.date_of(at)).only("learner_id", "due_on")):
        try:
            with trace.change(by=ROBOT, why=gettext_noop("The clock of an application for recognition")):
                moved += _tend(locked(row, may_be_paused=True), at=at)
        except OperationalError:
            # The connection is gone: that is nothing of this case, and no other would fare better.
            raise
        except Exception:
            # One broken case does not keep the others waiting; whoever runs the city sees it in the log.
            logger.exception("application %s was not tended", row.pk)
    return moved


def _tend(row: Application, *, at: datetime) -> bool:
    if row.paused_at is not None:
        return False
    steps: tuple[Callable[[Application, datetime], bool], ...] = (_post, _draw, _end_tasks, _close, _remind)
    # Every step is asked: one that did something does not hide the next.
    return sum(step(row, at) for step in steps) > 0


def _post(row: Application, at: datetime) -> bool:
    done = False
    for claim in row.claims.all():
        if claim.state == Claim.State.GRANTED and claim.posting is None:
            done |= post_credit(claim, row, actor=claim.decided_by_id or 0, at=at)
        else:
            done |= follow_corrections(claim)
    return done


def _draw(row: Application, at: datetime) -> bool:
    before = row.draws.count()
    if row.state == Application.State.SCREENED:
        assign(row, at=at)
    elif row.state == Application.State.ASSESSING:
        fill_places(row, at=at)
        for claim in row.claims.all():
            if claim.state == Claim.State.CLAIMED:
                conclude(row, claim, at=at)
    elif row.state == Application.State.APPEALED and assign_panel(row, at=at):
        fill_places(row, at=at)
    return row.draws.count() > before


def _end_tasks(row: Application, at: datetime) -> bool:
    today = clock.date_of(at)
    over = [
        claim
        for claim in row.claims.all()
        if claim.state == Claim.State.TASK and claim.task_due_on is not None and claim.task_due_on < today
    ]
    for claim in over:
        end_task(row, claim, Claim.State.NOT_YET, words=TASK_OVER, by=None, at=at)
    return bool(over)


def _close(row: Application, at: datetime) -> bool:
    if row.state != Application.State.DECIDED or row.due_on is None or clock.date_of(at) <= row.due_on:
        return False
    if row.claims.filter(state=Claim.State.TASK).exists():
        return False
    row.state, row.due_on = Application.State.CLOSED, None
    row.save(update_fields=["state", "due_on"])
    row.assignments.filter(ended_at=None).update(ended_at=at)
    return True


def _remind(row: Application, at: datetime) -> bool:
    """Whoever has to act is reminded once before the day, and the centre's officers are told once after it."""
    if row.state not in Application.OPEN or row.due_on is None:
        return False
    left = days_left(clock.date_of(at), row.due_on)
    if left < 0:
        if row.overdue_at is not None:
            return False
        row.overdue_at = at
        row.save(update_fields=["overdue_at"])
        news.tell_due(row, at=at, is_over=True)
        return True
    if left > row.centre.reminder_days or row.reminded_at is not None:
        return False
    row.reminded_at = at
    row.save(update_fields=["reminded_at"])
    news.tell_due(row, at=at, is_over=False)
    return True
