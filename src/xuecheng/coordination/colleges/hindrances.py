"""What must be moved before a unit closes (N-05): the registry that apps above fill.

    hindrances.register("classes", find_classes)    # (college, on) → Hindrance or None

Rooms booked and agreements in force after that day are found here; classes are found by whoever holds them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xuecheng.city import clock
from xuecheng.coordination.facilities.models import Booking
from xuecheng.coordination.staff.models import Agreement, TeachingSession

from .models import College


@dataclass(frozen=True)
class Hindrance:
    """One thing in the way: in words with its number, and the page where it is moved."""

    words: str
    url: str = ""


Find = Callable[[College, date], Hindrance | None]
_FINDERS: dict[str, Find] = {}


def register(name: str, find: Find) -> None:
    """Ask `find` before a unit closes. Called from `apps.py`; the same name again replaces it."""
    _FINDERS[name] = find


def of(college: College, *, on: date) -> list[Hindrance]:
    """Everything that a unit has from a day on, in the order of registration. A few queries."""
    return [found for find in _FINDERS.values() if (found := find(college, on)) is not None]


def _from(on: date) -> datetime:
    return datetime.combine(on, time(), clock.zone())


def _below(college: College, on: date) -> Hindrance | None:
    count = (
        College.objects.filter(parent=college)
        .filter(Q(during__endswith__isnull=True) | Q(during__endswith__gt=on))
        .count()
    )
    if not count:
        return None
    words = ngettext("%(n)s unit still belongs to it", "%(n)s units still belong to it", count) % {"n": count}
    return Hindrance(words)


def _bookings(college: College, on: date) -> Hindrance | None:
    """Rooms of its houses that somebody has for later; of a point only those where it is."""
    found = Booking.objects.filter(
        venue__owner=college.organisation_id,
        state__in=[Booking.State.CONFIRMED, Booking.State.PROPOSED],
        during__endswith__gt=_from(on),
    )
    if college.is_point:
        found = found.filter(venue__territory__path__startswith=college.territory.path)
    count = found.count()
    if not count:
        return None
    words = ngettext("%(n)s booking of its rooms after that day", "%(n)s bookings of its rooms after that day", count)
    return Hindrance(words % {"n": count}, reverse("facilities:list_bookings"))


def _agreements(college: College, on: date) -> Hindrance | None:
    """People who teach for it, or are lent by it; a point has none of its own."""
    if college.is_point:
        return None
    count = Agreement.objects.filter(
        Q(receiver=college.organisation_id) | Q(home=college.organisation_id),
        state__in=[Agreement.State.AWAITING, Agreement.State.IN_FORCE, Agreement.State.RECALLED],
        during__endswith__gt=on,
    ).count()
    if not count:
        return None
    words = ngettext("%(n)s agreement to teach after that day", "%(n)s agreements to teach after that day", count)
    return Hindrance(words % {"n": count}, reverse("staff:list_agreements"))


def _sessions(college: College, on: date) -> Hindrance | None:
    if college.is_point:
        return None
    count = TeachingSession.objects.filter(
        organisation=college.organisation_id, state=TeachingSession.State.PLANNED, during__endswith__gt=_from(on)
    ).count()
    if not count:
        return None
    words = ngettext("%(n)s planned session after that day", "%(n)s planned sessions after that day", count)
    return Hindrance(words % {"n": count})


def declare() -> None:
    """Called from `apps.py`."""
    register("below", _below)
    register("bookings", _bookings)
    register("agreements", _agreements)
    register("sessions", _sessions)


def in_words(found: list[Hindrance]) -> str:
    return _("; ").join(one.words for one in found)
