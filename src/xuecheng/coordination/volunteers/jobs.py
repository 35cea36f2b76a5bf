"""Background work of volunteers' service: what the clock ends."""

from __future__ import annotations

from xuecheng.city import clock

from . import services


def tend() -> None:
    """Remind organisers, end what nobody answered. Safe at any time, and twice."""
    services.tend(at=clock.now())
