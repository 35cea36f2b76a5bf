"""Which tables this transaction has written so far: what else stands in the city need not be read to know that it is the same.

PostgreSQL counts attempted writes for itself, table by table, those of savepoints that were rolled back too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

Counts = dict[str, int]
"""How often each table was written, by its name with its schema."""


@contextmanager
def as_owner() -> Iterator[Any]:
    """A cursor with the owner's rights; then those of before again."""
    with connection.cursor() as cursor:
        cursor.execute("select current_user")
        (role,) = cursor.fetchone()
        cursor.execute("reset role")
        yield cursor
        cursor.execute(f"set role {role}")


def counts() -> Counts:
    """Of this transaction, for all tables that it has written."""
    assert connection.in_atomic_block, "outside a transaction nothing is counted"
    with as_owner() as cursor:
        cursor.execute(
            "select format('%I.%I', n.nspname, c.relname), sum(s.n_tup_ins + s.n_tup_upd + s.n_tup_del)::bigint"
            " from pg_stat_xact_user_tables s join pg_class c on c.oid = coalesce(pg_partition_root(s.relid), s.relid)"
            " join pg_namespace n on n.oid = c.relnamespace where s.n_tup_ins + s.n_tup_upd + s.n_tup_del > 0 group by 1"
        )
        return dict(cursor.fetchall())


def since(before: Counts) -> list[str]:
    """The tables written since."""
    return sorted(name for name, count in counts().items() if count != before.get(name, 0))
