"""Background work of roll-out: what the clock does."""

from __future__ import annotations

from xuecheng.city import clock

from . import services


def tend() -> None:
    """Warn of accreditations that end soon. Safe twice."""
    services.tend(at=clock.now())


def count_readiness() -> None:
    """Count anew who is ready next. Safe twice."""
    services.count_readiness(at=clock.now())
