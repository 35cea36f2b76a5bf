"""What people served lately and have before them, so that service is shared among volunteers (T-04)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Sum

from xuecheng.city import clock
from xuecheng.city.people.groups import groups_of
from xuecheng.coordination.volunteers import rules
from xuecheng.coordination.volunteers.models import Assignment, Service, Shift

_TAKEN = ("assigned", "serving", "served")


def burdens_of(people: Sequence[int], shift: Shift, *, at: datetime) -> dict[int, rules.Burden]:
    """For each person's key: minutes that counted lately, whoever organised, and other shifts of the shift's week.

    Accounts of one person count together. Three queries; none for nobody.
    """
    if not people:
        return {}
    groups = {key: found for key, found in groups_of(people).items() if key in people}
    every = {*people, *(key for group in groups.values() for key in group)}
    since = at - timedelta(days=rules.BURDEN_DAYS)
    rows = Service.objects.filter(
        person__in=every, state=Service.State.COUNTED, during__startswith__gte=since, during__startswith__lte=at
    )
    minutes = dict(rows.order_by().values_list("person").annotate(Sum("minutes")))
    monday = _monday(shift)
    others = Assignment.objects.filter(
        person__in=every,
        state__in=_TAKEN,
        shift__during__startswith__gte=monday,
        shift__during__startswith__lt=monday + timedelta(days=7),
    ).exclude(shift=shift)
    shifts = Counter(others.values_list("person", flat=True))
    return {
        key: rules.Burden(
            minutes=sum(minutes.get(one, 0) for one in groups.get(key, (key,))),
            shifts=sum(shifts[one] for one in groups.get(key, (key,))),
        )
        for key in people
    }


def _monday(shift: Shift) -> datetime:
    day = clock.date_of(shift.during.lower)
    first = day - timedelta(days=day.weekday())
    return datetime.combine(first, datetime.min.time(), tzinfo=clock.zone())
