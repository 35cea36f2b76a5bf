"""Background work of accounts."""

from __future__ import annotations

from xuecheng.city import clock

from . import news
from .queries.ending import endings


def warn_of_ending() -> None:
    """Tell people 180, 60 and 14 days before credit of theirs may not be put to new use any more (C-57). Safe twice."""
    now = clock.now()
    news.tell_ending(endings(today=clock.date_of(now)), at=now)
