"""Background work of the network: whoever keeps a unit hears in time that evidence ends."""

from __future__ import annotations

from xuecheng.city import clock

from . import services


def remind_of_ending() -> None:
    """Tell of evidence that ends within the days the city set. Safe at any time, and twice."""
    services.remind_of_ending(at=clock.now())
