"""Of several at once, one: a code at a place, a replacement, the last phone (C-84, C-87)."""

from __future__ import annotations

from collections import Counter as Tally
from functools import partial
from uuid import uuid4

import pytest

from learning.cards.situations import NOW, a_counter, a_phone, read
from learning.records.situations import at_once
from xuecheng.learning.cards import services
from xuecheng.learning.cards.models import Card, Terms, Use


@pytest.mark.django_db(transaction=True)
def test_of_four_at_once_one_spends_the_code_one_replaces_and_one_takes_the_last_place() -> None:
    counter = a_counter()
    phone = a_phone(counter.holder, at=NOW)
    answers = at_once(*[partial(read, counter, phone.picture(NOW)) for _ in range(4)])
    assert Tally(type(one) for one in answers) == {services.ReadCard: 1, services.CodeUsed: 3}
    assert Use.objects.count() == 1

    Terms.objects.update_or_create(pk=1, defaults={"most_devices": 2})
    answers = at_once(*[partial(a_phone, counter.holder, at=NOW) for _ in range(3)])
    assert sum(isinstance(one, services.TooManyDevices) for one in answers) == 2

    card = counter.card
    replace = [
        partial(services.replace_card, actor=counter.clerk, public_id=uuid4(), card=card, reason="lost", at=NOW)
        for _ in range(3)
    ]
    answers = at_once(*replace)
    assert Tally(type(one) for one in answers) == {Card: 1, services.CardGone: 2}
