"""The assessors' verbs: tick evidence, give one's own opinion, call meetings, settle a task (C-46, C-47, C-80)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db.models import Q
from django.utils.timezone import localtime
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.people.groups import keys_of
from xuecheng.city.refusals import FormUsedBefore, refusing
from xuecheng.city.workdays.queries import due_after
from xuecheng.learning.priorlearning import news, rules
from xuecheng.learning.priorlearning.models import (
    Application,
    Assessor,
    Assignment,
    Claim,
    Evidence,
    Meeting,
    Opinion,
    Tick,
)
from xuecheng.learning.priorlearning.queries.acts import ASSESS, HANDLE
from xuecheng.learning.priorlearning.queries.assessing import missing_for, opinions_on
from xuecheng.learning.priorlearning.rules import Ticks, Word

from .drawing import assign_third, needed_in
from .evidence import next_number
from .granting import decide
from .refusals import (
    GridNotWhole,
    MeetingNotYet,
    MeetingOver,
    MeetingOverlaps,
    MeetingTooSoon,
    NoTaskOpen,
    NotAssessing,
    NotYours,
    OpinionGiven,
    TaskMissing,
    WordsMissing,
)
from .rows import check_other, locked

_NOTICE = timedelta(days=1)
_LONGEST = timedelta(minutes=480)
"""The longest meeting that may be called (`priorlearning_meeting_lasts`)."""
_AS_STATE = {Word.YES: Claim.State.GRANTED, Word.TASK: Claim.State.TASK, Word.NOT_YET: Claim.State.NOT_YET}


def tick_evidence(
    *, actor: Standing, assignment: Assignment, claim: Claim, ticks: Mapping[tuple[int, int], Ticks], at: datetime
) -> None:
    """Keep what one found of pieces for outcomes of a unit, by (number of the piece, number of the outcome).

    What is not named stays as it was; no one else sees it before they gave an opinion of their own. Right:
    priorlearning.assess_case, one's own. Raises `Denied`, `NotYours`, `NotAssessing`, `OpinionGiven`.
    """
    del at
    require(actor, ASSESS, on=assignment)
    with trace.change(by=actor.person, why=gettext_noop("Looked at evidence")):
        row, mine = _my_work(actor, assignment)
        of = _open_claim(row, claim, mine)
        pieces = {one.number: one for one in Evidence.objects.filter(application=row, removed_at=None)}
        for (number, outcome), found in ticks.items():
            piece = pieces.get(number)
            if piece is None or not 1 <= outcome <= len(of.unit.outcomes):
                continue
            Tick.objects.update_or_create(
                assignment=mine, claim=of, evidence=piece, outcome=outcome, defaults=found._asdict()
            )


def give_opinion(
    *, actor: Standing, assignment: Assignment, claim: Claim, word: str, words: str, task: str = "", at: datetime
) -> Claim:
    """Say what one thinks of a unit, before seeing what the other thinks. Two that agree decide; where they differ a
    third is drawn and decides; a recognised unit is posted in the same transaction. Said twice, once.

    Right: priorlearning.assess_case, one's own. Raises `Denied`, `NotYours`, `NotAssessing`, `OpinionGiven`,
    `WordsMissing`, `TaskMissing`, `GridNotWhole`.
    """
    require(actor, ASSESS, on=assignment)
    said = Word(word)
    with trace.change(by=actor.person, why=gettext_noop("Gave an opinion on a unit")):
        row, mine = _my_work(actor, assignment)
        known = Opinion.objects.filter(assignment=mine, claim=claim).first()
        if known is not None:
            if (known.word, known.words) != (said, words.strip()[:2000]):
                raise OpinionGiven
            return next(one for one in row.claims.all() if one.pk == claim.pk)
        of = _open_claim(row, claim, mine)
        if not words.strip():
            raise WordsMissing
        if said is Word.TASK and not task.strip():
            raise TaskMissing
        if said is Word.YES and missing_for(mine, of, row, on=clock.date_of(at)):
            raise GridNotWhole
        Opinion.objects.create(
            assignment=mine, claim=of, word=said, words=words.strip()[:2000],
            task=task.strip()[:500] if said is Word.TASK else "", given_at=at,
        )  # fmt: skip
        conclude(row, of, at=at)
    return of


def conclude(row: Application, claim: Claim, *, at: datetime) -> None:
    """Decide a unit if its opinions decide; draw a third where two differ; close the round when all is decided."""
    found = opinions_on(claim, round_=row.round)
    needed = needed_in(row)
    verdict = rules.verdict_of([Word(one.word) for one in found], needed=needed)
    if verdict is None:
        if len(found) >= needed:
            assign_third(row, at=at)
        return
    speak = [one for one in found if one.word == verdict]
    words = "\n".join(dict.fromkeys(one.words for one in speak))
    last = speak[-1]
    if verdict is Word.TASK:
        claim.task = "\n".join(dict.fromkeys(one.task for one in speak))[:500]
        claim.task_due_on = due_after(clock.date_of(at), row.centre.task_days)
    decide(claim, row, _AS_STATE[verdict], words=words, by=last.assignment.person, at=at)
    close_round(row, at=at)


def close_round(row: Application, *, at: datetime) -> None:
    """When every unit is decided the learner is told, with reasons, and the time to appeal runs."""
    if row.state != Application.State.ASSESSING or row.claims.filter(state=Claim.State.CLAIMED).exists():
        return
    row.state, row.decided_at = Application.State.DECIDED, at
    row.due_on = due_after(clock.date_of(at), row.centre.appeal_days)
    row.reminded_at = row.overdue_at = None
    row.save(update_fields=["state", "decided_at", "due_on", "reminded_at", "overdue_at"])
    news.tell_learner(row, at=at)


def settle_task(
    *, actor: Standing, assignment: Assignment, claim: Claim, is_done: bool, words: str, at: datetime
) -> Claim:
    """Say whether the supplementary task was done: the unit is recognised, or not yet. Said twice, once.

    Right: priorlearning.assess_case, one's own. Raises `Denied`, `NotYours`, `NoTaskOpen`, `WordsMissing`.
    """
    require(actor, ASSESS, on=assignment)
    if not words.strip():
        raise WordsMissing
    with trace.change(by=actor.person, why=gettext_noop("Settled a supplementary task")):
        row = locked(assignment.application)
        _mine(actor, row, assignment)
        of = next((one for one in row.claims.all() if one.pk == claim.pk), None)
        wanted = Claim.State.GRANTED if is_done else Claim.State.NOT_YET
        if of is not None and of.state == wanted and of.task:
            return of
        if of is None or of.state != Claim.State.TASK:
            raise NoTaskOpen
        end_task(row, of, wanted, words=words, by=actor, at=at)
    return of


def end_task(
    row: Application, claim: Claim, state: Claim.State, *, words: str, by: Standing | None, at: datetime
) -> None:
    """A task ends, by an assessor or by the clock; a new decision may be appealed against as long as any other."""
    decider = by.person if by is not None else claim.decided_by
    assert decider is not None, "a task was given by somebody"
    decide(claim, row, state, words=words, by=decider, at=at)
    if row.state == Application.State.DECIDED:
        until = due_after(clock.date_of(at), row.centre.appeal_days)
        row.due_on = max(row.due_on or until, until)
        row.save(update_fields=["due_on"])
    news.tell_learner(row, at=at, key=str(claim.public_id))


def call_meeting(
    *,
    actor: Standing,
    application: Application,
    public_id: UUID,
    kind: str,
    begins_at: datetime,
    minutes: int,
    place: str,
    at: datetime,
) -> Meeting:
    """Call the learner to an interview or a practical test: when, where, how long. Told to all sides. Said twice, once.

    Right: priorlearning.handle_case at the centre, or assess_case where it was drawn to one. Raises `Denied`,
    `OwnApplication`, `NotAssessing`, `MeetingTooSoon`, `MeetingOverlaps`.
    """
    _require_part(actor, application)
    with (
        trace.change(by=actor.person, why=gettext_noop("Called to an interview or test")),
        refusing(priorlearning_meeting_id_once=FormUsedBefore),
    ):
        row = locked(application)
        check_other(actor, row)
        known = Meeting.objects.filter(public_id=public_id).first()
        if known is not None:
            if known.application_id != row.pk:
                raise FormUsedBefore
            return known
        if row.state != Application.State.ASSESSING:
            raise NotAssessing
        if begins_at < at + _NOTICE:
            raise MeetingTooSoon
        _check_free(row, begins_at, minutes)
        made = Meeting.objects.create(
            public_id=public_id, application=row, kind=Meeting.Kind(kind), begins_at=begins_at, minutes=minutes,
            place=place.strip()[:200], called_by=actor.person,
        )  # fmt: skip
        news.tell_meeting(made, at=at)
    return made


def _check_free(row: Application, begins_at: datetime, minutes: int) -> None:
    """Nobody is called to two places at once: neither the learner nor an assessor who is drawn to the case.

    Whoever calls for one of these assessors queues on them, in the order in which draws do.
    """
    people = list(row.assignments.filter(ended_at=None).values_list("person_id", "assessor_id"))
    list(
        Assessor.objects.filter(pk__in=[assessor for _one, assessor in people])
        .order_by("pk")
        .select_for_update(no_key=True)
    )
    theirs = Q(application__learner__in=keys_of(row.learner_id)) | Q(
        application__assignments__person__in=[one for one, _assessor in people],
        application__assignments__ended_at=None,
    )
    ends_at = begins_at + timedelta(minutes=minutes)
    near = Meeting.objects.filter(theirs, cancelled_at=None, held_at=None, begins_at__lt=ends_at)
    for other in near.filter(begins_at__gt=begins_at - _LONGEST).order_by("begins_at"):
        others_end = other.begins_at + timedelta(minutes=other.minutes)
        if others_end > begins_at:
            begins, ends = (localtime(one, clock.zone()).strftime("%H:%M") for one in (other.begins_at, others_end))
            raise MeetingOverlaps(begins=begins, ends=ends)


def cancel_meeting(*, actor: Standing, meeting: Meeting, at: datetime) -> None:
    """Cancel a meeting that was not held. Said twice, once. Raises as `call_meeting` does, and `MeetingOver`."""
    _require_part(actor, meeting.application)
    with trace.change(by=actor.person, why=gettext_noop("Cancelled an interview or test")):
        locked(meeting.application, may_be_paused=True)
        row = Meeting.objects.get(pk=meeting.pk)
        if row.cancelled_at is not None:
            return
        if row.held_at is not None:
            raise MeetingOver
        row.cancelled_at = at
        row.save(update_fields=["cancelled_at"])
        news.tell_meeting(row, at=at)


def write_minutes(*, actor: Standing, meeting: Meeting, notes: str, at: datetime) -> Evidence:
    """Write down what was said or done; it becomes a piece of evidence of its own. Said twice, once.

    Raises as `call_meeting` does, `MeetingOver`, `MeetingNotYet`, `WordsMissing`.
    """
    _require_part(actor, meeting.application)
    if not notes.strip():
        raise WordsMissing(at_field="notes")
    with trace.change(by=actor.person, why=gettext_noop("Wrote down an interview or test")):
        application = locked(meeting.application)
        check_other(actor, application)
        row = Meeting.objects.select_related("evidence").get(pk=meeting.pk)
        if row.evidence is not None and row.notes == notes.strip()[:4000]:
            return row.evidence
        if row.held_at is not None or row.cancelled_at is not None:
            raise MeetingOver
        if at < row.begins_at:
            raise MeetingNotYet
        if application.state != Application.State.ASSESSING:
            raise NotAssessing
        row.notes, row.held_at = notes.strip()[:4000], at
        row.evidence = Evidence.objects.create(
            public_id=uuid5(row.public_id, "evidence"),
            application=application,
            number=next_number(application),
            kind=Evidence.Kind.MEETING,
            title=str(Meeting.Kind(row.kind).label),
            words=row.notes[:2000],
            source=application.centre.organisation.name_zh,
            dated_on=clock.date_of(row.begins_at),
            added_at=at,
        )
        row.save(update_fields=["notes", "held_at", "evidence"])
    return row.evidence


def _require_part(actor: Standing, application: Application) -> None:
    mine = application.assignments.filter(person__in=actor.person_keys, ended_at=None).first()
    if mine is not None:
        require(actor, ASSESS, on=mine)
    else:
        require(actor, HANDLE, on=application.centre)


def _mine(actor: Standing, row: Application, assignment: Assignment) -> Assignment:
    mine = row.assignments.filter(
        pk=assignment.pk, person__in=actor.person_keys, ended_at=None, purpose=Assignment.Purpose.ASSESSING
    ).first()
    if mine is None:
        raise NotYours
    return mine


def _my_work(actor: Standing, assignment: Assignment) -> tuple[Application, Assignment]:
    row = locked(assignment.application)
    mine = _mine(actor, row, assignment)
    if mine.round != row.round:
        raise NotYours
    if row.state not in (Application.State.ASSESSING, Application.State.DECIDED):
        raise NotAssessing
    return row, mine


def _open_claim(row: Application, claim: Claim, mine: Assignment) -> Claim:
    of = next((one for one in row.claims.all() if one.pk == claim.pk), None)
    if of is None or of.state != Claim.State.CLAIMED or row.state != Application.State.ASSESSING:
        raise NotAssessing
    if Opinion.objects.filter(assignment=mine, claim=of).exists():
        raise OpinionGiven
    return of
