"""What the menu counts: documents that wait, and alarms of today."""

from __future__ import annotations

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest

from xuecheng.city import clock
from xuecheng.city.access.requests import standing

from . import queries
from .models import IdentityDocument, Unmasking


def waiting(request: HttpRequest) -> list[QuerySet[IdentityDocument]]:
    """Documents that the viewer may decide."""
    return [queries.to_decide(standing(request))]


def alarms(request: HttpRequest) -> list[QuerySet[Unmasking]]:
    """People who looked at too many whole numbers today: the look of each that was one too many."""
    del request
    return [queries.alarms_on(clock.today(), most=settings.UNMASK_ALERT)]
