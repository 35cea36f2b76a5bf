"""Enrolment for programs: places in classes, the roll, lotteries, charges."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query, Schema
from pydantic import StringConstraints

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.access.services import Denied, require
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Flag, In, Out
from xuecheng.coordination.classes.models import CourseClass

from . import queries, services
from .models import Charge, Enrolment, How, Lottery, Movement, Provider
from .queries import ENROL, SEE

router = Router(tags=["Enrolment"])


class EnrolmentOut(Out):
    """Somebody and a class. `before` is how many come before them in the line, asked for one enrolment only."""

    KEYS: ClassVar = ("id",)
    id: UUID
    class_id: UUID
    class_code: str
    course: str
    state: Enrolment.State
    number: int
    how: How
    lottery_number: str
    applied_at: datetime
    since: datetime
    offered_until: datetime | None
    pay_until: datetime | None
    charge: UUID | None
    owed_fen: int

    @staticmethod
    def values(one: Enrolment, row: CourseClass) -> dict[str, Any]:
        charge = getattr(one, "charge", None)
        return {
            "id": one.public_id,
            "class_id": row.public_id,
            "class_code": row.code,
            "course": row.version.course.title_zh,
            "state": Enrolment.State(one.state),
            "number": one.number,
            "how": How(one.how),
            "lottery_number": one.lottery_number,
            "applied_at": one.applied_at,
            "since": one.moved_at,
            "offered_until": one.offered_until,
            "pay_until": one.pay_until,
            "charge": charge.public_id if charge else None,
            "owed_fen": charge.owed_fen if charge else 0,
        }

    @staticmethod
    def of(one: Enrolment) -> EnrolmentOut:
        return EnrolmentOut(**EnrolmentOut.values(one, one.course_class))


class WholeEnrolmentOut(EnrolmentOut):
    """One enrolment with where it stands in the line."""

    before: int
    waiting: int
    seats: int
    taken: int

    @staticmethod
    def whole(one: Enrolment) -> WholeEnrolmentOut:
        line = queries.line_of(one)
        return WholeEnrolmentOut(
            **EnrolmentOut.values(one, one.course_class),
            before=line.before,
            waiting=line.waiting,
            seats=line.seats,
            taken=line.taken,
        )


class RollLineOut(EnrolmentOut):
    """A line of a class's roll."""

    person: UUID
    name: str


class EnrolIn(In):
    """A wish for a place. The id is the caller's, so that a repeated request names the same enrolment."""

    id: UUID
    meets_requirement: Flag = False


class OfferAnswerIn(In):
    """Whether the offered place is taken."""

    take: Flag


class PauseIn(In):
    """Whether somebody stays away for now."""

    paused: Flag


class TransferIn(In):
    """Into which class of the same course."""

    id: UUID
    class_id: UUID


class RollWish(Paged):
    state: Enrolment.State | None = None


class LotteryOut(Out):
    """A lottery: what is public by now. `document` is what anybody can work out again; empty until it was drawn."""

    KEYS: ClassVar = ("class_id",)
    class_id: UUID
    step: Lottery.Step
    commitment: str
    beacon_source: str
    announced_at: datetime
    frozen_at: datetime | None
    list_hash: str
    drawn_at: datetime | None
    document: dict[str, Any]


class MovementOut(Schema):
    """One movement of a charge: raises (+) or lowers (−) what is owed."""

    id: UUID
    kind: Movement.Kind
    amount_fen: int
    at: datetime
    provider: Provider | None
    receipt: str


class ChargeOut(Out):
    """What a place costs; `owed_fen` is the sum of its movements."""

    KEYS: ClassVar = ("id",)
    id: UUID
    enrolment: UUID
    state: Charge.State
    owed_fen: int
    movements: list[MovementOut]

    @staticmethod
    def of(row: Charge) -> ChargeOut:
        return ChargeOut(
            id=row.public_id,
            enrolment=row.enrolment.public_id,
            state=Charge.State(row.state),
            owed_fen=row.owed_fen,
            movements=[
                MovementOut(
                    id=move.public_id,
                    kind=Movement.Kind(move.kind),
                    amount_fen=move.amount_fen,
                    at=move.at,
                    provider=Provider(move.provider) if move.provider else None,
                    receipt=move.reference,
                )
                for move in row.movements.order_by("id")
            ],
        )


class PayIn(In):
    """All that is owed, by a provider; the id makes a repeated request the same payment."""

    id: UUID
    provider: Literal["cash", "test"]


class PayByVoucherIn(In):
    """As much of what is owed as whole vouchers of this number pay; the id makes a repeated request the same."""

    id: UUID
    code: Annotated[str, StringConstraints(min_length=10, max_length=20)]


class RefundIn(In):
    """All that is held too much goes back the way it came."""

    id: UUID


@router.writing("/classes/{id}/enrolments", scope="enrolment.write", out=WholeEnrolmentOut, entrusted=ENROL)
def enrol(request: HttpRequest, id: Path[UUID], body: EnrolIn) -> WholeEnrolmentOut:
    """Enrol for a class: a place, the list, or the lottery."""
    viewer = standing(request)
    if not viewer.own_keys(ENROL):
        raise Denied(ENROL)
    made = services.enrol(
        actor=viewer,
        public_id=body.id,
        course_class=_class(id),
        person=viewer.person,
        at=clock.now(),
        meets_requirement=body.meets_requirement,
    )
    return _answer(request, made.public_id)


@router.listing("/me/enrolments", scope="enrolment.read", out=EnrolmentOut, entrusted=SEE)
def list_own_enrolments(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """One's own enrolments, the newest first."""
    viewer = standing(request)
    if not viewer.own_keys(SEE):
        raise Denied(SEE)
    found = queries.own_enrolments(viewer)
    return cut(request, wish, found, order=("-id",), show=lambda rows: [EnrolmentOut.of(one) for one in rows])


@router.reading("/enrolments/{id}", scope="enrolment.read", out=WholeEnrolmentOut, entrusted=SEE)
def get_enrolment(request: HttpRequest, id: Path[UUID]) -> WholeEnrolmentOut:
    """One enrolment and where it stands in the line."""
    return _answer(request, id)


@router.writing("/enrolments/{id}/answer", scope="enrolment.write", out=WholeEnrolmentOut, status=200, entrusted=ENROL)
def answer_offer(request: HttpRequest, id: Path[UUID], body: OfferAnswerIn) -> WholeEnrolmentOut:
    """Take the offered place, or let it go to the next."""
    verb = services.accept_offer if body.take else services.decline_offer
    verb(actor=standing(request), enrolment=_enrolment(request, id), at=clock.now())
    return _answer(request, id)


@router.writing(
    "/enrolments/{id}/withdrawal", scope="enrolment.write", out=WholeEnrolmentOut, status=200, entrusted=ENROL
)
def withdraw(request: HttpRequest, id: Path[UUID]) -> WholeEnrolmentOut:
    """Leave the class, the list or the lottery."""
    services.withdraw(actor=standing(request), enrolment=_enrolment(request, id), at=clock.now())
    return _answer(request, id)


@router.writing("/enrolments/{id}/pause", scope="enrolment.write", out=WholeEnrolmentOut, status=200, entrusted=ENROL)
def pause(request: HttpRequest, id: Path[UUID], body: PauseIn) -> WholeEnrolmentOut:
    """Stay away and keep the place, or come again."""
    verb = services.pause if body.paused else services.resume
    verb(actor=standing(request), enrolment=_enrolment(request, id), at=clock.now())
    return _answer(request, id)


@router.writing("/enrolments/{id}/transfer", scope="enrolment.write", out=WholeEnrolmentOut, entrusted=ENROL)
def transfer(request: HttpRequest, id: Path[UUID], body: TransferIn) -> WholeEnrolmentOut:
    """Change to another class of the same course; answers the new enrolment."""
    made = services.transfer(
        actor=standing(request),
        public_id=body.id,
        enrolment=_enrolment(request, id),
        to=_class(body.class_id),
        at=clock.now(),
    )
    return _answer(request, made.public_id)


@router.listing("/classes/{id}/roll", scope="enrolment.read", out=RollLineOut)
def list_roll(request: HttpRequest, id: Path[UUID], wish: Query[RollWish]) -> dict[str, Any]:
    """The roll of a class of the caller's unit, in the order in which people came."""
    row = _class(id)
    require(standing(request), SEE, on=row)
    found = queries.enrolments_of_class(standing(request), row, states=[wish.state] if wish.state else [])

    def show(rows: Any) -> list[RollLineOut]:
        for one in rows:
            seen(request, person_id=one.person_id, what=Reading.What.ENROLMENT, thing=one.public_id)
        return [
            RollLineOut(**EnrolmentOut.values(one, row), person=one.person.public_id, name=one.person.name)
            for one in rows
        ]

    return cut(request, wish, found, order=("number", "id"), show=show)


@router.reading("/classes/{id}/lottery", out=LotteryOut)
def get_lottery(request: HttpRequest, id: Path[UUID]) -> LotteryOut:
    """The lottery of a class: what is public by now."""
    del request
    found = queries.lottery_of(_class(id))
    if found is None:
        raise Http404
    plain = ("commitment", "beacon_source", "announced_at", "frozen_at", "list_hash", "drawn_at")
    return LotteryOut(
        **{name: getattr(found, name) for name in plain},
        class_id=id,
        step=Lottery.Step(found.step),
        document=found.document(),
    )


@router.reading("/charges/{id}", scope="enrolment.read", out=ChargeOut, entrusted=SEE)
def get_charge(request: HttpRequest, id: Path[UUID]) -> ChargeOut:
    """A charge and every movement of it."""
    return ChargeOut.of(_charge(request, id))


@router.writing("/charges/{id}/payments", scope="payments.write", out=ChargeOut, entrusted=ENROL)
def pay_charge(request: HttpRequest, id: Path[UUID], body: PayIn) -> ChargeOut:
    """Pay all that is owed: at the desk of the unit, or on trial for oneself."""
    services.pay_charge(
        actor=standing(request), public_id=body.id, charge=_charge(request, id), provider=body.provider, at=clock.now()
    )
    return ChargeOut.of(_charge(request, id))


@router.writing("/charges/{id}/voucher-payments", scope="payments.write", out=ChargeOut, entrusted=ENROL)
def pay_by_voucher(request: HttpRequest, id: Path[UUID], body: PayByVoucherIn) -> ChargeOut:
    """Pay with a voucher that was redeemed for reward points: for oneself, or at the desk of the unit."""
    services.pay_by_voucher(
        actor=standing(request), public_id=body.id, charge=_charge(request, id), code=body.code, at=clock.now()
    )
    return ChargeOut.of(_charge(request, id))


@router.writing("/charges/{id}/refunds", scope="payments.write", out=ChargeOut)
def give_back(request: HttpRequest, id: Path[UUID], body: RefundIn) -> ChargeOut:
    """Give back what is held too much."""
    services.give_back(actor=standing(request), public_id=body.id, charge=_charge(request, id), at=clock.now())
    return ChargeOut.of(_charge(request, id))


def _class(public_id: UUID) -> CourseClass:
    found = queries.class_by_id(public_id)
    if found is None:
        raise Http404
    return found


def _enrolment(request: HttpRequest, public_id: UUID) -> Enrolment:
    found = queries.enrolment(standing(request), public_id)
    if found is None:
        raise Http404
    seen(request, person_id=found.person_id, what=Reading.What.ENROLMENT, thing=found.public_id)
    return found


def _answer(request: HttpRequest, public_id: UUID) -> WholeEnrolmentOut:
    return WholeEnrolmentOut.whole(_enrolment(request, public_id))


def _charge(request: HttpRequest, public_id: UUID) -> Charge:
    found = queries.charge_by_id(standing(request), public_id)
    if found is None:
        raise Http404
    seen(request, person_id=found.person_id, what=Reading.What.ENROLMENT, thing=found.public_id)
    return found
