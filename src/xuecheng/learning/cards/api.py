"""Learning cards for programs: one's own, and the reading of others' at a counter."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Schema
from pydantic import StringConstraints

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.access.services import Denied
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import In, Key, Out
from xuecheng.city.organisations.models import Organisation

from . import queries, services, tries
from .models import Card, Device, Use

router = Router(tags=["Cards"])
_PLAIN = r"^[^\u0000-\u001f\u007f]*$"
Shown = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_PLAIN)]


class CardDeviceOut(Schema):
    """A phone that shows the card."""

    id: UUID
    name: str
    enrolled_at: datetime
    used_at: datetime | None


class LearningCardOut(Out):
    """One's own learning card, with the phones that show it."""

    KEYS: ClassVar = ("id",)
    id: UUID
    number: str
    state: Card.State
    reason: str
    issued_at: datetime
    changed_at: datetime | None
    devices: list[CardDeviceOut]

    @staticmethod
    def of(row: Card) -> LearningCardOut:
        return LearningCardOut(
            id=row.public_id, number=row.number, state=Card.State(row.state), reason=row.reason,
            issued_at=row.issued_at, changed_at=row.changed_at,
            devices=[
                CardDeviceOut(
                    id=one.public_id, name=one.name, enrolled_at=one.enrolled_at, used_at=one.__dict__["used_at"]
                )
                for one in queries.devices_of(row)
            ],
        )  # fmt: skip


class CardReadingOut(Out):
    """Whose card was shown. `needs_confirmation`: of paper; nothing is kept yet, say how you made sure (C-85)."""

    KEYS: ClassVar = ("person",)
    person: UUID
    name: str
    how: Use.How
    needs_confirmation: bool


class CardFreezingIn(In):
    """What happened to the card."""

    reason: Literal["lost", "stolen", "damaged", "other"]


class CardDeviceRemovalIn(In):
    """Nothing is to be said."""


class CardReadingIn(In):
    """A card before the counter of an organisation (its code): what was scanned or typed."""

    id: UUID
    organisation: Key
    card: Shown
    confirmed: Use.Confirmed | None = None


@router.reading("/me/card", scope="cards.read", out=LearningCardOut)
def get_own_card(request: HttpRequest) -> LearningCardOut:
    """One's own card and the phones that show it."""
    return LearningCardOut.of(_own(request))


@router.writing("/me/card/freezing", scope="cards.write", out=LearningCardOut, status=200)
def freeze_own_card(request: HttpRequest, body: CardFreezingIn) -> LearningCardOut:
    """Stop one's own card at once. Using it again asks for a fresh proof of who one is, on the site (C-87)."""
    row = _own(request)
    services.freeze_card(actor=standing(request), card=row, reason=body.reason, at=clock.now())
    return LearningCardOut.of(_own(request))


@router.writing("/me/card/devices/{id}/removal", scope="cards.write", out=LearningCardOut, status=200)
def remove_card_device(request: HttpRequest, id: Path[UUID], body: CardDeviceRemovalIn) -> LearningCardOut:
    """Take a phone off one's own card."""
    del body
    row = _own(request)
    rows = Device.objects.select_related("card__account__person__territory")
    device = rows.filter(public_id=id, card=row).first()
    if device is None:
        raise Http404
    services.revoke_device(actor=standing(request), device=device, at=clock.now())
    return LearningCardOut.of(row)


@router.writing("/card-readings", scope="cards.write", out=CardReadingOut)
def read_learning_card(request: HttpRequest, body: CardReadingIn) -> CardReadingOut:
    """Whose card somebody shows at a counter: the code of a phone, eight digits after the number, or the number."""
    actor = standing(request)
    organisation = Organisation.objects.select_related("territory").filter(code=body.organisation).first()
    if organisation is None:
        raise Http404
    tries.check(request)
    more: dict[str, Any] = {"public_id": body.id, "organisation": organisation, "confirmed": body.confirmed or ""}
    try:
        found = services.read_card(actor=actor, text=body.card, at=clock.now(), **more)
    except services.WRONG:
        tries.note(request)
        raise
    seen(request, person_id=found.person.pk, what=Reading.What.PERSON)
    return CardReadingOut(
        person=found.person.public_id, name=found.person.name, how=Use.How(found.how),
        needs_confirmation=found.needs_confirmation,
    )  # fmt: skip


def _own(request: HttpRequest) -> Card:
    viewer = standing(request)
    if not viewer.own_keys(queries.KEEP):
        raise Denied(queries.KEEP)
    row = queries.own_card(viewer)
    if row is None:
        raise Http404
    return row
