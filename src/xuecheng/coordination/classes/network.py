"""What the college network is told of classes: which keep a unit open (N-05), and what can be learnt where (I4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import ngettext

from xuecheng.coordination.colleges import hindrances, offers
from xuecheng.coordination.colleges.models import College

from .models import ClassSession, CourseClass


def declare() -> None:
    """Called from `apps.py`."""
    hindrances.register("classes", _to_be_held)
    offers.register("classes", _open_by_theme)


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
