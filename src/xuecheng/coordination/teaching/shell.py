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
    who = _signed_in(request)
    return [queries.taught_by(who.pk)] if who is not None else []


def learns(request: HttpRequest) -> list[QuerySet[Any]]:
    """Classes in which the signed-in person has or had a place."""
    who = _signed_in(request)
    return [queries.places_of(who.pk)] if who is not None else []


def _signed_in(request: HttpRequest) -> Person | None:
    # What was refused before anybody was looked at (a wrong host) has no user; its page has the menu, too.
    found = getattr(request, "user", None)
    return found if isinstance(found, Person) else None
