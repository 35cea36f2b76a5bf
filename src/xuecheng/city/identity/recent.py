"""Step-up: an act that could take an account away asks for a proof that is not older than a few minutes.

`require_recent(request, minutes=10)` in a view, or `@recently(minutes=10)` above it. Whoever signed in just now passes;
whoever has a second factor must have used it. The answer to a proof that is too old is a page that asks for one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest, HttpResponseBase

from xuecheng.city import clock
from xuecheng.city.people.models import Person

from . import queries
from .rules import codes as law

MINUTES = 10
SECOND_FACTOR = "mfa"
"""How allauth calls a proof by passkey, authenticator app or recovery code."""

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class ProofTooOld(Exception):
    """The act waits until the person has proved anew that it is they. The middleware leads to the page for it."""


def is_recent(request: HttpRequest, *, minutes: int = MINUTES) -> bool:
    """Whether the signed-in person proved within the last `minutes` that it is they."""
    person = request.user
    if not isinstance(person, Person):
        return False
    now = clock.now()
    fresh = [
        str(record.get("method"))
        for record in get_authentication_records(request, person)
        if law.is_recent(float(record.get("at", 0)), at=now, minutes=minutes)
    ]
    if SECOND_FACTOR in fresh:
        return True
    return bool(fresh) and not queries.keys_of(person).has_second_factor


def require_recent(request: HttpRequest, *, minutes: int = MINUTES) -> None:
    """Go on only with a fresh proof. Raises `ProofTooOld`."""
    if not is_recent(request, minutes=minutes):
        raise ProofTooOld


def recently(minutes: int = MINUTES) -> Callable[[View], View]:
    """A view that only a fresh proof opens."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            require_recent(request, minutes=minutes)
            return view(request, *args, **kwargs)

        return cast("View", guarded)

    return guard
