"""Which places are near a street: by where the places are, never by where a person is."""

from __future__ import annotations

from django.db.models import FloatField
from django.db.models.functions import Cast

from xuecheng.city.territories.models import Territory
from xuecheng.coordination.facilities import rules
from xuecheng.coordination.facilities.models import Venue


def near_street(street: Territory, *, within_km: float) -> list[tuple[int, float]] | None:
    """Open places outside a street and at most `within_km` from its point, the nearest first: (key, km). One query.

    A street's point is the mean of its own open places; None where none of them has coordinates. All places with
    coordinates are read, plain values and no rows: a city has some hundreds, and the next district begins nearby.
    """
    rows = Venue.objects.filter(state=Venue.State.OPEN, latitude__isnull=False).values_list(
        "pk", "territory__path", Cast("latitude", FloatField()), Cast("longitude", FloatField())
    )
    own: list[rules.Point] = []
    others: list[tuple[int, rules.Point]] = []
    for key, path, latitude, longitude in rows:
        if path.startswith(street.path):
            own.append((latitude, longitude))
        else:
            others.append((key, (latitude, longitude)))
    middle = rules.middle_of(own)
    if middle is None:
        return None
    measured = ((rules.distance_km(middle, point), key) for key, point in others)
    return [(key, km) for km, key in sorted(measured) if km <= within_km]
