"""What the shell's menu counts of records."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from xuecheng.city.access.requests import standing

from .queries import lists


def waiting(request: HttpRequest) -> list[QuerySet[Any]]:
    """What waits for the signed-in person to decide: objections, and records that may be double."""
    return lists.waiting(standing(request))
