"""Holds: set aside, then captured, released or both, once (ledger.md §4.4; §5 test 16)."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.creditbank.ledger.bank import (
    ACTOR,
    KIND,
    MAY,
    OTHER_UNIT,
    at_once,
    fresh_key,
    learner_account,
    post,
    sql,
    transfer,
    transfers_with,
)
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.ledger import Code, Role, Transfer


class Held(NamedTuple):
    source: int
    hold: int
    target: int
    transfer: Transfer

    def close(self, captured: int, **fields: object) -> Code:
        call = {
            "book": 1,
            "hold": self.transfer.key,
            "target": self.target,
            "captured": captured,
            "ref": 3,
            "effective_at": MAY,
            "actor": ACTOR,
        }
        return ledger.hold_close(**call | fields)

    def balances(self) -> tuple[int, int, int]:
        return tuple(ledger.balance(account=account) for account in (self.source, self.hold, self.target))


def open_hold(amount: int = 100, credits_: int = 100) -> Held:
    source, hold, target = learner_account(credits_=credits_), learner_account(role=Role.HOLD), learner_account()
    held = Held(source, hold, target, transfer(source, hold, amount))
    code = ledger.hold_open(transfer=held.transfer, expires_at=MAY + timedelta(days=7), actor=ACTOR)
    assert code is Code.POSTED
    return held


def test_held_credits_are_not_spent() -> None:
    held = open_hold(60)
    assert held.balances() == (40, 60, 0)
    assert post(transfer(held.source, held.target, 41)) is Code.INSUFFICIENT
    again = ledger.hold_open(transfer=held.transfer, expires_at=MAY + timedelta(days=7), actor=ACTOR)
    assert again is Code.ALREADY_POSTED


def test_what_is_not_there_is_not_held() -> None:
    source, hold = learner_account(credits_=5), learner_account(role=Role.HOLD)
    wish = transfer(source, hold, 6)
    with pytest.raises(ledger.CreditsInsufficient):
        ledger.hold_open(transfer=wish, expires_at=MAY, actor=ACTOR)
    assert sql("select * from ledger.hold where key = %s", wish.key) == []


@given(st.integers(1, 10**12).flatmap(lambda amount: st.tuples(st.just(amount), st.integers(0, amount))))
@settings(max_examples=15, deadline=None)
def test_the_parts_of_an_ended_hold_add_up_to_it(amounts: tuple[int, int]) -> None:
    amount, captured = amounts
    held = open_hold(amount, credits_=amount)
    assert held.close(captured) is Code.POSTED
    assert held.balances() == (amount - captured, 0, captured)


def test_a_hold_ends_once() -> None:
    held = open_hold(100)
    assert [held.close(30), held.close(30)] == [Code.POSTED, Code.ALREADY_POSTED]
    for other in ({"captured": 31}, {"captured": 0}, {"captured": 100}):
        with pytest.raises(ledger.HoldEndedBefore):
            held.close(**other)
    for other in ({"target": learner_account()}, {"ref": 4}, {"effective_at": MAY + timedelta(days=1)}):
        with pytest.raises(ledger.HoldEndedBefore):
            held.close(30, **other)
    assert held.balances() == (70, 0, 30)


def test_a_released_hold_is_not_captured() -> None:
    held = open_hold(100)
    assert held.close(0) is Code.POSTED
    with pytest.raises(ledger.HoldEndedBefore):
        held.close(100)
    assert held.balances() == (100, 0, 0)


def test_of_expiry_and_capture_at_once_one_wins() -> None:
    for _ in range(5):
        held = open_hold(100)
        answers = at_once(lambda held=held: held.close(0), lambda held=held: held.close(100))
        assert {type(answer) for answer in answers} == {Code, ledger.HoldEndedBefore}
        assert held.balances() in ((100, 0, 0), (0, 0, 100))


def test_a_capture_twice_at_once_is_one() -> None:
    held = open_hold(100)
    assert sorted(at_once(*[lambda: held.close(100)] * 3)) == [Code.POSTED, *[Code.ALREADY_POSTED] * 2]
    assert held.balances() == (0, 0, 100)


@pytest.mark.parametrize("captured", [-1, 101])
def test_not_more_is_captured_than_was_held(captured: int) -> None:
    held = open_hold(100)
    with pytest.raises(ledger.CaptureOutOfRange):
        held.close(captured)


def test_a_part_that_cannot_be_posted_undoes_the_other() -> None:
    held = open_hold(100)
    elsewhere = learner_account(unit=OTHER_UNIT)
    with transaction.atomic():
        with pytest.raises(ledger.UnitsDiffer):
            held.close(50, target=elsewhere)
        # The caller's transaction goes on.
        assert held.close(50) is Code.POSTED
    assert held.balances() == (50, 0, 50)


def test_a_part_posted_by_hand_does_not_pass_for_the_end_of_the_hold() -> None:
    held = open_hold(100)
    forged = transfer(held.hold, held.target, 100, key=ledger.part_key(held.transfer.key, 1), ref=3)
    assert post(forged) is Code.POSTED
    with pytest.raises(ledger.KeyUsed):
        held.close(100)
    assert sql("select * from ledger.hold_end where hold = %s", held.transfer.key) == []


def test_an_unknown_hold_is_not_ended() -> None:
    held = open_hold(10)
    with pytest.raises(ledger.HoldUnknown):
        held.close(5, hold=fresh_key())
    with pytest.raises(ledger.HoldUnknown):
        held.close(5, book=2)
    plain = transfer(held.source, held.target, 1)
    ledger.post(transfer=plain, kind=KIND, actor=ACTOR)
    with pytest.raises(ledger.HoldUnknown):
        held.close(1, hold=plain.key)


def test_holds_that_have_expired_are_released_by_a_job_with_capture_nothing() -> None:
    held = open_hold(10)
    assert held.close(0, target=held.source) is Code.POSTED
    assert transfers_with(ledger.part_key(held.transfer.key, 1)) == 0
    assert transfers_with(ledger.part_key(held.transfer.key, 2)) == 1
