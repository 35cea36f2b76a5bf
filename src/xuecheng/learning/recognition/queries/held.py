"""A long list kept at the server while a job goes through it, transaction by transaction, in constant memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from django.db import Error, connection

_FETCH = 20_000


class HeldList:
    """The rows of a query as they were when it was asked; they outlive transactions, not the connection."""

    def __init__(self, name: str) -> None:
        self._name = name

    def count(self) -> int:
        """How many rows there are. The list goes back to its beginning."""
        with connection.cursor() as cursor:
            cursor.execute(f"move forward all in {self._name}")
            rows = int(cursor.rowcount)
            cursor.execute(f"move absolute 0 in {self._name}")
        return rows

    def next(self, most: int) -> list[tuple[Any, ...]]:
        """The next rows, at most so many; empty at the end."""
        with connection.cursor() as cursor:
            cursor.execute(f"fetch forward {int(most)} from {self._name}")
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        while rows := self.next(_FETCH):
            yield from rows


@contextmanager
def held_list(name: str, query: str, values: Mapping[str, Any]) -> Iterator[HeldList]:
    """The rows of `query`, held under `name` until the block ends."""
    with connection.cursor() as cursor:
        cursor.execute(f"declare {name} scroll cursor with hold for {query}", values)
    try:
        yield HeldList(name)
    finally:
        # A lost connection took the list along; a transaction that failed will.
        with suppress(Error), connection.cursor() as cursor:
            cursor.execute(f"close {name}")
