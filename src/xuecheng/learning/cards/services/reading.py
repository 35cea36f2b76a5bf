"""The one verb of counters: whose card is this (C-83 … C-86)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.learning.cards import rules
from xuecheng.learning.cards.models import Card, Device, Use
from xuecheng.learning.cards.queries import READ, card_numbered, holder_of, live_devices
from xuecheng.learning.creditbank.rules import CardNumberWrong, normalise_card_number

from .devices import secret_of

_DAY_MINUTES = 24 * 60

RETRY_WITHIN = timedelta(minutes=15)
"""So long a reading is answered again under its id; a card that was read yesterday does not stand here today."""


class NotACard(Refusal):
    message = _("This is neither the code of a learning card nor its number.")
    remedy = _("Scan it again, or type the sixteen digits.")
    field = "card"


class CardUnknown(Refusal):
    message = _("There is no learning card with this number.")
    remedy = _("Read the sixteen digits again.")
    field = "card"


class CardFrozen(Refusal):
    message = _("This card is frozen: it was reported lost, or its holder stopped it.")
    remedy = _("The holder can use it again after signing in, or get a new one at a counter.")
    field = "card"


class CodeWrong(Refusal):
    message = _("This code does not belong to the card.")
    remedy = _("Wait for the next code and try again.")
    field = "card"


class PhoneTakenOff(Refusal):
    message = _("This phone was taken off the card.")
    remedy = _("Set it up again on the page “My learning card”, or use the printed card.")
    field = "card"


class CodeUsed(Refusal):
    message = _("This code was used here already.")
    remedy = _("Wait half a minute for the next one.")
    field = "card"


class CodeOld(Refusal):
    message = _("This code is not of today.")
    remedy = _("A picture of a code is worth nothing; open the card on the phone itself.")
    field = "card"


class ClockSlow(Refusal):
    message = _("This code is %(minutes)s min old: the phone's clock is slow by that much, or it is a picture.")
    remedy = _("Let the phone set its time by itself, or use the number of the card.")
    field = "card"


class ClockFast(Refusal):
    message = _("The phone's clock is fast by %(minutes)s min.")
    remedy = _("Let the phone set its time by itself, or use the number of the card.")
    field = "card"


class ConfirmFirst(Refusal):
    message = _("A printed number does not show who holds it. Is this %(name)s?")
    remedy = _("Ask for the name, or look at a document, and say below how you made sure.")
    field = "confirmed"


WRONG = (NotACard, CardUnknown, CardFrozen, CodeWrong, PhoneTakenOff)
"""What somebody who tries numbers out gets: doors count these (C-83), not a clock that is off or a code just used."""


@dataclass(frozen=True)
class Place:
    """Where a card is read: a step of a code is spent once at a place. `key` such as "session:…"."""

    key: str
    name: str


@dataclass(frozen=True)
class ReadCard:
    """Whose card it is, and how it was read. Where it `needs_confirmation`, nothing is written yet: say how it was made
    sure that it is they."""

    card: Card
    person: Person
    how: str
    needs_confirmation: bool = False


def place_of(organisation: Organisation) -> Place:
    """The counter of an organisation."""
    return Place(f"org:{organisation.code}", organisation.name_zh)


def read_card(
    *, actor: Standing, public_id: UUID, organisation: Organisation, text: str, at: datetime, confirmed: str = ""
) -> ReadCard:
    """Whose card somebody shows at the counter of `organisation`: `text` is what was scanned or typed.

    Right: cards.read_card there. Raises `Denied`, and as `read_within`.
    """
    require(actor, READ, on=organisation)
    return read_within(
        actor=actor, public_id=public_id, place=place_of(organisation), text=text, at=at, confirmed=confirmed
    )


def read_within(
    *, actor: Standing, public_id: UUID, place: Place, text: str, at: datetime, confirmed: str = ""
) -> ReadCard:
    """The same for acts that have asked for their own right. Asked again with the same id, the same answer.

    Raises `NotACard`, `CardUnknown` (alike for numbers never issued, replaced, handed back), `CardFrozen`, `CodeWrong`,
    `PhoneTakenOff`, `CodeUsed`, `CodeOld`, `ClockSlow`, `ClockFast`, `FormUsedBefore`.
    """
    shown = rules.read_text(text)
    if shown is None:
        raise NotACard
    try:
        number = normalise_card_number(shown.card)
    except CardNumberWrong:
        raise CardUnknown from None
    card = card_numbered(number)
    if card is None:
        raise CardUnknown
    if card.state != Card.State.ACTIVE:
        raise CardFrozen
    known = Use.objects.filter(public_id=public_id).first()
    if known is not None:
        if (known.card_id, known.place) != (card.pk, place.key) or at - known.at > RETRY_WITHIN:
            raise FormUsedBefore
        return ReadCard(card, holder_of(card), known.how)
    if isinstance(shown, rules.Printed):
        if not confirmed:
            return ReadCard(card, holder_of(card), Use.How.NUMBER, needs_confirmation=True)
        return _written(actor, public_id, card, place, how=Use.How.NUMBER, confirmed=confirmed, at=at)
    device, step = _proved(card, shown, now=rules.step_of(at))
    _check_time(step, now=rules.step_of(at))
    how = Use.How.SCANNED if isinstance(shown, rules.Scanned) else Use.How.SPOKEN
    return _written(actor, public_id, card, place, how=how, device=device, step=step, at=at)


def _proved(card: Card, shown: rules.Scanned | rules.Spoken, *, now: int) -> tuple[Device, int]:
    """The device that made the code, and for which step."""
    if isinstance(shown, rules.Scanned):
        device = Device.objects.filter(card=card, key_version=shown.key_version).first()
        if device is None or not rules.is_genuine(shown, secret_of(device)):
            raise CodeWrong
        if device.revoked_at is not None:
            raise PhoneTakenOff
        return device, shown.step
    for device in live_devices(card):
        step = rules.step_spoken(shown.code, secret_of(device), now=now)
        if step is not None:
            return device, step
    raise CodeWrong


def _check_time(step: int, *, now: int) -> None:
    minutes = rules.minutes_off(step, now=now)
    if abs(minutes) >= _DAY_MINUTES:
        raise CodeOld
    if minutes:
        raise ClockFast(minutes=minutes) if minutes > 0 else ClockSlow(minutes=-minutes)


def _written(
    actor: Standing, public_id: UUID, card: Card, place: Place, *, how: str, at: datetime, device: Device | None = None,
    step: int | None = None, confirmed: str = "",
) -> ReadCard:  # fmt: skip
    with (
        trace.change(by=actor.person, why=gettext_noop("Learning card read")),
        refusing(card_use_once=CodeUsed, card_use_public_id_once=FormUsedBefore),
    ):
        Use.objects.create(
            public_id=public_id, card=card, device=device, place=place.key, place_name=place.name[:120], step=step,
            how=how, confirmed=confirmed, at=at, by=actor.person,
        )  # fmt: skip
    return ReadCard(card, holder_of(card), how)
