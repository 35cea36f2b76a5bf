"""What waits beside menu entries."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest

from xuecheng.city import clock
from xuecheng.city.access.requests import standing

from . import queries
from .models import Request


def overdue(request: HttpRequest) -> list[QuerySet[Request]]:
    """Requests about data whose answer is past its day."""
    return [queries.overdue(standing(request), today=clock.today())]
