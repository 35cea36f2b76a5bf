"""What happens above when a class moves, in the same transaction: filled at start by the apps above.

A listener is called with the class or session, already moved and locked, and the time; what it raises takes the whole
move back. Work that reaches far (telling hundreds of people) is a job that it defers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Listener = Callable[[Any, datetime], None]
"""Called with the `CourseClass` (or `ClassSession`, or several) and the time of the move."""


@dataclass(frozen=True)
class Hook:
    """Who listens to one kind of move, in the order in which they registered; once each."""

    listeners: list[Listener] = field(default_factory=list)

    def register(self, listener: Listener) -> Listener:
        """From now on `listener` hears of each move; it is answered, so that this may stand above a function."""
        if listener not in self.listeners:
            self.listeners.append(listener)
        return listener

    def tell(self, moved: Any, at: datetime) -> None:
        """Call all who listen. Whoever moved it calls this, within the change."""
        for listener in self.listeners:
            listener(moved, at)


when_opened = Hook()
when_started = Hook()
when_finished = Hook()
when_settled = Hook()
when_cancelled = Hook()

when_sessions_added = Hook()
"""Sessions came to an open or running class; told once, with all of them that were planned together."""
when_session_moved = Hook()
"""A session of an open or running class has another time, room or teacher; told once for each of them."""
when_session_cancelled = Hook()
"""One session of an open or running class is not held; cancelling the class tells `when_cancelled` only."""
