"""The desk of redemption for programs: an organisation words its offers, puts them on the shelf and takes them off.

The same verbs as on the pages, with the same refusals; what is on the shelf is never changed, only closed (C-39).

The operations stand on the router of `api`: of one address reading and writing belong together.
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path
from pydantic import Field, StringConstraints

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.api.schemas import Code, Day, Flag, In, Key, Line, Reason, ShortText
from xuecheng.city.organisations.models import Organisation
from xuecheng.learning.creditbank.models import UnitVersion

from . import queries, services
from .api import RedemptionOfferOut, router
from .models import Offer, OfferKind, Period

__all__ = ["router"]

_PLAIN = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"
About = Annotated[str, StringConstraints(max_length=1000, pattern=_PLAIN)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=_PLAIN)]
Amount = Annotated[int, Field(ge=0, le=100_000_000)]
Few = Annotated[int, Field(ge=1, le=100)]


class RedemptionOfferIn(In):
    """What is offered, in the fields of an offer. Points in hundredths and worth in fen for one.

    Of a kind that takes units: their codes, the newest published version each. The id makes a repeated request the same
    draft, which nobody sees before it is published.
    """

    id: UUID
    organisation: Key
    kind: OfferKind
    title_zh: Title
    title_en: ShortText = ""
    about_zh: About = ""
    about_en: About = ""
    place: Line = ""
    points: Amount = 0
    face_fen: Amount = 0
    is_everywhere: Flag = False
    consumes: Flag = False
    is_counted: Flag = True
    most_per_order: Few = 1
    most_per_person: Few | None = None
    period: Period = Period.EVER
    hold_hours: Annotated[int, Field(ge=1, le=720)] = 72
    low_stock: Annotated[int, Field(ge=0, le=10_000)] | None = None
    opens_on: Day
    closes_on: Day | None = None
    units: Annotated[list[Code], Field(max_length=10)] = []


class OfferPublicationIn(In):
    """Nothing is to be said."""


class OfferClosingIn(In):
    """Why it goes from the shelf; learners read it."""

    why: Reason


@router.writing("/redemption-offers", scope="redemption.write", out=RedemptionOfferOut)
def draft_redemption_offer(request: HttpRequest, body: RedemptionOfferIn) -> RedemptionOfferOut:
    """Write an offer that nobody sees yet."""
    place = Organisation.objects.select_related("territory").filter(code=body.organisation).first()
    if place is None:
        raise Http404
    said = body.dict(exclude={"id", "organisation", "units"})
    wish = services.Wish(**said, units=[_unit(code) for code in body.units])
    made = services.draft_offer(
        actor=standing(request), public_id=body.id, organisation=place, wish=wish, at=clock.now()
    )
    return RedemptionOfferOut.of(_kept(request, made.public_id))


@router.writing("/redemption-offers/{id}/publication", scope="redemption.write", out=RedemptionOfferOut, status=200)
def publish_redemption_offer(request: HttpRequest, id: Path[UUID], body: OfferPublicationIn) -> RedemptionOfferOut:
    """Put a draft on the shelf; what uses credits of learning is put there by somebody else than who drafted it."""
    del body
    services.publish_offer(actor=standing(request), offer=_kept(request, id), at=clock.now())
    return RedemptionOfferOut.of(_kept(request, id))


@router.writing("/redemption-offers/{id}/closing", scope="redemption.write", out=RedemptionOfferOut, status=200)
def close_redemption_offer(request: HttpRequest, id: Path[UUID], body: OfferClosingIn) -> RedemptionOfferOut:
    """Take it off the shelf, and say why; what is reserved stays so."""
    services.close_offer(actor=standing(request), offer=_kept(request, id), why=body.why, at=clock.now())
    return RedemptionOfferOut.of(_kept(request, id))


def _unit(code: str) -> UnitVersion:
    row = queries.units_to_take().filter(code=code).last()
    if row is None:
        raise Http404
    return row


def _kept(request: HttpRequest, public_id: UUID) -> Offer:
    row = queries.kept_offer(standing(request), public_id)
    if row is None:
        raise Http404
    return row
