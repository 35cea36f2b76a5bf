"""When a class meets, as people say it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, time

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from xuecheng.city import clock
from xuecheng.web.templatetags.xc import until


def distance_words(km: float) -> str:
    """“about 1.2 km”; under a kilometre in hundreds of metres, never none: a street's point is no doorstep."""
    tenths = max(1, round(km * 10))
    if tenths < 10:
        return _("about %(n)d m") % {"n": tenths * 100}
    return _("about %(km)s km") % {"km": f"{tenths / 10:.1f}"}


def series_words(periods: Sequence[tuple[datetime, datetime]]) -> list[str]:
    """The times of the week at which most sessions are: “Tuesday 19:00–21:00”; what is rarer is told as “and others”.

    At most three; empty without sessions.
    """
    zone = clock.zone()
    times: Counter[tuple[int, time, time]] = Counter()
    for begins, ends in periods:
        first, last = begins.astimezone(zone), ends.astimezone(zone)
        times[(first.weekday(), first.time(), last.time())] += 1
    most = [key for key, number in times.most_common(3) if number > 1] or [key for key, _n in times.most_common(1)]
    said = [
        _("%(weekday)s %(time)s") % {"weekday": WEEKDAYS[weekday], "time": until(begins, ends)}
        for weekday, begins, ends in sorted(most)
    ]
    if said and len(most) < len(times):
        said[-1] = _("%(times)s and other times") % {"times": said[-1]}
    return said
