"""Where a person lands after signing in: each role has a home, and residents have theirs. Filled by higher floors.

Somebody without a role may have a duty: whoever has work that waits lands on it first, and goes home from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

Lists = Callable[[HttpRequest], Iterable[QuerySet[Any]]]
_homes: dict[str | None, str] = {}
_duties: dict[str, Lists] = {}


def register(role: str | None, url_name: str) -> None:
    """Make `url_name` the home of a role's code, or of residents (None). Called from `apps.py`."""
    _homes[role] = url_name


def home_of(role: str | None) -> str:
    """The address of a role's home; where none is registered, the residents', else the public one."""
    for key in (role, None):
        if key in _homes:
            try:
                return reverse(_homes[key])
            except NoReverseMatch:
                continue
    return "/"


def register_duty(url_name: str, waits: Lists) -> None:
    """Make `url_name` where residents land after signing in while a row stands in one of the lists of `waits`."""
    _duties[url_name] = waits


def duty_of(request: HttpRequest) -> str:
    """The address of the first duty that has work waiting for the signed-in person; empty: none has."""
    for url_name, waits in _duties.items():
        if any(rows.exists() for rows in waits(request)):
            return reverse(url_name)
    return ""
