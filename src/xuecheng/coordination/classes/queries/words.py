"""When a class meets, as people say it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, time

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from xuecheng.city import clock
from xuecheng.web.templatetags.xc import until


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
