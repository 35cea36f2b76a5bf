"""Background work of exchange: what the clock does with cases."""

from __future__ import annotations

from xuecheng.city import clock

from . import services


def tend() -> None:
    """Raise what was not answered, end what nobody answered after that, post what was accepted. Safe twice."""
    services.tend(at=clock.now())
