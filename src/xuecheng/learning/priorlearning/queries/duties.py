"""What waits for an assessor: units to judge, minutes to write, tasks to settle, votes to cast; and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from xuecheng.city.rights import Standing, visible
from xuecheng.learning.priorlearning.models import (
    Appeal,
    Application,
    Assessor,
    Assignment,
    Ballot,
    Claim,
    Meeting,
    Opinion,
)

from .acts import ASSESS
from .assessing import work_of

_MOST = 200
"""More cases than anybody has in hand: a list, not pages."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing of a case that was drawn to somebody; `due_on` where a clock runs."""

    mine: Assignment
    claim: Claim | None = None
    meeting: Meeting | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Duties:
    """The work of one assessor. Each list is in the order in which it is best done."""

    minutes: Sequence[Duty]
    """Interviews and tests that were to be held: written down, or cancelled."""
    opinions: Sequence[Duty]
    votes: Sequence[Duty]
    tasks: Sequence[Duty]
    meetings: Sequence[Duty]
    """Interviews and tests to come."""
    waiting: Sequence[Duty]
    """One's own opinion is given: the other's, or a third's, is not."""
    decided: Sequence[Duty]
    """Decided; the learner may still appeal."""

    @property
    def count(self) -> int:
        """How many things are to be done now."""
        return sum(len(each) for each in (self.minutes, self.opinions, self.votes, self.tasks))

    @property
    def is_none(self) -> bool:
        return not (self.count or self.meetings or self.waiting or self.decided)


def duties_of(viewer: Standing, *, at: datetime) -> Duties:
    """What the viewer does now as an assessor, and what they wait for. A paused case asks nothing. Seven queries."""
    mine = list(work_of(viewer).filter(application__paused_at=None).order_by("application__due_on", "id")[:_MOST])
    said = _said(mine)
    voted = set(Ballot.objects.filter(assignment__in=mine).values_list("assignment_id", flat=True))
    open_appeals = {
        one.claim_id: one
        for one in Appeal.objects.filter(
            claim__application__in=[one.application_id for one in mine], state=Appeal.State.OPEN
        )
    }
    opinions, waiting, tasks, votes, decided = [], [], [], [], []
    for one in mine:
        row = one.application
        if one.purpose == Assignment.Purpose.PANEL:
            votes += [
                Duty(one, claim, due_on=open_appeals[claim.pk].due_on)
                for claim in row.claims.all()
                if claim.pk in open_appeals and one.pk not in voted and row.state == Application.State.APPEALED
            ]
            continue
        if row.state == Application.State.ASSESSING and one.round == row.round:
            claimed = [claim for claim in row.claims.all() if claim.state == Claim.State.CLAIMED]
            opinions += [Duty(one, claim, due_on=row.due_on) for claim in claimed if (one.pk, claim.pk) not in said]
            waiting += [Duty(one, claim) for claim in claimed if (one.pk, claim.pk) in said]
        of_task = [claim for claim in row.claims.all() if claim.state == Claim.State.TASK]
        tasks += [Duty(one, claim, due_on=claim.task_due_on) for claim in of_task]
        if row.state == Application.State.DECIDED and not of_task:
            decided.append(Duty(one, due_on=row.due_on))
    held, coming = _meetings(mine, at=at)
    return Duties(held, opinions, votes, tasks, coming, waiting, decided)


def to_do(viewer: Standing) -> QuerySet[Assignment]:
    """Cases in which something is to be done by the viewer now, for counting: what `duties_of` tells, but meetings."""
    rows = Assignment.objects.filter(
        visible(viewer, ASSESS, person="person"), ended_at=None, application__paused_at=None
    )
    of_case = Claim.objects.filter(application=OuterRef("application"))
    given = Opinion.objects.filter(claim=OuterRef("pk"), assignment=OuterRef(OuterRef("pk")))
    is_unsaid = Exists(of_case.filter(~Exists(given), state=Claim.State.CLAIMED))
    has_task = Exists(of_case.filter(state=Claim.State.TASK))
    appeals = Appeal.objects.filter(claim__application=OuterRef("application"), state=Appeal.State.OPEN)
    cast = Ballot.objects.filter(assignment=OuterRef("pk"))
    judges = Q(is_unsaid, application__state="assessing", round=F("application__round"))
    return rows.filter(
        Q(judges | Q(has_task, application__state__in=["assessing", "decided"]), purpose="assessing")
        | Q(Exists(appeals), ~Exists(cast), application__state="appealed", purpose="panel")
    )


def assesses(keys: Sequence[int]) -> list[QuerySet[Assessor] | QuerySet[Assignment]]:
    """Whether somebody (all keys) assesses: is on a centre's list, or has a case in hand."""
    return [
        Assessor.objects.filter(person__in=keys, is_active=True),
        Assignment.objects.filter(person__in=keys, ended_at=None),
    ]


def _said(mine: Sequence[Assignment]) -> set[tuple[int, int]]:
    return set(Opinion.objects.filter(assignment__in=mine).values_list("assignment_id", "claim_id"))


def _meetings(mine: Sequence[Assignment], *, at: datetime) -> tuple[list[Duty], list[Duty]]:
    """Of cases that are assessed: what was to be held and is not written down, and what is to come."""
    by_case = {
        one.application_id: one
        for one in mine
        if one.purpose == Assignment.Purpose.ASSESSING and one.application.state == Application.State.ASSESSING
    }
    rows = Meeting.objects.filter(application__in=by_case, held_at=None, cancelled_at=None).order_by("begins_at", "id")
    found = [Duty(by_case[one.application_id], meeting=one) for one in rows]
    held = [one for one in found if one.meeting is not None and one.meeting.begins_at <= at]
    return held, [one for one in found if one not in held]
