"""Meetings and panels of prior learning for programs: who may call the learner, and who votes on an appeal.

The same verbs as on the pages, with the same refusals: a vote is given before one sees how the others vote (C-48).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path
from pydantic import Field, StringConstraints

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import In, Moment, Out

from . import queries, services
from .api import RecognitionOut
from .models import Application, Ballot, Meeting

router = Router(tags=["Prior learning"])
_PLAIN = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"
Where = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_PLAIN)]
Reasons = Annotated[str, StringConstraints(min_length=1, max_length=600, pattern=_PLAIN)]
Notes = Annotated[str, StringConstraints(min_length=1, max_length=4000, pattern=_PLAIN)]


class RecognitionMeetingOut(Out):
    """An interview or a test of an application: when, how many minutes, where; `held_at` once minutes are kept."""

    KEYS: ClassVar = ("id",)
    id: UUID
    application: UUID
    kind: Meeting.Kind
    begins_at: datetime
    minutes: int
    place: str
    held_at: datetime | None
    cancelled_at: datetime | None

    @staticmethod
    def of(row: Meeting) -> RecognitionMeetingOut:
        plain = ("begins_at", "minutes", "place", "held_at", "cancelled_at")
        return RecognitionMeetingOut(
            **{name: getattr(row, name) for name in plain}, id=row.public_id, application=row.application.public_id,
            kind=Meeting.Kind(row.kind),
        )  # fmt: skip


class RecognitionMeetingIn(In):
    """When and where, and for how many minutes. The id makes a repeated request the same meeting."""

    id: UUID
    kind: Meeting.Kind
    begins_at: Moment
    minutes: Annotated[int, Field(ge=5, le=480)]
    place: Where


class RecognitionMinutesIn(In):
    """What was said or done; it becomes a piece of evidence."""

    notes: Notes


class RecognitionMeetingCancellationIn(In):
    """Nothing is to be said."""


class RecognitionVoteIn(In):
    """The caller's vote on the appeal about a unit (its number in the application), with reasons."""

    unit: Annotated[int, Field(ge=1, le=1000)]
    vote: Ballot.Vote
    words: Reasons


@router.writing("/recognitions/{id}/meetings", scope="priorlearning.write", out=RecognitionMeetingOut)
def call_recognition_meeting(request: HttpRequest, id: Path[UUID], body: RecognitionMeetingIn) -> RecognitionMeetingOut:
    """Call the learner to an interview or a practical test; all sides are told."""
    made = services.call_meeting(
        actor=standing(request), application=_row(request, id), public_id=body.id, kind=body.kind,
        begins_at=body.begins_at, minutes=body.minutes, place=body.place, at=clock.now(),
    )  # fmt: skip
    return _told(request, id, made.public_id)


@router.writing(
    "/recognitions/{id}/meetings/{meeting}/minutes", scope="priorlearning.write", out=RecognitionMeetingOut, status=200
)
def keep_recognition_minutes(
    request: HttpRequest, id: Path[UUID], meeting: Path[UUID], body: RecognitionMinutesIn
) -> RecognitionMeetingOut:
    """Write down what was said or done at a meeting that was held."""
    row = _meeting(_row(request, id), meeting)
    services.write_minutes(actor=standing(request), meeting=row, notes=body.notes, at=clock.now())
    return _told(request, id, meeting)


@router.writing(
    "/recognitions/{id}/meetings/{meeting}/cancellation", scope="priorlearning.write", out=RecognitionMeetingOut,
    status=200,
)  # fmt: skip
def cancel_recognition_meeting(
    request: HttpRequest, id: Path[UUID], meeting: Path[UUID], body: RecognitionMeetingCancellationIn
) -> RecognitionMeetingOut:
    """Cancel a meeting that was not held; all sides are told."""
    del body
    services.cancel_meeting(actor=standing(request), meeting=_meeting(_row(request, id), meeting), at=clock.now())
    return _told(request, id, meeting)


@router.writing("/recognitions/{id}/votes", scope="priorlearning.write", out=RecognitionOut, status=200)
def vote_recognition_appeal(request: HttpRequest, id: Path[UUID], body: RecognitionVoteIn) -> RecognitionOut:
    """Vote on an appeal that was drawn to the caller, before seeing how the others vote (C-48)."""
    actor, row = standing(request), _row(request, id)
    mine = queries.my_assignment(actor, row)
    appeal = next((one for one in queries.appeals_of(row) if one.claim.number == body.unit), None)
    if mine is None or appeal is None:
        raise Http404
    services.vote_appeal(actor=actor, assignment=mine, appeal=appeal, vote=body.vote, words=body.words, at=clock.now())
    return RecognitionOut.of(_row(request, id))


def _row(request: HttpRequest, public_id: UUID) -> Application:
    viewer = standing(request)
    row = queries.application(viewer, public_id)
    if row is None:
        raise Http404
    if row.learner_id not in viewer.person_keys:
        seen(request, person_id=row.learner_id, what=Reading.What.RESULT, thing=row.public_id)
    return row


def _meeting(row: Application, public_id: UUID) -> Meeting:
    found = Meeting.objects.filter(application=row, public_id=public_id).first()
    if found is None:
        raise Http404
    found.application = row
    return found


def _told(request: HttpRequest, application: UUID, meeting: UUID) -> RecognitionMeetingOut:
    return RecognitionMeetingOut.of(_meeting(_row(request, application), meeting))
