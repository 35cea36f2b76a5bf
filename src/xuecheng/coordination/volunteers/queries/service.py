"""What was served: one's own, what an officer looks at, and what a certificate says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, Q, QuerySet, Sum

from xuecheng.city import clock
from xuecheng.city.mydata.queries import who_gave
from xuecheng.city.people.groups import in_group, keys_of
from xuecheng.city.rights import Standing, visible
from xuecheng.coordination.staff.models import TeacherKind, TeachingSession
from xuecheng.coordination.volunteers import rules
from xuecheng.coordination.volunteers.models import Activity, Assignment, Certificate, Service, Shift, Volunteer
from xuecheng.learning.records.models import LearningRecord

from .acts import REVIEW, SERVE
from .pool import numbers_at

NAMES = "volunteer_names"
"""The purpose to which somebody agrees before their name is shown to everybody (V-11)."""


def own_assignments(viewer: Standing) -> QuerySet[Assignment]:
    """One's own shifts, for a list by (-id). One query."""
    mine = visible(viewer, SERVE, person="person")
    return Assignment.objects.filter(mine).select_related("shift__activity__organisation__territory", "shift__venue")


def own_assignment(viewer: Standing, public_id: UUID) -> Assignment | None:
    return own_assignments(viewer).select_related("person").filter(public_id=public_id).first()


def with_own(shifts: Sequence[Shift], viewer: Standing) -> None:
    """Each shift with the viewer's newest place on it (`own`), or None. One query."""
    mine = own_assignments(viewer).filter(shift__in=[one.pk for one in shifts]).order_by("pk")
    by_shift = {one.shift_id: one for one in mine}
    for one in shifts:
        one.own = by_shift.get(one.pk)  # type: ignore[attr-defined]  # for the page


def own_services(viewer: Standing) -> QuerySet[Service]:
    """What one served, for a list by (-id). One query."""
    mine = visible(viewer, SERVE, person="person")
    return Service.objects.filter(mine).select_related("activity", "organisation")


def own_certificates(viewer: Standing) -> QuerySet[Certificate]:
    return Certificate.objects.filter(visible(viewer, SERVE, person="person")).select_related("person")


@dataclass(frozen=True)
class Account:
    """What counts of a volunteer: minutes, times, star; sessions taught as a volunteer stand beside it."""

    minutes: int
    times: int
    in_review: int
    star: rules.Star
    taught: int


def account_of(row: Volunteer, *, at: datetime) -> Account:
    """Minutes that count, and the star by the numbers of where the person lives (V-09). Five queries."""
    keys = keys_of(row.person_id)
    by_state = {
        found["state"]: found
        for found in Service.objects.filter(person__in=keys).values("state").annotate(n=Count("pk"), m=Sum("minutes"))
    }
    counted = by_state.get(Service.State.COUNTED, {"n": 0, "m": 0})
    today = clock.date_of(at)
    days = (today - clock.date_of(row.registered_at)).days
    numbers = numbers_at(_path_of(row), on=today)
    taught = TeachingSession.objects.filter(
        person__in=keys, kind=TeacherKind.VOLUNTEER, state=TeachingSession.State.TAUGHT
    )
    return Account(
        minutes=counted["m"],
        times=counted["n"],
        in_review=by_state.get(Service.State.REVIEW, {"n": 0})["n"],
        star=rules.star_of(counted["m"], days, numbers),
        taught=taught.count(),
    )


def _path_of(row: Volunteer) -> str:
    if row.person.territory is not None:
        return row.person.territory.path
    return row.via.territory.path if row.via is not None else "/"


def overlapping(persons: Sequence[int], during: Any, *, but: int | None = None) -> QuerySet[Service]:
    """Services of one person that overlap with a period and were not refused (V-07). One query."""
    found = Service.objects.filter(person__in=persons, during__overlap=during).exclude(state=Service.State.REFUSED)
    return found.exclude(pk=but) if but is not None else found


def reviews(viewer: Standing) -> QuerySet[Service]:
    """What waits for the viewer to be looked at, for a list by (-id). One query."""
    mine = visible(viewer, REVIEW, organisation="organisation", territory="organisation__territory")
    rows = Service.objects.filter(mine, state=Service.State.REVIEW)
    return rows.select_related("person", "activity", "organisation__territory")


def service_to_review(viewer: Standing, public_id: UUID) -> Service | None:
    """One service where the viewer may look at it. One query."""
    mine = visible(viewer, REVIEW, organisation="organisation", territory="organisation__territory")
    rows = Service.objects.filter(mine, public_id=public_id)
    return rows.select_related(
        "person", "activity", "organisation__territory", "assignment__shift__venue", "assignment__checked_in_by",
        "assignment__checked_out_by", "decided_by",
    ).first()  # fmt: skip


def others_beside(row: Service) -> list[Service]:
    """What overlaps with a service of the same person, whoever organised it. Two queries."""
    found = Service.objects.filter(person__in=in_group(row.person), during__overlap=row.during).exclude(pk=row.pk)
    return list(found.select_related("activity", "organisation").order_by("during"))


def record_of(row: Service) -> LearningRecord | None:
    """The newest version of the learning record of a service. One query."""
    books = [key % 256 for key in keys_of(row.person_id)]
    rows = LearningRecord.objects.filter(
        institution=row.organisation_id, record_key=row.record_key, book__in=books, is_latest=True
    )
    return rows.select_related("institution__territory", "learner").first() if row.record_key else None


@dataclass(frozen=True)
class Served:
    """A line of a certificate: an activity, how often and how long, from when until when."""

    activity: str
    organisation_zh: str
    organisation_en: str
    times: int
    minutes: int
    first_on: date
    last_on: date
    late_minutes: int
    """Of these, registered afterwards (V-08)."""


def served_of(row: Volunteer) -> list[Served]:
    """What counts of a volunteer, by activity, in order. Two queries."""
    rows = (
        Service.objects.filter(person__in=keys_of(row.person_id), state=Service.State.COUNTED)
        .values("activity", "activity__title", "organisation__name_zh", "organisation__name_en")
        .annotate(
            n=Count("pk"),
            m=Sum("minutes"),
            first=Min("during__startswith"),
            last=Max("during__endswith"),
            late=Sum("minutes", filter=Q(is_late=True)),
        )
        .order_by("first", "activity")
    )
    return [
        Served(
            one["activity__title"], one["organisation__name_zh"], one["organisation__name_en"], one["n"], one["m"],
            clock.date_of(one["first"]), clock.date_of(one["last"]), one["late"] or 0,
        )
        for one in rows
    ]  # fmt: skip


def thanked(row: Activity) -> tuple[int, list[str]]:
    """How many served an activity, and the names of those who agreed to be named (V-11). Four queries."""
    served = Service.objects.filter(activity=row, state=Service.State.COUNTED)
    people = list(served.order_by("person").distinct("person").values_list("person", "person__name")[:200])
    if not people:
        return 0, []
    agreed = who_gave(NAMES, [key for key, _name in people])
    return served.values("person").distinct().count(), [name for key, name in people if key in agreed]
