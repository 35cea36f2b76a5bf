"""One transfer: its codes, their precedence, its limits (ledger.md §4.2; §5 tests 4, 5, 18, 21)."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest
from django.db import DatabaseError, transaction

from learning.creditbank.ledger.bank import (
    ACTOR,
    KIND,
    MAY,
    OTHER_UNIT,
    at_once,
    fresh_key,
    give,
    issuing_account,
    last_seq,
    learner_account,
    post,
    post_batch,
    sql,
    transfer,
    transfers_with,
)
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.ledger import Code, State, Transfer

NOBODY = (1 << 40) + 2**39


def frozen(credits_: int = 0, **fields: int) -> int:
    account = learner_account(credits_=credits_, **fields)
    ledger.set_state(account=account, state=State.FROZEN, reason="disputed", actor=ACTOR)
    return account


def case_of(code: Code) -> Transfer:  # noqa: PLR0911  one for each code
    """A transfer that the ledger answers with `code`."""
    rich, poor = learner_account(credits_=500), learner_account()
    match code:
        case Code.POSTED:
            return transfer(rich, poor, 500)
        case Code.ALREADY_POSTED:
            return give(poor, 5)
        case Code.NO_SUCH_ACCOUNT:
            return transfer(rich, NOBODY, 1)
        case Code.MALFORMED:
            return transfer(rich, rich, 1)
        case Code.INSUFFICIENT:
            return transfer(rich, poor, 501)
        case Code.UNITS_DIFFER:
            return transfer(rich, learner_account(unit=OTHER_UNIT), 1)
        case Code.KEY_USED:
            return give(poor, 5)._replace(amount=6)
        case Code.NOT_OPEN:
            return transfer(frozen(5), poor, 1)
    raise AssertionError(code)


ALONE = [code for code in Code if code not in (Code.KEY_TWICE, Code.OTHERS_REFUSED)]


@pytest.mark.parametrize("code", ALONE)
def test_each_code_is_answered_to_one_transfer(code: Code) -> None:
    given = case_of(code)
    before = last_seq(1)
    assert post(given) is code
    assert last_seq(1) - before == (code is Code.POSTED)


@pytest.mark.parametrize("code", ALONE)
def test_each_code_is_answered_to_an_item_of_a_batch(code: Code) -> None:
    given = case_of(code)
    neighbour = transfer(issuing_account(), learner_account(), 3)
    assert post_batch([given, neighbour]) == [code, Code.POSTED]


def test_the_same_key_twice_in_a_call_is_refused_the_second_time() -> None:
    given = case_of(Code.POSTED)
    assert post_batch([given, given, given._replace(amount=0)]) == [Code.POSTED, Code.KEY_TWICE, Code.KEY_TWICE]


def precedence_pairs() -> list[tuple[str, Code, list[Transfer]]]:
    used = give(learner_account(), 5)
    ice = frozen(5)
    first = transfer(issuing_account(), learner_account(), 1)
    return [
        ("7 before 5", Code.KEY_USED, [used._replace(amount=6), used._replace(amount=7)]),
        ("5 before 3", Code.KEY_TWICE, [first, first._replace(amount=0)]),
        ("3 before 2", Code.MALFORMED, [transfer(NOBODY, NOBODY, 1)]),
        ("2 before 9", Code.NO_SUCH_ACCOUNT, [transfer(ice, NOBODY, 1)]),
        ("9 before 6", Code.NOT_OPEN, [transfer(ice, learner_account(unit=OTHER_UNIT), 1)]),
        ("6 before 4", Code.UNITS_DIFFER, [transfer(learner_account(), learner_account(unit=OTHER_UNIT), 1)]),
    ]


def test_each_code_goes_before_the_next_in_the_precedence() -> None:
    for name, code, items in precedence_pairs():
        assert post_batch(items)[-1] is code, name
        if len(items) == 1:
            assert post(items[0]) is code, name
    short = transfer(learner_account(), learner_account(), 1)
    whole = transfer(issuing_account(), learner_account(), 1)
    assert post_batch([whole, short], all_or_nothing=True) == [Code.OTHERS_REFUSED, Code.INSUFFICIENT], "4 before 8"


def test_a_retry_is_told_that_it_stands_and_writes_nothing() -> None:
    given = give(learner_account(), 40)
    assert [post(given), *post_batch([given])] == [Code.ALREADY_POSTED] * 2
    assert transfers_with(given.key) == 1


def test_another_zone_is_the_same_time_of_effect() -> None:
    given = give(learner_account(), 40)
    there = given._replace(effective_at=MAY.astimezone(timezone(timedelta(hours=8))))
    assert post(there) is Code.ALREADY_POSTED


@pytest.mark.parametrize("field", ["amount", "debit", "credit", "kind", "ref", "effective_at"])
def test_a_key_used_with_other_content_is_refused(field: str) -> None:
    given = give(learner_account(), 40)
    other = {
        "amount": 41,
        "debit": issuing_account(),
        "credit": learner_account(),
        "ref": 2,
        "effective_at": MAY + timedelta(microseconds=1),
    }
    changed = given if field == "kind" else given._replace(**{field: other[field]})
    kind = KIND + 1 if field == "kind" else KIND
    assert post(changed, kind=kind) is Code.KEY_USED
    codes = ledger.post_batch(book=1, transfers=[changed], kind=kind, actor=ACTOR)
    assert codes == [Code.KEY_USED]
    assert transfers_with(given.key) == 1


def test_two_connections_with_one_key_post_once() -> None:
    given = transfer(issuing_account(), learner_account(), 9)
    answers = at_once(*[lambda: post(given)] * 4)
    assert sorted(answers) == [Code.POSTED, *[Code.ALREADY_POSTED] * 3]
    assert transfers_with(given.key) == 1


def test_a_refused_transfer_leaves_its_key_free() -> None:
    payer, payee = learner_account(), learner_account()
    given = transfer(payer, payee, 10)
    assert post(given) is Code.INSUFFICIENT
    give(payer, 10)
    assert post(given) is Code.POSTED


@pytest.mark.parametrize(
    ("amount", "code"),
    [(1, Code.POSTED), (10**12, Code.POSTED), (10**12 + 1, Code.MALFORMED), (0, Code.MALFORMED), (-1, Code.MALFORMED)],
)
def test_amounts_lie_between_one_hundredth_and_ten_to_the_twelfth(amount: int, code: Code) -> None:
    given = transfer(issuing_account(), learner_account(), amount)
    assert post(given) is code
    assert post_batch([given._replace(key=fresh_key())]) == [code]


def test_numbers_beyond_32_bits_are_kept_whole() -> None:
    account = learner_account()
    given = give(account, 1, ref=2**62)
    assert account > 2**31
    assert sql("select ref, actor from ledger.transfer where key = %s", given.key) == [(2**62, ACTOR)]


def test_nothing_falls_below_the_lowest_floor() -> None:
    issuing = issuing_account()
    ledger.set_floor(account=issuing, floor=-1000, reason="budget of the book", actor=ACTOR)
    learner = learner_account()
    assert post(transfer(issuing, learner, 1000)) is Code.POSTED
    assert post(transfer(issuing, learner, 1)) is Code.INSUFFICIENT
    assert ledger.balance(account=issuing) == -1000


def test_a_frozen_account_receives_only_and_a_closed_one_not_even_that() -> None:
    account, other = learner_account(credits_=50), learner_account(credits_=50)
    ledger.set_state(account=account, state=State.FROZEN, reason="disputed", actor=ACTOR)
    assert post(transfer(account, other, 1)) is Code.NOT_OPEN
    assert post(transfer(other, account, 1)) is Code.POSTED
    ledger.set_state(account=account, state=State.CLOSED, reason="moved away", actor=ACTOR)
    assert post(transfer(account, other, 1)) is Code.NOT_OPEN
    assert post(transfer(other, account, 1)) is Code.NOT_OPEN
    ledger.set_state(account=account, state=State.OPEN, reason="returned", actor=ACTOR)
    assert post(transfer(account, other, 1)) is Code.POSTED


def test_an_account_of_another_book_is_no_account_of_this_one() -> None:
    here, there = issuing_account(book=1), learner_account(book=2)
    assert post(transfer(here, there, 1)) is Code.NO_SUCH_ACCOUNT
    assert post_batch([transfer(here, there, 1), transfer(there, here, 1)]) == [Code.NO_SUCH_ACCOUNT] * 2
    assert post(transfer(300 << 40, here, 1)) is Code.NO_SUCH_ACCOUNT


def test_kinds_of_the_ledger_itself_are_not_posted_by_hand() -> None:
    given = transfer(issuing_account(), learner_account(), 1)
    for kind in (0, 6, 7, 8, 9):
        with pytest.raises(ValueError, match="ledger itself"):
            ledger.post(transfer=given, kind=kind, actor=ACTOR)


def test_a_time_without_zone_is_a_mistake() -> None:
    naive = MAY.replace(tzinfo=None)
    with pytest.raises(ValueError, match="aware"):
        post(transfer(issuing_account(), learner_account(), 1, effective_at=naive))


@pytest.mark.parametrize("missing", range(9))
def test_a_null_in_a_call_is_a_mistake(missing: int) -> None:
    values: list[object] = [1, fresh_key(), issuing_account(), learner_account(), 1, KIND, 1, MAY, ACTOR]
    values[missing] = None
    with pytest.raises(DatabaseError, match="a null"):
        sql("select ledger.post(%s, %s, %s, %s, %s, %s::smallint, %s, %s, %s)", *values)


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_posting_demands_read_committed(level: str) -> None:
    given = transfer(issuing_account(), learner_account(), 1)
    for call in (lambda: post(given), lambda: post_batch([given])):
        with transaction.atomic():
            sql(f"set transaction isolation level {level}")
            with pytest.raises(DatabaseError, match="read committed only"):
                call()
            transaction.set_rollback(True)


def test_refusals_say_what_is_so_and_carry_their_code() -> None:
    with pytest.raises(ledger.CreditsInsufficient) as refused:
        ledger.post(transfer=transfer(learner_account(), learner_account(), 1), kind=KIND, actor=ACTOR)
    assert refused.value.result is Code.INSUFFICIENT
    assert refused.value.code == "credits_insufficient"
    assert {type(ledger.refusal_of(code)).result for code in Code if not code.stands} == set(Code) - {0, 1}
