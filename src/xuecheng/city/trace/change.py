from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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


def robot(name: str) -> Actor:
    """The robot person of background work, by its name in the trace, such as "recognition"."""
    # Version 8: the name itself, so that the same robot has the same id everywhere.
    digits = name.encode().ljust(16, b"\0")[:16]
    return _Robot(public_id=UUID(bytes=digits, version=8), name=name)


class ReasonMissing(Refusal):
    message = _("Say why this is changed.")
    field = "why"


@contextmanager
def change(*, by: Actor, why: str) -> Iterator[None]:
    """One change: opens a transaction whose history rows carry `by` and `why`.

    Nested changes join the outer one's transaction as savepoints; the innermost reason is kept beside the outer's.

    Raises:
        ReasonMissing: `why` is blank.
    """
    if not why.strip():
        raise ReasonMissing
    with transaction.atomic(), pghistory.context(by=str(by.public_id), by_name=by.name, why=why.strip()):
        yield
