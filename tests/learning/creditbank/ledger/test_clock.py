"""The server's clock steps back an hour (ledger.md §5 test 11)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta

import psycopg
import pytest

from learning.creditbank.ledger.bank import (
    ACTOR,
    fresh_key,
    give,
    issuing_account,
    learner_account,
    post,
    sql,
    transfer,
)
from learning.creditbank.ledger.conftest import connected_to, load, scratch_database, server_parameters
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.ledger import Code

CLOCK = """
create table public.clock_offset (value interval not null);
insert into public.clock_offset values ('0');
grant select on public.clock_offset to public;
create function public.set_clock() returns timestamptz language sql volatile as
    $$ select pg_catalog.clock_timestamp() + (select value from public.clock_offset) $$;
"""


@pytest.fixture
def clock() -> Iterator[psycopg.Connection]:
    """A ledger that asks a clock of ours; answers the connection that sets it."""
    with (
        scratch_database(f"test_clock_{os.getpid()}") as name,
        psycopg.connect(**server_parameters(), dbname=name, autocommit=True) as owner,
    ):
        owner.execute(CLOCK)
        load(owner, change=lambda text: text.replace("clock_timestamp()", "public.set_clock()"))
        with connected_to(name):
            yield owner


def step(clock: psycopg.Connection, by: timedelta) -> None:
    clock.execute("update public.clock_offset set value = value + %s", [by])


def cut(book: int) -> datetime:
    ledger.seal_book(book=book, empty=True)
    return sql("select max(closed_at) from ledger.seal where book = %s", book)[0][0]


def test_a_clock_that_steps_back_does_no_harm(clock: psycopg.Connection) -> None:
    learner = learner_account(book=5, credits_=100)
    first = cut(5)
    step(clock, timedelta(hours=-1))
    given = give(learner, 20)
    assert post(given) is Code.ALREADY_POSTED
    assert post(transfer(learner, issuing_account(book=5), 50)) is Code.POSTED
    second = cut(5)
    step(clock, timedelta(hours=-1))
    ledger.reverse(book=5, key=fresh_key(), reversed_key=given.key, reason="twice", actor=ACTOR)
    third = cut(5)
    heads = [ledger.publish_city_head().at]
    step(clock, timedelta(hours=-1))
    heads.append(ledger.publish_city_head().at)

    assert first < second < third, "seals stay in order"
    assert heads == sorted(heads)
    recorded = [at for (at,) in sql("select recorded_at from ledger.transfer where book = 5 order by seq")]
    assert recorded != sorted(recorded), "the clock did step back"
    balances = [ledger.balance_at_record(account=learner, at=at).balance for at in (first, second, third)]
    assert balances == [100, 70, 50]
    lines = ledger.statement(accounts=[learner])
    assert [line.after for line in lines] == [50, 70, 120, 100]
    assert ledger.reconcile(book=5) == []
    assert ledger.verify().is_good


def test_a_sealer_whose_clock_stepped_back_still_finds_what_is_due(clock: psycopg.Connection) -> None:
    learner_account(book=6, credits_=5)
    step(clock, timedelta(hours=-1))
    now = sql("select public.set_clock()")[0][0]
    ledger.seal_due(now=now)
    assert ledger.seal_due(now=now + timedelta(hours=2)).rows <= 1
    assert ledger.tails()[6].rows == 0
