"""Supervision for programs: audits for everybody, what waits for officers, one's own cases, and statements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query, Schema
from pydantic import StringConstraints

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.access.services import Denied
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Flag, In, Out

from . import queries, services
from .models import Audit, Ground, Suspicion, Withdrawal

router = Router(tags=["Supervision"])
_PLAIN = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"
Said = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=_PLAIN)]


class AuditStratumOut(Schema):
    """A part of the population: how many there are, were drawn, and were found wrong."""

    code: str
    size: int
    drawn: int
    wrong: int


class AuditOut(Out):
    """A sampling audit. Shares are parts of a million; `bound` is one-sided, with `confidence` percent."""

    KEYS: ClassVar = ("id",)
    id: UUID
    code: str
    state: Audit.State
    aim: Audit.Aim
    confidence: int
    institution: str
    posted_from: date
    posted_to: date
    population: int
    population_digest: str
    seed_day: date
    seed: str
    looked_at: int
    wrong: int
    share: int | None
    bound: int | None
    is_census: bool
    strata: list[AuditStratumOut]

    @staticmethod
    def of(row: Audit) -> AuditOut:
        plain = (
            "code", "confidence", "posted_from", "posted_to", "population", "population_digest", "seed_day", "seed",
            "looked_at", "wrong", "share", "bound", "is_census",
        )  # fmt: skip
        told = {name: getattr(row, name) for name in plain}
        if row.state != Audit.State.PUBLISHED:
            # What auditors found so far is nobody's yet.
            told |= {"looked_at": 0, "wrong": 0}
        return AuditOut(
            **told, id=row.public_id, state=Audit.State(row.state), aim=Audit.Aim(row.aim),
            institution=row.institution.code if row.institution is not None else "",
            strata=[AuditStratumOut(**one) for one in row.strata],
        )  # fmt: skip


class SuspicionOut(Out):
    """What looks wrong in credited records; `records` are their numbers."""

    KEYS: ClassVar = ("id",)
    id: UUID
    kind: Suspicion.Kind
    state: Suspicion.State
    institution: str
    records: list[int]
    risk: int
    points: list[tuple[str, int]]
    found_at: datetime

    @staticmethod
    def of(row: Suspicion) -> SuspicionOut:
        return SuspicionOut(
            id=row.public_id, kind=Suspicion.Kind(row.kind), state=Suspicion.State(row.state),
            institution=row.institution.code, records=row.record_ids, risk=row.risk,
            points=[(code, points) for code, points in row.points], found_at=row.found_at,
        )  # fmt: skip


class WithdrawalOut(Out):
    """A case about the credit of a record."""

    KEYS: ClassVar = ("id",)
    id: UUID
    record: int
    title: str
    institution: str
    ground: Ground
    reason: str
    state: Withdrawal.State
    opened_at: datetime
    due_on: date | None
    decided_at: datetime | None
    decision: str
    appeal_until: date | None

    @staticmethod
    def of(row: Withdrawal) -> WithdrawalOut:
        plain = ("title", "reason", "opened_at", "due_on", "decided_at", "appeal_until")
        return WithdrawalOut(
            **{name: getattr(row, name) for name in plain}, id=row.public_id, record=row.record_id,
            institution=row.institution.code, ground=Ground(row.ground), state=Withdrawal.State(row.state),
            decision=row.decision_words,
        )  # fmt: skip


class WithdrawalStatementIn(In):
    """What one says to a notice, in one's own words."""

    words: Said
    wants_hearing: Flag = False


class SuspicionWish(Paged):
    kind: Suspicion.Kind | None = None
    state: Suspicion.State | None = None


class WithdrawalWish(Paged):
    state: Withdrawal.State | None = None


@router.listing("/audits", out=AuditOut)
def list_audits(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """Sampling audits of credit, from their plan on, the newest first."""
    return cut(request, wish, queries.audits(), order=("-id",), show=_audits)


@router.reading("/audits/{id}", out=AuditOut)
def get_audit(request: HttpRequest, id: Path[UUID]) -> AuditOut:
    """One audit with its plan, seed and verdict."""
    del request
    row = queries.audit(id)
    if row is None:
        raise Http404
    return AuditOut.of(row)


@router.listing("/suspicions", scope="supervision.read", out=SuspicionOut)
def list_suspicions(request: HttpRequest, wish: Query[SuspicionWish]) -> dict[str, Any]:
    """What looks wrong in the caller's territory, the gravest first; by default what is open."""
    viewer = standing(request)
    if not viewer.may_somewhere(queries.INVESTIGATE):
        raise Denied(queries.INVESTIGATE)
    rows = queries.suspicions(viewer, kind=wish.kind or "", state=wish.state or "")
    return cut(request, wish, rows, order=("-risk", "id"), show=_suspicions)


@router.listing("/withdrawals", scope="supervision.read", out=WithdrawalOut)
def list_withdrawals(request: HttpRequest, wish: Query[WithdrawalWish]) -> dict[str, Any]:
    """Cases in the caller's territory, the newest first; by default those that are open or appealed against."""
    viewer = standing(request)
    if not viewer.may_somewhere(queries.INVESTIGATE):
        raise Denied(queries.INVESTIGATE)
    rows = queries.withdrawals(viewer, state=wish.state or "")
    return cut(request, wish, rows, order=("-id",), show=_withdrawals)


@router.listing("/me/withdrawals", scope="supervision.read", out=WithdrawalOut)
def list_own_withdrawals(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """Cases about one's own credit, the newest first."""
    return cut(request, wish, queries.own_withdrawals(_own(request)), order=("-id",), show=_withdrawals)


@router.writing("/withdrawals/{id}/statements", scope="supervision.write", out=WithdrawalOut, status=200)
def state_in_withdrawal(request: HttpRequest, id: Path[UUID], body: WithdrawalStatementIn) -> WithdrawalOut:
    """Say something to a notice: the learner, or the institution that gave the credit."""
    actor = standing(request)
    row = queries.withdrawal(actor, id)
    if row is None:
        raise Http404
    services.make_statement(actor=actor, case=row, words=body.words, wants_hearing=body.wants_hearing, at=clock.now())
    if row.learner_id not in actor.person_keys:
        seen(request, person_id=row.learner_id, what=Reading.What.RESULT, thing=row.public_id)
    return WithdrawalOut.of(row)


def _own(request: HttpRequest) -> Any:
    viewer = standing(request)
    if not viewer.own_keys(queries.STATE_OWN):
        raise Denied(queries.STATE_OWN)
    return viewer


def _audits(rows: Sequence[Audit]) -> list[AuditOut]:
    return [AuditOut.of(one) for one in rows]


def _suspicions(rows: Sequence[Suspicion]) -> list[SuspicionOut]:
    return [SuspicionOut.of(one) for one in rows]


def _withdrawals(rows: Sequence[Withdrawal]) -> list[WithdrawalOut]:
    return [WithdrawalOut.of(one) for one in rows]
