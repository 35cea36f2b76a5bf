"""For whom the places of teaching stand in the menu: who teaches, and who is or was in a class."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from xuecheng.city.access.requests import standing
from xuecheng.city.people.models import Person

from . import queries


def teaches(request: HttpRequest) -> list[QuerySet[Any]]:
    """Sessions that the signed-in person teaches or taught."""
    return [queries.own_teaching(standing(request))] if isinstance(request.user, Person) else []


def learns(request: HttpRequest) -> list[QuerySet[Any]]:
    """Classes in which the signed-in person has or had a place."""
    return [queries.own_attendance(standing(request))] if isinstance(request.user, Person) else []
