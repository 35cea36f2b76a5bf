"""Background work of recognising prior learning: what the clock does with applications."""

from __future__ import annotations

from xuecheng.city import clock

from . import services


def tend() -> None:
    """Draw, remind, raise, end, post. Safe twice."""
    services.tend(at=clock.now())
