"""Routines of operations: looking at the installation, so that a page and an alarm need not."""

from __future__ import annotations

import logging

from xuecheng.city import clock
from xuecheng.web import events

from . import gauges, marks, promises, services
from .points import FAIL, look, looks

log = logging.getLogger("xuecheng.operations")


def look_around() -> None:
    """Routine `operations.look`: the quick points."""
    _look(with_slow=False)


def look_at_all() -> None:
    """Routine `operations.look_at_all`: every point, those that read much too."""
    _look(with_slow=True)


def _look(*, with_slow: bool) -> None:
    # Read once a round by a worker, so that the day's first look marks where its counts begin.
    list(gauges.all_of_them())
    marks.note_backups(at=clock.now())
    everything = looks()
    found = [look(one) for one in everything if with_slow or not one.is_slow]
    if not with_slow:  # those of the clock; the nightly one is one more
        marks.note_kept(at=clock.now(), is_kept=promises.all_work({point.what: point.state for point in found}))
    for point in services.keep(found, at=clock.now()):
        level = logging.ERROR if point.state == FAIL else logging.WARNING
        words = "A point of the installation got worse"
        events.tell(log, "operations.point_worse", words, level=level, point=point.what, state=point.state)
    if with_slow:
        services.forget_unknown(point.what for point in found)
        marks.forget_old(today=clock.today())
