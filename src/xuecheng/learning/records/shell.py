"""What the shell's menu asks of records."""

from __future__ import annotations

from django.http import HttpRequest

from xuecheng.city.access.requests import standing

from .queries.lists import waiting_count


def waiting(request: HttpRequest) -> int:
    """How much waits for the signed-in person to decide. Two queries, of those who see the entry only."""
    return waiting_count(standing(request))
