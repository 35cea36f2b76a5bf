"""Locks of classes in the order of the house: place, then person, then class."""

from __future__ import annotations

from collections.abc import Iterable

from xuecheng.city.people.models import Person
from xuecheng.coordination.classes.models import ClassSession, CourseClass
from xuecheng.coordination.facilities.models import Space, Venue
from xuecheng.coordination.staff.models import Teacher


def lock_places_and_people(
    course_class: CourseClass, *, spaces: Iterable[Space | None] = (), teachers: Iterable[Teacher | None] = ()
) -> None:
    """Lock the places and people that a change of a class's sessions touches, those it has and those it gets.

    Booking and assigning lock them again, in whatever order: then they are held already.
    """
    has = ClassSession.objects.filter(course_class=course_class).exclude(state=ClassSession.State.CANCELLED)
    venues = {one.venue_id for one in spaces if one is not None}
    people = {one.person_id for one in teachers if one is not None}
    for venue, person in has.values_list("booking__venue_id", "teaching__person_id"):
        venues.add(venue)
        people.add(person)
    list(Venue.objects.select_for_update(no_key=True).filter(pk__in=venues - {None}).order_by("pk"))
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=people - {None}).order_by("pk"))


def locked_class(course_class: CourseClass) -> CourseClass:
    """The class as it stands now, locked, with what its rules ask."""
    rows = CourseClass.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("version__course", "host__territory", "supplier", "season", "territory").get(
        pk=course_class.pk
    )


def sessions_of(course_class: CourseClass) -> list[ClassSession]:
    """All sessions with room and teacher, in the order of time; under the class's lock."""
    rows = ClassSession.objects.filter(course_class=course_class).select_related(
        "space__venue__owner", "space__venue__territory", "booking__venue__owner", "booking__venue__territory",
        "teaching__organisation", "teaching__teacher",
    )  # fmt: skip
    return list(rows.order_by("during", "pk"))
