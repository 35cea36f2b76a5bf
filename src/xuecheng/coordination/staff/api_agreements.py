"""Agreements to teach for programs: drafting, sending, each party's word, extension, recall, early end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query, Schema
from pydantic import Field

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.access.services import Denied
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Code, Day, Flag, In, Line, Out, Reason
from xuecheng.city.organisations import queries as organisations

from . import queries, services
from .api import HourOut, minutes_in
from .models import Agreement, ClassLevel, Consent
from .rules import Form, span
from .services import AgreementText

router = Router(tags=["People who teach"])
DRAFT = "staff.draft_agreement"


class ConsentOut(Schema):
    """One party's word, or that it is awaited."""

    party: Consent.Party
    name: str
    is_given: bool | None
    is_next: bool


class AgreementOut(Out):
    """An agreement to teach for another unit; days are the first and the last, fees in fen."""

    KEYS: ClassVar = ("id",)
    id: UUID
    form: Agreement.Form
    teacher: UUID
    name: str
    home: str | None
    receiver: str
    first_day: date
    last_day: date
    weekly_minutes: int
    is_full_time: bool
    was_extended: bool
    purpose: str
    state: Agreement.State
    outcome: str

    @staticmethod
    def of(row: Agreement) -> AgreementOut:
        return AgreementOut(**_agreement_facts(row))


def _agreement_facts(row: Agreement) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "form": Agreement.Form(row.form),
        "teacher": row.teacher.public_id,
        "name": row.person.name,
        "home": row.home.code if row.home else None,
        "receiver": row.receiver.code,
        "first_day": row.during.lower,
        "last_day": row.last_day,
        "weekly_minutes": row.weekly_minutes,
        "is_full_time": row.is_full_time,
        "was_extended": row.was_extended,
        "purpose": row.purpose,
        "state": Agreement.State(row.state),
        "outcome": row.outcome,
    }


class WholeAgreementOut(AgreementOut):
    """An agreement with its hours, its fees by level, and the state of each consent."""

    hours: list[HourOut]
    fees: dict[str, int]
    extends_to: date | None
    consents: list[ConsentOut]


class AgreementWish(Paged):
    form: Agreement.Form | None = None
    state: Agreement.State | None = None


class HourIn(In):
    """A time of the week; Monday is 1."""

    weekday: Annotated[int, Field(ge=1, le=7)]
    begins: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    ends: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class FeeIn(In):
    """What a checked-in session of a level costs, in fen."""

    level: ClassLevel
    fee_fen: Annotated[int, Field(ge=1, le=1_000_000)]


class AgreementIn(In):
    """An agreement as the receiving unit drafts it; `id` is chosen by the caller."""

    id: UUID
    teacher: UUID
    receiver: Code
    form: Agreement.Form
    first_day: Day
    last_day: Day
    hours: Annotated[list[HourIn], Field(max_length=20)] = []
    is_full_time: Flag = False
    fees: Annotated[list[FeeIn], Field(max_length=3)] = []
    main_minutes: Annotated[int, Field(ge=0, le=3_600)] = 0
    purpose: Reason


class WordIn(In):
    """One party's word; a no needs words."""

    party: Consent.Party
    is_given: Flag
    words: Annotated[Line, Field(max_length=200)] = ""


class UntilIn(In):
    """The new last day of borrowing, and why."""

    until: Day
    reason: Reason


class FromDayIn(In):
    """The first day on which it counts no more, and why."""

    on: Day
    reason: Reason


@router.listing("/teaching-agreements", scope="teaching.read", out=AgreementOut)
def list_agreements(request: HttpRequest, wish: Query[AgreementWish]) -> dict[str, Any]:
    """Agreements in which a unit of the caller takes part."""
    viewer = standing(request)
    if not viewer.may_somewhere(DRAFT):
        raise Denied(DRAFT)
    found = queries.agreements(viewer, form=wish.form or "", state=wish.state or "")
    return cut(request, wish, found, order=("-id",), show=_shown)


@router.reading("/teaching-agreements/{id}", scope="teaching.read", out=WholeAgreementOut)
def get_agreement(request: HttpRequest, id: Path[UUID]) -> WholeAgreementOut:
    """One agreement, with the state of each consent."""
    row = _agreement(request, id)
    seen(request, person_id=row.person_id, what=Reading.What.TEACHING, thing=row.public_id)
    return _whole(request, row)


@router.writing("/teaching-agreements", scope="teaching.write", out=WholeAgreementOut)
def draft_agreement(request: HttpRequest, body: AgreementIn) -> WholeAgreementOut:
    """Draft an agreement for a receiving unit; nobody is asked yet."""
    viewer = standing(request)
    if not viewer.may_somewhere(DRAFT):
        raise Denied(DRAFT)
    teacher, receiver = queries.findable(viewer, body.teacher), organisations.by_code(body.receiver)
    if teacher is None or receiver is None:
        raise Http404
    made = services.draft_agreement(
        actor=viewer,
        public_id=body.id,
        teacher=teacher,
        receiver=receiver,
        text=AgreementText(
            form=Form(body.form.value),
            begins_on=body.first_day,
            ends_on=body.last_day,
            hours=[span(one.weekday - 1, minutes_in(one.begins), minutes_in(one.ends)) for one in body.hours],
            is_full_time=body.is_full_time,
            fees={one.level.value: one.fee_fen for one in body.fees},
            main_minutes=body.main_minutes,
            purpose=body.purpose,
        ),
        at=clock.now(),
    )
    return _whole(request, _agreement(request, made.public_id))


@router.writing("/teaching-agreements/{id}/sending", scope="teaching.write", out=WholeAgreementOut, status=200)
def send_agreement(request: HttpRequest, id: Path[UUID]) -> WholeAgreementOut:
    """Ask the parties for their consent, the first one first."""
    services.send_agreement(actor=standing(request), agreement=_agreement(request, id), at=clock.now())
    return _whole(request, _agreement(request, id))


@router.writing("/teaching-agreements/{id}/consents", scope="teaching.write", out=WholeAgreementOut, status=200)
def consent_to_agreement(request: HttpRequest, id: Path[UUID], body: WordIn) -> WholeAgreementOut:
    """Say one party's word; with the last yes the agreement is in force, or longer."""
    services.consent_to_agreement(
        actor=standing(request),
        agreement=_agreement(request, id),
        party=body.party.value,
        is_given=body.is_given,
        words=body.words,
        at=clock.now(),
    )
    return _whole(request, _agreement(request, id))


@router.writing("/teaching-agreements/{id}/extension", scope="teaching.write", out=WholeAgreementOut, status=200)
def ask_extension(request: HttpRequest, id: Path[UUID], body: UntilIn) -> WholeAgreementOut:
    """Ask home unit and person to extend borrowing, once."""
    services.ask_extension(
        actor=standing(request), agreement=_agreement(request, id), until=body.until, words=body.reason, at=clock.now()
    )
    return _whole(request, _agreement(request, id))


@router.writing("/teaching-agreements/{id}/recall", scope="teaching.write", out=WholeAgreementOut, status=200)
def recall_agreement(request: HttpRequest, id: Path[UUID], body: FromDayIn) -> WholeAgreementOut:
    """The home unit calls its person back, with notice."""
    services.recall_agreement(
        actor=standing(request), agreement=_agreement(request, id), on=body.on, words=body.reason, at=clock.now()
    )
    return _whole(request, _agreement(request, id))


@router.writing("/teaching-agreements/{id}/end", scope="teaching.write", out=WholeAgreementOut, status=200)
def end_agreement(request: HttpRequest, id: Path[UUID], body: FromDayIn) -> WholeAgreementOut:
    """The receiving unit ends it before its time."""
    services.end_agreement(
        actor=standing(request), agreement=_agreement(request, id), on=body.on, words=body.reason, at=clock.now()
    )
    return _whole(request, _agreement(request, id))


def _agreement(request: HttpRequest, public_id: UUID) -> Agreement:
    found = queries.agreement(standing(request), public_id)
    if found is None:
        raise Http404
    return found


def _whole(request: HttpRequest, row: Agreement) -> WholeAgreementOut:
    face = queries.face_of(standing(request), row, today=clock.today())
    return WholeAgreementOut(
        **_agreement_facts(row),
        hours=[HourOut.of(one) for one in face.hours],
        fees={str(fee.level): fee.fee_fen for fee in face.fees},
        extends_to=row.extends_to,
        consents=[
            ConsentOut(
                party=Consent.Party(step.party),
                name=step.name,
                is_given=step.said.is_given if step.said else None,
                is_next=step.is_next,
            )
            for step in face.steps
        ],
    )


def _shown(rows: Sequence[Agreement]) -> list[AgreementOut]:
    return [AgreementOut.of(row) for row in rows]
