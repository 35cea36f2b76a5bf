"""The routine of identity: what has served its time goes."""

from __future__ import annotations

from datetime import timedelta

from xuecheng.city import clock

from .services import tidying


def tidy() -> None:
    """Forget old codes, limits, sessions and sign-ins. Safe at any time."""
    tidying.tidy(at=clock.now(), keep_tries=timedelta(days=184))
