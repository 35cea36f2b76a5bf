"""The peer of B4 and B5: django-hordak 2.0 as its manual says, at its fairest (`ledger.md` §6).

`transfer_to` between account objects that are at hand, so that no SELECT is charged; autocommit as Django does it;
tables as full as ours, filled with triggers off. It keeps no keys of clients, no floors, no cached balances, no seals.
"""

from __future__ import annotations

import random
import threading
import time
from typing import Any

import django
from django.core.management import call_command
from django.db import connection

from bench.apart import serve

_ACCOUNTS = """
insert into hordak_account (uuid, name, code, full_code, type, is_bank_account, currencies, lft, rght, tree_id, level)
select gen_random_uuid(), 'Account ' || n, n::text, n::text, 'AS', false, '["EUR"]', 1, 2, n, 0
from generate_series(1, %(accounts)s) n"""
_TRANSACTIONS = """
insert into hordak_transaction (uuid, timestamp, date, description)
select gen_random_uuid(), now(), current_date, '' from generate_series(1, %(filled)s)"""
_LEGS = """
insert into hordak_leg (uuid, transaction_id, account_id, debit, credit, currency, description)
select gen_random_uuid(), t.id, accounts[1 + (t.id * (side * 30 + 7)) %% cardinality(accounts)],
    case side when 0 then 1 end, case side when 1 then 1 end, 'EUR', ''
from hordak_transaction t, generate_series(0, 1) side, (select array_agg(id) accounts from hordak_account) a"""

_known: list[Any] = []


def migrate() -> dict[str, Any]:
    """The tables of the library."""
    call_command("migrate", verbosity=0, interactive=False)
    connection.close()
    return {}


def prepare(*, accounts: int, filled: int) -> dict[str, Any]:
    """Tables as `migrate` made them, filled in bulk unless they are full already."""
    from hordak.models import Account

    if not Account.objects.exists():
        _fill(accounts=accounts, filled=filled)
    _known.extend(Account.objects.all())
    connection.close()
    return {"accounts": len(_known)}


def _fill(*, accounts: int, filled: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        for statement in (_ACCOUNTS, _TRANSACTIONS, _LEGS):
            cursor.execute(statement, {"accounts": accounts, "filled": filled})
        cursor.execute("set session_replication_role = origin")
        cursor.execute("vacuum (analyze) hordak_account, hordak_transaction, hordak_leg")


def transfers(*, connections: int, seconds: float) -> dict[str, Any]:
    """Transfers per second that `connections` threads do together."""
    from moneyed import Money

    one = Money(1, "EUR")
    counts = [0] * connections
    ready = threading.Barrier(connections + 1)

    def client(number: int) -> None:
        draw = random.Random(time.time_ns() + number)
        connection.ensure_connection()
        ready.wait()
        while time.perf_counter() < until:
            source, target = draw.sample(_known, 2)
            source.transfer_to(target, one)
            counts[number] += 1
        connection.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(connections)]
    until = float("inf")
    for thread in threads:
        thread.start()
    began = time.perf_counter()
    until = began + seconds
    ready.wait()
    for thread in threads:
        thread.join()
    return {"rate": sum(counts) / (time.perf_counter() - began)}


if __name__ == "__main__":
    django.setup()
    serve({"migrate": migrate, "prepare": prepare, "transfers": transfers})
