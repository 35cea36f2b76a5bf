"""How many rows use which key: the proof before a key is destroyed, and what the page of keys counts."""

from __future__ import annotations

from collections import Counter

from django.db import connection

from .registry import SealedColumn, columns
from .sealing import HASH_KEY_LENGTH, KEY_LENGTH, KEY_PLACE


def key_in(column: SealedColumn, use: str) -> str:
    """SQL for the number, as bytes, of the key that a row uses."""
    if use == "seal":
        return f"substring({column.column} from {KEY_PLACE} for {KEY_LENGTH})"
    return f"substring({column.look_up} from 1 for {HASH_KEY_LENGTH})"


def number_in_bytes(key_id: int, use: str) -> bytes:
    """The number of a key as rows carry it."""
    return key_id.to_bytes(KEY_LENGTH if use == "seal" else HASH_KEY_LENGTH, "big")


def has_column(column: SealedColumn, use: str) -> bool:
    return use == "seal" or bool(column.look_up)


def rows_using(key_id: int, use: str, purpose: str) -> int:
    """Rows that use the key, counted now. One query for each column of the purpose; a full count where no index is."""
    found = 0
    with connection.cursor() as cursor:
        for column in columns():
            if column.purpose == purpose and has_column(column, use):
                cursor.execute(
                    f"select count(*) from {column.table} where {key_in(column, use)} = %s",  # noqa: S608  declared names
                    [number_in_bytes(key_id, use)],
                )
                found += cursor.fetchone()[0]
    return found


def is_used(key_id: int, use: str, purpose: str) -> bool:
    """Whether any row uses the key. Cheaper than counting them."""
    with connection.cursor() as cursor:
        for column in columns():
            if column.purpose == purpose and has_column(column, use):
                cursor.execute(
                    f"select exists (select from {column.table} where {key_in(column, use)} = %s)",  # noqa: S608  # our own names, nobody's words
                    [number_in_bytes(key_id, use)],
                )
                if cursor.fetchone()[0]:
                    return True
    return False


def uses() -> Counter[int]:
    """Rows by the key they use, over all declared columns; sealed values and hashes each. One query."""
    places = [
        (column.table, key_in(column, use))
        for column in columns()
        for use in ("seal", "look_up")
        if has_column(column, use)
    ]
    found: Counter[int] = Counter()
    if not places:
        return found
    with connection.cursor() as cursor:
        cursor.execute(
            " union all ".join(
                f"select {named}, count(*) from {table} where {named} is not null group by 1"  # noqa: S608  declared names
                for table, named in places
            )
        )
        for name, count in cursor.fetchall():
            found[int.from_bytes(bytes(name), "big")] += count
    return found
