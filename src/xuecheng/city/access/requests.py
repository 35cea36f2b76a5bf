"""Who asks: the standing of a request's person, in the capacity in which they act, made once per request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.http import HttpRequest

from xuecheng.city import clock, trace
from xuecheng.city.people.models import Person

from . import services
from .queries import Holding, Standing, open_glass, standing_of

CAPACITY = "capacity"
"""Session key: the public id of the role holding in which a person with several acts."""
AS_RESIDENT = "resident"
"""Value of `CAPACITY` of a person with roles who acts for themselves now."""
GLASS = "glass"
"""Session key: the public id of the glass that the person broke."""

ActingFor = Callable[[HttpRequest, Person], Standing | None]


def _for_nobody(_request: HttpRequest, _person: Person) -> Standing | None:
    return None


@dataclass
class _Provider:
    acting_for: ActingFor = _for_nobody


_provider = _Provider()


def set_acting_for(provider: ActingFor) -> None:
    """Let `provider(request, person)` say for whom the signed-in person acts now, as that person's standing, or None.

    It asks the database only where the session says that they act for somebody.
    """
    _provider.acting_for = provider


def everything(request: HttpRequest) -> Standing:
    """All roles of the signed-in person, whatever the capacity in which they act now. One query per request."""
    kept = getattr(request, "everything", None)
    if isinstance(kept, Standing):
        return kept
    if not isinstance(request.user, Person):
        raise TypeError("a public view asked who is signed in")
    made = standing_of(request.user, today=clock.today())
    request.everything = made  # type: ignore[attr-defined]  # kept for this request only
    return made


def standing(request: HttpRequest) -> Standing:
    """What the person may do in this request: by the role in which they act, or for whom they act.

    One query per request; one more while they act for somebody else or the glass is broken. The person carries how they
    act, and the trace keeps it.
    """
    kept = getattr(request, "standing", None)
    if isinstance(kept, Standing):
        return kept
    made = _made(request)
    request.standing = made  # type: ignore[attr-defined]  # kept for this request only
    return made


def _made(request: HttpRequest) -> Standing:
    whole = everything(request)
    for_another = _provider.acting_for(request, whole.person)
    if for_another is not None:
        return for_another
    held = _chosen(request, whole)
    broken = request.session.get(GLASS)
    glass = open_glass(whole.person, broken, at=clock.now()) if isinstance(broken, str) else None
    if broken and glass is None:
        del request.session[GLASS]
    if held is not None:
        whole.person.acting = trace.Acting(  # type: ignore[attr-defined]  # what the trace reads; `Person` knows nothing of it
            role=held.role,
            role_name=held.label,
            place_zh=held.place_zh,
            place_en=held.place_en,
        )
    return replace(whole, holdings=(held,) if held else (), glass=glass)


def capacity(request: HttpRequest) -> Holding | None:
    """The role in which the person acts now: the chosen one, else the first; None for residents."""
    holdings = standing(request).holdings
    return holdings[0] if holdings else None


def _chosen(request: HttpRequest, whole: Standing) -> Holding | None:
    chosen = request.session.get(CAPACITY)
    if chosen == AS_RESIDENT:
        return None
    first = whole.holdings[0] if whole.holdings else None
    return next((holding for holding in whole.holdings if holding.public_id == chosen), first)


def seen(request: HttpRequest, *, person_id: int, what: str, thing: object = "") -> None:
    """Keep that the signed-in person sees a page of somebody else's. Every view that shows a person's own calls it."""
    services.note_reading(
        reader=standing(request),
        person_id=person_id,
        what=what,
        thing=str(thing),
        at=clock.now(),
        in_role=capacity(request),
    )
