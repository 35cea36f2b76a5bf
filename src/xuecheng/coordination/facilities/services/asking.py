"""Verbs of asking: a unit asks for the loan of a room, its owner grants or refuses it (P-03)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from psycopg.types.range import DateRange

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.coordination.facilities import news, queries, rules
from xuecheng.coordination.facilities.models import LoanRequest, Space, Venue
from xuecheng.coordination.facilities.queries import BOOK, KEEP

from .keeping import ReasonNeeded, locked
from .lending import LentToItself, LoanText, lend_room

_State = LoanRequest.State


class AskedAlready(Refusal):
    message = _("Your unit has asked for this room already, and the owner has not answered yet.")
    remedy = _("Wait for the answer, or take that request back.")


class RequestAnswered(Refusal):
    message = _("This request is no longer open: %(state)s.")


class PlaceClosed(Refusal):
    message = _("This place is closed; nothing is lent there.")
    remedy = _("Choose another place.")


def ask_for_room(
    *, actor: Standing, public_id: UUID, venue: Venue, space: Space | None, unit: Organisation, text: LoanText,
    at: datetime,
) -> LoanRequest:  # fmt: skip
    """Ask the owner of a place to lend a room, or all of them, to a unit; the owner is told.

    Asked again in the same words, return the same request. Right: facilities.book_space at the unit. Raises `Denied`,
    `LentToItself`, `PlaceClosed`, `LoanPeriodWrong`, `LoanHoursWrong`, `ReasonNeeded` without a purpose,
    `AskedAlready`, `FormUsedBefore`.
    """
    require(actor, BOOK, on=unit)
    lent = text.lent()
    rules.check_lent(lent, today=clock.date_of(at))
    if unit.pk == venue.owner_id:
        raise LentToItself(at_field="unit")
    purpose = text.purpose.strip()
    if not purpose:
        raise ReasonNeeded(at_field="purpose")
    values: dict[str, Any] = {
        "venue_id": venue.pk, "space_id": space.pk if space else None, "owner_id": venue.owner_id, "unit_id": unit.pk,
        "during": DateRange(lent.first, lent.end), "weekdays": list(lent.weekdays), "purpose": purpose,
    }  # fmt: skip
    with (
        trace.change(by=actor.person, why=purpose),
        refusing(loan_request_public_id_once=FormUsedBefore, loan_request_asked_once=AskedAlready),
    ):
        row = locked(venue)
        known = LoanRequest.objects.filter(public_id=public_id).first()
        if known is not None:
            same = (known.minutes.lower, known.minutes.upper) == (lent.begins, lent.ends)
            if not same or any(getattr(known, name) != value for name, value in values.items()):
                raise FormUsedBefore
            return known
        if row.state != Venue.State.OPEN:
            raise PlaceClosed
        made = LoanRequest.objects.create(
            public_id=public_id, minutes=(lent.begins, lent.ends), asked_by=actor.person, asked_at=at, **values
        )
        made.venue, made.unit = venue, unit
        news.tell_asked(made, at=at)
    return made


def grant_request(*, actor: Standing, request: LoanRequest, at: datetime) -> LoanRequest:
    """Lend what was asked for: with this the owner consents. Granted before, it stays.

    Right: facilities.keep_venue at the place. Raises `Denied`, `RequestAnswered`, `LoanPeriodWrong` once its time is
    over.
    """
    require(actor, KEEP, on=request.venue)
    with trace.change(by=actor.person, why=request.purpose):
        row = _locked(request)
        if row.state == _State.GRANTED:
            return row
        _check_open(row)
        lent = row.lent()
        row.loan = lend_room(
            actor=actor, public_id=uuid5(row.public_id, "loan"), venue=request.venue, space=request.space,
            borrower=request.unit, at=at,
            text=LoanText.of(lent, purpose=row.purpose),
        )  # fmt: skip
        _answer(row, _State.GRANTED, actor, at=at)
        return row


def refuse_request(*, actor: Standing, request: LoanRequest, why: str, at: datetime) -> LoanRequest:
    """Do not lend it, and say why, or what would do; whoever asked is told. Refused before, it stays.

    Right: facilities.keep_venue at the place. Raises `Denied`, `RequestAnswered`, `ReasonNeeded`.
    """
    require(actor, KEEP, on=request.venue)
    words = why.strip()[:200]
    if not words:
        raise ReasonNeeded
    with trace.change(by=actor.person, why=words):
        row = _locked(request)
        if row.state == _State.REFUSED:
            return row
        _check_open(row)
        row.answer = words
        _answer(row, _State.REFUSED, actor, at=at)
        news.tell_refused(row, at=at)
        return row


def take_back_request(*, actor: Standing, request: LoanRequest, at: datetime) -> LoanRequest:
    """The unit needs it no more. Taken back before, it stays.

    Right: facilities.book_space at the unit that asked. Raises `Denied`, `RequestAnswered`.
    """
    require(actor, BOOK, on=request.unit)
    with trace.change(by=actor.person, why=gettext_noop("Request taken back")):
        row = _locked(request)
        if row.state == _State.TAKEN_BACK:
            return row
        _check_open(row)
        _answer(row, _State.TAKEN_BACK, actor, at=at)
        return row


def _locked(request: LoanRequest) -> LoanRequest:
    locked(request.venue)
    return queries.whole_requests().select_for_update(no_key=True, of=("self",)).get(pk=request.pk)


def _check_open(row: LoanRequest) -> None:
    if row.state != _State.ASKED:
        raise RequestAnswered(state=row.get_state_display())


def _answer(row: LoanRequest, state: LoanRequest.State, actor: Standing, *, at: datetime) -> None:
    row.state, row.answered_by, row.answered_at = state, actor.person, at
    row.save(update_fields=["state", "answer", "answered_by", "answered_at", "loan"])
