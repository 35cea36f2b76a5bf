"""Any order of verbs leaves one card with the account's number, and takes from no number what it once was (C-87)."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learning.cards.situations import NOW, a_counter, a_phone
from xuecheng.city.access.queries import Standing
from xuecheng.city.refusals import Refusal
from xuecheng.learning.cards import queries, services
from xuecheng.learning.cards.models import Card
from xuecheng.learning.creditbank.models import LearningAccount

VERBS = ("freeze", "thaw", "replace", "hand_back", "enrol", "freeze_old", "thaw_old")
BECOMES = {
    ("active", "freeze"): "frozen", ("frozen", "freeze"): "frozen", ("frozen", "thaw"): "active",
    ("active", "thaw"): "active", ("active", "replace"): "active", ("frozen", "replace"): "active",
    ("returned", "replace"): "active", ("active", "hand_back"): "returned", ("frozen", "hand_back"): "returned",
    ("returned", "hand_back"): "returned", ("active", "enrol"): "active",
}  # fmt: skip


def do(verb: str, holder: Standing, card: Card) -> None:
    match verb.removesuffix("_old"):
        case "freeze":
            services.freeze_card(actor=holder, card=card, reason="lost", at=NOW)
        case "thaw":
            services.thaw_card(actor=holder, card=card, at=NOW)
        case "replace":
            services.replace_card(actor=holder, public_id=uuid4(), card=card, reason="lost", at=NOW)
        case "hand_back":
            services.hand_back_card(actor=holder, card=card, at=NOW)
        case _:
            a_phone(holder, at=NOW)


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(VERBS), max_size=10))
def test_any_order_of_verbs(verbs: list[str]) -> None:
    with transaction.atomic():
        counter = a_counter()
        holder, first, numbers = counter.holder, counter.card, {counter.card.number}
        state, phones = "active", 0
        for verb in verbs:
            card = counter.card
            expected = BECOMES.get((state, verb)) if not verb.endswith("_old") else None
            old = Card.objects.filter(pk=first.pk).select_related("account__person__territory").get()
            if verb.endswith("_old") and old.state != "replaced":
                continue
            if verb == "enrol" and phones >= 5:
                expected = None
            try:
                do(verb, holder, old if verb.endswith("_old") else card)
            except Refusal:
                assert expected is None, (state, verb)
            else:
                assert expected is not None, (state, verb)
                state = expected
            numbers.add(counter.card.number)
            phones = queries.live_devices(counter.card).count()
        account = LearningAccount.objects.get(person=holder.person)
        assert (account.card_number, counter.card.state) == (counter.card.number, state)
        rows = Card.objects.filter(account=account)
        assert {row.number for row in rows} == numbers
        assert rows.exclude(state="replaced").count() == 1
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
        transaction.set_rollback(True)
