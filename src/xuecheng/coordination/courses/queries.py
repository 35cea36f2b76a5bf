"""Questions of courses: what can be learnt, what a unit keeps, what waits for review."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import pgettext

from xuecheng.city.organisations.models import Kind, Organisation
from xuecheng.city.rights import Standing, visible
from xuecheng.city.territories.models import Territory
from xuecheng.learning.creditbank.models import UnitVersion

from . import rules
from .models import Course, CourseVersion, NetworkLevel

WRITE = "courses.write_course"
REVIEW = "courses.review_course"
SEE = "courses.see_course"
State = CourseVersion.State


def _versions() -> QuerySet[CourseVersion]:
    return CourseVersion.objects.select_related(
        "course__owner__territory", "course__territory", "course__copied_from__course__owner", "unit__level__framework"
    )


def catalogue(
    *,
    text: str = "",
    subject: str = "",
    audience: str = "",
    level: int | None = None,
    language: str = "",
    within: Territory | None = None,
    owner: Organisation | None = None,
    is_free: bool = False,
    gives_credit: bool = False,
) -> QuerySet[CourseVersion]:
    """What can be learnt: approved versions, narrowed, for a list by (-id). Everybody may read them. One query."""
    found = _versions().filter(state=State.APPROVED)
    if text:
        found = found.filter(
            Q(course__title_zh__contains=text)
            | Q(course__title_en__icontains=text)
            | Q(outcome__icontains=text)
            | Q(outcome_en__icontains=text)
        )
    if subject:
        found = found.filter(course__subject=subject)
    if audience:
        found = found.filter(course__audience=audience)
    if level is not None:
        found = found.filter(level=level)
    if language:
        found = found.filter(course__languages__contains=[language])
    if within is not None:
        found = found.filter(course__territory__path__startswith=within.path)
    if owner is not None:
        found = found.filter(course__owner=owner)
    if is_free:
        found = found.filter(fee_fen=0)
    return found.filter(unit__isnull=False) if gives_credit else found


def published(public_id: UUID, *, number: int | None = None) -> CourseVersion | None:
    """The version of a course that everybody reads: the approved one, else the newest retired, or the one of a number.

    One query. None where nothing of the course was ever approved.
    """
    found = _versions().filter(course__public_id=public_id, state__in=rules.PUBLIC)
    if number is not None:
        return found.filter(number=number).first()
    # "approved" before "retired": at most one of them is approved.
    return found.order_by("state", "-number").first()


def published_versions(course: Course) -> list[CourseVersion]:
    """Approved and retired versions, the newest first. One query."""
    return list(CourseVersion.objects.filter(course=course, state__in=rules.PUBLIC).order_by("-number"))


def _theirs(viewer: Standing, act: str, *, before: str = "") -> Q:
    return visible(viewer, act, organisation=f"{before}owner", territory=f"{before}territory")


def courses(
    viewer: Standing, *, state: str = "", subject: str = "", text: str = "", is_shared: bool | None = None
) -> QuerySet[Course]:
    """Courses of the units whose courses `viewer` sees, for a list by (-id), each with its versions.

    `all_versions` are its versions, the newest first. Two queries.
    """
    found = Course.objects.filter(_theirs(viewer, SEE))
    if state:
        found = found.filter(Exists(CourseVersion.objects.filter(course=OuterRef("pk"), state=state)))
    if subject:
        found = found.filter(subject=subject)
    if text:
        found = found.filter(Q(title_zh__contains=text) | Q(title_en__icontains=text))
    if is_shared is not None:
        found = found.filter(is_shared=is_shared)
    return _with_versions(found)


def _with_versions(found: QuerySet[Course]) -> QuerySet[Course]:
    newest = CourseVersion.objects.order_by("-number")
    return found.select_related("owner", "territory").prefetch_related(
        Prefetch("versions", queryset=newest, to_attr="all_versions")
    )


def course(viewer: Standing, public_id: UUID) -> Course | None:
    """One course whose drafts `viewer` may see. One query."""
    rows = Course.objects.select_related("owner__territory", "territory", "copied_from__course__owner")
    return rows.filter(_theirs(viewer, SEE), public_id=public_id).first()


def version(viewer: Standing, public_id: UUID) -> CourseVersion | None:
    """One version that `viewer` may see, whatever its state. One query."""
    rows = _versions().select_related("drafted_by", "decided_by")
    return rows.filter(_theirs(viewer, SEE, before="course__"), public_id=public_id).first()


def versions_seen(viewer: Standing, *, state: str = "") -> QuerySet[CourseVersion]:
    """Versions of all states that `viewer` may see, for a list by (-id). One query."""
    found = _versions().filter(_theirs(viewer, SEE, before="course__"))
    return found.filter(state=state) if state else found


def versions_of(one: Course) -> list[CourseVersion]:
    """All versions of a course, the newest first. One query."""
    return list(CourseVersion.objects.filter(course=one).select_related("unit__level__framework").order_by("-number"))


def reviews(viewer: Standing) -> QuerySet[CourseVersion]:
    """What waits for `viewer` to review: in review, and not sent by them, for a list by (id). One query."""
    found = _versions().filter(_theirs(viewer, REVIEW, before="course__"), state=State.IN_REVIEW)
    return found.select_related("drafted_by").exclude(drafted_by__in=viewer.person_keys)


def returned_to(viewer: Standing) -> QuerySet[CourseVersion]:
    """What was sent back to the units for which `viewer` writes."""
    return CourseVersion.objects.filter(_theirs(viewer, WRITE, before="course__"), state=State.RETURNED)


def hands_in(row: CourseVersion) -> set[int]:
    """Keys of everybody who ever wrote or sent this version, by its history. One query."""
    history = row.events.values_list("drafted_by", flat=True)  # type: ignore[attr-defined]  # made by pghistory
    return {*history, row.drafted_by_id}


def is_given(unit: UnitVersion, *, on: date) -> bool:
    """Whether a certification unit is given on a day."""
    begun = unit.valid_from <= on
    return unit.state == UnitVersion.State.PUBLISHED and begun and (unit.valid_to is None or on < unit.valid_to)


def open_units(on: date) -> QuerySet[UnitVersion]:
    """The certification units that are given on a day, by code. One query."""
    rows = UnitVersion.objects.filter(state=UnitVersion.State.PUBLISHED, valid_from__lte=on)
    return (
        rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on)).select_related("level").order_by("code", "version")
    )


def units_that_write(viewer: Standing) -> QuerySet[Organisation]:
    """The organisations for which `viewer` may write courses, by name: all that teach, not offices nor certifiers."""
    mine = visible(viewer, WRITE, organisation="pk", territory="territory")
    return (
        Organisation.objects.filter(mine, is_active=True)
        .exclude(kind__in=[Kind.CERTIFICATION_BODY, Kind.DEPARTMENT])
        .select_related("territory")
        .order_by("name_zh", "pk")
    )


def level_of(organisation: Organisation) -> str:
    """At which level of the network an organisation holds classes (N-03); who is no college is a teaching point."""
    return organisation.tier or NetworkLevel.POINT


def check_holding(row: CourseVersion, organisation: Organisation) -> None:
    """Whether an organisation may hold classes of an approved version (N-03, N-04).

    Raises `NotApproved`, `NotShared`, `LevelNotListed`.
    """
    if row.state != State.APPROVED:
        raise rules.NotApproved
    one = row.course
    rules.check_holding(
        level=level_of(organisation),
        levels=row.levels,
        is_own=one.owner_id == organisation.pk,
        is_shared=one.is_shared,
        owner=one.owner.name,
        words=pgettext("list", ", ").join(str(one.label) for one in NetworkLevel if one.value in row.levels),
    )


def shared_by_others(viewer: Standing) -> QuerySet[CourseVersion]:
    """Approved versions that units share for which `viewer` does not write: what can be held or copied. One query."""
    found = _versions().filter(state=State.APPROVED, course__is_shared=True)
    return found.exclude(_theirs(viewer, WRITE, before="course__"))


def newest(one: Course) -> CourseVersion | None:
    """The version of a course that was written last. One query."""
    found = CourseVersion.objects.filter(course=one).select_related("course", "unit__level__framework")
    return found.order_by("-number").first()
