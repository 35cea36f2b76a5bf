"""The pool's entries, qualifications, and the numbers that hold at a place."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from xuecheng.city.organisations.models import Kind as OrganisationKind
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.groups import in_group
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Standing, visible
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.staff.models import LimitsVersion, Qualification, Teacher, TeachingSession
from xuecheng.coordination.staff.rules import Limits, line_of

SEE = "staff.see_teacher"


def limits_at(path: str, *, on: date) -> Limits:
    """The numbers that hold on a day in a division: its own newest, else those of the nearest above. One query."""
    return limits_of_all([path], on=on)[path]


def limits_of_all(paths: Collection[str], *, on: date) -> dict[str, Limits]:
    """The same for several divisions, by their paths. One query."""
    keys = {int(key) for path in paths for key in line_of(path)}
    versions = LimitsVersion.objects.filter(territory__in=keys, begins_on__lte=on)
    newest = versions.order_by("territory", "-begins_on").distinct("territory")
    by_key = {str(key): values for key, values in newest.values_list("territory", "values")}
    return {
        path: _limits_from(next((by_key[key] for key in reversed(line_of(path)) if key in by_key), {}))
        for path in paths
    }


def _limits_from(values: Mapping[str, int]) -> Limits:
    known = Limits.__dataclass_fields__
    return Limits(**{name: number for name, number in values.items() if name in known})


def teachers(
    viewer: Standing, *, kind: str = "", state: str = "", subject: str = "", text: str = ""
) -> QuerySet[Teacher]:
    """Entries of the units where `viewer` keeps the pool, for a list by (-id). One query."""
    mine = visible(viewer, SEE, organisation="home", territory="home__territory")
    found = Teacher.objects.filter(mine).select_related("person", "home__territory", "territory")
    if kind:
        found = found.filter(kind=kind)
    if state:
        found = found.filter(state=state)
    if subject:
        found = found.filter(subjects__contains=[subject])
    return found.filter(person__name=text.strip()) if text.strip() else found


def teachers_waiting(viewer: Standing) -> QuerySet[Teacher]:
    """Entries that wait for the viewer's unit."""
    mine = visible(viewer, "staff.approve_teacher", organisation="home", territory="home__territory")
    return Teacher.objects.filter(mine, state=Teacher.State.ASKED)


def teacher(viewer: Standing, public_id: UUID) -> Teacher | None:
    """One entry that `viewer` may see whole, with its hours. Two queries."""
    mine = visible(viewer, SEE, organisation="home", territory="home__territory", person="person")
    rows = Teacher.objects.filter(mine).select_related(
        "person__territory", "home__territory", "territory", "decided_by"
    )
    return rows.prefetch_related("hours").filter(public_id=public_id).first()


def own_entry(person: Person) -> Teacher | None:
    """The person's own entry, with its hours. Two queries."""
    rows = Teacher.objects.select_related("person", "home__territory", "territory", "decided_by")
    return rows.prefetch_related("hours").filter(person__in=in_group(person)).order_by("pk").first()


def qualifications_of(teacher: Teacher) -> list[Qualification]:
    """All that was entered, the newest first. One query."""
    return list(teacher.qualifications.select_related("reviewed_by").order_by("-id"))


def qualification(viewer: Standing, public_id: UUID) -> Qualification | None:
    """One qualification that `viewer` may see. One query."""
    mine = visible(viewer, SEE, organisation="teacher__home", territory="teacher__home__territory", person="person")
    rows = Qualification.objects.filter(mine).select_related(
        "teacher__home__territory", "teacher__person", "person", "reviewed_by"
    )
    return rows.filter(public_id=public_id).first()


def sessions_of(teacher: Teacher, *, at: datetime, is_over: bool) -> QuerySet[TeachingSession]:
    """The teacher's sessions that are still to be taught at `at`, for a list by (during, id); or all others, for one
    by (-during, -id)."""
    coming = Q(state=TeachingSession.State.PLANNED, during__endswith__gt=at)
    rows = TeachingSession.objects.filter(~coming if is_over else coming, teacher=teacher)
    return rows.select_related("organisation", "territory")


def home_units() -> QuerySet[Organisation]:
    """Units that may answer for somebody who teaches: all that work, but for offices and certification bodies."""
    return Organisation.objects.filter(is_active=True).exclude(
        kind__in=[OrganisationKind.CERTIFICATION_BODY, OrganisationKind.DEPARTMENT]
    )


def with_confirmed(rows: QuerySet[Teacher]) -> QuerySet[Teacher]:
    """Each entry with its confirmed qualifications (`confirmed`)."""
    confirmed = Qualification.objects.filter(state=Qualification.State.CONFIRMED).order_by("-level", "id")
    return rows.prefetch_related(Prefetch("qualifications", queryset=confirmed, to_attr="confirmed"))


def findable(viewer: Standing, public_id: UUID) -> Teacher | None:
    """Somebody of the pool whom `viewer` may ask: of their own unit, or shared with others. One query."""
    act = "staff.find_teacher"
    if not viewer.may_somewhere(act):
        return None
    mine = visible(viewer, act, organisation="home", territory="home__territory")
    rows = Teacher.objects.filter(mine | Q(is_shared=True), state=Teacher.State.OPEN, public_id=public_id)
    return rows.select_related("person", "home__territory", "territory").first()


def limits_of(territory: Territory) -> list[LimitsVersion]:
    """The versions of a division, the newest first. One query."""
    return list(LimitsVersion.objects.filter(territory=territory).select_related("set_by").order_by("-begins_on")[:20])
