"""The numbers of a class's roll."""

from __future__ import annotations

from dataclasses import asdict

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.enrolment import rules
from xuecheng.coordination.enrolment.models import Roll
from xuecheng.coordination.enrolment.queries import KEEP

from .locking import locked_class, roll_of


def set_numbers(*, actor: Standing, course_class: CourseClass, numbers: rules.Numbers, why: str) -> Roll:
    """Change hours, percentages and age of a class; they count for what happens from now on.

    Right: enrolment.keep_roll at the class. Raises `Denied`, `NumbersWrong`, `ReasonMissing`.
    """
    require(actor, KEEP, on=course_class)
    numbers.check()
    with trace.change(by=actor.person, why=why):
        row = roll_of(locked_class(course_class.pk))
        for name, value in asdict(numbers).items():
            setattr(row, name, value)
        row.save(update_fields=list(asdict(numbers)))
        return row
