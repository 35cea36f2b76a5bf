"""What waits beside menu entries."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest

from xuecheng.city import clock
from xuecheng.city.access.requests import standing

from . import queries
from .models import Erasure, Request


def overdue(request: HttpRequest) -> list[QuerySet[Request]]:
    """Requests about data whose answer is past its day."""
    return [queries.overdue(standing(request), today=clock.today())]


def to_confirm(request: HttpRequest) -> list[QuerySet[Erasure]]:
    """Erasures that a colleague opened and that this officer may confirm."""
    return [queries.to_confirm(standing(request))]
