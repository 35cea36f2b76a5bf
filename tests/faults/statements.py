"""A fault at each statement of a verb: the database answers the k-th one with an error, for k = 1, 2, 3 … (REL §2.4).

Whatever happens half-way, everything must be as before: rows, history, queue. The loop ends by itself at the first k that
the verb does not reach.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import OperationalError, connection, transaction

import touched

MOST_STATEMENTS = 200


class Fault(OperationalError):
    """The connection is cut in the middle."""


_ONLY_READS = re.compile(
    r"\s*(select\b(?!.*(_v\d+\(|set_config\(|nextval\(|ledger\.))|savepoint\b|release\b)", re.IGNORECASE | re.DOTALL
)


class _Heard:
    """Which statements only read, in order."""

    def __init__(self) -> None:
        self.reads: list[bool] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.reads.append(bool(_ONLY_READS.match(sql)))
        return execute(sql, params, many, context)

    def numbers(self) -> Iterator[int]:
        """The statements to be cut at: all but reads that follow a read. No more is written there than at the one before."""
        for number in range(1, MOST_STATEMENTS):
            if number == 1 or not all(self.reads[number - 2 : number]) or number > len(self.reads):
                yield number


class _AtStatement:
    def __init__(self, number: int) -> None:
        self.number = number
        self.seen = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.seen += 1
        if self.seen == self.number:
            raise Fault(sql)
        return execute(sql, params, many, context)


Contents = dict[str, tuple[int, int]]
"""How many rows each table has, and a digest of what they say."""


def tables() -> list[str]:
    with touched.as_owner() as cursor:
        cursor.execute(
            "select format('%I.%I', table_schema, table_name) from information_schema.tables"
            " where table_type = 'BASE TABLE' and table_schema in ('public', 'ledger') order by 1"
        )
        return [name for (name,) in cursor.fetchall()]


def filled(names: Collection[str]) -> list[str]:
    """Those with rows. Asking that first is five times as fast as a digest of all."""
    with touched.as_owner() as cursor:
        cursor.execute(" union all ".join(f"select '{name}' where exists (select from {name})" for name in names))
        return [name for (name,) in cursor.fetchall()]


def contents(names: Collection[str]) -> Contents:
    """Of each table."""
    if not names:
        return {}
    with touched.as_owner() as cursor:
        cursor.execute(
            " union all ".join(
                f"select '{name}', count(*), coalesce(sum(hashtext(t::text)::bigint), 0)::bigint from {name} t"
                for name in names
            )
        )
        return {name: (count, digest) for name, count, digest in cursor.fetchall()}


def written(before: Contents, after: Contents) -> dict[str, int]:
    """The tables that changed, and by how many rows."""
    return {name: after[name][0] - before[name][0] for name in before if before[name] != after[name]}


@dataclass
class Left:
    """The tables that something changed before it was taken back, and by how many rows."""

    tables: dict[str, int] = field(default_factory=dict)


@contextmanager
def taken_back() -> Iterator[Left]:
    """What is done within is rolled back in the end; afterwards it is known what it had changed."""
    left, earlier = Left(), touched.counts()
    with transaction.atomic():
        yield left
        names = touched.since(earlier)
        after = contents(names)
        transaction.set_rollback(True)
    left.tables = written(contents(names), after)


def fails_whole_at_each_statement(verb: Callable[[], object], *, apart: Collection[str] = ()) -> int:
    """Try `verb` with a fault at its first statement, its second, and so on; answers how many statements it has.

    A cut before its transaction ends leaves nothing; one after it finds everything done. The tables `apart` are written
    before the rest and stay written: tries that count, whatever comes of them. Of reads in a row only the first is cut:
    what a cut at the others would leave is the same.
    """
    heard = _Heard()
    with taken_back() as whole, connection.execute_wrapper(heard):
        verb()
    assert whole.tables, "let through, the verb wrote nothing: this situation tries nothing"
    for number in heard.numbers():
        fault, cut_at = _AtStatement(number), ""
        with taken_back() as left:
            try:
                with connection.execute_wrapper(fault):
                    verb()
            except Fault as cut:
                cut_at = str(cut)[:120]
                # Nothing of that statement was done. Outside a transaction, what stood before it would stand now.
                transaction.set_rollback(False)
        if not cut_at:
            assert fault.seen < number, f"it went on after its statement {number} had failed"
            break
        is_try = set(left.tables) <= {f"public.{name}" for name in apart}
        assert is_try or left.tables in ({}, whole.tables), (
            f"cut at statement {number} ({cut_at}), of {whole.tables} it left {left.tables}"
        )
    else:
        raise AssertionError(f"more than {MOST_STATEMENTS} statements")
    return number - 1
