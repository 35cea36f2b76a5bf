"""For whom the place of assessors stands in the menu, and what waits there. Asked on every page."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from xuecheng.city.people.models import Person
from xuecheng.city.rights import standing_of_request

from . import queries


def assesses(request: HttpRequest) -> list[QuerySet[Any]]:
    """Whether the signed-in person is an assessor, by their key alone."""
    # What was refused before anybody was looked at (a wrong host) has no user; its page has the menu, too.
    who = getattr(request, "user", None)
    return list(queries.assesses([who.pk])) if isinstance(who, Person) else []


def to_do(request: HttpRequest) -> list[QuerySet[Any]]:
    """Cases in which the signed-in person does something now."""
    return [queries.to_do(standing_of_request(request))]
