"""Classes near a street that somebody names: the nearest first, and nobody's own place is asked."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, F, Func, IntegerField, Min, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast

from xuecheng.city.territories.models import Territory
from xuecheng.coordination.classes import rules
from xuecheng.coordination.classes.models import ClassSession, CourseClass
from xuecheng.coordination.facilities import queries as facilities
from xuecheng.coordination.facilities.models import Space

from .classes import Face, Find, find, held_in
from .words import distance_words


@dataclass(frozen=True)
class NearFace:
    """A class near a street: how far, and in which room of the nearest place; None where it cannot be said."""

    face: Face
    km: float | None
    room: Space | None

    @property
    def distance(self) -> str:
        """In words; empty where it cannot be said."""
        return "" if self.km is None else distance_words(self.km)


@dataclass(frozen=True)
class Near:
    """Classes near a street and not in it."""

    street: Territory
    found: QuerySet[CourseClass]
    """Unordered; for a list by (-id)."""
    places: tuple[tuple[int, float], ...] | None
    """Places by key and km, the nearest first; None where the street has no point, so that all is its district's."""

    @property
    def is_measured(self) -> bool:
        return self.places is not None

    def nearest(self) -> list[CourseClass]:
        """The nearest at most, of the same place the newest first; without distances the newest. One query at most."""
        if self.places == ():
            return []
        order = ("nearness", "-pk") if self.is_measured else ("-pk",)
        return list(self.found.order_by(*order)[: rules.MOST_NEAR])

    def told(self, face: Face) -> NearFace:
        """What is said of one that was found. No query."""
        if self.places is None:
            return NearFace(face, None, next(iter(face.rooms), None))
        place_in_order: int = getattr(face.row, "nearness", 1)
        key, km = self.places[place_in_order - 1]
        return NearFace(face, km, next((one for one in face.rooms if one.venue_id == key), None))


def near(wish: Find, street: Territory) -> Near:
    """What is wished, near a street and not in it, by sessions that are or will be held. One query now, one for a list.

    A place is near within `rules.NEAR_KM` of the street's point. Where the street has no point, what else there is in
    its district, without a distance.
    """
    found = find(wish).filter(~held_in(street))
    places = facilities.near_street(street, within_km=rules.NEAR_KM)
    if places is None:
        district = street.parent
        return Near(street, found.filter(held_in(district)) if district else found.none(), None)
    keys = [key for key, _km in places]
    held = ClassSession.objects.exclude(state=ClassSession.State.CANCELLED).filter(space__venue__in=keys)
    # Only classes that meet at one of these places are looked at; each by where its nearest place stands in the order.
    place_in_order = Func(
        Cast(Value(keys), ArrayField(BigIntegerField())), F("space__venue_id"),
        function="array_position", output_field=IntegerField(),
    )  # fmt: skip
    of_class = held.filter(course_class=OuterRef("pk")).order_by().values("course_class")
    nearest = of_class.annotate(first=Min(place_in_order)).values("first")
    return Near(
        street,
        found.filter(pk__in=held.values("course_class")).annotate(nearness=Subquery(nearest)),
        tuple(places),
    )
