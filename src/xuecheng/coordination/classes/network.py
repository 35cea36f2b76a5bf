"""What the college network is told of classes: which keep a unit open (N-05), and what can be learnt where (I4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import (
    Case,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    When,
)
from django.urls import reverse
from django.utils.translation import ngettext

from xuecheng.city import clock
from xuecheng.coordination.colleges import crediting, hindrances, offers
from xuecheng.coordination.colleges.models import College

from .models import ClassSession, CourseClass
from .queries.classes import PUBLIC


def declare() -> None:
    """Called from `apps.py`."""
    hindrances.register("classes", _to_be_held)
    offers.register("classes", _open_by_theme)
    crediting.register(_of_unit, _within)


def _to_be_held(college: College, on: date) -> hindrances.Hindrance | None:
    """Classes that are to be held from a day on; at a point those with a session in one of its rooms."""
    later = ClassSession.objects.filter(
        course_class=OuterRef("pk"), state=ClassSession.State.PLANNED, during__endswith__date__gte=on
    )
    found = CourseClass.objects.filter(
        host=college.organisation_id,
        state__in=[CourseClass.State.DRAFT, CourseClass.State.OPEN, CourseClass.State.RUNNING],
    )
    if college.is_point:
        found = found.filter(Exists(later.filter(space__venue__territory__path__startswith=college.territory.path)))
    else:
        # A draft may have no session yet; its season says when it is to be.
        found = found.filter(Exists(later) | Q(state=CourseClass.State.DRAFT, season__during__endswith__gt=on))
    count = found.count()
    if not count:
        return None
    words = ngettext("%(n)s class to be held after that day", "%(n)s classes to be held after that day", count)
    return hindrances.Hindrance(words % {"n": count}, reverse("classes:show_board"))


def _open_by_theme(path: str, on: date) -> Iterable[offers.Line]:
    """Classes that people can come to, where they are held, by theme."""
    found = CourseClass.objects.filter(
        territory__path__startswith=path,
        state__in=[CourseClass.State.OPEN, CourseClass.State.RUNNING],
        season__during__endswith__gt=on,
    )
    return found.values_list("territory__path", "version__course__subject").annotate(many=Count("pk")).order_by()


# N-04: credited to each unit that takes part, counted once


def _kept_in(year: int) -> QuerySet[ClassSession]:
    """Sessions of a calendar year that are or were held, of classes that everybody may see."""
    begins, ends = (datetime(one, 1, 1, tzinfo=clock.zone()) for one in (year, year + 1))
    return ClassSession.objects.exclude(state=ClassSession.State.CANCELLED).filter(
        course_class__state__in=PUBLIC, during__startswith__gte=begins, during__startswith__lt=ends
    )


def _credit(kept: QuerySet[ClassSession], takes_part: Q, at_site: Q) -> crediting.Credit:
    """Classes in which somebody takes part: as host or supplier (`takes_part`), or with a room (`at_site`)."""
    mine = kept.filter(course_class=OuterRef("pk"))
    elsewhere = mine.exclude(space=None).exclude(space__venue__owner=OuterRef("host"))
    found = (
        CourseClass.objects.filter(Exists(mine))
        .filter(takes_part | Exists(mine.filter(at_site)))
        .annotate(is_shared=Case(When(Q(Exists(elsewhere)) | ~Q(supplier=F("host")), then=1), default=0))
    )
    counted = found.aggregate(classes=Count("pk"), shared=Sum("is_shared"))
    length = ExpressionWrapper(F("during__endswith") - F("during__startswith"), output_field=DurationField())
    held = kept.filter(course_class__in=found.order_by().values("pk")).aggregate(held=Sum(length))["held"]
    return crediting.Credit(
        classes=counted["classes"],
        shared=counted["shared"] or 0,
        minutes=int(held.total_seconds()) // 60 if held else 0,
    )


def _of_unit(unit: int, year: int) -> crediting.Credit:
    return _credit(_kept_in(year), Q(host=unit) | Q(supplier=unit), Q(space__venue__owner=unit))


def _within(path: str, year: int) -> crediting.Credit:
    """By where the units are that take part; a class of units of two districts counts in both, once in the city."""
    host, supplier, owner = (
        Q(**{f"{name}__territory__path__startswith": path}) for name in ("host", "supplier", "space__venue__owner")
    )
    return _credit(_kept_in(year), host | supplier, owner)
