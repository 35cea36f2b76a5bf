"""Clearing for programs: periods are drawn and closed; each side acknowledges its statements or doubts a line (C-35).

The same verbs as on the pages, with the same refusals, under the caller's own name.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query, Schema

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import Denied
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Day, In, Key, Line, Out
from xuecheng.city.organisations.models import Organisation

from . import queries, services
from .api import ClearingStatementOut
from .models import ClearingPeriod, Doubt, Statement, StatementLine
from .queries import CLEAR

router = Router(tags=["Exchange"])


class ClearingDoubtOut(Schema):
    """What one side says is wrong with a line, and what the other side answered; an empty answer: nothing yet."""

    side: str
    words: str
    answer: str
    answered_at: datetime | None

    @staticmethod
    def of(row: Doubt) -> ClearingDoubtOut:
        return ClearingDoubtOut(
            side=row.organisation.code, words=row.words, answer=row.answer, answered_at=row.answered_at
        )


class ClearingPeriodOut(Out):
    """A clearing period `[begins_on, ends_on)`; once closed nothing of it changes."""

    KEYS: ClassVar = ("id",)
    id: UUID
    begins_on: date
    ends_on: date
    state: ClearingPeriod.State
    drawn_at: datetime
    closed_at: datetime | None

    @staticmethod
    def of(row: ClearingPeriod) -> ClearingPeriodOut:
        plain = ("begins_on", "ends_on", "drawn_at", "closed_at")
        return ClearingPeriodOut(
            **{name: getattr(row, name) for name in plain}, id=row.public_id, state=ClearingPeriod.State(row.state)
        )


class ClearingPeriodIn(In):
    """Days that are over: `[begins_on, ends_on)`. The id makes a repeated request the same period."""

    id: UUID
    begins_on: Day
    ends_on: Day


class ClearingClosingIn(In):
    """Nothing is to be said."""


class ClearingAcknowledgementIn(In):
    """For which side (code of the institution)."""

    side: Key


class ClearingExplanationIn(In):
    """Why the line of this exchange, which was doubted, stands as it does."""

    exchange: UUID
    answer: Line


class ClearingLineOut(Out):
    """One settled exchange of a statement: hundredths and fen, and what was said about it. No learner is named."""

    KEYS: ClassVar = ("exchange",)
    exchange: UUID
    source: str
    target: str
    title: str
    settled_at: datetime | None
    credits: int
    fee_fen: int
    doubt: ClearingDoubtOut | None

    @staticmethod
    def of(row: StatementLine) -> ClearingLineOut:
        doubt: Doubt | None = getattr(row, "doubt", None)
        return ClearingLineOut(
            exchange=row.case.public_id, source=row.case.source.code, target=row.case.target.code,
            title=row.case.title, settled_at=row.case.settled_at, credits=row.credits, fee_fen=row.fee_fen,
            doubt=ClearingDoubtOut.of(doubt) if doubt is not None else None,
        )  # fmt: skip


class ClearingDoubtIn(In):
    """What is wrong with the line of this exchange, said for one side."""

    exchange: UUID
    side: Key
    words: Line


@router.listing("/clearing-periods", scope="exchange.read", out=ClearingPeriodOut)
def list_clearing_periods(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """Every clearing period, the newest first."""
    if not standing(request).may_city_wide(CLEAR):
        raise Denied(CLEAR)

    def show(found: Any) -> list[ClearingPeriodOut]:
        return [ClearingPeriodOut.of(one) for one in found]

    return cut(request, wish, queries.periods(), order=("-begins_on", "-id"), show=show)


@router.writing("/clearing-periods", scope="exchange.write", out=ClearingPeriodOut)
def draw_clearing_period(request: HttpRequest, body: ClearingPeriodIn) -> ClearingPeriodOut:
    """Draw the statements of all pairs for days that are over; both sides acknowledge them then."""
    made = services.draw_period(
        actor=standing(request), public_id=body.id, begins_on=body.begins_on, ends_on=body.ends_on, at=clock.now()
    )
    return ClearingPeriodOut.of(made)


@router.writing("/clearing-periods/{id}/closing", scope="exchange.write", out=ClearingPeriodOut, status=200)
def close_clearing_period(request: HttpRequest, id: Path[UUID], body: ClearingClosingIn) -> ClearingPeriodOut:
    """Close a period for good, once every statement of it was acknowledged by both sides."""
    del body
    row = queries.periods().filter(public_id=id).first()
    if row is None:
        raise Http404
    return ClearingPeriodOut.of(services.close_period(actor=standing(request), period=row, at=clock.now()))


@router.listing("/clearing-statements/{id}/lines", scope="exchange.read", out=ClearingLineOut)
def list_clearing_lines(request: HttpRequest, id: Path[UUID], wish: Query[Paged]) -> dict[str, Any]:
    """A statement row by row, with doubts and explanations."""

    def show(found: Any) -> list[ClearingLineOut]:
        return [ClearingLineOut.of(one) for one in found]

    return cut(request, wish, queries.lines_of(_statement(request, id)), order=("id",), show=show)


@router.writing(
    "/clearing-statements/{id}/acknowledgement", scope="exchange.write", out=ClearingStatementOut, status=200
)
def acknowledge_clearing_statement(
    request: HttpRequest, id: Path[UUID], body: ClearingAcknowledgementIn
) -> ClearingStatementOut:
    """Acknowledge a statement for one side; another person does for the other."""
    row = _statement(request, id)
    services.acknowledge(actor=standing(request), statement=row, organisation=_side(body.side), at=clock.now())
    return ClearingStatementOut.of(_statement(request, id))


@router.writing("/clearing-statements/{id}/doubts", scope="exchange.write", out=ClearingStatementOut, status=200)
def doubt_clearing_line(request: HttpRequest, id: Path[UUID], body: ClearingDoubtIn) -> ClearingStatementOut:
    """Say what is wrong with one line; what that side acknowledged is open again until it is explained."""
    row = _statement(request, id)
    line = row.lines.select_related("statement").filter(case__public_id=body.exchange).first()
    if line is None:
        raise Http404
    services.raise_doubt(
        actor=standing(request), line=line, organisation=_side(body.side), words=body.words, at=clock.now()
    )
    return ClearingStatementOut.of(_statement(request, id))


@router.writing("/clearing-statements/{id}/explanations", scope="exchange.write", out=ClearingStatementOut, status=200)
def explain_clearing_line(request: HttpRequest, id: Path[UUID], body: ClearingExplanationIn) -> ClearingStatementOut:
    """Explain a line that was doubted: the other side, or the certification body; both stay beside the line."""
    row = _statement(request, id)
    doubts = Doubt.objects.select_related(
        "organisation__territory", "line__statement__one__territory", "line__statement__other__territory"
    )
    doubt = doubts.filter(line__statement=row, line__case__public_id=body.exchange).first()
    if doubt is None:
        raise Http404
    services.explain_line(actor=standing(request), doubt=doubt, answer=body.answer, at=clock.now())
    return ClearingStatementOut.of(_statement(request, id))


def _statement(request: HttpRequest, public_id: UUID) -> Statement:
    row = queries.statement(standing(request), public_id)
    if row is None:
        raise Http404
    return row


def _side(code: str) -> Organisation:
    row = Organisation.objects.select_related("territory").filter(code=code).first()
    if row is None:
        raise Http404
    return row
