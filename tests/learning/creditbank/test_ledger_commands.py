"""`xuecheng ledger`: what an operator types, and what a script reads."""

from __future__ import annotations

import json
from datetime import date

import pytest
from click.testing import CliRunner, Result
from django.db import connection

from learning.account import makers
from xuecheng.learning.creditbank import ledger as books
from xuecheng.learning.creditbank.commands import ledger

pytestmark = pytest.mark.django_db(transaction=True)


def run(*words: str) -> Result:
    return CliRunner().invoke(ledger, words, catch_exceptions=False)


def test_verify_says_good_and_ends_with_0() -> None:
    makers.credit(makers.learner())
    books.seal_all()
    answer = run("verify")
    assert answer.exit_code == 0
    assert "Good: 256 books" in answer.output


def test_verify_names_the_first_bad_row_of_a_book_and_ends_with_1(as_owner: None) -> None:
    who = makers.learner()
    key = makers.credit(who).posting.key
    makers.credit(who)
    books.seal_all()
    book = books.book_of(who.pk)
    with connection.cursor() as cursor:
        cursor.execute("alter table ledger.transfer disable trigger append_only")
        cursor.execute("update ledger.transfer set actor = actor + 1 where key = %s returning seq", [key])
        (seq,) = cursor.fetchone()
    try:
        answer, told = run("verify", "--book", str(book)), run("verify", "--book", str(book), "--json")
        other = run("verify", "--book", str((book + 1) % 256))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("update ledger.transfer set actor = actor - 1 where key = %s", [key])
            cursor.execute("alter table ledger.transfer enable always trigger append_only")
    assert answer.exit_code == told.exit_code == 1
    assert f"Book {book}, block" in answer.output
    assert f"serial {seq}: a row was changed" in answer.output
    found = json.loads(told.output)
    assert (found["is_good"], found["faults"][0]["book"], found["faults"][0]["seq"]) == (False, book, seq)
    assert other.exit_code == 0


def test_seal_leaves_nothing_unsealed_and_publishes_a_head() -> None:
    makers.credit(makers.learner())
    told = json.loads(run("seal", "--json").output)
    assert told["rows"] >= 1
    assert sum(tail.rows for tail in books.tails()) == 0
    assert told["head"] == books.newest_city_head().n


def test_heads_are_listed_with_the_places_where_they_were_made_known() -> None:
    answer = run("heads", "--publish", "--anchor", "Liwan library, notice board", "--last", "2", "--json")
    newest = json.loads(answer.output.splitlines()[0])
    assert newest["anchored_at"] == ["Liwan library, notice board"]
    assert newest["hash"] == books.newest_city_head().hash.hex()


def test_balance_answers_now_and_on_a_day_for_a_card_number() -> None:
    who = makers.learner()
    makers.credit(who, 150, ended_on=date(2026, 3, 1))
    makers.credit(who, 200, ended_on=date(2026, 9, 1))
    number = who.learning_account.card_number
    spaced = " ".join(number[at : at + 4] for at in range(0, 16, 4))
    assert json.loads(run("balance", spaced, "--json").output)["credits"] == "3.50"
    assert json.loads(run("balance", who.sign_in_name, "--on", "2026-06-30", "--json").output)["credits"] == "1.50"
    assert json.loads(run("balance", spaced, "--known", "2020-01-01", "--json").output)["credits"] == "0.00"


def test_balance_of_nobody_is_refused() -> None:
    assert run("balance", "nobody").exit_code == 2
