"""What volunteers' service locks, in which order: person, shift, assignment, service."""

from __future__ import annotations

from xuecheng.city.people.groups import keys_of
from xuecheng.city.people.models import Person
from xuecheng.city.people.rules import check_stands
from xuecheng.city.trace import robot
from xuecheng.coordination.volunteers.models import Assignment, Shift

ROBOT = robot("volunteers")
"""Acts where the clock does: applications that nobody answered."""


def locked_person(key: int) -> tuple[int, ...]:
    """All accounts of a person, locked: whatever takes their time queues here. Raises `AccountErased`."""
    keys = keys_of(key)
    for row in Person.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True):
        check_stands(row.erased_at)
    return keys


def locked_shift(key: int) -> Shift:
    """The shift, locked: whoever takes a place on it, gives it back or calls it off queues here."""
    rows = Shift.objects.select_related("activity__organisation__territory", "venue")
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=key)


def locked_assignment(one: Assignment) -> Assignment:
    """The assignment as it is now, under the locks of its person and shift."""
    locked_person(one.person_id)
    shift = locked_shift(one.shift_id)
    row = Assignment.objects.select_related("person", "volunteer__person").get(pk=one.pk)
    row.shift = shift
    return row
