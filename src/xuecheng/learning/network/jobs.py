"""Work of the network in the background."""

from __future__ import annotations

from xuecheng.city import clock

from . import services


def roll_up() -> None:
    """Bring the figures of the public pages up to now."""
    services.roll_up(now=clock.now())
