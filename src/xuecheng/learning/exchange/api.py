"""Exchange of credits for programs: agreements, where one's credits count, asking, answering."""

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
from xuecheng.city.api.schemas import Day, Flag, In, Key, Out
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.rights import NOBODY

from . import queries, services
from .models import Agreement, Basis, Batch, Case, Difference, Statement, Term

router = Router(tags=["Exchange"])
_PLAIN = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"
Words = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=_PLAIN)]


class ExchangeTermOut(Schema):
    """What of `source` counts as what of `target`: a pair for a unit, or a ratio `num` of `den`."""

    number: int
    source: str
    target: str
    basis: Basis
    of_code: str
    of_kind: str
    of_level: str
    as_unit: str
    as_kind: str
    as_level: str
    num: int
    den: int
    least_grade: str

    @staticmethod
    def of(row: Term) -> ExchangeTermOut:
        plain = ("number", "of_code", "of_kind", "as_kind", "num", "den", "least_grade")
        return ExchangeTermOut(
            **{name: getattr(row, name) for name in plain}, basis=Basis(row.basis), source=row.source.code,
            target=row.target.code, of_level=row.of_level.label if row.of_level is not None else "",
            as_unit=str(row.as_unit) if row.as_unit is not None else "",
            as_level=row.as_level.label if row.as_level is not None else "",
        )  # fmt: skip


class ExchangeAgreementOut(Out):
    """An agreement between institutions. Caps are hundredths of a credit, the price is fen for 1.00 credit."""

    KEYS: ClassVar = ("id",)
    id: UUID
    code: str
    version: int
    name_zh: str
    name_en: str
    parties: list[str]
    effect_from: date
    effect_to: date | None
    is_automatic: bool
    answer_days: int
    most_per_learner: int | None
    most_per_period: int | None
    price_fen: int
    state: Agreement.State

    @staticmethod
    def values(row: Agreement) -> dict[str, Any]:
        plain = (
            "code", "version", "name_zh", "name_en", "effect_from", "effect_to", "is_automatic", "answer_days",
            "most_per_learner", "most_per_period", "price_fen",
        )  # fmt: skip
        return {name: getattr(row, name) for name in plain} | {
            "id": row.public_id,
            "parties": [one.organisation.code for one in row.parties.all()],
            "state": Agreement.State(row.state),
        }


class WholeExchangeAgreementOut(ExchangeAgreementOut):
    """An agreement with its lines."""

    terms: list[ExchangeTermOut]


class ExchangeReasonOut(Schema):
    """Something that stands against it: a stable code, and a sentence."""

    code: str
    sentence: str


class ExchangeAnswerOut(Schema):
    """What one institution says of the credits of one posting; hundredths. Empty `against`: it can be asked for."""

    posting: UUID
    title: str
    institution: str
    target: str
    agreement: UUID
    taken: int
    given: int
    as_what: str
    against: list[ExchangeReasonOut]

    @staticmethod
    def of(row: queries.Answer, target: Organisation) -> ExchangeAnswerOut:
        return ExchangeAnswerOut(
            posting=row.holding.posting, title=row.holding.title, institution=row.holding.institution_name,
            target=target.code, agreement=row.agreement.public_id, taken=row.worth.source, given=row.worth.target,
            as_what=row.as_what,
            against=[ExchangeReasonOut(code=one.code, sentence=str(one)) for one in row.against],
        )  # fmt: skip


class WhereCreditsCountOut(Out):
    """Where one's credits count as what, and why not."""

    KEYS: ClassVar = ("answers",)
    answers: list[ExchangeAnswerOut]
    nowhere: list[UUID]


class ExchangeCaseOut(Out):
    """One request that credits count elsewhere; hundredths. `words` is why not, where it was refused (C-36)."""

    KEYS: ClassVar = ("id",)
    id: UUID
    title: str
    source: str
    target: str
    agreement: UUID
    source_credits: int
    target_credits: int
    state: Case.State
    asked_at: datetime
    due_on: date
    decided_at: datetime | None
    settled_at: datetime | None
    difference: str
    words: str

    @staticmethod
    def of(row: Case) -> ExchangeCaseOut:
        plain = (
            "title", "source_credits", "target_credits", "asked_at", "due_on", "decided_at", "settled_at", "difference",
            "words",
        )  # fmt: skip
        return ExchangeCaseOut(
            **{name: getattr(row, name) for name in plain}, id=row.public_id, source=row.source.code,
            target=row.target.code, agreement=row.agreement.public_id, state=Case.State(row.state),
        )  # fmt: skip


class ClearingStatementOut(Out):
    """What two institutions settled in `[begins_on, ends_on)`: hundredths each way, and fen that each owes (C-35)."""

    KEYS: ClassVar = ("id",)
    id: UUID
    begins_on: date
    ends_on: date
    is_closed: bool
    framework: str
    one: str
    other: str
    to_other: int
    to_one: int
    net: int
    owed_by_one_fen: int
    owed_by_other_fen: int
    is_acknowledged: bool

    @staticmethod
    def of(row: Statement) -> ClearingStatementOut:
        plain = ("to_other", "to_one", "net", "owed_by_one_fen", "owed_by_other_fen", "is_acknowledged")
        return ClearingStatementOut(
            **{name: getattr(row, name) for name in plain}, id=row.public_id, begins_on=row.period.begins_on,
            ends_on=row.period.ends_on, is_closed=row.period.closed_at is not None, framework=row.framework_code,
            one=row.one.code, other=row.other.code,
        )  # fmt: skip


class ExchangeBatchOut(Out):
    """A class of graduates for whom their school asked; what waits is not counted in lists."""

    KEYS: ClassVar = ("id",)
    id: UUID
    source: str
    target: str
    code: str
    ended_from: date
    ended_to: date
    consents: str
    asked_at: datetime
    finished_at: datetime | None
    asked: int
    refused: int

    @staticmethod
    def of(row: Batch) -> ExchangeBatchOut:
        plain = ("code", "ended_from", "ended_to", "consents", "asked_at", "finished_at")
        return ExchangeBatchOut(
            **{name: getattr(row, name) for name in plain}, id=row.public_id, source=row.source.code,
            target=row.target.code, asked=row.asked_count, refused=row.refused_count,
        )  # fmt: skip


class ExchangeBatchIn(In):
    """Everybody with credits of the course `code` that ended in `[ended_from, ended_to)`; institutions by code.
    `consents` says where the written consents lie.
    """

    id: UUID
    source: Key
    target: Key
    code: Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=_PLAIN)]
    ended_from: Day
    ended_to: Day
    consents: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_PLAIN)]


class ExchangeBatchAcceptanceIn(In):
    """Nothing is to be said."""


class ExchangeIn(In):
    """A posting of one's account, and the institution (by code) at which it should count."""

    id: UUID
    posting: UUID
    target: Key


class ExchangeWithdrawalIn(In):
    """Nothing is to be said."""


class ExchangeDecisionIn(In):
    """Accepted, or refused with a substantial difference and its reason."""

    accepts: Flag
    difference: Difference | None = None
    words: Words | None = None


class ExchangeAppealIn(In):
    """What is wrong with the refusal."""

    words: Words


class ExchangeAppealAnswerIn(In):
    """Whether the exchange is made after all, and why; the learner reads it."""

    grants: Flag
    answer: Words


class ExchangeCaseWish(Paged):
    state: Case.State | None = None


@router.listing("/exchange-agreements", out=ExchangeAgreementOut)
def list_exchange_agreements(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """Agreements in force, the newest first."""
    return cut(request, wish, queries.agreements_in_force(on=clock.today()), order=("-id",), show=_agreements)


@router.reading("/exchange-agreements/{id}", out=WholeExchangeAgreementOut)
def get_exchange_agreement(request: HttpRequest, id: Path[UUID]) -> WholeExchangeAgreementOut:
    """One agreement that is or was in force, with its lines."""
    del request
    row = queries.agreement(NOBODY, id)
    if row is None:
        raise Http404
    return WholeExchangeAgreementOut(
        **ExchangeAgreementOut.values(row), terms=[ExchangeTermOut.of(one) for one in row.terms.all()]
    )


@router.reading("/me/where-credits-count", scope="exchange.read", out=WhereCreditsCountOut)
def get_where_credits_count(request: HttpRequest) -> WhereCreditsCountOut:
    """For every institution that takes any of one's credits: which count there as what, and why others do not."""
    viewer = _own(request)
    wallet = queries.wallet_of(viewer.person_keys, at=clock.now())
    return WhereCreditsCountOut(
        answers=[
            ExchangeAnswerOut.of(one, place.institution)
            for place in wallet.places
            for one in [*place.counts, *place.counts_not]
        ],
        nowhere=[one.posting for one in wallet.nowhere],
    )


@router.listing("/me/exchanges", scope="exchange.read", out=ExchangeCaseOut)
def list_own_exchanges(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """One's own requests, the newest first."""
    return cut(request, wish, queries.own_cases(_own(request)), order=("-id",), show=_cases)


@router.writing("/me/exchanges", scope="exchange.write", out=ExchangeCaseOut)
def ask_for_exchange(request: HttpRequest, body: ExchangeIn) -> ExchangeCaseOut:
    """Ask that credits count at an institution: they are held at once, and exchanged where the agreement decides."""
    actor = _own(request)
    target = Organisation.objects.select_related("territory").filter(code=body.target).first()
    if target is None:
        raise Http404
    made = services.ask_exchange(actor=actor, public_id=body.id, posting=body.posting, target=target, at=clock.now())
    return _shown(request, made.public_id)


@router.writing("/exchanges/{id}/withdrawal", scope="exchange.write", out=ExchangeCaseOut, status=200)
def withdraw_exchange(request: HttpRequest, id: Path[UUID], body: ExchangeWithdrawalIn) -> ExchangeCaseOut:
    """Take a request of one's own back before it is accepted."""
    del body
    row = queries.own_case(_own(request), id)
    if row is None:
        raise Http404
    services.withdraw_case(actor=standing(request), case=row, at=clock.now())
    return _shown(request, id)


@router.listing("/exchanges", scope="exchange.read", out=ExchangeCaseOut)
def list_exchanges(request: HttpRequest, wish: Query[ExchangeCaseWish]) -> dict[str, Any]:
    """Requests at the caller's institutions; by default those that wait."""
    viewer = standing(request)
    if not viewer.may_somewhere(queries.DECIDE):
        raise Denied(queries.DECIDE)
    rows = queries.cases_to_decide(viewer, state=wish.state or "")
    return cut(request, wish, rows, order=("due_on", "id"), show=_cases)


@router.listing("/clearing-statements", scope="exchange.read", out=ClearingStatementOut)
def list_clearing_statements(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """What the caller's institutions exchanged with others in periods that were drawn, the newest first."""
    viewer = standing(request)
    if not viewer.may_somewhere(queries.ACKNOWLEDGE):
        raise Denied(queries.ACKNOWLEDGE)
    return cut(request, wish, queries.statements(viewer), order=("-id",), show=_statements)


@router.writing("/exchanges/{id}/decision", scope="exchange.write", out=ExchangeCaseOut, status=200)
def decide_exchange(request: HttpRequest, id: Path[UUID], body: ExchangeDecisionIn) -> ExchangeCaseOut:
    """Accept a request, or refuse it for a substantial difference (C-36)."""
    actor = standing(request)
    row = queries.case(actor, id)
    if row is None:
        raise Http404
    if body.accepts:
        services.accept_case(actor=actor, case=row, at=clock.now())
    else:
        services.refuse_case(
            actor=actor, case=row, difference=body.difference or "", words=body.words or "", at=clock.now()
        )
    return _shown(request, id)


@router.reading("/exchanges/{id}", scope="exchange.read", out=ExchangeCaseOut)
def get_exchange(request: HttpRequest, id: Path[UUID]) -> ExchangeCaseOut:
    """One request: one's own, one at the caller's institution, or one that was appealed against or raised."""
    return _shown(request, id)


@router.writing("/exchanges/{id}/appeal", scope="exchange.write", out=ExchangeCaseOut, status=200)
def appeal_exchange(request: HttpRequest, id: Path[UUID], body: ExchangeAppealIn) -> ExchangeCaseOut:
    """Ask that somebody else looks at the refusal of one's own request, once."""
    row = queries.own_case(_own(request), id)
    if row is None:
        raise Http404
    services.appeal(actor=standing(request), case=row, words=body.words, at=clock.now())
    return _shown(request, id)


@router.writing("/exchanges/{id}/appeal-decision", scope="exchange.write", out=ExchangeCaseOut, status=200)
def decide_exchange_appeal(request: HttpRequest, id: Path[UUID], body: ExchangeAppealAnswerIn) -> ExchangeCaseOut:
    """Let a refusal stand, or make the exchange after all by a case of its own (C-36)."""
    actor = standing(request)
    row = queries.case(actor, id)
    appeal = getattr(row, "appeal", None)
    if row is None or appeal is None:
        raise Http404
    appeal.case = row
    services.decide_appeal(actor=actor, appeal=appeal, grants=body.grants, answer=body.answer, at=clock.now())
    return _shown(request, id)


@router.listing("/exchange-batches", scope="exchange.read", out=ExchangeBatchOut)
def list_exchange_batches(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """Classes of graduates that the caller's institutions asked for, or decide about, the newest first."""
    viewer = standing(request)
    if not (viewer.may_somewhere(queries.LODGE) or viewer.may_somewhere(queries.DECIDE)):
        raise Denied(queries.LODGE)
    return cut(request, wish, queries.batches(viewer), order=("-id",), show=_batches)


@router.writing("/exchange-batches", scope="exchange.write", out=ExchangeBatchOut)
def lodge_exchange_batch(request: HttpRequest, body: ExchangeBatchIn) -> ExchangeBatchOut:
    """Ask for a class of graduates; a job makes a request for each."""
    named = {
        one.code: one
        for one in Organisation.objects.select_related("territory").filter(code__in=[body.source, body.target])
    }
    if body.source not in named or body.target not in named:
        raise Http404
    made = services.lodge_batch(
        actor=standing(request), public_id=body.id, source=named[body.source], target=named[body.target],
        code=body.code, ended_from=body.ended_from, ended_to=body.ended_to, consents=body.consents, at=clock.now(),
    )  # fmt: skip
    return ExchangeBatchOut.of(made)


@router.writing("/exchange-batches/{id}/acceptance", scope="exchange.write", out=ExchangeBatchOut, status=200)
def accept_exchange_batch(request: HttpRequest, id: Path[UUID], body: ExchangeBatchAcceptanceIn) -> ExchangeBatchOut:
    """Accept every request of a class that waits; a job does it."""
    del body
    actor = standing(request)
    row = queries.batch(actor, id)
    if row is None:
        raise Http404
    services.accept_batch(actor=actor, batch=row, at=clock.now())
    return ExchangeBatchOut.of(row)


def _own(request: HttpRequest) -> Any:
    viewer = standing(request)
    if not viewer.own_keys(queries.ASK):
        raise Denied(queries.ASK)
    return viewer


def _shown(request: HttpRequest, number: UUID) -> ExchangeCaseOut:
    viewer = standing(request)
    row = queries.case(viewer, number)
    if row is None:
        raise Http404
    if row.learner_id not in viewer.person_keys:
        seen(request, person_id=row.learner_id, what=Reading.What.RESULT, thing=row.public_id)
    return ExchangeCaseOut.of(row)


def _agreements(rows: Sequence[Agreement]) -> list[ExchangeAgreementOut]:
    return [ExchangeAgreementOut(**ExchangeAgreementOut.values(one)) for one in rows]


def _cases(rows: Sequence[Case]) -> list[ExchangeCaseOut]:
    return [ExchangeCaseOut.of(one) for one in rows]


def _statements(rows: Sequence[Statement]) -> list[ClearingStatementOut]:
    return [ClearingStatementOut.of(one) for one in rows]


def _batches(rows: Sequence[Batch]) -> list[ExchangeBatchOut]:
    return [ExchangeBatchOut.of(one) for one in rows]
