from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

import pghistory
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal


class Actor(Protocol):
    """Whoever changes something: a person, or a named robot of the house."""

    @property
    def public_id(self) -> UUID: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class _Robot:
    public_id: UUID
    name: str


ROBOT_VERSION = 8
"""Version of the ids of robots: made of the name itself, so that the same robot has the same id everywhere."""


def robot(name: str) -> Actor:
    """The robot person of background work, by its name in the trace, such as "recognition".

    Pages show it by its translation in the context "robot".
    """
    digits = bytearray(name.encode().ljust(16, b"\0")[:16])
    # Python 3.11 makes no UUID of version 8 by itself.
    digits[6] = ROBOT_VERSION << 4 | digits[6] & 0x0F
    digits[8] = 0x80 | digits[8] & 0x3F
    return _Robot(public_id=UUID(bytes=bytes(digits)), name=name)


class ReasonMissing(Refusal):
    message = _("Say why this is changed.")
    field = "why"


@dataclass
class _Change:
    reasons: list[str] = field(default_factory=list)


# pghistory keeps its context by thread; so do we, to stay in step with it.
_here = threading.local()


@contextmanager
def change(*, by: Actor, why: str) -> Iterator[None]:
    """One change: opens a transaction whose history rows carry `by` and `why`.

    A change within a change joins it: one transaction, one entry in the history, by whoever began it; a new reason is
    kept beside the first.

    Raises:
        ReasonMissing: `why` is blank.
    """
    why = why.strip()
    if not why:
        raise ReasonMissing
    outer: _Change | None = getattr(_here, "change", None)
    if outer is not None:
        if why not in outer.reasons:
            outer.reasons.append(why)
            pghistory.context(why=" / ".join(outer.reasons))
        with transaction.atomic():
            yield
        return
    _here.change = _Change([why])
    try:
        with transaction.atomic(), pghistory.context(by=str(by.public_id), by_name=by.name, why=why):
            yield
        if transaction.get_connection().in_atomic_block:
            _forget()
    finally:
        _here.change = None


def _forget() -> None:
    """In a longer transaction: what is written after this change is not this change's."""
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(
            "select set_config('pghistory.context_id', '', true), set_config('pghistory.context_metadata', '', true)"
        )
