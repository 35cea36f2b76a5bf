"""Recognition of prior learning for programs: units, one's own applications, what a centre has in hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query, Schema
from pydantic import Field, StringConstraints

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.access.services import Denied
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Flag, In, Key, Out, ShortText
from xuecheng.learning.creditbank.models import UnitVersion

from . import queries, services
from .models import Application, Assignment, Claim, Opinion
from .rules import Ticks
from .services import refusals

router = Router(tags=["Recognition of prior learning"])
_PLAIN = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"
Words = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=_PLAIN)]
AnswerText = Annotated[str, StringConstraints(max_length=3000, pattern=_PLAIN)]
Name = Annotated[str, StringConstraints(max_length=120, pattern=_PLAIN)]
OpinionText = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=_PLAIN)]
TaskText = Annotated[str, StringConstraints(max_length=500, pattern=_PLAIN)]
Place = Annotated[int, Field(ge=1, le=1000)]


class RecognisableUnitOut(Out):
    """A unit that may be asked for by what one can do; hundredths of a credit."""

    KEYS: ClassVar = ("code",)
    code: str
    version: int
    title_zh: str
    title_en: str
    level: str
    credits: int
    outcomes: list[str]

    @staticmethod
    def of(row: UnitVersion) -> RecognisableUnitOut:
        return RecognisableUnitOut(
            code=row.code, version=row.version, title_zh=row.title_zh, title_en=row.title_en, level=row.level.label,
            credits=row.credits, outcomes=[one["zh"] for one in row.outcomes],
        )  # fmt: skip


class RecognitionClaimOut(Schema):
    """One unit of an application. `words` are the reasons of what was decided (C-47)."""

    number: int
    unit: str
    title: str
    credits: int
    state: Claim.State
    words: str
    task: str
    task_due_on: date | None
    posting: UUID | None


class RecognitionOut(Out):
    """One application for recognition (C-44). `due_on`: by when the next step is done; none where no clock runs."""

    KEYS: ClassVar = ("id",)
    id: UUID
    centre: str
    state: Application.State
    is_paused: bool
    begun_at: datetime
    submitted_at: datetime | None
    decided_at: datetime | None
    due_on: date | None
    reason: str
    words: str
    seed: str
    claims: list[RecognitionClaimOut]

    @staticmethod
    def of(row: Application) -> RecognitionOut:
        plain = ("begun_at", "submitted_at", "decided_at", "due_on", "reason", "words", "seed")
        return RecognitionOut(
            **{name: getattr(row, name) for name in plain}, id=row.public_id, centre=row.centre.organisation.code,
            state=Application.State(row.state), is_paused=row.paused_at is not None,
            claims=[
                RecognitionClaimOut(
                    number=one.number, unit=str(one.unit), title=one.unit.title, credits=one.unit.credits,
                    state=Claim.State(one.state), words=one.words, task=one.task, task_due_on=one.task_due_on,
                    posting=one.posting,
                )
                for one in row.claims.all()
            ],
        )  # fmt: skip


class RecognisableUnitWish(Paged):
    text: ShortText = Field("", description="What one can do: care, cook, repair.")


class RecognitionWish(Paged):
    state: Application.State | None = None


class RecognitionIn(In):
    """Where one applies (code of the institution), and for which units (their codes)."""

    id: UUID
    centre: Key
    units: Annotated[list[Key], Field(min_length=1, max_length=10)]


class RecognitionAnswerIn(In):
    """What one says about an outcome of a unit, both by their numbers; an empty text takes the answer out."""

    unit: Place
    outcome: Place
    text: AnswerText


class RecognitionAnswersIn(In):
    """Some or all answers; what is not named stays."""

    answers: Annotated[list[RecognitionAnswerIn], Field(max_length=200)]
    employer_name: Name = ""


class RecognitionStepIn(In):
    """Nothing is to be said."""


class ScreeningIn(In):
    """Complete and fit; or returned, or not taken on, with a reason of the list and its words."""

    is_complete: Flag
    is_declined: Flag = False
    reason: Application.Reason | None = None
    words: Words | None = None


class RecognitionWorkOut(Out):
    """A case that was drawn to the caller, for assessing or for an appeal. Opinions of others are not told (C-80)."""

    KEYS: ClassVar = ("application", "round")
    application: UUID
    purpose: Assignment.Purpose
    round: int
    place: int
    state: Application.State
    due_on: date | None
    units: list[str]

    @staticmethod
    def of(row: Assignment) -> RecognitionWorkOut:
        return RecognitionWorkOut(
            application=row.application.public_id, purpose=Assignment.Purpose(row.purpose), round=row.round,
            place=row.place, state=Application.State(row.application.state), due_on=row.application.due_on,
            units=[str(one.unit) for one in row.application.claims.all()],
        )  # fmt: skip


class RecognitionTickIn(In):
    """What the caller finds of one piece for one outcome: valid, authentic, sufficient, current (C-46)."""

    piece: Place
    outcome: Place
    valid: Flag
    authentic: Flag
    sufficient: Flag
    current: Flag


class RecognitionOpinionIn(In):
    """What the caller thinks of a unit (its number in the application), with what they found of the pieces."""

    unit: Place
    ticks: Annotated[list[RecognitionTickIn], Field(max_length=400)] = []
    word: Opinion.Word
    words: OpinionText
    task: TaskText = ""


@router.listing("/recognisable-units", out=RecognisableUnitOut)
def list_recognisable_units(request: HttpRequest, wish: Query[RecognisableUnitWish]) -> dict[str, Any]:
    """Units that may be asked for by what one can do."""
    rows = queries.units_found(wish.text, on=clock.today())
    return cut(request, wish, rows, order=("code", "id"), show=_units)


@router.listing("/me/recognitions", scope="priorlearning.read", out=RecognitionOut)
def list_own_recognitions(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """One's own applications, the newest first, with what was decided."""
    return cut(request, wish, queries.own_applications(_own(request)), order=("-id",), show=_applications)


@router.writing("/me/recognitions", scope="priorlearning.write", out=RecognitionOut)
def begin_recognition(request: HttpRequest, body: RecognitionIn) -> RecognitionOut:
    """Begin an application; it stays a draft until it is handed in."""
    actor = _own(request)
    centre = queries.centres().filter(organisation__code=body.centre).first()
    if centre is None:
        raise Http404
    units = list(queries.units_found("", on=clock.today()).filter(code__in=body.units))
    if len(units) < len(set(body.units)):
        raise refusals.UnitNotOffered(unit=min(set(body.units) - {one.code for one in units}))
    made = services.begin_application(actor=actor, public_id=body.id, centre=centre, units=units, at=clock.now())
    return _shown(request, made.public_id)


@router.writing("/recognitions/{id}/answers", scope="priorlearning.write", out=RecognitionOut, status=200)
def answer_recognition_questions(request: HttpRequest, id: Path[UUID], body: RecognitionAnswersIn) -> RecognitionOut:
    """Keep answers of one's own application, as often as one likes."""
    row = _own_row(request, id)
    services.save_answers(
        actor=standing(request), application=row, answers={(one.unit, one.outcome): one.text for one in body.answers},
        employer_name=body.employer_name or row.employer_name, employer=row.employer, at=clock.now(),
    )  # fmt: skip
    return _shown(request, id)


@router.writing("/recognitions/{id}/submission", scope="priorlearning.write", out=RecognitionOut, status=200)
def submit_recognition(request: HttpRequest, id: Path[UUID], body: RecognitionStepIn) -> RecognitionOut:
    """Hand one's own application in: every question answered, something that shows it."""
    del body
    services.submit_application(actor=standing(request), application=_own_row(request, id), at=clock.now())
    return _shown(request, id)


@router.writing("/recognitions/{id}/withdrawal", scope="priorlearning.write", out=RecognitionOut, status=200)
def withdraw_recognition(request: HttpRequest, id: Path[UUID], body: RecognitionStepIn) -> RecognitionOut:
    """Take one's own application back before it is decided."""
    del body
    services.withdraw_application(actor=standing(request), application=_own_row(request, id), at=clock.now())
    return _shown(request, id)


@router.listing("/recognitions", scope="priorlearning.read", out=RecognitionOut)
def list_recognitions(request: HttpRequest, wish: Query[RecognitionWish]) -> dict[str, Any]:
    """Applications at the caller's centres; by default those to be looked through."""
    viewer = standing(request)
    if not viewer.may_somewhere(queries.HANDLE):
        raise Denied(queries.HANDLE)
    rows = queries.applications_to_handle(viewer, state=wish.state or "")
    return cut(request, wish, rows, order=("-id",), show=_applications)


@router.writing("/recognitions/{id}/screening", scope="priorlearning.write", out=RecognitionOut, status=200)
def screen_recognition(request: HttpRequest, id: Path[UUID], body: ScreeningIn) -> RecognitionOut:
    """Find an application complete, so that assessors are drawn; return it, or do not take it on."""
    actor = standing(request)
    row = queries.application(actor, id)
    if row is None:
        raise Http404
    if body.is_complete:
        services.pass_screening(actor=actor, application=row, at=clock.now())
    else:
        verb = services.decline_application if body.is_declined else services.return_application
        verb(actor=actor, application=row, reason=body.reason or "", words=body.words or "", at=clock.now())
    return _shown(request, id)


@router.listing("/me/recognition-work", scope="priorlearning.read", out=RecognitionWorkOut)
def list_own_recognition_work(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """Cases that were drawn to the caller and are not over."""
    return cut(request, wish, queries.work_of(standing(request)), order=("-id",), show=_work)


@router.writing("/recognitions/{id}/opinions", scope="priorlearning.write", out=RecognitionOut, status=200)
def give_recognition_opinion(request: HttpRequest, id: Path[UUID], body: RecognitionOpinionIn) -> RecognitionOut:
    """Keep what one found of the pieces, and say what one thinks of a unit, before seeing what others think (C-80)."""
    actor = standing(request)
    row = queries.application(actor, id)
    mine = queries.my_assignment(actor, row) if row is not None else None
    claim = queries.claim_of(row, body.unit) if row is not None else None
    if mine is None or claim is None:
        raise Http404
    ticks = {
        (one.piece, one.outcome): Ticks(one.valid, one.authentic, one.sufficient, one.current) for one in body.ticks
    }
    now = clock.now()
    if ticks:
        services.tick_evidence(actor=actor, assignment=mine, claim=claim, ticks=ticks, at=now)
    services.give_opinion(
        actor=actor, assignment=mine, claim=claim, word=body.word, words=body.words, task=body.task, at=now
    )
    return _shown(request, id)


def _own(request: HttpRequest) -> Standing:
    viewer = standing(request)
    if not viewer.own_keys(queries.APPLY):
        raise Denied(queries.APPLY)
    return viewer


def _own_row(request: HttpRequest, number: UUID) -> Application:
    row = queries.own_application(_own(request), number)
    if row is None:
        raise Http404
    return row


def _shown(request: HttpRequest, number: UUID) -> RecognitionOut:
    viewer = standing(request)
    row = queries.application(viewer, number)
    if row is None:
        raise Http404
    if row.learner_id not in viewer.person_keys:
        seen(request, person_id=row.learner_id, what=Reading.What.RESULT, thing=row.public_id)
    return RecognitionOut.of(row)


def _units(rows: Sequence[UnitVersion]) -> list[RecognisableUnitOut]:
    return [RecognisableUnitOut.of(one) for one in rows]


def _work(rows: Sequence[Assignment]) -> list[RecognitionWorkOut]:
    return [RecognitionWorkOut.of(one) for one in rows]


def _applications(rows: Sequence[Application]) -> list[RecognitionOut]:
    return [RecognitionOut.of(one) for one in rows]
