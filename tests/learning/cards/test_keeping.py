"""A card's life: it comes with the account, is frozen, thawed, replaced, handed back, found (C-87)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from city.situations import a_person, a_stranger
from learning.cards.situations import NOW, Counter, a_clerk, a_counter, a_phone, of, with_card
from xuecheng.city.access.services import Denied
from xuecheng.city.notices.models import Notice
from xuecheng.learning.cards import queries, services
from xuecheng.learning.cards.models import Card, Device, Finding, Use
from xuecheng.learning.creditbank.models import LearningAccount
from xuecheng.learning.creditbank.rules import CardNumberWrong, card_number
from xuecheng.learning.creditbank.services import accounts
from xuecheng.learning.creditbank.services.accounts import open_learning_accounts

pytestmark = pytest.mark.django_db


@pytest.fixture
def counter() -> Counter:
    return a_counter()


def told(counter: Counter) -> list[str]:
    rows = Notice.objects.filter(person=counter.holder.person).order_by("pk")
    return [row.kind for row in rows]


def test_every_account_has_a_card_whoever_opened_it() -> None:
    people = [a_person(f"学员{number}") for number in range(3)]
    open_learning_accounts([one.pk for one in people], NOW)
    open_learning_accounts([one.pk for one in people], NOW)
    rows = dict(Card.objects.filter(account__in=[one.pk for one in people]).values_list("account", "number"))
    assert rows == dict(LearningAccount.objects.filter(person__in=people).values_list("person", "card_number"))


def test_a_number_of_an_old_card_is_never_drawn_again(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    old = counter.card.number
    services.replace_card(actor=counter.holder, public_id=uuid4(), card=counter.card, reason="lost", at=NOW)
    fresh = accounts.fresh_card_number
    drawn = iter([old, fresh(), old, fresh()])
    monkeypatch.setattr(accounts, "fresh_card_number", lambda: next(drawn))
    one, other = a_person("一"), a_person("二")
    assert accounts.open_learning_account(person=one, at=NOW).card_number != old
    open_learning_accounts([other.pk], NOW)
    assert other.learning_account.card_number != old


def test_the_holder_freezes_at_once_and_thaws(counter: Counter) -> None:
    row = services.freeze_card(actor=counter.holder, card=counter.card, reason="lost", at=NOW)
    assert (row.state, row.reason, row.changed_by) == ("frozen", "lost", counter.holder.person)
    again = services.freeze_card(actor=counter.clerk, card=row, reason="stolen", at=NOW)
    assert again.reason == "lost"
    assert services.thaw_card(actor=counter.holder, card=row, at=NOW).state == "active"
    assert services.thaw_card(actor=counter.holder, card=row, at=NOW).state == "active"
    assert told(counter) == []


def test_a_counter_freezes_what_was_handed_in_and_the_holder_hears_where_it_lies(counter: Counter) -> None:
    with pytest.raises(services.PlaceOnlyWithFound):
        services.freeze_card(actor=counter.clerk, card=counter.card, reason="lost", at=NOW, kept_at=counter.college)
    services.freeze_card(actor=counter.clerk, card=counter.card, reason="found", at=NOW, kept_at=counter.college)
    assert told(counter) == ["cards.found_at"]
    services.thaw_card(actor=counter.clerk, card=counter.card, at=NOW + timedelta(hours=1))
    assert told(counter) == ["cards.found_at", "cards.changed"]
    assert counter.card.kept_at is None


def test_a_new_number_for_the_same_account_and_the_old_one_leads_nowhere(counter: Counter) -> None:
    old, phone = counter.card, a_phone(counter.holder, at=NOW)
    said = {"actor": counter.clerk, "public_id": uuid4(), "card": old, "reason": "stolen", "at": NOW}
    new = services.replace_card(**said)
    assert services.replace_card(**said) == new
    assert new.number not in (old.number, phone.card)
    account = LearningAccount.objects.get(person=counter.holder.person)
    assert (account.card_number, counter.card) == (new.number, new)
    assert [queries.card_numbered(number) for number in (old.number, new.number)] == [None, new]
    assert not queries.live_devices(old).exists()
    with pytest.raises(services.CardGone):
        services.replace_card(**said | {"public_id": uuid4()})
    for verb in (services.freeze_card, services.thaw_card, services.hand_back_card):
        more = {"reason": "lost"} if verb is services.freeze_card else {}
        with pytest.raises((services.CardGone, services.NotFrozen)):
            verb(actor=counter.holder, card=old, at=NOW, **more)
    assert told(counter)[-1] == "cards.changed"


def test_who_may_not_is_denied(counter: Counter) -> None:
    far = a_clerk(counter.college.territory.__class__.objects.get(name_zh="街口街道"))
    for who in (a_stranger(), counter.registrar, far):
        for verb, more in (
            (services.freeze_card, {"reason": "lost"}), (services.thaw_card, {}), (services.hand_back_card, {}),
            (services.replace_card, {"reason": "lost", "public_id": uuid4()}),
        ):  # fmt: skip
            with pytest.raises(Denied):
                verb(actor=who, card=counter.card, at=NOW, **more)
    assert counter.card.state == "active"


def test_the_database_keeps_cards_and_accounts_in_step_whoever_writes(counter: Counter) -> None:
    card, person = counter.card, counter.holder.person
    phone = a_phone(counter.holder, at=NOW)
    services.revoke_device(
        actor=counter.holder, device=Device.objects.select_related("card__account__person").get(), at=NOW
    )

    def at_the_end(break_it: object) -> None:
        break_it()  # type: ignore[operator]  # a closure
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")

    other = card_number("123123123123")
    for break_it in (
        lambda: LearningAccount.objects.filter(person=person).update(card_number=other),
        lambda: Card.objects.filter(pk=card.pk).update(number=other),
        lambda: Card.objects.filter(pk=card.pk).update(state="replaced", changed_at=NOW, reason="lost"),
        lambda: Card.objects.filter(pk=card.pk).update(state="frozen"),
        lambda: Card.objects.filter(pk=card.pk).update(newest_key=0),
        lambda: Card.objects.create(public_id=uuid4(), account_id=person.pk, number=other, issued_at=NOW),
        lambda: Device.objects.update(revoked_at=None),
        lambda: Device.objects.update(key_version=9),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            at_the_end(break_it)
    assert phone.card == counter.card.number


def test_c83_a_finder_hears_the_same_of_every_number_and_the_holder_once_a_day(
    counter: Counter, django_assert_num_queries: object
) -> None:
    frozen = of(with_card(a_person("冻结")))
    frozen_card = queries.card_of(frozen.person_keys)
    assert frozen_card is not None
    services.freeze_card(actor=frozen, card=frozen_card, reason="lost", at=NOW)
    counts = []
    for number in (counter.card.number, frozen_card.number, card_number("888888888888")):
        with django_assert_num_queries(7) as asked:  # type: ignore[operator]  # pytest-django's
            services.report_found(public_id=uuid4(), number=number, lies_at=None, at=NOW)
        counts.append(len(asked))
    assert len(set(counts)) == 1
    with pytest.raises(CardNumberWrong):
        services.report_found(public_id=uuid4(), number="4400000000000000", lies_at=None, at=NOW)
    key = uuid4()
    for _again in range(2):
        services.report_found(public_id=key, number=counter.card.number, lies_at=counter.college, at=NOW)
    # That it was found, and where it lies: the second does not go under with the first.
    assert services.pass_on_findings(at=NOW) == 3
    assert services.pass_on_findings(at=NOW) == 0
    assert told(counter) == ["cards.found", "cards.found_at"]
    services.report_found(public_id=uuid4(), number=counter.card.number, lies_at=counter.college, at=NOW)
    assert services.pass_on_findings(at=NOW) == 0
    assert not Finding.objects.filter(told_at__isnull=True).exists()
    later = NOW + timedelta(days=1, seconds=1)
    services.report_found(public_id=uuid4(), number=counter.card.number, lies_at=counter.college, at=later)
    assert services.pass_on_findings(at=later) == 1
    assert told(counter) == ["cards.found", "cards.found_at", "cards.found_at"]


def test_what_is_old_drops_off(counter: Counter) -> None:
    for days in (10, 200):
        Use.objects.create(
            public_id=uuid4(), card=counter.card, place="org:x", place_name="x", how="number", confirmed="name",
            at=NOW - timedelta(days=days), by=counter.clerk.person,
        )  # fmt: skip
    services.report_found(public_id=uuid4(), number=counter.card.number, lies_at=None, at=NOW - timedelta(days=31))
    services.report_found(public_id=uuid4(), number=counter.card.number, lies_at=None, at=NOW - timedelta(days=29))
    services.tidy_cards(at=NOW)
    assert (Use.objects.count(), Finding.objects.count()) == (1, 1)
