"""Evaluations and awards of a volunteer (V-06)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from xuecheng.city.people.groups import in_group
from xuecheng.city.rights import Standing, visible
from xuecheng.coordination.volunteers.models import Activity, Award, Evaluation, Service, Volunteer

from .acts import PEOPLE


def served_in(persons: Sequence[int], activity: Activity) -> bool:
    """Whether a service of a person in an activity counts. One query."""
    return Service.objects.filter(person__in=persons, activity=activity, state=Service.State.COUNTED).exists()


def evaluable(viewer: Standing, row: Volunteer) -> QuerySet[Activity]:
    """Activities of the viewer's organisations in which a volunteer served. One query."""
    mine = visible(viewer, PEOPLE, organisation="organisation", territory="organisation__territory")
    served = Service.objects.filter(person__in=in_group(row.person), state=Service.State.COUNTED).values("activity")
    return Activity.objects.filter(mine, pk__in=served).select_related("organisation__territory").order_by("-pk")


def evaluations_seen(viewer: Standing, row: Volunteer) -> list[Evaluation]:
    """What the viewer's organisations said of a volunteer, the newest first. One query."""
    mine = visible(viewer, PEOPLE, organisation="activity__organisation", territory="activity__organisation__territory")
    rows = Evaluation.objects.filter(mine, person__in=in_group(row.person))
    return list(rows.select_related("activity__organisation", "by").order_by("-at", "-pk")[:50])


def evaluations_of(row: Volunteer) -> list[Evaluation]:
    """Everything that was said of a volunteer, for themselves. One query."""
    rows = Evaluation.objects.filter(person__in=in_group(row.person))
    return list(rows.select_related("activity__organisation").order_by("-at", "-pk")[:50])


def awards_of(row: Volunteer) -> list[Award]:
    """One query."""
    rows = Award.objects.filter(person__in=in_group(row.person)).select_related("organisation")
    return list(rows.order_by("-given_on", "-pk")[:100])
