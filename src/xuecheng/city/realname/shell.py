"""What the menu counts: documents that wait, and alarms of today."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from xuecheng.city import clock
from xuecheng.city.access.requests import standing

from . import queries

MOST_COUNTED = 99


def waiting(request: HttpRequest) -> int:
    """Documents that the viewer may decide, as far as a menu counts. One query."""
    return queries.to_decide(standing(request)).order_by()[:MOST_COUNTED].count()


def alarms(request: HttpRequest) -> int:
    """People who looked at too many whole numbers today. One query."""
    del request
    return queries.alarms_on(clock.today(), most=settings.UNMASK_ALERT)
