"""Calls, activities, shifts and who applied; for residents, for organisers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from xuecheng.city.people.groups import groups_of
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import Standing, visible
from xuecheng.coordination.volunteers import rules
from xuecheng.coordination.volunteers.models import Activity, Assignment, Shift

from .acts import KEEP
from .burden import burdens_of
from .pool import Pair, why_not

_ACTIVITY = ("organisation__territory",)
_NOTHING = rules.Burden()


def calls(*, at: datetime, text: str = "", category: str = "", within: str = "") -> QuerySet[Activity]:
    """Published activities with a shift still to come, for a list by (-id); for everybody. One query."""
    coming = Shift.objects.filter(activity=OuterRef("pk"), state=Shift.State.PLANNED, during__startswith__gt=at)
    found = Activity.objects.filter(Exists(coming), state=Activity.State.PUBLISHED)
    if text.strip():
        found = found.filter(Q(title__icontains=text.strip()) | Q(about__icontains=text.strip()))
    if category:
        found = found.filter(category=category)
    if within:
        found = found.filter(organisation__territory__path__startswith=within)
    return found.select_related(*_ACTIVITY)


def call(public_id: UUID) -> Activity | None:
    """An activity that everybody may see: no draft. One query."""
    rows = Activity.objects.exclude(state=Activity.State.DRAFT).filter(public_id=public_id)
    return rows.select_related(*_ACTIVITY).first()


def activities(viewer: Standing, *, state: str = "") -> QuerySet[Activity]:
    """Activities of the viewer's organisations, for a list by (-id). One query."""
    mine = visible(viewer, KEEP, organisation="organisation", territory="organisation__territory")
    found = Activity.objects.filter(mine).select_related(*_ACTIVITY)
    return found.filter(state=state) if state else found


def activity(viewer: Standing, public_id: UUID) -> Activity | None:
    """One of them. One query."""
    return activities(viewer).select_related("published_by", "insured_by").filter(public_id=public_id).first()


def shifts_of(row: Activity, *, after: datetime | None = None) -> list[Shift]:
    """The shifts of an activity in order, with `seated` and `waiting`; with `after` later ones only. One query."""
    found = Shift.objects.filter(activity=row).select_related("venue")
    if after is not None:
        found = found.filter(during__startswith__gt=after, state=Shift.State.PLANNED)
    counted = with_counts(found).order_by("during", "pk")[:200]
    for one in (rows := list(counted)):
        one.activity = row
    return rows


def with_counts(found: QuerySet[Shift]) -> QuerySet[Shift]:
    return found.annotate(
        seated=Count("assignments", filter=Q(assignments__state__in=Assignment.SEATED)),
        waiting=Count("assignments", filter=Q(assignments__state="applied")),
    )


def shift(viewer: Standing, public_id: UUID) -> Shift | None:
    """A shift of the viewer's organisations. One query."""
    mine = visible(viewer, KEEP, organisation="activity__organisation", territory="activity__organisation__territory")
    rows = Shift.objects.filter(mine, public_id=public_id)
    return rows.select_related("activity__organisation__territory", "venue").first()


def open_shift(public_id: UUID) -> Shift | None:
    """A shift for which people are called. One query."""
    rows = Shift.objects.filter(public_id=public_id).exclude(activity__state=Activity.State.DRAFT)
    return rows.select_related("activity__organisation__territory", "venue").first()


@dataclass(frozen=True)
class Line:
    """Somebody on the list of a shift; for who applied, what stands against it, and how much they serve already."""

    one: Assignment
    reasons: list[Refusal]
    is_late: bool
    burden: rules.Burden = _NOTHING
    is_over: bool = False
    """One more shift in this week would be too much (T-04); whoever decides is told, and may."""

    @property
    def turn(self) -> tuple[bool, int, int, datetime, int]:
        """Who fits first; of these, who served least."""
        return (bool(self.reasons), self.burden.minutes, self.burden.shifts, self.one.applied_at, self.one.pk)


def list_of(row: Shift, *, at: datetime, numbers: rules.Numbers) -> list[Line]:
    """Everybody on a shift, who applied first; who waits for an answer by their turn. Eight queries."""
    rows = list(
        Assignment.objects.filter(shift=row)
        .select_related("person", "volunteer__person", "service")
        .order_by("applied_at", "pk")[:1000]
    )
    applied = [one for one in rows if one.state == Assignment.State.APPLIED]
    groups = groups_of({one.person_id for one in applied})
    pairs = [Pair(one.volunteer, row, one.is_able, one.pk) for one in applied]
    against = why_not(pairs, numbers=numbers, groups=groups)
    reasons = {one.pk: found for one, found in zip(applied, against, strict=True)}
    burdens = burdens_of({one.person_id for one in applied}, row, groups=groups, at=at)
    for one in rows:
        one.shift = row
    turns = [
        Line(
            one,
            reasons[one.pk],
            one.due_at < at,
            burdens[one.person_id],
            burdens[one.person_id].is_over(numbers),
        )
        for one in applied
    ]
    others = [Line(one, [], is_late=False) for one in rows if one.state != Assignment.State.APPLIED]
    return [*sorted(turns, key=lambda line: line.turn), *others]


def assignment(viewer: Standing, public_id: UUID) -> Assignment | None:
    """Somebody on a shift of the viewer's organisations. One query."""
    mine = visible(
        viewer, KEEP, organisation="shift__activity__organisation",
        territory="shift__activity__organisation__territory",
    )  # fmt: skip
    rows = Assignment.objects.filter(mine, public_id=public_id)
    return rows.select_related(
        "shift__activity__organisation__territory", "person", "volunteer__person", "service"
    ).first()  # fmt: skip


def everybody_on(row: Shift) -> QuerySet[Assignment]:
    """Everybody on a shift with their service, for a list by (id). One query; the caller has asked for the right."""
    return Assignment.objects.filter(shift=row).select_related("person", "service")


def waiting(viewer: Standing) -> QuerySet[Assignment]:
    """Applications that wait for the viewer's organisations."""
    mine = visible(
        viewer, KEEP, organisation="shift__activity__organisation",
        territory="shift__activity__organisation__territory",
    )  # fmt: skip
    return Assignment.objects.filter(mine, state=Assignment.State.APPLIED)


def applications(viewer: Standing) -> QuerySet[Assignment]:
    """The same for a list, those due first."""
    return waiting(viewer).select_related("person", "shift__activity__organisation", "shift__venue")


def overdue(*, at: datetime) -> QuerySet[Assignment]:
    """Applications whose time to be answered is over (V-02), everywhere."""
    return Assignment.objects.filter(state=Assignment.State.APPLIED, due_at__lt=at)


def shifts_seen(viewer: Standing, *, begins: datetime, ends: datetime) -> Sequence[Shift]:
    """Shifts of a period of the viewer's organisations, in order. One query."""
    mine = visible(viewer, KEEP, organisation="activity__organisation", territory="activity__organisation__territory")
    rows = Shift.objects.filter(mine, during__startswith__lt=ends, during__endswith__gt=begins)
    found = rows.exclude(activity__state=Activity.State.DRAFT).select_related("activity__organisation", "venue")
    return list(with_counts(found).order_by("during", "pk")[:100])
