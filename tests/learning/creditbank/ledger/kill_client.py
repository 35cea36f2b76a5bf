"""A client that is killed: posts for ever, one by one, in batches and between books, and writes down what was answered.

A program of its own, with nothing but psycopg, so that it starts quickly. Each line of the journal is `answered <key>`,
written after the server's answer: such a posting must be in the books for ever.
"""

from __future__ import annotations

import json
import random
import sys
import time
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import psycopg

AT = datetime(2026, 5, 4, tzinfo=UTC)


def post(
    connection: psycopg.Connection, key: UUID, debit: int, credit: int, *, amount: int = 1, kind: int = 10, ref: int = 1
) -> int:
    values = [debit >> 40, key, debit, credit, amount, kind, ref, AT, 7]
    query = "select ledger.post(%s, %s, %s, %s, %s, %s::smallint, %s, %s, %s)"
    return connection.execute(query, values).fetchone()[0]


def part(connection: psycopg.Connection, key: UUID, number: int) -> UUID:
    return connection.execute("select ledger.part_key(%s, %s)", [key, number]).fetchone()[0]


def move(connection: psycopg.Connection, key: UUID, source: int, target: int, clearing: dict[int, int]) -> int:
    pair = int.from_bytes(sha256(key.bytes).digest()[:8], "big") >> 1
    with connection.transaction():
        begin = "select ledger.move_begin(%s, %s, %s, %s, %s, %s, %s, %s)"
        code = connection.execute(begin, [key, pair, source, target, 3, 1, AT, 7]).fetchone()[0]
        if code:
            return code
        halves = [
            (source >> 40, part(connection, key, 1), source, clearing[source >> 40]),
            (target >> 40, part(connection, key, 2), clearing[target >> 40], target),
        ]
        for _book, half, debit, credit in sorted(halves):
            code = post(connection, half, debit, credit, amount=3, kind=8, ref=pair)
            if code:
                raise psycopg.Rollback
    return code


def batch(connection: psycopg.Connection, call: UUID, keys: list[UUID], debit: int, credit: int) -> int:
    query = """
        select ledger.post_batch(%s, %s, %s, 7, false, 10::smallint, %s::uuid[], %s::bigint[], %s::bigint[],
            %s::bigint[], %s::bigint[], %s::timestamptz[])"""
    n = len(keys)
    columns = [keys, [debit] * n, [credit] * n, [1] * n, [1] * n, [AT] * n]
    codes = connection.execute(query, [debit >> 40, call, sha256(call.bytes).digest(), *columns]).fetchone()[0]
    return max(codes)


def main(conninfo: str, seed: int, plan: Path, journal: Path) -> None:
    chosen = json.loads(plan.read_text())
    accounts: list[int] = chosen["accounts"]
    clearing = {int(book): account for book, account in chosen["clearing"].items()}
    dice = random.Random(seed)
    connection: psycopg.Connection | None = None
    with journal.open("a", buffering=1) as answered:
        while True:
            source, target = dice.sample(accounts, 2)
            keys = [uuid4() for _ in range(dice.choice([1, 1, 20]))]
            call = uuid4()
            # The same call again until it is answered, as the product's client does.
            while True:
                try:
                    if connection is None or connection.closed:
                        connection = psycopg.connect(conninfo, autocommit=True)
                    if source >> 40 != target >> 40:
                        keys = keys[:1]
                        code = move(connection, keys[0], source, target, clearing)
                    elif len(keys) == 1:
                        code = post(connection, keys[0], source, target)
                    else:
                        code = batch(connection, call, keys, source, target)
                    break
                except psycopg.OperationalError:
                    connection = None
                    time.sleep(0.05)
            if code in (0, 1):
                for key in keys:
                    answered.write(f"answered {key}\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]))
