"""What the shell asks of notices: the numbers beside the bell and the outbox."""

from __future__ import annotations

from django.http import HttpRequest

from xuecheng.city.access.requests import standing
from xuecheng.city.people.models import Person

from . import queries
from .models import Message


def unread(request: HttpRequest) -> int:
    """How many notices the signed-in person has not opened. One query a page."""
    user = getattr(request, "user", None)
    return queries.unread_count(user) if isinstance(user, Person) else 0


def failed(request: HttpRequest) -> int:
    """How many messages were given up and wait for an operator. One query, of those who see the entry only."""
    given_up = queries.visible_messages(standing(request), state=Message.State.FAILED)
    return given_up.select_related(None).order_by()[: queries.MOST_COUNTED].count()
