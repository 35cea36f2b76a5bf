"""What a line of the log says beside its words: an event of a stable name, and facts under allowed keys only.

A key that is not in `KEYS` never reaches the log (OPS-01): names, numbers and addresses of people have no key.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KEYS = frozenset(
    {
        # Of a request: its number, the route's name (never the path), who by an opaque id, in which role, where.
        "request", "route", "method", "status", "ms", "queries", "person", "program", "role", "place",
        # Of a denial.
        "act", "helps",
        # Of a worker's work.
        "job", "kind", "turn", "errand", "routine", "queues", "worker",
        # Of a fault: what people read out on the telephone.
        "fault",
        # Of a look at the installation.
        "point", "state",
        # Why a form was refused, in Django's own words.
        "reason",
    }
)  # fmt: skip

SECURITY = {
    "access.denied": "somebody asked for what their roles do not allow (403)",
    "access.hidden": "a named thing that is not there or not theirs (404); the answer does not tell which",
    "access.form_refused": "a form without its token: too old, or not ours",
    "identity.sessions_ended": "an operator ended all sessions of a person, or of everybody",
    "identity.sign_in_failed": "a password, code or passkey that was wrong",
}
"""Events whose names alarms may rely on (ASVS 16.3), and what each means."""

_within: ContextVar[Mapping[str, object]] = ContextVar("facts_within")


@contextmanager
def within(**facts: object) -> Iterator[None]:
    """Have every line that is logged in here bear `facts` too."""
    token = _within.set({**_within.get({}), **facts})
    try:
        yield
    finally:
        _within.reset(token)


def tell(logger: logging.Logger, event: str, words: str, *, level: int = logging.INFO, **facts: object) -> None:
    """Log `event` with `facts`. `words` are for people, without values in them."""
    logger.log(level, words, extra={"event": event, "facts": facts})


def event_of(record: logging.LogRecord) -> str:
    """The event's stable name; of what was logged without one, the logger's."""
    return str(getattr(record, "event", "") or record.name)


def facts_of(record: logging.LogRecord) -> dict[str, object]:
    """What the line says beside its words: what holds around it, then its own, by allowed keys."""
    facts = {**_within.get({}), **getattr(record, "facts", {})}
    return {key: value for key, value in facts.items() if key in KEYS and value not in (None, "")}
