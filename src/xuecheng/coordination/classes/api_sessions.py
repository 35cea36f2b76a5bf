"""Sessions of classes for programs: planned with room and teacher, tried before, moved, substituted, cancelled."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Schema
from pydantic import Field, StringConstraints

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import require
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Day, Flag, In, Out, Reason
from xuecheng.coordination.facilities import queries as facilities
from xuecheng.coordination.facilities.api import Instant
from xuecheng.coordination.facilities.models import Space
from xuecheng.coordination.staff.api import CandidateOut
from xuecheng.coordination.staff.models import Teacher
from xuecheng.coordination.staff.queries import Candidate

from . import queries, rules, services
from .api import ClassCancelIn, PlannedClassOut, planned, to_plan
from .models import ClassSession, CourseClass
from .queries import PLAN

router = Router(tags=["Classes"])


class ClassSlotIn(In):
    """One session; its `id` is chosen by the caller."""

    id: UUID
    begins_at: Instant
    ends_at: Instant
    topic: Annotated[str, StringConstraints(max_length=120, pattern=r"^[^\u0000-\u001f\u007f]*$")] = ""


class ClassSessionsIn(In):
    """Sessions to plan together, in one room with one teacher; either may be left for later."""

    sessions: Annotated[list[ClassSlotIn], Field(min_length=1, max_length=rules.MOST_SESSIONS)]
    room: UUID | None = None
    teacher: UUID | None = None


class SessionOutcomeOut(Schema):
    """One date: the codes of what speaks against it, and the words in the reader's language; empty: it can be held."""

    id: UUID
    begins_at: datetime
    ends_at: datetime
    codes: list[str]
    problems: list[str]


class SessionsTrialOut(Out):
    """What would become of each date. Nothing is saved."""

    KEYS: ClassVar = ()
    sessions: list[SessionOutcomeOut]


class SessionMoveIn(In):
    """Another time or room of a session."""

    begins_at: Instant
    ends_at: Instant
    room: UUID | None = None
    reason: Reason


class SessionTeacherIn(In):
    """Who teaches instead; without anybody nobody does for now. `onward`: later sessions too, `until` a day or all."""

    teacher: UUID | None = None
    onward: Flag = False
    until: Day | None = None
    reason: Reason


class SubstituteOut(CandidateOut):
    """The same for a session. `may_be_called`: of its unit or agreed with it: `substitute_teacher` takes them."""

    may_be_called: bool

    @staticmethod
    def of_candidate(one: Candidate, *, may_be_called: bool) -> SubstituteOut:
        return SubstituteOut(**CandidateOut.of(one).dict(), may_be_called=may_be_called)


@router.writing("/classes/{id}/sessions", scope="classes.write", out=PlannedClassOut)
def add_sessions(request: HttpRequest, id: Path[UUID], body: ClassSessionsIn) -> PlannedClassOut:
    """Plan sessions with their room and teacher: all of them or none."""
    row = to_plan(request, id)
    services.add_sessions(**_sessions(request, row, body))
    return planned(request, id)


@router.writing("/classes/{id}/trial", scope="classes.write", out=SessionsTrialOut, status=200)
def try_sessions(request: HttpRequest, id: Path[UUID], body: ClassSessionsIn) -> SessionsTrialOut:
    """Say of each date what speaks against it; nothing is saved."""
    row = to_plan(request, id)
    found = services.try_sessions(**_sessions(request, row, body))
    return SessionsTrialOut(
        sessions=[
            SessionOutcomeOut(
                id=one.slot.public_id, begins_at=one.slot.begins_at, ends_at=one.slot.ends_at,
                codes=[refusal.code for refusal in one.refusals], problems=one.problems,
            )
            for one in found
        ]
    )  # fmt: skip


@router.writing("/class-sessions/{id}/time", scope="classes.write", out=PlannedClassOut, status=200)
def move_session(request: HttpRequest, id: Path[UUID], body: SessionMoveIn) -> PlannedClassOut:
    """Hold a session at another time or in another room, with the same teacher."""
    session = _session(request, id)
    services.move_session(
        actor=standing(request), session=session, begins_at=body.begins_at, ends_at=body.ends_at,
        space=_room(body.room), at=clock.now(), why=body.reason,
    )  # fmt: skip
    return planned(request, session.course_class.public_id)


@router.writing("/class-sessions/{id}/teacher", scope="classes.write", out=PlannedClassOut, status=200)
def substitute_teacher(request: HttpRequest, id: Path[UUID], body: SessionTeacherIn) -> PlannedClassOut:
    """Let somebody else teach a session, or all from it on, in one step."""
    session = _session(request, id)
    services.substitute_teacher(
        actor=standing(request), session=session, teacher=_teacher(session.course_class, body.teacher),
        at=clock.now(), why=body.reason, onward=body.onward, until=body.until,
    )  # fmt: skip
    return planned(request, session.course_class.public_id)


@router.listing("/class-sessions/{id}/substitutes", scope="classes.read", out=SubstituteOut)
def list_substitutes(request: HttpRequest, id: Path[UUID]) -> dict[str, Any]:
    """Who can step in for the teacher of a session, the best first, with why or what stands in the way."""
    found = queries.substitutes(standing(request), _session(request, id))
    called = [SubstituteOut.of_candidate(one, may_be_called=True) for one in found.callable]
    others = [SubstituteOut.of_candidate(one, may_be_called=False) for one in (*found.to_agree, *found.hindered)]
    return {"items": [*called, *others], "next": None}


@router.writing("/class-sessions/{id}/cancellation", scope="classes.write", out=PlannedClassOut, status=200)
def cancel_session(request: HttpRequest, id: Path[UUID], body: ClassCancelIn) -> PlannedClassOut:
    """Let a session not be held; its room and teacher are free again."""
    session = _session(request, id)
    services.cancel_session(actor=standing(request), session=session, at=clock.now(), why=body.reason)
    return planned(request, session.course_class.public_id)


def _sessions(request: HttpRequest, row: CourseClass, body: ClassSessionsIn) -> dict[str, Any]:
    return {
        "actor": standing(request),
        "course_class": row,
        "slots": [services.Slot(one.id, one.begins_at, one.ends_at, one.topic) for one in body.sessions],
        "space": _room(body.room),
        "teacher": _teacher(row, body.teacher),
        "at": clock.now(),
    }


def _session(request: HttpRequest, public_id: UUID) -> ClassSession:
    found = queries.session_by_id(standing(request), public_id)
    if found is None:
        raise Http404
    require(standing(request), PLAN, on=found)
    return found


def _room(public_id: UUID | None) -> Space | None:
    if public_id is None:
        return None
    found = facilities.space_by_id(public_id)
    if found is None:
        raise Http404
    return found


def _teacher(row: CourseClass, public_id: UUID | None) -> Teacher | None:
    """Somebody who may teach the class at all: whoever is not offered on the page is not found here either."""
    if public_id is None:
        return None
    found = next((one for one in queries.teachers_to_assign(row) if one.public_id == public_id), None)
    if found is None:
        raise Http404
    return found
