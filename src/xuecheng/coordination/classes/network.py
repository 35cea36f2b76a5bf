"""What the college network is told of classes: which keep a unit open (N-05), and what can be learnt where (I4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import connection
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


def _year(year: int) -> tuple[datetime, datetime]:
    return datetime(year, 1, 1, tzinfo=clock.zone()), datetime(year + 1, 1, 1, tzinfo=clock.zone())


def _kept_in(year: int) -> QuerySet[ClassSession]:
    """Sessions of a calendar year that are or were held, of classes that everybody may see."""
    begins, ends = _year(year)
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


_WITHIN = """
with kept as (
  select session.course_class_id as id, sum(upper(session.during) - lower(session.during)) as held,
    coalesce(bool_or(place.path like %(path)s), false) as is_at_site,
    coalesce(bool_or(venue.owner_id <> class.host_id), false) as is_elsewhere
  from classes_classsession session
  join classes_courseclass class on class.id = session.course_class_id
  left join facilities_space space on space.id = session.space_id
  left join facilities_venue venue on venue.id = space.venue_id
  left join organisations_organisation owner on owner.id = venue.owner_id
  left join territories_territory place on place.id = owner.territory_id
  where session.state <> 'cancelled' and class.state = any(%(states)s)
    and lower(session.during) >= %(begins)s and lower(session.during) < %(ends)s
  group by session.course_class_id
)
select count(*), count(*) filter (where kept.is_elsewhere or class.supplier_id <> class.host_id),
  coalesce(extract(epoch from sum(kept.held)), 0)
from kept
join classes_courseclass class on class.id = kept.id
join organisations_organisation host on host.id = class.host_id
join territories_territory host_place on host_place.id = host.territory_id
join organisations_organisation supplier on supplier.id = class.supplier_id
join territories_territory supplier_place on supplier_place.id = supplier.territory_id
where host_place.path like %(path)s or supplier_place.path like %(path)s or kept.is_at_site"""


def _within(path: str, year: int) -> crediting.Credit:
    """By where the units are that take part; a class of units of two districts counts in both, once in the city.

    Each session of the year is read once: asked class by class it took seconds in a city of ten thousand of them.
    """
    begins, ends = _year(year)
    asked: dict[str, Any] = {
        "path": f"{path}%",
        "states": [one.value for one in PUBLIC],
        "begins": begins,
        "ends": ends,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WITHIN, asked)
        classes, shared, seconds = cursor.fetchone()
    return crediting.Credit(classes=classes, shared=shared, minutes=int(seconds) // 60)
