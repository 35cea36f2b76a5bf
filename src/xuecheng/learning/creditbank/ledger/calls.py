"""How the ledger is called: one `select ledger.f(…)` alone with plain values, and again when it may not have happened.

Source: ledger.md §4.3 "How to call", "Retry". A call that lost its connection has an unknown outcome; sending the same
call again tells it, because every key makes its call idempotent. Inside a caller's own transaction nothing is retried:
that transaction is lost, and only the caller can begin it anew.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import Error, InterfaceError, OperationalError, connection, transaction

logger = logging.getLogger(__name__)

T = TypeVar("T")
Values = Sequence[Any] | Mapping[str, Any]

_ATTEMPTS = 5
_PAUSE_S = (0.010, 0.200)
#: Deadlock, serialization failure, lock time-out, shut down by an administrator, by a crash, not yet started.
_AGAIN = {"40P01", "40001", "55P03", "57P01", "57P02", "57P03"}
_LOST_CLASSES = ("08", "57P")
_KEY_CONSTRAINTS = (
    "transfer_key_once",
    "batch_key_once",
    "move_key_once",
    "reversal_once",
    "hold_once",
    "hold_end_once",
)


def sqlstate(error: BaseException) -> str:
    """The SQLSTATE of a database error, "" if the server did not get to say one."""
    return getattr(error.__cause__, "sqlstate", None) or getattr(error, "sqlstate", None) or ""


def answer(statement: str, parameters: Values) -> Any:
    """The one value that `statement`, a call of one ledger function, answers; retried as the module says."""
    return retrying(lambda: _ask(statement, parameters))


def answer_or_undo(statement: str, parameters: Values) -> Any:
    """As `answer`, for functions that may raise: a caller's transaction stays usable after the error."""

    def ask() -> Any:
        if not connection.in_atomic_block:
            return _ask(statement, parameters)
        with transaction.atomic():
            return _ask(statement, parameters)

    return retrying(ask)


def retrying(attempt: Callable[[], T]) -> T:
    """What `attempt` answers; up to 5 times, 10–200 ms apart, while the error says that another time may work."""
    if connection.in_atomic_block:
        return attempt()
    for again in reversed(range(_ATTEMPTS)):
        try:
            return attempt()
        except Error as error:
            if not _may_work_again(error):
                raise
            if _is_lost(error):
                connection.close()
            if not again:
                logger.error("The ledger was called %d times without an answer: %s", _ATTEMPTS, error)  # noqa: TRY400
                raise
            time.sleep(random.uniform(*_PAUSE_S))  # noqa: S311  jitter, no secret
    raise AssertionError("unreachable")


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Within, a call waits at most `seconds` for its book: 2 for people, 30 for imports (ledger.md §4.3)."""
    before = _ask("select current_setting('lock_timeout')", [])
    _ask("select set_config('lock_timeout', %s, false)", [f"{round(seconds * 1000)}ms"])
    try:
        yield
    finally:
        # A lost connection took the setting along.
        if connection.connection is not None and not connection.needs_rollback:
            _ask("select set_config('lock_timeout', %s, false)", [before])


def rows(query: str, values: Values) -> list[tuple[Any, ...]]:
    """The rows of a plain question; asked once."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _ask(statement: str, parameters: Values) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row = cursor.fetchone()
    return row[0] if row else None


def _is_lost(error: BaseException) -> bool:
    state = sqlstate(error)
    return isinstance(error, InterfaceError | OperationalError) and (not state or state.startswith(_LOST_CLASSES))


def _may_work_again(error: BaseException) -> bool:
    state = sqlstate(error)
    if state in _AGAIN or _is_lost(error):
        return True
    if state == "XX000":
        return "could not commit transaction" in str(error)
    if state == "23505":
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
        return name.startswith(_KEY_CONSTRAINTS)
    return False
