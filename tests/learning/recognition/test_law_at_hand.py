"""The law that single records are judged by is kept while nothing of it changes, and never a moment longer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection, transaction

from learning.recognition import situations as so
from xuecheng.city.organisations.models import Organisation
from xuecheng.learning.recognition.queries.law import Law, law_at_hand

pytestmark = pytest.mark.django_db


def test_asked_again_it_is_the_same_for_one_query(city: so.City) -> None:
    so.in_force(city)
    law = law_at_hand(so.TODAY)

    with so.counting() as asked:
        assert law_at_hand(so.TODAY) is law
    assert len(asked) == 1


def test_another_day_has_its_own(city: so.City) -> None:
    assert law_at_hand(so.TODAY) is not law_at_hand(so.TODAY + timedelta(days=1))


@pytest.mark.parametrize(
    "change",
    [
        so.in_force,
        so.a_unit,
        lambda city: Organisation.objects.filter(pk=city.college.pk).update(name_en="Another name"),
    ],
    ids=["a rule approved", "a unit published", "an institution renamed"],
)
def test_any_change_is_seen_at_once(city: so.City, change: Callable[[so.City], object]) -> None:
    before = law_at_hand(so.TODAY)

    change(city)

    assert law_at_hand(so.TODAY) is not before


def test_what_was_undone_is_not_kept(city: so.City) -> None:
    before = law_at_hand(so.TODAY)
    with transaction.atomic():
        rule = so.in_force(city)
        assert (rule.code, rule.version) in law_at_hand(so.TODAY).rule_ids
        transaction.set_rollback(True)

    assert law_at_hand(so.TODAY).rule_ids == before.rule_ids


@pytest.mark.django_db(transaction=True)
def test_each_thread_has_its_own(city: so.City) -> None:
    """The index of rules is filled while it is asked and belongs to one thread."""
    found: list[Law] = []

    def ask() -> None:
        found.append(law_at_hand(so.TODAY))
        connection.close()

    thread = Thread(target=ask)
    thread.start()
    thread.join()
    assert found[0] is not law_at_hand(so.TODAY)
