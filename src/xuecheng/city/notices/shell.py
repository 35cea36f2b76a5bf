"""What the shell counts of notices: beside the bell and beside the outbox."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest

from xuecheng.city.access.requests import standing
from xuecheng.city.people.models import Person

from . import queries
from .models import Message, Notice


def unread(request: HttpRequest) -> list[QuerySet[Notice]]:
    """Notices that the signed-in person has not opened."""
    user = getattr(request, "user", None)
    return [queries.notices_of(user, is_unread=True)] if isinstance(user, Person) else []


def failed(request: HttpRequest) -> list[QuerySet[Message]]:
    """Messages that were given up and wait for an operator."""
    return [queries.visible_messages(standing(request), state=Message.State.FAILED)]
