"""Cards are read at counters: by picture, by eight digits, by a printed number that is made sure of (C-83 … C-86)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from city.situations import a_person, a_stranger
from learning.cards.situations import NOW, Counter, a_counter, a_phone, of, read, with_card
from xuecheng.city import clock
from xuecheng.city.access.services import Denied
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import FormUsedBefore
from xuecheng.learning.cards import services
from xuecheng.learning.cards.models import Device, Terms, Use
from xuecheng.learning.creditbank.rules import card_number, shown_card_number

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def counter() -> Counter:
    return a_counter()


def test_a_picture_says_who_it_is_and_is_spent_once_at_a_place(counter: Counter) -> None:
    phone = a_phone(counter.holder, at=NOW)
    found = read(counter, phone.picture(NOW))
    assert (found.person, found.needs_confirmation) == (counter.holder.person, False)
    with pytest.raises(services.CodeUsed):
        read(counter, phone.picture(NOW))
    with pytest.raises(services.CodeUsed):  # the same step, read aloud
        read(counter, phone.spoken(NOW))
    elsewhere = services.Place("session:x", "太极班")
    services.read_within(actor=counter.registrar, public_id=uuid4(), place=elsewhere, text=phone.picture(NOW), at=NOW)
    assert read(counter, phone.spoken(NOW + 30 * SECOND), at=NOW + 30 * SECOND).how == "spoken"
    assert Use.objects.count() == 3


def test_asked_again_with_the_same_id_the_answer_is_the_same(counter: Counter) -> None:
    phone, key = a_phone(counter.holder, at=NOW), uuid4()
    first = read(counter, phone.picture(NOW), public_id=key)
    again = read(counter, phone.picture(NOW), public_id=key, at=NOW + 9 * SECOND)
    assert (first.person, Use.objects.count()) == (again.person, 1)


@pytest.mark.parametrize(("seconds", "refusal", "minutes"), [
    (-37, None, 0), (-38, services.ClockSlow, 1), (52, None, 0), (53, services.ClockFast, 1),
    (-600, services.ClockSlow, 10), (1200, services.ClockFast, 20),
])  # fmt: skip
@pytest.mark.parametrize("how", ["picture", "spoken"])
def test_c86_a_clock_half_a_minute_off_works_and_more_is_told(
    counter: Counter, seconds: int, refusal: type[services.ClockSlow] | None, minutes: int, how: str
) -> None:
    """NOW is seven seconds into a step: 37 s back is still the step before, 52 s on the one after."""
    phone = a_phone(counter.holder, at=NOW)
    phone.off = timedelta(seconds=seconds)
    if refusal is None:
        assert read(counter, getattr(phone, how)(NOW)).person == counter.holder.person
        return
    with pytest.raises(refusal) as refused:
        read(counter, getattr(phone, how)(NOW))
    assert refused.value.values == {"minutes": minutes}
    assert not Use.objects.exists()


def test_a_picture_of_yesterday_and_a_forged_one_are_refused(counter: Counter) -> None:
    phone = a_phone(counter.holder, at=NOW)
    with pytest.raises(services.CodeOld):
        read(counter, phone.picture(NOW - timedelta(days=1)))
    for text in (phone.picture(NOW)[:-1] + "_", phone.picture(NOW).replace(".1.", ".2."), f"{phone.card} 00000000"):
        with pytest.raises(services.CodeWrong):
            read(counter, text)


def test_a_printed_number_asks_to_make_sure_first(counter: Counter) -> None:
    number = shown_card_number(counter.card.number)
    asked = read(counter, number)
    assert (asked.person.name, asked.needs_confirmation, Use.objects.count()) == ("陈嘉敏", True, 0)
    assert read(counter, number, confirmed="name").needs_confirmation is False
    assert Use.objects.get().confirmed == "name"


def test_unknown_replaced_and_handed_back_are_the_same_answer_and_frozen_is_said_to_staff(counter: Counter) -> None:
    card, phone = counter.card, a_phone(counter.holder, at=NOW)
    services.freeze_card(actor=counter.holder, card=card, reason="lost", at=NOW)
    for text in (card.number, phone.picture(NOW), phone.spoken(NOW)):
        with pytest.raises(services.CardFrozen):
            read(counter, text)
    new = services.replace_card(actor=counter.holder, public_id=uuid4(), card=card, reason="lost", at=NOW)
    services.hand_back_card(actor=counter.holder, card=new, at=NOW)
    for text in (card.number, phone.picture(NOW), new.number, card_number("999999999999"), "4400000000000000"):
        with pytest.raises(services.CardUnknown):
            read(counter, text)
    with pytest.raises(services.NotACard):
        read(counter, "hello")


def test_a_phone_that_was_taken_off_shows_nothing(counter: Counter) -> None:
    phone, other = a_phone(counter.holder, at=NOW), a_phone(counter.holder, at=NOW)
    device = Device.objects.select_related("card__account__person").get(key_version=1)
    services.revoke_device(actor=counter.holder, device=device, at=NOW)
    assert services.revoke_device(actor=counter.holder, device=device, at=NOW + SECOND).revoked_at == NOW
    with pytest.raises(services.PhoneTakenOff):
        read(counter, phone.picture(NOW))
    with pytest.raises(services.CodeWrong):
        read(counter, phone.spoken(NOW))
    assert read(counter, other.picture(NOW)).person == counter.holder.person


def test_who_may_not_is_denied_and_nothing_is_written(counter: Counter) -> None:
    phone = a_phone(counter.holder, at=NOW)
    for who in (a_stranger(), counter.holder):
        with pytest.raises(Denied):
            read(counter, phone.picture(NOW), actor=who)
    with pytest.raises(Denied):
        a_phone_of_another(counter)
    assert not Use.objects.exists()
    assert read(counter, phone.picture(NOW), actor=counter.clerk).person == counter.holder.person


def a_phone_of_another(counter: Counter) -> None:
    thief = of(with_card(a_person("旁人")))
    services.enrol_device(actor=thief, public_id=uuid4(), card=counter.card, name="", at=NOW)


def test_the_card_of_a_merged_account_leads_to_the_account_that_counts(counter: Counter) -> None:
    kept = a_person("陈嘉敏")
    Person.objects.filter(pk=counter.holder.person.pk).update(merged_into=kept)
    assert read(counter, counter.card.number, confirmed="name").person == kept


def test_secrets_are_sealed_and_said_once(counter: Counter) -> None:
    key, card = uuid4(), counter.card
    said = {"actor": counter.holder, "public_id": key, "card": card, "name": "手机"}
    made = services.enrol_device(**said, at=NOW)
    assert made.secret.hex().encode() not in bytes(made.device.sealed)
    assert services.enrol_device(**said, at=NOW + timedelta(minutes=10)).secret == made.secret
    with pytest.raises(FormUsedBefore):
        services.enrol_device(**said, at=NOW + timedelta(minutes=11))
    Terms.objects.update_or_create(pk=1, defaults={"most_devices": 2})
    a_phone(counter.holder, at=NOW)
    with pytest.raises(services.TooManyDevices):
        a_phone(counter.holder, at=NOW)
    services.freeze_card(actor=counter.holder, card=card, reason="lost", at=NOW)
    with pytest.raises(services.CardNotInUse):
        a_phone(counter.holder, at=NOW)


def test_uses_are_only_added(counter: Counter) -> None:
    read(counter, counter.card.number, confirmed="document", at=clock.now())
    for break_it in (lambda: Use.objects.update(confirmed="name"), lambda: Use.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            break_it()
