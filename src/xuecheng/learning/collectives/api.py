"""Collective accounts for programs: the list for everybody, one's own, the institution's desk."""

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
from xuecheng.city.api.schemas import Day, Flag, In, Key, Out
from xuecheng.city.organisations.models import Organisation
from xuecheng.learning.records.models import Role

from . import queries, services
from .models import Collective, Deposit, Membership

router = Router(tags=["Collective accounts"])
_PLAIN = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"
_Name = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=_PLAIN)]
_Reason = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_PLAIN)]
_Text = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=_PLAIN)]


class CollectiveOut(Out):
    """A learning circle, or an organisation as one that learns, with its account."""

    KEYS: ClassVar = ("id",)
    id: UUID
    kind: Collective.Kind
    name_zh: str
    name_en: str
    about: str
    institution: str
    organisation: str | None
    is_public: bool
    state: Collective.State
    closed_at: datetime | None

    @staticmethod
    def of(row: Collective) -> CollectiveOut:
        plain = ("name_zh", "name_en", "about", "is_public", "closed_at")
        return CollectiveOut(
            **{name: getattr(row, name) for name in plain}, id=row.public_id, kind=Collective.Kind(row.kind),
            institution=row.institution.code, organisation=row.organisation.code if row.organisation else None,
            state=Collective.State(row.state),
        )  # fmt: skip


class CollectiveBalanceOut(Schema):
    """What lies on an account in one class of credit; hundredths. Classes are never added up."""

    framework: str
    kind: str
    level: str
    credits: int


class CollectiveAccountOut(CollectiveOut):
    """The same with what the reader may know besides: why, members in number, balances (empty for who may not read)."""

    words: str
    members: int
    balances: list[CollectiveBalanceOut]
    may_read_statement: bool


class CollectiveDepositOut(Out):
    """What a collective did or was given; `credits` are hundredths in all. It never counts for a person (C-91)."""

    KEYS: ClassVar = ("id",)
    id: UUID
    source: Deposit.Source
    code: str
    title: str
    began_on: date | None
    ended_on: date
    minutes: int
    role: Role
    credits: int
    rules: list[str]
    deposited_at: datetime
    taken_back_at: datetime | None
    why: str

    @staticmethod
    def of(row: Deposit) -> CollectiveDepositOut:
        plain = (
            "code", "title", "began_on", "ended_on", "minutes", "credits", "deposited_at", "taken_back_at", "why",
        )  # fmt: skip
        return CollectiveDepositOut(
            **{name: getattr(row, name) for name in plain}, id=row.public_id, source=Deposit.Source(row.source),
            role=Role(row.role), rules=sorted({f"{line.rule.code}@{line.rule.version}" for line in row.lines.all()}),
        )  # fmt: skip


class CollectiveMembershipOut(Out):
    """Who belongs to a collective, or asks to; from when to when they keep its account."""

    KEYS: ClassVar = ("id",)
    id: UUID
    collective: UUID
    name: str
    state: Membership.State
    since: datetime | None
    until: datetime | None
    keeps_from: date | None
    keeps_until: date | None

    @staticmethod
    def of(row: Membership) -> CollectiveMembershipOut:
        plain = ("since", "until", "keeps_from", "keeps_until")
        return CollectiveMembershipOut(
            **{name: getattr(row, name) for name in plain}, id=row.public_id, collective=row.collective.public_id,
            name=row.person.name, state=Membership.State(row.state),
        )  # fmt: skip


class CollectiveIn(In):
    """Apply for an account at an institution (its code); with `organisation`, of one that the caller represents."""

    id: UUID
    institution: Key
    organisation: Key | None = None
    name_zh: _Name
    name_en: Annotated[str, StringConstraints(max_length=120, pattern=_PLAIN)] = ""
    about: Annotated[str, StringConstraints(max_length=500, pattern=_PLAIN)] = ""
    is_public: Flag = False


class CollectiveDecisionIn(In):
    """Open it, and until when who applied keeps it; or refuse it, and why."""

    opens: Flag
    keeps_until: Day | None = None
    why: _Reason | None = None


class CollectiveWithdrawalIn(In):
    """Nothing is to be said."""


class CollectiveDepositIn(In):
    """What was done or given; the rules in force say how much credit it is. Of an award no minutes."""

    id: UUID
    source: Deposit.Source
    code: Annotated[str, StringConstraints(min_length=1, max_length=32, pattern=_PLAIN)]
    title: _Text
    began_on: Day | None = None
    ended_on: Day
    minutes: Annotated[int, Field(ge=0, le=527_040)] = 0
    role: Role = Role.LEARNER
    proof: _Reason


class CollectiveTakeBackIn(In):
    why: _Reason


class CollectiveClosingIn(In):
    """Why, and to which collective the rest goes; without one it lapses."""

    why: _Reason
    to: UUID | None = None


class CollectiveMembershipIn(In):
    """Ask to join; the id makes a repeated request the same."""

    id: UUID


class CollectiveAnswerIn(In):
    admits: Flag


class CollectiveEndIn(In):
    """Nothing is to be said."""


class CollectiveKeepingIn(In):
    """The first day on which the member keeps the account no longer; today ends it."""

    keeps_until: Day


class CollectiveWish(Paged):
    kind: Collective.Kind | None = None


class KeptCollectiveWish(Paged):
    state: Collective.State | None = None


@router.listing("/collectives", out=CollectiveOut)
def list_collectives(request: HttpRequest, wish: Query[CollectiveWish]) -> dict[str, Any]:
    """Circles and organisations with an open account, the newest first."""
    return cut(request, wish, queries.open_accounts(kind=wish.kind or ""), order=("-id",), show=_shown)


@router.listing("/me/collectives", scope="collectives.read", out=CollectiveOut)
def list_own_collectives(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """What one belongs to, asks to join or applied for."""
    return cut(request, wish, queries.own_accounts(_own(request)), order=("-id",), show=_shown)


@router.listing("/kept-collectives", scope="collectives.read", out=CollectiveOut)
def list_kept_collectives(request: HttpRequest, wish: Query[KeptCollectiveWish]) -> dict[str, Any]:
    """Accounts and applications at the caller's institutions."""
    viewer = standing(request)
    if not viewer.may_somewhere(queries.SEE):
        raise Denied(queries.SEE)
    return cut(request, wish, queries.kept_accounts(viewer, state=wish.state or ""), order=("-id",), show=_shown)


@router.reading("/collectives/{id}", scope="collectives.read", out=CollectiveAccountOut)
def get_collective(request: HttpRequest, id: Path[UUID]) -> CollectiveAccountOut:
    """One account, with its balances for who may read them."""
    return _account(request, id)


@router.listing("/collectives/{id}/deposits", scope="collectives.read", out=CollectiveDepositOut)
def list_collective_deposits(request: HttpRequest, id: Path[UUID], wish: Query[Paged]) -> dict[str, Any]:
    """What a collective earned together, the newest first; for who may read its statement."""
    row = _row(request, id)
    if not _reads(request, row):
        raise Http404
    rows = Deposit.objects.filter(collective=row).prefetch_related("lines__rule")
    return cut(request, wish, rows, order=("-id",), show=_deposits)


@router.listing("/collectives/{id}/memberships", scope="collectives.read", out=CollectiveMembershipOut)
def list_collective_memberships(request: HttpRequest, id: Path[UUID], wish: Query[Paged]) -> dict[str, Any]:
    """Who belongs to a collective; for members and the institution. Who asks to join, for who keeps the account."""
    row, viewer = _row(request, id), standing(request)
    if not queries.sees_inside(viewer, row, queries.membership_of(viewer, row)):
        raise Http404
    states = [Membership.State.STANDING]
    if viewer.may(queries.KEEP, row.access_scope()) or queries.keeps(viewer, row, on=clock.today()):
        states.append(Membership.State.ASKED)
    rows = Membership.objects.filter(collective=row, state__in=states).select_related("person", "collective")

    def show(found: Sequence[Membership]) -> list[CollectiveMembershipOut]:
        if queries.is_in_office(viewer, row):
            for one in found:
                seen(request, person_id=one.person_id, what=Reading.What.PERSON)
        return [CollectiveMembershipOut.of(one) for one in found]

    return cut(request, wish, rows, order=("id",), show=show)


@router.writing("/me/collectives", scope="collectives.write", out=CollectiveAccountOut)
def apply_for_collective(request: HttpRequest, body: CollectiveIn) -> CollectiveAccountOut:
    """Apply for an account of a circle, or of an organisation that one represents."""
    wish = services.Wish(
        name_zh=body.name_zh, name_en=body.name_en, about=body.about, is_public=body.is_public,
        organisation=_organisation(body.organisation) if body.organisation else None,
    )  # fmt: skip
    made = services.apply(
        actor=standing(request), public_id=body.id, institution=_organisation(body.institution), wish=wish,
        at=clock.now(),
    )  # fmt: skip
    return _account(request, made.public_id)


@router.writing("/collectives/{id}/withdrawal", scope="collectives.write", out=CollectiveAccountOut, status=200)
def withdraw_collective(request: HttpRequest, id: Path[UUID], body: CollectiveWithdrawalIn) -> CollectiveAccountOut:
    """Take one's application back while nobody decided."""
    del body
    services.withdraw(actor=standing(request), collective=_row(request, id), at=clock.now())
    return _account(request, id)


@router.writing("/collectives/{id}/decision", scope="collectives.write", out=CollectiveAccountOut, status=200)
def decide_collective(request: HttpRequest, id: Path[UUID], body: CollectiveDecisionIn) -> CollectiveAccountOut:
    """Open the account, or refuse it and say why; by the institution, and not by who applied."""
    row, actor, now = _row(request, id), standing(request), clock.now()
    if body.opens:
        services.open_account(actor=actor, collective=row, keeps_until=body.keeps_until or date.min, at=now)
    else:
        services.refuse(actor=actor, collective=row, why=body.why or "", at=now)
    return _account(request, id)


@router.writing("/collectives/{id}/deposits", scope="collectives.write", out=CollectiveDepositOut)
def deposit_for_collective(request: HttpRequest, id: Path[UUID], body: CollectiveDepositIn) -> CollectiveDepositOut:
    """Enter what a collective did or was given; its credit follows from the rules and goes to the collective alone."""
    plain = ("source", "code", "title", "began_on", "ended_on", "minutes", "role", "proof")
    made = services.deposit(
        actor=standing(request), public_id=body.id, collective=_row(request, id),
        given=services.Given(**{name: getattr(body, name) for name in plain}), at=clock.now(),
    )  # fmt: skip
    return CollectiveDepositOut.of(made)


@router.writing(
    "/collectives/{id}/deposits/{deposit}/taking-back",
    scope="collectives.write", out=CollectiveDepositOut, status=200,
)  # fmt: skip
def take_back_collective_deposit(
    request: HttpRequest, id: Path[UUID], deposit: Path[UUID], body: CollectiveTakeBackIn
) -> CollectiveDepositOut:
    """Take a deposit back and say why; its credit goes back whole."""
    found = queries.deposit(_row(request, id), deposit)
    if found is None:
        raise Http404
    return CollectiveDepositOut.of(
        services.take_back(actor=standing(request), deposit=found, why=body.why, at=clock.now())
    )


@router.writing("/collectives/{id}/closing", scope="collectives.write", out=CollectiveAccountOut, status=200)
def close_collective(request: HttpRequest, id: Path[UUID], body: CollectiveClosingIn) -> CollectiveAccountOut:
    """Close an account; the rest lapses or goes to another collective, never to a person."""
    to = _row(request, body.to) if body.to is not None else None
    services.close(actor=standing(request), collective=_row(request, id), why=body.why, to=to, at=clock.now())
    return _account(request, id)


@router.writing("/collectives/{id}/memberships", scope="collectives.write", out=CollectiveMembershipOut)
def join_collective(request: HttpRequest, id: Path[UUID], body: CollectiveMembershipIn) -> CollectiveMembershipOut:
    """Ask to join."""
    made = services.ask_to_join(
        actor=standing(request), public_id=body.id, collective=_row(request, id), at=clock.now()
    )
    return CollectiveMembershipOut.of(made)


@router.writing(
    "/collectives/{id}/memberships/{membership}/answer",
    scope="collectives.write", out=CollectiveMembershipOut, status=200,
)  # fmt: skip
def answer_collective_membership(
    request: HttpRequest, id: Path[UUID], membership: Path[UUID], body: CollectiveAnswerIn
) -> CollectiveMembershipOut:
    """Admit who asked to join, or decline."""
    answer = services.admit if body.admits else services.decline
    return _done(request, answer(actor=standing(request), membership=_member(request, id, membership), at=clock.now()))


@router.writing(
    "/collectives/{id}/memberships/{membership}/end",
    scope="collectives.write", out=CollectiveMembershipOut, status=200,
)  # fmt: skip
def end_collective_membership(
    request: HttpRequest, id: Path[UUID], membership: Path[UUID], body: CollectiveEndIn
) -> CollectiveMembershipOut:
    """Leave; or, by who keeps the account, end somebody's membership."""
    del body
    actor, row = standing(request), _member(request, id, membership)
    end = services.leave if row.person_id in actor.person_keys else services.end_membership
    return _done(request, end(actor=actor, membership=row, at=clock.now()))


@router.writing(
    "/collectives/{id}/memberships/{membership}/keeping",
    scope="collectives.write", out=CollectiveMembershipOut, status=200,
)  # fmt: skip
def let_keep_collective(
    request: HttpRequest, id: Path[UUID], membership: Path[UUID], body: CollectiveKeepingIn
) -> CollectiveMembershipOut:
    """Let a member keep the account until a day."""
    row = _member(request, id, membership)
    made = services.let_keep(actor=standing(request), membership=row, keeps_until=body.keeps_until, at=clock.now())
    return _done(request, made)


def _own(request: HttpRequest) -> Standing:
    viewer = standing(request)
    if not viewer.own_keys(queries.TAKE_PART):
        raise Denied(queries.TAKE_PART)
    return viewer


def _organisation(code: str) -> Organisation:
    row = Organisation.objects.select_related("territory").filter(code=code).first()
    if row is None:
        raise Http404
    return row


def _row(request: HttpRequest, public_id: UUID) -> Collective:
    row = queries.account(standing(request), public_id)
    if row is None:
        raise Http404
    return row


def _member(request: HttpRequest, public_id: UUID, membership: UUID) -> Membership:
    row = queries.membership(_row(request, public_id), membership)
    if row is None:
        raise Http404
    return row


def _done(request: HttpRequest, row: Membership) -> CollectiveMembershipOut:
    if row.person_id not in standing(request).person_keys:
        seen(request, person_id=row.person_id, what=Reading.What.PERSON)
    return CollectiveMembershipOut.of(row)


def _reads(request: HttpRequest, row: Collective) -> bool:
    viewer = standing(request)
    return row.has_account and (row.is_public or queries.sees_inside(viewer, row, queries.membership_of(viewer, row)))


def _account(request: HttpRequest, public_id: UUID) -> CollectiveAccountOut:
    row = _row(request, public_id)
    reads = _reads(request, row)
    balances = [
        CollectiveBalanceOut(
            framework=one.of.framework, kind=one.of.kind, level=one.of.level_label, credits=one.credits
        )
        for one in (queries.balances_of(row) if reads else [])
    ]
    return CollectiveAccountOut(
        **CollectiveOut.of(row).dict(), words=row.words, members=queries.member_count(row), balances=balances,
        may_read_statement=reads,
    )  # fmt: skip


def _shown(rows: Sequence[Collective]) -> list[CollectiveOut]:
    return [CollectiveOut.of(one) for one in rows]


def _deposits(rows: Sequence[Deposit]) -> list[CollectiveDepositOut]:
    return [CollectiveDepositOut.of(one) for one in rows]
