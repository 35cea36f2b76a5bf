"""Classes as enrolment sees them: places left, lotteries, what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse

from xuecheng.city.rights import Standing, visible
from xuecheng.coordination.classes import places
from xuecheng.coordination.classes.models import ClassSession, CourseClass
from xuecheng.coordination.enrolment.models import Enrolment, Lottery, Roll

from .lists import SEE_ACT

_AHEAD = 12
"""So many sessions to come are shown."""
_IN_A_CALENDAR = 500


def class_by_id(public_id: UUID) -> CourseClass | None:
    """A class that is no draft, with course, unit and places. One query."""
    rows = CourseClass.objects.exclude(state=CourseClass.State.DRAFT).select_related(
        "version__course", "host__territory", "territory", "season", "roll"
    )
    return rows.filter(public_id=public_id).first()


def roll_of(course_class: CourseClass) -> Roll:
    """The roll of a class; one with the house's numbers while nobody has asked for it."""
    return Roll.objects.filter(course_class=course_class).first() or Roll(course_class=course_class)


def lottery_of(course_class: CourseClass) -> Lottery | None:
    """The lottery of a class, if its places are drawn. One query."""
    if course_class.allocation != CourseClass.Allocation.LOTTERY:
        return None
    found = Lottery.objects.filter(course_class=course_class).first()
    if found is not None:
        found.course_class = course_class
    return found


def enrol_address(course_class: CourseClass) -> str:
    """The page on which one enrols; none once enrolment has ended, which the clock of the page says itself."""
    return reverse("enrolment:enrol", args=[course_class.public_id])


def is_line_only(course_class: CourseClass) -> bool:
    """Whether whoever comes now joins the waiting list: no place is left or somebody waits, and no draw is to come.

    Two queries at most.
    """
    roll = roll_of(course_class)
    if not roll.waiting and roll.taken < course_class.seats_most:
        return False
    lottery = lottery_of(course_class)
    return course_class.allocation != CourseClass.Allocation.LOTTERY or is_drawn(lottery)


def in_draw(course_class: CourseClass) -> int | None:
    """How many take part in the draw that is to come; None where none is. Two queries at most."""
    if course_class.allocation != CourseClass.Allocation.LOTTERY or is_drawn(lottery_of(course_class)):
        return None
    return Enrolment.objects.filter(course_class=course_class, state=Enrolment.State.APPLIED).count()


def is_drawn(lottery: Lottery | None) -> bool:
    return lottery is not None and lottery.step == Lottery.Step.DRAWN


def classes_learnt(people: QuerySet[Any, Any]) -> QuerySet[Enrolment, Any]:
    """Keys of the classes in which people have a place, or had one to the end, for a subquery."""
    states = [Enrolment.State.ENROLLED, Enrolment.State.PAUSED, Enrolment.State.COMPLETED]
    return Enrolment.objects.filter(person__in=people, state__in=states).order_by().values("course_class")


def full_classes() -> QuerySet[Roll, Any]:
    """Keys of the classes without a place for the next who comes, for a subquery."""
    return Roll.objects.filter(Q(taken__gte=F("course_class__seats_most")) | Q(waiting__gt=0)).values("course_class")


def face_of_class(course_class: CourseClass, *, at: datetime) -> dict[str, Any]:
    """What whoever enrols sees at a glance: places, who waits, sessions, the numbers. Three queries."""
    roll, lottery = roll_of(course_class), lottery_of(course_class)
    return {
        "left": max(0, course_class.seats_most - roll.taken),
        "seats": course_class.seats_most,
        "waiting": roll.waiting,
        "roll": roll,
        "lottery": lottery,
        "sessions": sessions_ahead(course_class, at=at),
        # Once it is drawn, whoever comes takes a place that is left or joins the list.
        "is_lottery": course_class.allocation == CourseClass.Allocation.LOTTERY and not is_drawn(lottery),
    }


def sessions_ahead(course_class: CourseClass, *, at: datetime) -> list[ClassSession]:
    """The next sessions of a class. One query."""
    rows = ClassSession.objects.filter(course_class=course_class, during__endswith__gt=at)
    return list(
        rows.exclude(state=ClassSession.State.CANCELLED).select_related("space__venue").order_by("during")[:_AHEAD]
    )


def next_sessions(viewer: Standing, *, at: datetime) -> list[ClassSession]:
    """My timetable: the next sessions of all classes in which whoever asks has a place. One query."""
    return list(_own_sessions(viewer, at=at).exclude(state=ClassSession.State.CANCELLED)[:_AHEAD])


def calendar_sessions(viewer: Standing, *, at: datetime) -> list[ClassSession]:
    """The same for a calendar: all that come, and those that are called off too. One query."""
    return list(_own_sessions(viewer, at=at)[:_IN_A_CALENDAR])


def _own_sessions(viewer: Standing, *, at: datetime) -> QuerySet[ClassSession]:
    mine = Enrolment.objects.filter(
        person__in=viewer.own_keys(SEE_ACT), state__in=[Enrolment.State.ENROLLED, Enrolment.State.PAUSED]
    )
    rows = ClassSession.objects.filter(course_class__in=mine.order_by().values("course_class"), during__endswith__gt=at)
    return rows.select_related("course_class__version__course", "space__venue").order_by("during", "pk")


def sisters_of(course_class: CourseClass) -> list[CourseClass]:
    """Other classes of the same course into which somebody may change. One query."""
    rows = CourseClass.objects.filter(
        version__course=course_class.version.course_id, state__in=[CourseClass.State.OPEN, CourseClass.State.RUNNING]
    ).exclude(pk=course_class.pk)
    return list(rows.select_related("version__course", "host__territory", "territory").order_by("code", "pk")[:50])


def left_of(classes: Iterable[CourseClass]) -> Mapping[int, int]:
    """Places left, by key. One query."""
    rows = list(classes)
    taken = places.taken([row.pk for row in rows])
    return {row.pk: places.left(row, taken) for row in rows}


def classes_with_rolls(viewer: Standing) -> QuerySet[CourseClass]:
    """Classes whose rolls `viewer` sees, for a list by (-id)."""
    mine = visible(viewer, SEE_ACT, organisation="host", territory="territory")
    rows = CourseClass.objects.filter(mine).exclude(state=CourseClass.State.DRAFT)
    return rows.select_related("version__course", "host", "season", "roll")


@dataclass(frozen=True)
class Numbers:
    """How many are where in a class."""

    seats: int
    taken: int
    left: int
    waiting: int
    by_state: dict[str, int]

    @property
    def applied(self) -> int:
        """How many take part in a draw that is to come."""
        return self.by_state.get(Enrolment.State.APPLIED, 0)


def numbers_of(course_class: CourseClass) -> Numbers:
    """How many are in which state. Two queries."""
    roll = roll_of(course_class)
    rows = Enrolment.objects.filter(course_class=course_class).order_by().values_list("state").annotate(Count("pk"))
    return Numbers(
        seats=course_class.seats_most,
        taken=roll.taken,
        left=max(0, course_class.seats_most - roll.taken),
        waiting=roll.waiting,
        by_state=dict(rows),
    )


def next_step(course_class: CourseClass, lottery: Lottery | None, *, at: datetime) -> str:
    """What the unit has to do next for the lottery of a class: announce, freeze, draw; nothing."""
    closes = course_class.enrolment_closes_at
    if course_class.allocation != CourseClass.Allocation.LOTTERY or closes is None:
        return ""
    if lottery is None:
        return "announce" if at < closes else ""
    if lottery.step == Lottery.Step.ANNOUNCED:
        return "freeze" if at >= closes else ""
    return "draw" if lottery.step == Lottery.Step.FROZEN else ""


def lotteries_due(viewer: Standing, *, at: datetime) -> QuerySet[Lottery]:
    """Lotteries that wait for `viewer`: enrolment has ended, and the list is to be frozen or the places drawn."""
    mine = visible(
        viewer, "enrolment.keep_roll", organisation="course_class__host", territory="course_class__territory"
    )
    return Lottery.objects.filter(
        mine,
        step__in=[Lottery.Step.ANNOUNCED, Lottery.Step.FROZEN],
        course_class__enrolment_closes_at__lte=at,
        course_class__state__in=[CourseClass.State.OPEN, CourseClass.State.RUNNING],
    )


def own_number(viewer: Standing, lottery: Lottery) -> str:
    """The public number of whoever looks, if they take part. One query."""
    keys = viewer.person_keys
    if not keys:
        return ""
    rows = Enrolment.objects.filter(course_class=lottery.course_class_id, person__in=keys).exclude(lottery_number="")
    return rows.order_by("-id").values_list("lottery_number", flat=True).first() or ""
