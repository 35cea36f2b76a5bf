"""Questions of cards: one's own, a number's, its phones and uses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Max, QuerySet

from xuecheng.city.access.queries import scope_of
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.groups import keys_of
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Standing, visible

from .models import Card, Device, Finding, Terms, Use

KEEP = "cards.keep_card"
ENROL = "cards.enrol_device"
READ = "cards.read_card"
SEALED_FOR = "cards.device"
"""Under this purpose the vault seals the secrets of devices."""
_GONE = (Card.State.REPLACED, Card.State.RETURNED)


def terms() -> Terms:
    """What the city has set about cards."""
    return Terms.objects.first() or Terms(pk=1)


def card_of(keys: Sequence[int]) -> Card | None:
    """The card of the first of a person's keys that has an account; one that was handed back too. One query."""
    found = {row.account_id: row for row in _whole().filter(account__in=keys).exclude(state=Card.State.REPLACED)}
    return next((found[key] for key in keys if key in found), None)


def card_numbered(number: str) -> Card | None:
    """The card that bears a number now, frozen or not. One query, whatever it finds (C-83)."""
    return _whole().filter(number=number).exclude(state__in=_GONE).first()


def own_card(viewer: Standing) -> Card | None:
    """The viewer's own card."""
    return card_of(viewer.own_keys(KEEP)) if viewer.own_keys(KEEP) else None


def kept_card(viewer: Standing, public_id: UUID) -> Card | None:
    """A card that the viewer keeps: one's own, or of people of one's counter."""
    row = _whole().filter(public_id=public_id).first()
    return row if row is not None and viewer.may(KEEP, row.access_scope()) else None


def card_of_person(viewer: Standing, person_id: UUID) -> Card | None:
    """The card of a person whose cards the viewer keeps."""
    person = Person.objects.select_related("territory").filter(public_id=person_id).first()
    if person is None or not viewer.may(KEEP, scope_of(person)):
        return None
    return card_of(keys_of(person))


def holder_of(card: Card) -> Person:
    """Whose card it is: the account that counts, where accounts were merged. At most one query."""
    person = card.account.person
    if person.merged_into_id is None:
        return person
    return Person.objects.select_related("territory").get(pk=person.merged_into_id)


def devices_of(card: Card) -> QuerySet[Device]:
    """Phones that show the card now, the newest first, each with `used_at`."""
    return live_devices(card).annotate(used_at=Max("uses__at")).order_by("-enrolled_at", "-pk")


def live_devices(card: Card) -> QuerySet[Device]:
    return Device.objects.filter(card=card, revoked_at__isnull=True)


def uses_of(card: Card, *, most: int = 20) -> list[Use]:
    """Where the card was read last."""
    return list(Use.objects.filter(card=card).select_related("by", "device").order_by("-at", "-pk")[:most])


def cards_before(card: Card) -> list[Card]:
    """Earlier numbers of the same account, the newest first."""
    rows = Card.objects.filter(account=card.account_id, state=Card.State.REPLACED)
    return list(rows.order_by("-issued_at", "-pk"))


def findings_waiting(*, most: int = 500) -> list[Finding]:
    """What finders said and nobody was told yet, the oldest first."""
    return list(Finding.objects.filter(told_at__isnull=True).select_related("lies_at").order_by("said_at")[:most])


def told_since(number: str, since: datetime, *, with_place: bool) -> bool:
    """Whether the holder of a number was told of a finding since then; where it lies is told beside the first."""
    told = Finding.objects.filter(number=number, told_at__gt=since, is_passed_on=True)
    return (told.filter(lies_at__isnull=False) if with_place else told).exists()


def _whole() -> QuerySet[Card]:
    return Card.objects.select_related("account__person__territory", "kept_at")


def places_to_read(viewer: Standing) -> QuerySet[Organisation]:
    """The organisations at whose counters the viewer reads cards."""
    rows = Organisation.objects.filter(visible(viewer, READ, organisation="pk", territory="territory"), is_active=True)
    return rows.select_related("territory").order_by("code")
