"""For whom the places of teaching stand in the menu: who teaches, and who is or was in a class.

Asked on every page: by the key of whoever is signed in alone, without their roles.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from xuecheng.city.people.models import Person

from . import queries


def teaches(request: HttpRequest) -> list[QuerySet[Any]]:
    """Sessions that the signed-in person teaches or taught."""
    return [queries.taught_by(request.user.pk)] if isinstance(request.user, Person) else []


def learns(request: HttpRequest) -> list[QuerySet[Any]]:
    """Classes in which the signed-in person has or had a place."""
    return [queries.places_of(request.user.pk)] if isinstance(request.user, Person) else []
