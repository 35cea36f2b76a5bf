"""The routine of the interface: what was kept long enough is forgotten."""

from __future__ import annotations

from xuecheng.city import clock

from . import idempotency, limits


def sweep() -> None:
    """Kept answers older than seven days, and counts of minutes that have passed."""
    now = clock.now()
    idempotency.sweep(at=now)
    limits.sweep(at=now)
