"""What people served lately and have before them, so that service is shared among volunteers (T-04)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Aggregate, Count, QuerySet, Sum, Value

from xuecheng.city import clock
from xuecheng.coordination.volunteers import rules
from xuecheng.coordination.volunteers.models import Assignment, Service, Shift

_TAKEN = ("assigned", "serving", "served")


def burdens_of(
    people: Collection[int], shift: Shift, *, groups: Mapping[int, tuple[int, ...]], at: datetime
) -> dict[int, rules.Burden]:
    """For each person's key: minutes that counted lately, whoever organised, and other shifts of the shift's week.

    Accounts of one person (`people.groups.groups_of`) count together. One query; none for nobody.
    """
    if not people:
        return {}
    every = {*people, *(key for group in groups.values() for key in group)}
    since = at - timedelta(days=rules.BURDEN_DAYS)
    served = Service.objects.filter(
        person__in=every, state=Service.State.COUNTED, during__startswith__gte=since, during__startswith__lte=at
    )
    monday = _monday(shift)
    others = Assignment.objects.filter(
        person__in=every,
        state__in=_TAKEN,
        shift__during__startswith__gte=monday,
        shift__during__startswith__lt=monday + timedelta(days=7),
    ).exclude(shift=shift)
    found = _summed(served, "minutes", Sum("minutes")).union(_summed(others, "shifts", Count("pk")), all=True)
    sums = {(person, what): many for person, what, many in found}
    return {
        key: rules.Burden(
            **{what: sum(sums.get((one, what), 0) for one in groups.get(key, (key,))) for what in ("minutes", "shifts")}
        )
        for key in people
    }


def _summed(rows: QuerySet[Any], what: str, many: Aggregate) -> QuerySet[Any, Any]:
    found: QuerySet[Any, Any] = rows.order_by().values("person").annotate(what=Value(what), many=many)
    return found.values_list("person", "what", "many")


def _monday(shift: Shift) -> datetime:
    day = clock.date_of(shift.during.lower)
    first = day - timedelta(days=day.weekday())
    return datetime.combine(first, datetime.min.time(), tzinfo=clock.zone())
