"""A learner's account for programs: what is held, how it grew, line by line."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query, Schema
from pydantic import Field

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.queries import Scope, scope_of
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.access.services import require
from xuecheng.city.api.paging import Paged, cut_number, next_number
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Out
from xuecheng.city.people.groups import keys_of
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank.models import CreditKind

from . import queries
from .queries import StatementLine
from .queries.page import SEE

router = Router(tags=["Learning account"])


class HoldingOut(Schema):
    """Credit of one class, hundredths. Classes are never added up."""

    framework: str
    kind: CreditKind
    level: str
    credits: int


class QuarterOut(Schema):
    """What counted at the end of a quarter in the default framework, hundredths by kind."""

    begins_on: date
    community: int
    certificate: int
    formal: int


class AccountOut(Out):
    """A learner's account."""

    KEYS: ClassVar = ("learner",)
    learner: UUID
    card_number: str | None
    opened_at: datetime | None
    holdings: list[HoldingOut]
    growth: list[QuarterOut]


class LineOut(Out):
    """One line of the statement, hundredths; `after` is the balance of its framework, all kinds and levels."""

    KEYS: ClassVar = ("key",)
    key: UUID
    learnt_on: date
    booked_on: date
    framework: str
    kind: CreditKind
    level: str
    credits: int
    after: int
    is_reversal: bool
    title: str
    institution: str
    record: int | None
    rule: str
    why: str

    @staticmethod
    def of(line: StatementLine) -> LineOut:
        behind = line.behind
        return LineOut(
            key=line.key,
            learnt_on=line.learnt_on,
            booked_on=line.booked_on,
            framework=line.of.framework,
            kind=CreditKind(line.of.kind),
            level=line.of.level_label,
            credits=line.amount,
            after=line.after,
            is_reversal=line.is_reversal,
            title=behind.title if behind else line.purpose.title if line.purpose else "",
            institution=line.place,
            record=behind.record_id if behind else None,
            rule=f"{behind.rule_code}@{behind.rule_version}" if behind and behind.rule_code else "",
            why=behind.why if behind else "",
        )


class ProofOut(Schema):
    """Where a line is sealed in the ledger: no block means not yet."""

    book: int
    serial: int
    block: int | None
    block_hash: str
    digest: str
    is_good: bool


class LineInFullOut(LineOut):
    """One line with its proof, and the line that takes it back or that it takes back."""

    proof: ProofOut
    taken_back_by: UUID | None
    takes_back: UUID | None


class StatementWish(Paged):
    kind: CreditKind | None = None
    year: Annotated[int, Field(ge=1950, le=2100)] | None = None


@router.reading("/me/account", scope="account.read", out=AccountOut, entrusted=SEE)
def get_own_account(request: HttpRequest) -> AccountOut:
    """The account of the person for whom the caller acts."""
    return _account(request, _self(request))


@router.reading("/people/{id}/account", scope="account.read", out=AccountOut)
def get_account(request: HttpRequest, id: Path[UUID]) -> AccountOut:
    """A learner's account, for who may see it."""
    return _account(request, _learner(request, id))


@router.listing("/me/account/lines", scope="account.read", out=LineOut, entrusted=SEE)
def list_own_lines(request: HttpRequest, wish: Query[StatementWish]) -> dict[str, Any]:
    """The statement of the person for whom the caller acts, newest first."""
    return _lines(request, _self(request), wish)


@router.listing("/people/{id}/account/lines", scope="account.read", out=LineOut)
def list_lines(request: HttpRequest, id: Path[UUID], wish: Query[StatementWish]) -> dict[str, Any]:
    """A learner's statement, for who may see it, newest first."""
    return _lines(request, _learner(request, id), wish)


@router.reading("/me/account/lines/{key}", scope="account.read", out=LineInFullOut, entrusted=SEE)
def get_own_line(request: HttpRequest, key: Path[UUID]) -> LineInFullOut:
    """One line of one's own statement, with its proof."""
    return _line(request, _self(request), key)


@router.reading("/people/{id}/account/lines/{key}", scope="account.read", out=LineInFullOut)
def get_line(request: HttpRequest, id: Path[UUID], key: Path[UUID]) -> LineInFullOut:
    """One line of a learner's statement with its proof, for who may see it."""
    return _line(request, _learner(request, id), key)


def _line(request: HttpRequest, learner: Person, key: UUID) -> LineInFullOut:
    found = queries.line_page(standing(request), learner=learner, key=key)
    if found is None:
        raise Http404
    proof = found.proof
    return LineInFullOut(
        **LineOut.of(found.line).model_dump(),
        proof=ProofOut(
            book=proof.book,
            serial=proof.serial,
            block=proof.block,
            block_hash=proof.block_hash,
            digest=proof.digest,
            is_good=proof.is_good,
        ),
        taken_back_by=found.taken_back_by,
        takes_back=found.takes_back,
    )


def _account(request: HttpRequest, learner: Person) -> AccountOut:
    page = queries.account_page(standing(request), learner=learner, today=clock.today())
    return AccountOut(
        learner=learner.public_id,
        card_number=page.account.card_number if page.account else None,
        opened_at=page.account.opened_at if page.account else None,
        holdings=[
            HoldingOut(
                framework=page.mine.names[one.unit].framework,
                kind=CreditKind(page.mine.names[one.unit].kind),
                level=page.mine.names[one.unit].level_label,
                credits=one.balance,
            )
            for one in page.mine.main
        ],
        growth=[
            QuarterOut(
                begins_on=one.first_day, community=one.by_kind[0], certificate=one.by_kind[1], formal=one.by_kind[2]
            )
            for one in page.quarters
        ],
    )


def _lines(request: HttpRequest, learner: Person, wish: StatementWish) -> dict[str, Any]:
    viewer = standing(request)
    require(viewer, SEE, on=Scope(person_id=learner.pk) if learner.pk in viewer.person_keys else scope_of(learner))
    found = queries.statement_of(
        queries.accounts_of(
            learner_id=learner.pk,
            keys=viewer.person_keys if learner.pk in viewer.person_keys else keys_of(learner),
        ),
        wish=queries.Wish(year=wish.year, kind=wish.kind or ""),
        before=cut_number(request, wish),
        size=wish.limit,
    )
    return {"items": [LineOut.of(line) for line in found.lines], "next": next_number(request, found.next_before)}


def _self(request: HttpRequest) -> Person:
    me = standing(request).person
    seen(request, person_id=me.pk, what=Reading.What.ACCOUNT)
    return me


def _learner(request: HttpRequest, public_id: UUID) -> Person:
    learner = Person.objects.select_related("territory").filter(public_id=public_id).first()
    if learner is None or not standing(request).may(SEE, scope_of(learner)):
        raise Http404
    seen(request, person_id=learner.pk, what=Reading.What.ACCOUNT)
    return learner
