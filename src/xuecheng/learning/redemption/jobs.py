"""Background work of redemption: what the clock does with orders."""

from __future__ import annotations

from xuecheng.city import clock

from . import services


def tend() -> None:
    """Free what was not fetched in time, remind of what soon is. Safe twice."""
    services.tend(at=clock.now())
