"""The statement is the ledger, line by line and at every past moment (credit-bank pitfall 33, C-30)."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta

import pytest

from learning.account import makers
from xuecheng.learning.account import queries
from xuecheng.learning.account.queries import Wish
from xuecheng.learning.creditbank import ledger

pytestmark = pytest.mark.django_db


def lines(who, **wish):
    return queries.statement_of(queries.accounts_of(learner_id=who.pk), wish=Wish(**wish)).lines


def test_a_line_says_what_was_learnt_where_by_which_rule_and_what_is_left_c_30(django_assert_num_queries) -> None:
    who = makers.learner()
    makers.credit(
        who,
        600,
        title="养老护理员（五级）",
        of=makers.credit_class("certificate", 2),
        under=makers.rule("R-0207", version=3),
    )
    makers.credit(who, 150, title="太极拳初级")
    with django_assert_num_queries(4):
        mine = queries.accounts_of(learner_id=who.pk)
        newest, oldest = queries.statement_of(mine).lines
    assert (newest.behind.title, newest.behind.institution, newest.behind.minutes_used) == (
        "太极拳初级",
        "逢源街社区学校",
        1440,
    )
    assert (newest.behind.rule_code, newest.behind.rule_version) == ("R-0412", 1)
    assert (newest.amount, newest.after) == (150, 750)
    assert (oldest.amount, oldest.after, oldest.of.kind, oldest.behind.rule_version) == (600, 600, "certificate", 3)
    assert oldest.learnt_on == date(2026, 11, 5)


def test_a_reversal_is_a_line_of_its_own_with_its_reason() -> None:
    who = makers.learner()
    credited = makers.credit(who, 150)
    makers.take_back(credited, why="考勤更正，少4小时")
    back, first = lines(who)
    assert (back.is_reversal, back.amount, back.after, back.behind.why) == (True, -150, 0, "考勤更正，少4小时")
    assert back.behind.reverses == first.key
    assert (first.is_reversal, first.after) == (False, 150)


def test_balances_of_two_frameworks_run_apart_and_are_never_added_c_01() -> None:
    who = makers.learner()
    makers.credit(who, 100)
    makers.credit(who, 300, of=makers.credit_class("formal", 4, "HK-QF"))
    makers.credit(who, 50)
    assert [(line.of.framework, line.after) for line in lines(who)] == [
        ("GD-LEQ", 150),
        ("HK-QF", 300),
        ("GD-LEQ", 100),
    ]
    tables = queries.tables_of(queries.accounts_of(learner_id=who.pk))
    assert [(table.code, table.total) for table in tables] == [("GD-LEQ", 150), ("HK-QF", 300)]


def test_kinds_and_levels_make_a_table_whose_sums_are_the_balance() -> None:
    who = makers.learner()
    makers.credit(who, 690, of=makers.credit_class("community", 1))
    makers.credit(who, 950, of=makers.credit_class("community", 2))
    makers.credit(who, 400, of=makers.credit_class("formal", 3))
    (table,) = queries.tables_of(queries.accounts_of(learner_id=who.pk))
    assert table.levels == ("1", "2", "3")
    assert [(row.kind, row.cells, row.total) for row in table.rows] == [
        ("community", (690, 950, 0), 1640),
        ("formal", (0, 0, 400), 400),
    ]
    assert table.total == 2040


def test_what_is_set_aside_is_told_and_is_not_available() -> None:
    who = makers.learner()
    makers.credit(who, 300)
    mine = queries.accounts_of(learner_id=who.pk)
    (main,) = mine.main
    hold = ledger.learner_account(learner_id=who.pk, unit=main.unit, role=ledger.Role.HOLD)
    ledger.hold_open(
        transfer=ledger.Transfer(
            key=ledger.derive_key(at=makers.NOW, source_system="tests", source_id=str(who.pk), purpose="hold"),
            debit=main.account,
            credit=hold,
            amount=200,
            ref=1,
            effective_at=makers.NOW,
        ),
        expires_at=makers.NOW + timedelta(days=3),
        actor=who.pk,
    )
    mine = queries.accounts_of(learner_id=who.pk)
    (table,) = queries.tables_of(mine)
    assert (table.total, table.set_aside) == (100, 200)
    newest = queries.statement_of(mine).lines[0]
    assert (newest.is_set_aside, newest.amount, newest.after, newest.behind) == (True, -200, 100, None)


def test_filters_keep_the_balance_of_the_books() -> None:
    who = makers.learner()
    makers.credit(who, 100, ended_on=date(2025, 12, 31))
    makers.credit(who, 200, ended_on=date(2026, 1, 1), of=makers.credit_class("formal", 3))
    makers.credit(who, 300, ended_on=date(2026, 12, 31))
    assert [line.after for line in lines(who, year=2026)] == [600, 300]
    assert [line.after for line in lines(who, kind="community")] == [600, 100]
    assert [line.amount for line in lines(who, year=2025, kind="community")] == [100]
    assert lines(who, year=2024) == ()
    assert queries.years_of(queries.accounts_of(learner_id=who.pk)) == [2026, 2025]


def test_earlier_lines_follow_without_gap_or_repeat() -> None:
    who = makers.learner()
    for number in range(7):
        makers.credit(who, 10 * (number + 1))
    mine = queries.accounts_of(learner_id=who.pk)
    first = queries.statement_of(mine, size=3)
    second = queries.statement_of(mine, before=first.next_before, size=3)
    third = queries.statement_of(mine, before=second.next_before, size=3)
    assert (first.total, first.earlier, second.earlier, third.earlier, third.next_before) == (7, 4, 1, 0, None)
    together = [line.amount for page in (first, second, third) for line in page.lines]
    assert together == [70, 60, 50, 40, 30, 20, 10]
    assert [line.key for line in queries.whole_statement(mine)] == [
        line.key for page in (first, second, third) for line in page.lines
    ]


def test_one_learner_never_sees_a_line_of_another() -> None:
    who, other = makers.learner(), makers.learner("梁志远")
    makers.credit(who, 100)
    theirs = makers.credit(other, 900).posting.key
    mine = queries.accounts_of(learner_id=who.pk)
    assert [line.amount for line in queries.statement_of(mine).lines] == [100]
    assert queries.line_in_full(mine, key=theirs) is None


def test_the_statement_equals_the_ledger_at_a_thousand_past_moments_pitfall_33() -> None:
    """Some learners with years of credits and reversals: after every line, and on any day, both say the same."""
    chance = random.Random(20261123)
    classes = [
        makers.credit_class("community", 1),
        makers.credit_class("certificate", 2),
        makers.credit_class("formal", 3),
    ]
    people = [makers.learner(f"学员{number}") for number in range(5)]
    given = []
    for _step in range(120):
        who = chance.choice(people)
        if given and chance.random() < 0.2:
            credited = given.pop(chance.randrange(len(given)))
            makers.take_back(credited)
        else:
            ended = date(2022, 1, 1) + timedelta(days=chance.randrange(1780))
            given.append(makers.credit(who, chance.randrange(1, 60) * 10, of=chance.choice(classes), ended_on=ended))
    asked = 0
    for who in people:
        mine = queries.accounts_of(learner_id=who.pk)
        every = list(queries.whole_statement(mine))
        accounts = [one.account for one in mine.main]
        assert sum(line.amount for line in every) == sum(one.balance for one in mine.main)
        for line in every:
            # Axis of record: what the books said right after this line.
            books = sum(
                next((e.after for e in ledger.statement(accounts=[a], before=line.entry.seq + 1, limit=1)), 0)
                for a in accounts
            )
            assert line.after == books
            asked += 1
        for _moment in range(200):
            # Axis of effect: what counted at a moment, as known now.
            at = makers.midnight(date(2022, 1, 1) + timedelta(days=chance.randrange(1900))) + timedelta(
                seconds=chance.randrange(86_400)
            )
            counted = sum(ledger.balance_at_effect(account=a, effective_at=at) for a in accounts)
            assert sum(line.amount for line in every if line.entry.effective_at <= at) == counted
            asked += 1
        by_kind = Counter[str]()
        for line in every:
            by_kind[line.of.kind] += line.amount
        (table,) = queries.tables_of(mine) or [None]
        if table is not None:
            assert {row.kind: row.total for row in table.rows} == {kind: by_kind[kind] for kind in by_kind}
    assert asked >= 1_000
