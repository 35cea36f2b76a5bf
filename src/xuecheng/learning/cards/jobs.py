"""Background work of cards."""

from __future__ import annotations

from xuecheng.city import clock

from . import services


def tend() -> None:
    """Tell the holders of found cards, and drop what is old. Safe twice."""
    now = clock.now()
    services.pass_on_findings(at=now)
    services.tidy_cards(at=now)
