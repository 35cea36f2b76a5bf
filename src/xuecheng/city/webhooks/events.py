"""Events that can be subscribed to; floors above register theirs as they load."""

from __future__ import annotations

from xuecheng.city.refusals import Text

EVENTS: dict[str, Text] = {}
"""Name of the event → what happened, in plain words."""


def register(name: str, label: Text) -> None:
    """Make an event known, such as "record.entered". Called from `apps.py`."""
    EVENTS[name] = label
