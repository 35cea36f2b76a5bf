"""Background work of places: what nobody came to is free again."""

from __future__ import annotations

from xuecheng.city import clock

from . import services


def release_missed() -> None:
    """Release bookings without check-in in time, end offers that nobody took (B-07). Safe at any time, and twice."""
    services.release_missed(at=clock.now())
    services.tend_room_lines(at=clock.now())
