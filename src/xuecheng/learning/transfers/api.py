"""Points within the family for programs: the rules, one's own gifts, offering and answering."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query
from pydantic import Field

from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import Denied
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import In, Out

from . import queries, services
from .models import Gift, GivingRules, Relation

router = Router(tags=["Points within the family"])


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


def _own(request: HttpRequest) -> Standing:
    viewer = standing(request)
    if not viewer.own_keys(queries.GIVE):
        raise Denied(queries.GIVE)
    return viewer
