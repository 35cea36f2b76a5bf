"""Errands: short work that nobody watches, such as handing a message to a provider, on a queue by urgency (REL-23).

An errand has no face and no progress. It may run twice (REL-21), so it looks first whether it is still to be done; what
must not be lost stands in a row of its own, which a routine finds when the queue has forgotten the errand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from django.db import transaction
from procrastinate.contrib.django import app as queue
from procrastinate.exceptions import AlreadyEnqueued

Queue = Literal["now", "normal"]
"""`now`: somebody waits before a screen (sign-in codes); `normal`: minutes do no harm."""
TASK = "xuecheng.run_errand"
_PRIORITIES: dict[Queue, int] = {"now": 10, "normal": 0}

ERRANDS: dict[str, Callable[..., None]] = {}


def register(name: str, run: Callable[..., None]) -> None:
    """Make `run` known as the errand `name`, such as "notices.deliver". Called from `apps.py`."""
    ERRANDS[name] = run


def defer(name: str, *, on: Queue = "normal", **arguments: int) -> None:
    """Have the errand run, in the caller's transaction: rolled back together, or both there."""
    if name not in ERRANDS:
        raise KeyError(f"no such errand: {name}")
    queue.configure_task(TASK, queue=on, priority=_PRIORITIES[on]).defer(name=name, arguments=dict(arguments))


def defer_alone(name: str, *, on: Queue = "normal") -> None:
    """Have the errand run unless it waits already; never two of it at once. For routines, not for verbs: of two
    transactions that ask at once the second waits for the first.
    """
    if name not in ERRANDS:
        raise KeyError(f"no such errand: {name}")
    try:
        with transaction.atomic():
            queue.configure_task(TASK, queue=on, priority=_PRIORITIES[on], lock=name, queueing_lock=name).defer(
                name=name, arguments={}
            )
    except AlreadyEnqueued:
        return
