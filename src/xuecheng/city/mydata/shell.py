"""Numbers beside menu entries."""

from __future__ import annotations

from django.http import HttpRequest

from xuecheng.city import clock
from xuecheng.city.access.requests import standing

from . import queries


def overdue(request: HttpRequest) -> int:
    """Requests about data whose answer is past its day."""
    return queries.overdue(standing(request), today=clock.today())


def to_confirm(request: HttpRequest) -> int:
    """Erasures that a colleague opened and that this officer may confirm."""
    return queries.to_confirm(standing(request))
