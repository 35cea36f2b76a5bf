"""What enrolment locks, in which order: class, enrolment, charge, day of the cash desk."""

from __future__ import annotations

from django.db.models import QuerySet

from xuecheng.city.trace import robot
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.enrolment.models import Charge, Enrolment, Roll

ROBOT = robot("enrolment")
"""Acts where a rule does: offers, lapses, draws."""


def locked_class(key: int) -> CourseClass:
    """The class, locked: whoever enrols, leaves, is offered a place, cancels or changes it queues here."""
    rows = CourseClass.objects.select_related("version__course", "host__territory", "territory")
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=key)


def locked_enrolment(one: Enrolment, course_class: CourseClass) -> Enrolment:
    """The enrolment as it is now, under the lock of its class."""
    row = Enrolment.objects.select_for_update(no_key=True).get(pk=one.pk)
    row.course_class = course_class
    return row


def locked_charges(enrolments: QuerySet[Enrolment] | list[Enrolment]) -> list[Charge]:
    """The charges of some enrolments, by key."""
    rows = Charge.objects.filter(enrolment__in=enrolments).order_by("pk")
    return list(rows.select_for_update(no_key=True))


def roll_of(course_class: CourseClass) -> Roll:
    """The roll of a class whose lock is held; made when it is first asked for."""
    return Roll.objects.get_or_create(course_class=course_class)[0]
