"""Reversal is a new posting (ledger.md §4.4; §5 test 17)."""

from __future__ import annotations

import pytest
from django.db import transaction

from learning.creditbank.ledger.bank import (
    ACTOR,
    at_once,
    fresh_key,
    give,
    issuing_account,
    last_seq,
    learner_account,
    post,
    sql,
    transfer,
    transfers_with,
)
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.ledger import Code, Role


def reverse(of: ledger.Transfer, **fields: object) -> Code:
    call = {"book": 1, "key": fresh_key(), "reversed_key": of.key, "reason": "entered twice", "actor": ACTOR} | fields
    return ledger.reverse(**call)


def test_a_reversal_gives_back_and_names_what_it_reverses() -> None:
    learner = learner_account()
    given = give(learner, 300)
    key = fresh_key()
    assert reverse(given, key=key) is Code.POSTED
    assert ledger.balance(account=learner) == 0
    [(seq,)] = sql("select seq from ledger.transfer where key = %s", given.key)
    assert sql("select debit, credit, amount, kind, ref, effective_at from ledger.transfer where key = %s", key) == [
        (given.credit, given.debit, 300, 9, seq, given.effective_at)
    ]
    found = ledger.reversals(book=1, keys=[given.key, key, fresh_key()])
    assert found[given.key] == found[key]
    assert (found[key].reversed_key, found[key].by_key, found[key].reason) == (given.key, key, "entered twice")
    assert len(found) == 2
    assert ledger.reversals(book=1, keys=[]) == {}


def test_a_reversal_is_made_once_however_often_it_is_asked_for() -> None:
    given = give(learner_account(), 300)
    key = fresh_key()
    assert [reverse(given, key=key), reverse(given, key=key)] == [Code.POSTED, Code.ALREADY_POSTED]
    with pytest.raises(ledger.ReversedBefore):
        reverse(given)


def test_two_officers_at_once_reverse_once() -> None:
    given = give(learner_account(), 300)
    answers = at_once(*[lambda: reverse(given)] * 4)
    assert answers.count(Code.POSTED) == 1
    assert [type(answer) for answer in answers].count(ledger.ReversedBefore) == 3


def test_spent_credits_are_not_taken_back() -> None:
    learner = learner_account()
    given = give(learner, 300)
    post(transfer(learner, learner_account(), 1))
    before, key = last_seq(1), fresh_key()
    with pytest.raises(ledger.CreditsSpent):
        reverse(given, key=key)
    assert (last_seq(1), transfers_with(key)) == (before, 0)
    assert ledger.reversals(book=1, keys=[given.key, key]) == {}


def test_a_reversal_a_hold_and_half_a_move_are_not_reversed() -> None:
    learner = learner_account(credits_=50)
    hold = learner_account(role=Role.HOLD)
    held = transfer(learner, hold, 10)
    ledger.hold_open(transfer=held, expires_at=held.effective_at, actor=ACTOR)
    moved = transfer(learner, learner_account(book=2), 10)
    ledger.move(transfer=moved, actor=ACTOR)
    given, key = give(learner, 5), fresh_key()
    reverse(given, key=key)
    for kept in (held.key, ledger.part_key(moved.key, 1), key):
        with pytest.raises(ledger.NotReversible):
            reverse(given._replace(key=kept))


def test_what_was_never_posted_is_not_reversed() -> None:
    learner = learner_account(credits_=5)
    with transaction.atomic():
        with pytest.raises(ledger.TransferUnknown):
            reverse(transfer(learner, issuing_account(), 1))
        # The caller's transaction goes on.
        assert post(transfer(learner, issuing_account(), 1)) is Code.POSTED
    given = give(learner, 5)
    with pytest.raises(ledger.TransferUnknown):
        reverse(given, book=2)


def test_a_reversal_has_a_reason() -> None:
    given = give(learner_account(), 5)
    with pytest.raises(ValueError, match="reason"):
        reverse(given, reason=" ")


def test_part_of_a_posting_is_corrected_by_reversal_and_new_posting() -> None:
    learner = learner_account()
    given = give(learner, 300)
    reverse(given)
    assert post(given._replace(key=fresh_key(), amount=250)) is Code.POSTED
    assert ledger.balance(account=learner) == 250
