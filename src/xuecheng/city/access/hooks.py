"""What access tells those who stand above: notices are sent by whoever listens here.

A listener is called inside the change's transaction and only defers a job there: what was told holds or falls with the
change.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xuecheng.city.people.models import Person


class Event(StrEnum):
    """What happened. `person` is the one whom it concerns; the facts are in brackets."""

    GLASS_BROKEN = "access.glass_broken"
    """Somebody opened records in an emergency (glass: `BrokenGlass`): an alarm for operators, word for the person."""
    GLASS_REVIEWED = "access.glass_reviewed"
    """Somebody said whether it was in order (glass)."""


Listener = Callable[[str, "Person | None", dict[str, Any]], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Let `listener(event, person, facts)` know of everything. Called from `apps.py`, once."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell(event: str, *, person: Person | None, **facts: Any) -> None:
    """Tell all listeners. Higher apps of the ground tell their own events by the same door."""
    for listener in _listeners:
        listener(event, person, facts)
