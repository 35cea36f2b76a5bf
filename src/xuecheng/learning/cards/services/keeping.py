"""Verbs of a card's life: frozen at once, thawed, replaced by another number, handed back (C-87)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.learning.cards import news
from xuecheng.learning.cards.models import Card, Device, Reason
from xuecheng.learning.cards.queries import KEEP
from xuecheng.learning.creditbank.models import LearningAccount
from xuecheng.learning.creditbank.services import accounts


class CardGone(Refusal):
    message = _("This card is not in use any more.")
    remedy = _("Ask for a new one.")


class NotFrozen(Refusal):
    message = _("This card is not frozen.")


class PlaceOnlyWithFound(Refusal):
    message = _("Where a card lies is said of one that was found and handed in.")
    field = "kept_at"


def freeze_card(*, actor: Standing, card: Card, reason: str, at: datetime, kept_at: Organisation | None = None) -> Card:
    """Stop a card at once, by its holder or at a counter; said twice, once. `kept_at`: where a found card lies.

    Right: cards.keep_card on the holder. Raises `Denied`, `CardGone`, `PlaceOnlyWithFound`.
    """
    require(actor, KEEP, on=card)
    if kept_at is not None and reason != Reason.FOUND:
        raise PlaceOnlyWithFound
    with trace.change(by=actor.person, why=gettext_noop("Learning card frozen")):
        row = _locked(card)
        if row.state == Card.State.FROZEN and kept_at is None:
            return row
        if row.state not in (Card.State.ACTIVE, Card.State.FROZEN):
            raise CardGone
        return _moved(row, Card.State.FROZEN, by=actor, reason=reason, at=at, kept_at=kept_at)


def thaw_card(*, actor: Standing, card: Card, at: datetime) -> Card:
    """Use a frozen card again; said twice, once. The page asks the holder for a fresh proof first.

    Right: cards.keep_card on the holder. Raises `Denied`, `NotFrozen`.
    """
    require(actor, KEEP, on=card)
    with trace.change(by=actor.person, why=gettext_noop("Learning card in use again")):
        row = _locked(card)
        if row.state == Card.State.ACTIVE:
            return row
        if row.state != Card.State.FROZEN:
            raise NotFrozen
        return _moved(row, Card.State.ACTIVE, by=actor, reason="", at=at)


def replace_card(*, actor: Standing, public_id: UUID, card: Card, reason: str, at: datetime) -> Card:
    """Another number for the same account. The old one points to nothing from now on, and its phones show nothing.

    Asked again with the same id, the same card. Right: cards.keep_card on the holder. Raises `Denied`, `CardGone`.
    """
    require(actor, KEEP, on=card)
    with (
        trace.change(by=actor.person, why=gettext_noop("Learning card replaced")),
        refusing(card_public_id_once=FormUsedBefore),
    ):
        known = Card.objects.filter(public_id=public_id).first()
        if known is not None:
            if known.account_id != card.account_id:
                raise FormUsedBefore
            return known
        row = _locked(card)
        if row.state == Card.State.REPLACED:
            raise CardGone
        _take_off(row, at=at)
        _moved(row, Card.State.REPLACED, by=actor, reason=reason, at=at, kept_at=row.kept_at, tells=False)
        made = Card.objects.create(
            public_id=public_id, account=row.account, number=accounts.fresh_card_number(), issued_at=at,
            issued_by=actor.person,
        )  # fmt: skip
        LearningAccount.objects.filter(pk=row.account_id).update(card_number=made.number)
        row.account.card_number = made.number
        _tell_if_another(made, actor, at=at)
    return made


def hand_back_card(*, actor: Standing, card: Card, at: datetime) -> Card:
    """The holder wants no card any more; the account stays as it is, and a new card can be had. Said twice, once.

    Right: cards.keep_card on the holder. Raises `Denied`, `CardGone`.
    """
    require(actor, KEEP, on=card)
    with trace.change(by=actor.person, why=gettext_noop("Learning card handed back")):
        row = _locked(card)
        if row.state == Card.State.RETURNED:
            return row
        if row.state == Card.State.REPLACED:
            raise CardGone
        _take_off(row, at=at)
        return _moved(row, Card.State.RETURNED, by=actor, reason=Reason.OTHER, at=at)


def withdraw_card(card: Card, *, at: datetime) -> None:
    """Take a card and its phones out of use within a change that is under way: its holder is being erased."""
    row = _locked(card)
    _take_off(row, at=at)
    if row.state not in (Card.State.RETURNED, Card.State.REPLACED):
        row.state, row.reason, row.changed_at, row.changed_by, row.kept_at = (
            Card.State.RETURNED, Reason.OTHER, at, None, None,
        )  # fmt: skip
        row.save(update_fields=["state", "reason", "changed_at", "changed_by", "kept_at"])


def _locked(card: Card) -> Card:
    rows = Card.objects.select_related("account__person__territory", "kept_at")
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=card.pk)


def _take_off(card: Card, *, at: datetime) -> None:
    Device.objects.filter(card=card, revoked_at__isnull=True).update(revoked_at=at)


def _moved(
    row: Card, state: str, *, by: Standing, reason: str, at: datetime, kept_at: Organisation | None = None,
    tells: bool = True,
) -> Card:  # fmt: skip
    row.state, row.reason, row.changed_at, row.kept_at = state, reason, at, kept_at
    row.changed_by = by.person if isinstance(by.person, Person) else None
    row.save(update_fields=["state", "reason", "changed_at", "changed_by", "kept_at"])
    if tells:
        _tell_if_another(row, by, at=at)
    return row


def _tell_if_another(row: Card, by: Standing, *, at: datetime) -> None:
    if row.account_id not in by.person_keys:
        news.tell_changed(row, at=at)
