"""Background work of supervision: the nightly search, shortfalls, draws whose seed is known."""

from __future__ import annotations

from xuecheng.city import clock

from . import services


def search() -> None:
    """Search all credited records for what looks wrong. Interrupted, it goes on; safe twice."""
    services.scan(at=clock.now())


def tend() -> None:
    """Fill shortfalls from later credit, draw samples whose seed was published. Safe twice."""
    now = clock.now()
    services.fill_shortfalls(at=now)
    services.draw_due(at=now)
