"""What many ask for and few change, kept by the process for as long as not one row that it rests on changes.

For what holds for everybody alike, such as rules, units and agreements: read once, then asked for with one short query.
It cannot be out of date, not even within a transaction that changes the rows, or takes the change back again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from django.db import connection

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

_MOST = 8
"""Answers kept of one kind. Days pass and languages are few; more would only be of questions nobody asks again."""


class Kept(Generic[K, T]):
    """Answers of `read`, by what it was asked with, as long as the rows of `tables` stay as they are.

    What is kept is shared by all who ask, so nobody changes it. If it is filled while it is asked, each thread has its
    own: `of_each_thread`.
    """

    def __init__(self, read: Callable[[K], T], *, tables: tuple[str, ...], of_each_thread: bool = False) -> None:
        self._read = read
        self._statement = _fingerprint_of(tables)
        self._here: Any = threading.local() if of_each_thread else SimpleNamespace()

    def of(self, asked: K) -> T:
        """The answer: one query, and those of `read` if it is not at hand."""
        with connection.cursor() as cursor:
            cursor.execute(self._statement)
            (fingerprint,) = cursor.fetchone()
        known: str
        answers: dict[K, T]
        known, answers = getattr(self._here, "kept", ("", {}))
        if known != fingerprint or len(answers) >= _MOST:
            answers = {}
            # Set as one: another thread reads the fingerprint and its answers together.
            self._here.kept = (fingerprint, answers)
        if asked not in answers:
            answers[asked] = self._read(asked)
        answer: T = answers[asked]
        return answer


def _fingerprint_of(tables: tuple[str, ...]) -> str:
    """Where each row lies and who wrote it: no row comes, goes or changes without one of the two changing."""
    rows = " union all ".join(
        f"select {place}, string_agg(ctid::text || xmin::text, ',' order by ctid) from {table}"  # noqa: S608  names of tables, written in code
        for place, table in enumerate(tables)
    )
    return f"select md5(string_agg(found.rows, '|' order by found.place)) from ({rows}) found(place, rows)"  # noqa: S608  as above
