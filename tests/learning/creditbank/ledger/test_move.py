"""Moves: the only way between books, two halves or none (ledger.md §4.4; §5 test 22)."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from learning.creditbank.ledger.bank import (
    ACTOR,
    KIND,
    OTHER_UNIT,
    UNIT,
    at_once,
    fresh_key,
    give,
    issuing_account,
    last_seq,
    learner_account,
    sql,
    transfer,
)
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.ledger import Code, OwnerKind, Role, State, Transfer


def move(wish: Transfer) -> Code:
    return ledger.move(transfer=wish, actor=ACTOR)


def halves(wish: Transfer) -> list[tuple[int, int, int, int]]:
    keys = [ledger.part_key(wish.key, part) for part in (1, 2)]
    return sql("select book, amount, kind, ref from ledger.transfer where key = any(%s) order by book", keys)


@pytest.mark.parametrize(("here", "there"), [(1, 2), (2, 1)])
def test_a_move_takes_here_and_gives_there(here: int, there: int) -> None:
    source, target = learner_account(book=here, credits_=100), learner_account(book=there)
    wish = transfer(source, target, 70)
    assert move(wish) is Code.POSTED
    assert (ledger.balance(account=source), ledger.balance(account=target)) == (30, 70)
    (one, other) = halves(wish)
    assert (one[:3], other[:3]) == ((1, 70, 8), (2, 70, 8))
    assert one[3] == other[3] == sql("select pair from ledger.move where key = %s", wish.key)[0][0]
    assert move(transfer(target, source, 70)) is Code.POSTED, "undone by a move back"


def test_the_same_request_moves_once() -> None:
    source, target = learner_account(book=1, credits_=100), learner_account(book=2)
    wish = transfer(source, target, 70)
    assert [move(wish), move(wish)] == [Code.POSTED, Code.ALREADY_POSTED]
    with pytest.raises(ledger.KeyUsed):
        move(wish._replace(debit=learner_account(book=3, credits_=100)))
    with pytest.raises(ledger.KeyUsed):
        move(wish._replace(credit=learner_account(book=3)))
    with pytest.raises(ledger.KeyUsed):
        move(wish._replace(amount=30))
    assert ledger.balance(account=target) == 70


def test_the_same_request_at_once_moves_once() -> None:
    source, target = learner_account(book=1, credits_=300), learner_account(book=2)
    # Many rounds: that two meet in the second unique index instead of the first is a matter of microseconds.
    for moved in range(1, 31):
        wish = transfer(source, target, 10)
        answers = at_once(*[lambda wish=wish: move(wish)] * 4)
        assert sorted(answers, key=repr) == [*[Code.ALREADY_POSTED] * 3, Code.POSTED]
        assert ledger.balance(account=target) == 10 * moved


def test_a_refused_half_leaves_neither_nor_the_request() -> None:
    source, target = learner_account(book=1, credits_=100), learner_account(book=2)
    closed = learner_account(book=2)
    ledger.set_state(account=closed, state=State.CLOSED, reason="moved away", actor=ACTOR)
    other = learner_account(book=2, unit=OTHER_UNIT)
    before = [last_seq(book) for book in (1, 2)]
    for target_, amount, refusal in (
        (target, 101, ledger.CreditsInsufficient),
        (closed, 1, ledger.AccountNotOpen),
        (other, 1, ledger.UnitsDiffer),
        (target + 2**30, 1, ledger.AccountMissing),
        (target, 0, ledger.TransferMalformed),
    ):
        wish = transfer(source, target_, amount)
        with pytest.raises(refusal):
            move(wish)
        assert sql("select * from ledger.move where key = %s", wish.key) == []
    with pytest.raises(ledger.AccountMissing):
        move(transfer(source + 2**30, target, 1))
    assert [last_seq(book) for book in (1, 2)] == before


def test_a_refused_move_leaves_the_callers_transaction_usable() -> None:
    source, target = learner_account(book=1, credits_=100), learner_account(book=2)
    with transaction.atomic():
        with pytest.raises(ledger.CreditsInsufficient):
            move(transfer(source, target, 101))
        assert move(transfer(source, target, 100)) is Code.POSTED
    assert ledger.balance(account=target) == 100


def test_a_move_killed_between_its_halves_leaves_neither() -> None:
    source, target = learner_account(book=1, credits_=100), learner_account(book=2)
    wish = transfer(source, target, 70)

    class Killed(Exception):
        pass

    def die_at_second_half(execute, query, params, many, context):
        if "ledger.post" in query and params[0] == 2:
            raise Killed
        return execute(query, params, many, context)

    with connection.execute_wrapper(die_at_second_half), pytest.raises(Killed):
        move(wish)
    assert halves(wish) == []
    assert sql("select * from ledger.move where key = %s", wish.key) == []
    assert move(wish) is Code.POSTED


def test_inside_one_book_a_transfer_does() -> None:
    with pytest.raises(ValueError, match="one book"):
        move(transfer(learner_account(book=1, credits_=5), learner_account(book=1), 5))


def test_a_half_posted_by_hand_does_not_pass_for_a_move() -> None:
    source, target = learner_account(book=1, credits_=100), learner_account(book=2)
    wish = transfer(source, target, 10)
    forged = transfer(source, issuing_account(book=1), 10, key=ledger.part_key(wish.key, 1))
    ledger.post(transfer=forged, kind=KIND, actor=ACTOR)
    with pytest.raises(ledger.KeyUsed):
        move(wish)


def clearing_account(book: int) -> int:
    return ledger.open_account(
        book=book, owner_kind=OwnerKind.PLATFORM, owner_id=ledger.PLATFORM_ID, role=Role.CLEARING, unit=UNIT
    )


def checks(found: list[ledger.Finding]) -> set[ledger.Check]:
    return {finding.check for finding in found}


def city_findings() -> set[ledger.Check]:
    later = sql("select clock_timestamp() + interval '2 minutes'")[0][0]
    return checks(ledger.reconcile_city(now=later))


@pytest.mark.parametrize("damage", ["delete from ledger.transfer", "update ledger.transfer set amount = amount + 1"])
def test_a_half_that_was_deleted_or_changed_is_found(as_tamperer, damage: str) -> None:
    wish = transfer(learner_account(book=1, credits_=100), learner_account(book=2), 70)
    move(wish)
    assert city_findings() == set()
    with as_tamperer(f"{damage} where key = %s", ledger.part_key(wish.key, 2)):
        assert city_findings() == {ledger.Check.PAIRS}


def test_a_doubled_half_and_a_move_without_halves_are_found(as_tamperer) -> None:
    wish = transfer(learner_account(book=1, credits_=100), learner_account(book=2), 70)
    move(wish)
    [(pair,)] = sql("select pair from ledger.move where key = %s", wish.key)
    double = """
        insert into ledger.transfer
            select %s, seq + 1000000, recorded_at, effective_at, debit, credit, amount, debit_after, credit_after, ref,
                actor, book, kind
            from ledger.transfer where key = %s"""
    with as_tamperer(double, fresh_key(), ledger.part_key(wish.key, 2)):
        assert city_findings() == {ledger.Check.PAIRS}
    with as_tamperer("delete from ledger.transfer where kind = 8 and ref = %s", pair):
        assert city_findings() == {ledger.Check.PAIRS}


def test_a_clearing_account_used_by_another_kind_is_found(as_tamperer) -> None:
    wish = transfer(learner_account(book=1, credits_=100), learner_account(book=2), 70)
    move(wish)
    with as_tamperer("update ledger.transfer set kind = 10 where key = %s", ledger.part_key(wish.key, 1)):
        assert ledger.Check.CLEARING_FOR_MOVES_ONLY in checks(ledger.reconcile(book=1))
    given = give(learner_account(book=1), 1)
    with as_tamperer("update ledger.transfer set debit = %s where key = %s", clearing_account(1), given.key):
        assert ledger.Check.CLEARING_FOR_MOVES_ONLY in checks(ledger.reconcile(book=1))


def test_the_same_key_in_two_books_is_found(as_tamperer) -> None:
    here, there = give(learner_account(book=1), 1), give(learner_account(book=2), 1)
    with as_tamperer("update ledger.transfer set key = %s where key = %s", here.key, there.key):
        assert city_findings() == {ledger.Check.KEYS_IN_ONE_BOOK}
