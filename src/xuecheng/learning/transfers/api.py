"""Points within the family for programs: rules, one's own gifts and their answers, relations and who records them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query
from pydantic import Field, StringConstraints

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.access.services import Denied, require
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import In, Out
from xuecheng.city.people import queries as people
from xuecheng.city.people.api import SignInName
from xuecheng.city.people.groups import keys_of
from xuecheng.city.people.models import Person

from . import queries, services
from .models import Gift, GivingRules, Kinship, Relation

router = Router(tags=["Points within the family"])
_PLAIN = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"
Proof = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=_PLAIN)]


class GivingRulesOut(Out):
    """What may be given within a family, to whom, how much a year (hundredths); from a day on."""

    KEYS: ClassVar = ("id",)
    id: UUID
    relations: list[Relation]
    most_a_year: int
    answer_days: int
    source: str
    begins_on: date
    ends_on: date | None
    state: GivingRules.State

    @staticmethod
    def of(row: GivingRules) -> GivingRulesOut:
        plain = ("most_a_year", "answer_days", "source", "begins_on", "ends_on")
        return GivingRulesOut(
            **{name: getattr(row, name) for name in plain}, id=row.public_id, state=GivingRules.State(row.state),
            relations=[Relation(one) for one in row.relations],
        )  # fmt: skip


class FamilyGiftOut(Out):
    """Points that one gave or was given; hundredths. `is_mine`: the caller gives."""

    KEYS: ClassVar = ("id",)
    id: UUID
    is_mine: bool
    other: str
    relation: Relation
    points: int
    state: Gift.State
    offered_at: datetime
    until: datetime
    ended_at: datetime | None

    @staticmethod
    def of(row: Gift, viewer: Standing) -> FamilyGiftOut:
        plain = ("points", "offered_at", "until", "ended_at")
        is_mine = row.giver_id in viewer.person_keys
        return FamilyGiftOut(
            **{name: getattr(row, name) for name in plain}, id=row.public_id, is_mine=is_mine,
            other=(row.receiver if is_mine else row.giver).name, relation=Relation(row.relation),
            state=Gift.State(row.state),
        )  # fmt: skip


class FamilyGiftIn(In):
    """Offer points (hundredths) along a recorded relation: a guardianship or a kinship, one of the two.

    The id makes a repeated request the same offer.
    """

    id: UUID
    guardianship: UUID | None = None
    kinship: UUID | None = None
    points: Annotated[int, Field(ge=1, le=100_000_000)]


class FamilyAnswerIn(In):
    """The receiver accepts or declines; the giver takes back."""

    answer: Literal["accept", "decline", "take_back"]


class KinshipOut(Out):
    """A relation in a family: `kind` is what `one` is to `other`. It counts once both agreed and until it is ended."""

    KEYS: ClassVar = ("id",)
    id: UUID
    one: str
    other: str
    kind: Kinship.Kind
    recorded_at: datetime
    one_agreed_at: datetime | None
    other_agreed_at: datetime | None
    ended_at: datetime | None
    ended_because: Kinship.EndedBecause | None

    @staticmethod
    def of(row: Kinship) -> KinshipOut:
        plain = ("recorded_at", "one_agreed_at", "other_agreed_at", "ended_at")
        return KinshipOut(
            **{name: getattr(row, name) for name in plain}, id=row.public_id, one=row.one.name, other=row.other.name,
            kind=Kinship.Kind(row.kind),
            ended_because=Kinship.EndedBecause(row.ended_because) if row.ended_because else None,
        )  # fmt: skip


class KinshipIn(In):
    """Who is what to the person at the counter, and which document was seen: its kind and place, never its number.

    `kind` is what the person is to `other` (a sign-in name). The id makes a repeated request the same relation.
    """

    id: UUID
    other: SignInName
    kind: Kinship.Kind
    proof: Proof


class KinshipAgreementIn(In):
    """Nothing is to be said."""


class KinshipEndingIn(In):
    """Why a counter ends it; one of the two says nothing."""

    why: Kinship.EndedBecause | None = None


@router.listing("/giving-rules", out=GivingRulesOut)
def list_giving_rules(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """Rules of giving that were ever approved, the newest first. Without rules in force nothing can be given (C-42)."""
    rows = queries.all_rules().filter(state__in=[GivingRules.State.APPROVED, GivingRules.State.ENDED])
    return cut(request, wish, rows, order=("-id",), show=lambda found: [GivingRulesOut.of(one) for one in found])


@router.listing("/me/family-gifts", scope="transfers.read", out=FamilyGiftOut)
def list_family_gifts(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """What one gave and was given, the newest first."""
    viewer = _own(request)

    def show(found: Sequence[Gift]) -> list[FamilyGiftOut]:
        return [FamilyGiftOut.of(one, viewer) for one in found]

    return cut(request, wish, queries.own_gifts(viewer), order=("-id",), show=show)


@router.writing("/me/family-gifts", scope="transfers.write", out=FamilyGiftOut)
def offer_family_gift(request: HttpRequest, body: FamilyGiftIn) -> FamilyGiftOut:
    """Offer points to one of the family; they are held until the answer."""
    actor = _own(request)
    along = body.guardianship or body.kinship
    if along is None or (body.guardianship and body.kinship):
        raise services.NotOfTheFamily
    made = services.offer(actor=actor, public_id=body.id, along=along, points=body.points, at=clock.now())
    return FamilyGiftOut.of(made, actor)


@router.writing("/me/family-gifts/{id}/answer", scope="transfers.write", out=FamilyGiftOut, status=200)
def answer_family_gift(request: HttpRequest, id: Path[UUID], body: FamilyAnswerIn) -> FamilyGiftOut:
    """Accept or decline what one was offered, or take back what one offered."""
    actor = _own(request)
    row = queries.gift(actor, id)
    if row is None:
        raise Http404
    act = {"accept": services.accept, "decline": services.decline, "take_back": services.take_back}[body.answer]
    return FamilyGiftOut.of(act(actor=actor, gift=row, at=clock.now()), actor)


@router.listing("/me/kinships", scope="transfers.read", out=KinshipOut)
def list_own_kinships(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """Relations of one's own that were recorded and not ended, the newest first."""
    return cut(
        request, wish, queries.own_kinships(_own(request).own_keys(queries.GIVE)), order=("-id",), show=_kinships
    )


@router.writing("/kinships/{id}/agreement", scope="transfers.write", out=KinshipOut, status=200)
def agree_to_kinship(request: HttpRequest, id: Path[UUID], body: KinshipAgreementIn) -> KinshipOut:
    """Say that a relation of one's own is so; points can be given along it once both did."""
    del body
    actor = _own(request)
    row = queries.own_kinship(actor, id)
    if row is None:
        raise Http404
    return KinshipOut.of(services.agree_kinship(actor=actor, kinship=row, at=clock.now()))


@router.writing("/kinships/{id}/ending", scope="transfers.write", out=KinshipOut, status=200)
def end_kinship(request: HttpRequest, id: Path[UUID], body: KinshipEndingIn) -> KinshipOut:
    """End a relation: one of the two for themselves, or a counter with a reason. What was given stays given."""
    actor, now = standing(request), clock.now()
    own = queries.own_kinship(actor, id)
    if own is not None:
        return KinshipOut.of(services.end_kinship(actor=actor, kinship=own, at=now))
    row = queries.kinship_at_counter(actor, id)
    if row is None:
        raise Http404
    _kinship_seen(request, row)
    return KinshipOut.of(services.end_kinship_at_counter(actor=actor, kinship=row, why=body.why or "", at=now))


@router.listing("/people/{id}/kinships", scope="transfers.read", out=KinshipOut)
def list_kinships_of(request: HttpRequest, id: Path[UUID]) -> dict[str, Any]:
    """Relations of a person at the counter, ended ones too, the newest first."""
    rows = queries.kinships_of(standing(request), keys_of(_at_counter(request, id)))
    for row in rows:
        _kinship_seen(request, row)
    return {"items": _kinships(rows), "next": None}


@router.writing("/people/{id}/kinships", scope="transfers.write", out=KinshipOut)
def record_kinship(request: HttpRequest, id: Path[UUID], body: KinshipIn) -> KinshipOut:
    """Record at the counter that two people are of one family, with the proof seen; both agree then for themselves."""
    one, other = _at_counter(request, id), people.by_sign_in_name(body.other)
    if other is None:
        raise Http404
    made = services.record_kinship(
        actor=standing(request), public_id=body.id, one=one, other=other, kind=body.kind, proof=body.proof,
        at=clock.now(),
    )  # fmt: skip
    _kinship_seen(request, made)
    return KinshipOut.of(made)


def _kinships(rows: Sequence[Kinship]) -> list[KinshipOut]:
    return [KinshipOut.of(one) for one in rows]


def _kinship_seen(request: HttpRequest, row: Kinship) -> None:
    for key in (row.one_id, row.other_id):
        seen(request, person_id=key, what=Reading.What.FAMILY, thing=row.public_id)


def _at_counter(request: HttpRequest, public_id: UUID) -> Person:
    person = people.person(standing(request), public_id)
    if person is None:
        raise Http404
    require(standing(request), queries.RECORD, on=queries.home_of(person))
    return person


def _own(request: HttpRequest) -> Standing:
    viewer = standing(request)
    if not viewer.own_keys(queries.GIVE):
        raise Denied(queries.GIVE)
    return viewer
