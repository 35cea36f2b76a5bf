"""Where a person lands after signing in: each role has a home, and residents have theirs. Filled by higher floors."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

_homes: dict[str | None, str] = {}


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
