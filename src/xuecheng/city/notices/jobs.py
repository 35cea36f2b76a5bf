"""Background work of notices: the errand that sends, and the routines that look for what is due, kept or old."""

from __future__ import annotations

import logging

from xuecheng.city import clock
from xuecheng.city.jobs import errands

from . import queries
from .delivering import deliver as send_due
from .digests import bundle_due
from .retaining import forget_old
from .services import DELIVER

log = logging.getLogger(__name__)
LOOK, BUNDLE, FORGET = "notices.look", "notices.bundle", "notices.forget"
MOST_AT_ONCE = 200
"""Then the errand ends and the routine starts another, so that a worker told to stop need not wait long."""


def deliver(message: int | None = None) -> None:
    """Errand: send one message, or all that are due."""
    send_due(now=clock.now, only=message, most=MOST_AT_ONCE)


def look() -> None:
    """Routine: have sent what is due: notices by other ways, what failed before, what somebody took and died with."""
    if queries.is_due(at=clock.now()):
        errands.defer_alone(DELIVER)


def bundle() -> None:
    """Routine: gather what is due into digests."""
    bundle_due(at=clock.now())


def forget() -> None:
    """Routine: delete what is older than it needs to be."""
    gone = forget_old(at=clock.now())
    if gone:
        log.info("notices: %d old rows deleted", gone)
