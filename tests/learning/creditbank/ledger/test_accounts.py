"""Opening accounts and ruling over them (ledger.md §4.1 "Kinds of account"; §5 tests 18, 21)."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, connection
from hypothesis import given
from hypothesis import strategies as st

from learning.creditbank.ledger.bank import (
    ACTOR,
    UNIT,
    at_once,
    fresh_learner,
    fresh_number,
    issuing_account,
    learner_account,
    post,
    sql,
    transfer,
)
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.ledger import Code, OwnerKind, Role, State, Wanted


@given(st.integers(0, 2**62))
def test_the_book_of_a_learner_is_the_same_in_python_and_sql(learner_id: int) -> None:
    assert ledger.book_of(learner_id) == sql("select ledger.book_of(%s)", learner_id)[0][0]


def test_an_account_is_opened_once_and_carries_its_book() -> None:
    learner_id = fresh_learner(book=200)
    opened = at_once(*[lambda: ledger.learner_account(learner_id=learner_id, unit=UNIT)] * 4)
    assert len(set(opened)) == 1
    assert ledger.book_of_account(opened[0]) == 200
    assert ledger.holding(account=opened[0]) == ledger.Holding(
        account=opened[0],
        owner_kind=OwnerKind.LEARNER,
        owner_id=learner_id,
        role=Role.MAIN,
        unit=UNIT,
        state=State.OPEN,
        floor=0,
        balance=0,
    )


def test_many_accounts_are_opened_in_one_call_each_once() -> None:
    learners = [fresh_learner(book=5) for _ in range(3)]
    known = ledger.learner_account(learner_id=learners[1], unit=UNIT)
    wanted = [Wanted(OwnerKind.LEARNER, learner, Role.MAIN, UNIT) for learner in learners]
    wanted += [Wanted(OwnerKind.LEARNER, learners[0], Role.HOLD, UNIT), wanted[0]]
    wanted += [Wanted(OwnerKind.INSTITUTION, fresh_number(), Role.ISSUING, UNIT)]
    opened = ledger.open_accounts(book=5, wanted=wanted)
    assert opened[1] == known
    assert opened[4] == opened[0]
    assert len(set(opened)) == 5
    assert ledger.holding(account=opened[5]).floor == ledger.LOWEST_FLOOR
    assert ledger.open_accounts(book=5, wanted=wanted) == opened
    assert [ledger.open_account(book=5, **one._asdict()) for one in wanted] == opened
    assert ledger.open_accounts(book=5, wanted=[]) == []


def test_many_accounts_asked_for_at_once_are_opened_once() -> None:
    wanted = [Wanted(OwnerKind.LEARNER, fresh_learner(book=6), Role.MAIN, UNIT) for _ in range(50)]
    first, *others = at_once(*[lambda: ledger.open_accounts(book=6, wanted=wanted)] * 4)
    assert all(other == first for other in others)
    assert len(set(first)) == 50


@pytest.mark.usefixtures("books_of_its_own")
def test_more_than_eight_thousand_accounts_take_more_calls() -> None:
    wanted = [Wanted(OwnerKind.LEARNER, fresh_learner(book=7), Role.MAIN, UNIT) for _ in range(8001)]
    assert len(set(ledger.open_accounts(book=7, wanted=wanted))) == 8001


def test_a_learner_of_another_book_is_refused() -> None:
    learner_id = fresh_learner(book=8)
    for role in (Role.MAIN, Role.HOLD):
        with pytest.raises(IntegrityError, match="account_of_learner_in_own_book"):
            ledger.open_account(book=9, owner_kind=OwnerKind.LEARNER, owner_id=learner_id, role=role, unit=UNIT)
    with pytest.raises(IntegrityError, match="account_of_learner_in_own_book"):
        ledger.open_account(book=8, owner_kind=OwnerKind.LEARNER, owner_id=learner_id, role=Role.ISSUING, unit=UNIT)


def test_only_the_platform_clears() -> None:
    with pytest.raises(IntegrityError, match="account_clearing_is_platforms"):
        ledger.open_account(book=8, owner_kind=OwnerKind.PARTNER, owner_id=1, role=Role.CLEARING, unit=UNIT)


def test_there_is_no_book_beyond_the_256() -> None:
    with pytest.raises(DatabaseError, match="no rows"):
        ledger.open_account(book=256, owner_kind=OwnerKind.PARTNER, owner_id=1, role=Role.MAIN, unit=UNIT)


@pytest.mark.parametrize("short", range(4))
def test_unequal_or_empty_lists_of_accounts_are_mistakes(short: int) -> None:
    columns: list[list[int]] = [[1], [fresh_learner()], [1], [UNIT]]
    columns[short] = []
    with pytest.raises(DatabaseError, match="a null, an unequal array"):
        sql("select ledger.open_accounts(1, %s::smallint[], %s::bigint[], %s::smallint[], %s::int[])", *columns)


def test_a_state_is_changed_with_who_and_why_and_once() -> None:
    account = learner_account()
    freeze = {"account": account, "state": State.FROZEN, "reason": "disputed", "actor": ACTOR}
    assert ledger.set_state(**freeze) is Code.POSTED
    assert ledger.set_state(**freeze) is Code.ALREADY_POSTED
    assert ledger.set_state(**freeze | {"state": State.OPEN, "reason": "settled"}) is Code.POSTED
    kept = sql(
        "select n, state, floor, reason, actor from ledger.account_change where account_id = %s order by n", account
    )
    assert kept == [(1, 1, 0, "disputed", ACTOR), (2, 0, 0, "settled", ACTOR)]


def test_rulings_without_reason_or_on_nothing_are_refused() -> None:
    account = learner_account()
    with pytest.raises(ledger.RulingMalformed):
        ledger.set_state(account=account, state=State.FROZEN, reason="  ", actor=ACTOR)
    with pytest.raises(ledger.AccountMissing):
        ledger.set_state(account=account + 2**30, state=State.FROZEN, reason="why", actor=ACTOR)
    with pytest.raises(ledger.AccountMissing):
        ledger.set_floor(account=account + 2**30, floor=-1, reason="why", actor=ACTOR)
    assert sql("select ledger.set_state(%s, %s, 3::smallint, 'why', 7)", account >> 40, account) == [(3,)]


def test_a_floor_lies_below_the_balance_and_never_above_zero() -> None:
    issuing = issuing_account()
    post(transfer(issuing, learner_account(), 500))
    ruling = {"account": issuing, "reason": "budget", "actor": ACTOR}
    with pytest.raises(ledger.FloorAboveBalance):
        ledger.set_floor(floor=-499, **ruling)
    with pytest.raises(ledger.RulingMalformed):
        ledger.set_floor(floor=1, **ruling)
    with pytest.raises(ledger.RulingMalformed):
        ledger.set_floor(floor=ledger.LOWEST_FLOOR - 1, **ruling)
    assert ledger.set_floor(floor=-500, **ruling) is Code.POSTED
    assert ledger.set_floor(floor=-500, **ruling) is Code.ALREADY_POSTED


@pytest.mark.parametrize("role", [Role.MAIN, Role.HOLD])
def test_a_learner_never_owes(role: Role) -> None:
    with pytest.raises(ledger.RulingMalformed):
        ledger.set_floor(account=learner_account(role=role), floor=-1, reason="please", actor=ACTOR)


def test_clearing_accounts_keep_their_floor() -> None:
    clearing = ledger.open_account(
        book=1, owner_kind=OwnerKind.PLATFORM, owner_id=ledger.PLATFORM_ID, role=Role.CLEARING, unit=UNIT
    )
    with pytest.raises(ledger.RulingMalformed):
        ledger.set_floor(account=clearing, floor=-1, reason="please", actor=ACTOR)


def test_the_accounts_of_an_owner_are_found_in_one_query(django_assert_num_queries: object) -> None:
    learner_id = fresh_learner(book=4)
    main = ledger.learner_account(learner_id=learner_id, unit=UNIT)
    hold = ledger.learner_account(learner_id=learner_id, unit=UNIT, role=Role.HOLD)
    with django_assert_num_queries(1, connection=connection):  # type: ignore[operator]
        assert [held.account for held in ledger.balances_of(learner_id=learner_id)] == [main, hold]
    assert ledger.balances_of(learner_id=fresh_learner()) == []
    institution = fresh_number()
    accounts = [
        ledger.open_account(
            book=book, owner_kind=OwnerKind.INSTITUTION, owner_id=institution, role=Role.ISSUING, unit=UNIT
        )
        for book in (9, 3)
    ]
    held = ledger.balances_of_owner(owner_kind=OwnerKind.INSTITUTION, owner_id=institution)
    assert [one.account for one in held] == accounts[::-1]


def test_an_unknown_account_has_no_balance() -> None:
    for ask in (ledger.balance, ledger.holding):
        with pytest.raises(ledger.AccountUnknown):
            ask(account=(1 << 40) + 2**39)
