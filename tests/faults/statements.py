"""A fault at each statement of a verb: the database answers the k-th one with an error, for k = 1, 2, 3 … (REL §2.4).

Whatever happens half-way, everything must be as before: rows, history, queue. The loop ends by itself at the first k that
the verb does not reach.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction

MOST_STATEMENTS = 200


class Fault(OperationalError):
    """The connection is cut in the middle."""


_ONLY_READS = re.compile(
    r"\s*(select\b(?!.*(_v\d+\(|set_config\(|nextval\(|ledger\.))|savepoint\b|release\b)", re.IGNORECASE | re.DOTALL
)


class _Heard:
    """How many statements there are before the first that may write."""

    def __init__(self) -> None:
        self.reads, self.has_written = 0, False

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.has_written = self.has_written or not _ONLY_READS.match(sql)
        self.reads += not self.has_written
        return execute(sql, params, many, context)


class _AtStatement:
    def __init__(self, number: int) -> None:
        self.number = number
        self.seen = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.seen += 1
        if self.seen == self.number:
            raise Fault(sql)
        return execute(sql, params, many, context)


@contextmanager
def _as_owner() -> Iterator[Any]:
    with connection.cursor() as cursor:
        cursor.execute("select current_user")
        (role,) = cursor.fetchone()
        cursor.execute("reset role")
        yield cursor
        cursor.execute(f"set role {role}")


Contents = dict[str, tuple[int, int]]
"""How many rows each table has, and a digest of what they say."""


def tables() -> list[str]:
    with _as_owner() as cursor:
        cursor.execute(
            "select format('%I.%I', table_schema, table_name) from information_schema.tables"
            " where table_type = 'BASE TABLE' and table_schema in ('public', 'ledger') order by 1"
        )
        return [name for (name,) in cursor.fetchall()]


def contents(names: Collection[str]) -> Contents:
    """Of each table. Most are empty: asking that first is five times as fast as a digest of all."""
    with _as_owner() as cursor:
        cursor.execute(" union all ".join(f"select '{name}' where exists (select from {name})" for name in names))
        filled = [name for (name,) in cursor.fetchall()]
        found: Contents = dict.fromkeys(names, (0, 0))
        if filled:
            cursor.execute(
                " union all ".join(
                    f"select '{name}', count(*), coalesce(sum(hashtext(t::text)::bigint), 0)::bigint from {name} t"
                    for name in filled
                )
            )
            found |= {name: (count, digest) for name, count, digest in cursor.fetchall()}
        return found


def written(before: Contents, after: Contents) -> dict[str, int]:
    """The tables that changed, and by how many rows."""
    return {name: after[name][0] - before[name][0] for name in before if before[name] != after[name]}


@contextmanager
def taken_back() -> Iterator[None]:
    """What is done within is rolled back in the end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def fails_whole_at_each_statement(verb: Callable[[], object], *, apart: Collection[str] = ()) -> int:
    """Try `verb` with a fault at its first statement, its second, and so on; answers how many statements it has.

    A cut before its transaction ends leaves nothing; one after it finds everything done. The tables `apart` are written
    before the rest and stay written: tries that count, whatever comes of them. Of the reads before anything is written,
    only the first and the last are cut: there is nothing yet that could be left.
    """
    everything, heard = contents(tables()), _Heard()
    with taken_back():
        with connection.execute_wrapper(heard):
            verb()
        whole = written(everything, contents(everything))
    assert whole, "let through, the verb wrote nothing: this situation tries nothing"
    before = {name: everything[name] for name in whole}
    for number in (1, *range(max(2, heard.reads), MOST_STATEMENTS)):
        fault, cut_at = _AtStatement(number), ""
        with taken_back():
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
            left = written(before, contents(before))
            is_try = set(left) <= {f"public.{name}" for name in apart}
            assert is_try or left in ({}, whole), f"cut at statement {number} ({cut_at}), of {whole} it left {left}"
    else:
        raise AssertionError(f"more than {MOST_STATEMENTS} statements")
    assert contents(everything) == everything
    return number - 1
