"""How credits accumulated: quarters on the axis of effect."""

from __future__ import annotations

from datetime import date

import pytest

from learning.account import makers
from xuecheng.learning.account import queries

pytestmark = pytest.mark.django_db


def growth(who, today=makers.TODAY):
    return queries.growth_of(queries.accounts_of(learner_id=who.pk), framework="GD-LEQ", today=today)


def test_nothing_is_drawn_for_an_empty_account() -> None:
    assert growth(makers.learner()) == []


def test_each_bar_holds_what_counted_at_the_end_of_its_quarter() -> None:
    who = makers.learner()
    makers.credit(who, 100, ended_on=date(2026, 3, 31))
    makers.credit(who, 200, ended_on=date(2026, 4, 1), of=makers.credit_class("formal", 3))
    makers.credit(who, 300, ended_on=date(2026, 11, 5))
    bars = growth(who)
    assert [(bar.year, bar.number, bar.total, bar.is_open) for bar in bars] == [
        (2026, 1, 100, False),
        (2026, 2, 300, False),
        (2026, 3, 300, False),
        (2026, 4, 600, True),
    ]
    assert bars[-1].by_kind == (400, 0, 200)


def test_six_quarters_are_drawn_and_the_first_holds_what_came_before() -> None:
    who = makers.learner()
    makers.credit(who, 1000, ended_on=date(2020, 5, 1))
    makers.credit(who, 50, ended_on=date(2026, 10, 1))
    bars = growth(who)
    assert [(bar.year, bar.number) for bar in bars] == [
        (2025, 3),
        (2025, 4),
        (2026, 1),
        (2026, 2),
        (2026, 3),
        (2026, 4),
    ]
    assert [bar.total for bar in bars] == [1000, 1000, 1000, 1000, 1000, 1050]


def test_a_reversal_takes_its_credit_out_of_the_quarter_in_which_it_counted() -> None:
    who = makers.learner()
    makers.credit(who, 300, ended_on=date(2026, 2, 1))
    makers.take_back(makers.credit(who, 100, ended_on=date(2026, 2, 2)))
    assert [bar.total for bar in growth(who)] == [300, 300, 300, 300]


def test_the_last_bar_equals_the_balance() -> None:
    who = makers.learner()
    for month in range(1, 12):
        makers.credit(who, month * 10, ended_on=date(2026, month, 1))
    (table,) = queries.tables_of(queries.accounts_of(learner_id=who.pk))
    assert growth(who)[-1].total == table.total
