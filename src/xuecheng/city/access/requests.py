"""Who asks: the standing of a request's person, made once per request."""

from __future__ import annotations

from django.http import HttpRequest

from xuecheng.city import clock
from xuecheng.city.people.models import Person

from .queries import Holding, Standing, standing_of

CAPACITY = "capacity"
"""Session key: the public id of the role holding in which a person with several acts."""
AS_RESIDENT = "resident"
"""Value of `CAPACITY` of a person with roles who acts for themselves now."""


def standing(request: HttpRequest) -> Standing:
    """Everything the signed-in person holds today. One query per request."""
    kept = getattr(request, "standing", None)
    if isinstance(kept, Standing):
        return kept
    if not isinstance(request.user, Person):
        raise TypeError("a public view asked who is signed in")
    made = standing_of(request.user, today=clock.today())
    request.standing = made  # type: ignore[attr-defined]  # kept for this request only
    return made


def capacity(request: HttpRequest) -> Holding | None:
    """The role in which the person acts now: the chosen one, else the first; None for residents."""
    holdings = standing(request).holdings
    chosen = request.session.get(CAPACITY)
    if chosen == AS_RESIDENT:
        return None
    return next((holding for holding in holdings if holding.public_id == chosen), holdings[0] if holdings else None)
