"""Background work of giving: what the clock does with offers."""

from __future__ import annotations

from xuecheng.city import clock

from . import services


def tend() -> None:
    """Give back what was not answered in time. Safe twice."""
    services.tend(at=clock.now())
