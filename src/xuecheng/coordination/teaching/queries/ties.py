"""Who taught whom: whoever assesses what somebody can do has not been their teacher of late (C-45)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time

from xuecheng.city import clock
from xuecheng.coordination.classes.models import ClassSession
from xuecheng.coordination.enrolment.models import Enrolment

_STAYED = (Enrolment.State.ENROLLED, Enrolment.State.PAUSED, Enrolment.State.COMPLETED)


def teachers_of(learners: Collection[int], people: Collection[int], since: date) -> set[int]:
    """Those of `people` who taught a session since that day of a class in which the learner had a place. One query."""
    began = datetime.combine(since, time(), tzinfo=clock.zone())
    held = ClassSession.objects.filter(
        course_class__in=Enrolment.objects.filter(person__in=learners, state__in=_STAYED).values("course_class"),
        teaching__person__in=people,
        during__startswith__gte=began,
    ).exclude(state=ClassSession.State.CANCELLED)
    return {key for key in held.values_list("teaching__person", flat=True) if key is not None}
