"""The database cannot be reached, or not to write: for a moment, as while another machine takes over (REL-03).

The reader is told so and comes again; that is no fault of ours to look for.
"""

from __future__ import annotations

from django.db import InterfaceError, OperationalError, connection

AGAIN_IN_S = 15
"""A standby needs up to twenty seconds to take over, a restart two."""
_ONLY_READS = "25006"
_STATES = (
    "08",  # the connection was lost, or never came about
    "57P",  # shut down by an administrator or a crash, or not up yet
    "53300",  # no connection is left
    _ONLY_READS,  # we still hold a server that handed over to another
)
_DEEP = 8


def is_away(error: BaseException | None) -> bool:
    """Whether `error`, or what it came from, says that the database is out of reach."""
    for _step in range(_DEEP):
        if error is None:
            return False
        if isinstance(error, OperationalError | InterfaceError) or _state(error).startswith(_ONLY_READS):
            state = _state(error)
            # A server that said nothing at all did not answer.
            return not state or state.startswith(_STATES)
        error = error.__cause__ or error.__context__
    return False


def let_go(error: BaseException | None) -> None:
    """Hold on no longer to a server that only reads: the next request asks for the one that writes.

    A connection that is lost is noticed by Django; this one works, and would be kept.
    """
    if error is not None and _state(error) == _ONLY_READS and not connection.in_atomic_block:
        connection.close()


def _state(error: BaseException) -> str:
    return getattr(error.__cause__, "sqlstate", None) or getattr(error, "sqlstate", None) or ""
