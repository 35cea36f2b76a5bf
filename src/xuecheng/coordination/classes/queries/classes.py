"""Classes: to find one, to plan them, and what is wrong with each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xuecheng.city import clock
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.rights import Scope, Standing, visible
from xuecheng.city.territories.models import Territory
from xuecheng.city.workdays.rules import Calendar
from xuecheng.coordination.classes import places
from xuecheng.coordination.classes.models import ClassSession, CourseClass, Season
from xuecheng.coordination.courses.models import CourseVersion, NetworkLevel
from xuecheng.coordination.facilities import queries as facilities
from xuecheng.coordination.facilities.models import Booking, Space
from xuecheng.coordination.staff.models import Agreement, Qualification, Teacher, TeachingSession
from xuecheng.coordination.staff.queries.agreements import COUNTING

from .acts import PLAN, SEE
from .words import series_words

PUBLIC = (
    CourseClass.State.OPEN, CourseClass.State.RUNNING, CourseClass.State.FINISHED, CourseClass.State.SETTLED,
)  # fmt: skip
FINDABLE = (CourseClass.State.OPEN, CourseClass.State.RUNNING)
PARTS = {"morning": (0, 12), "afternoon": (12, 18), "evening": (18, 24)}
"""Parts of a day, in hours `[from, to)`."""


def calendar() -> Calendar:
    """Working days, expected years too. One query."""
    return facilities.calendar()


def level_of_unit(unit: Organisation) -> str:
    """At which level of the network a unit holds classes (N-03): a college's tier, anything else is a point."""
    return unit.tier or NetworkLevel.POINT.value


def _all() -> QuerySet[CourseClass]:
    return CourseClass.objects.select_related(
        "version__course__owner", "version__unit", "host__territory", "supplier", "season", "territory"
    )


@dataclass(frozen=True, kw_only=True)
class Find:
    """What a resident looks for. Nothing is kept of it."""

    text: str = ""
    subject: str = ""
    level: int | None = None
    within: Territory | None = None
    weekday: int | None = None
    """Monday is 0."""
    part: str = ""
    host: Organisation | None = None
    only_free: bool = False
    is_free_of_charge: bool = False


def held_in(territory: Territory) -> Q:
    """Where the rooms of classes are, not only where their unit is: a college also teaches in its streets."""
    there = ClassSession.objects.filter(
        course_class=OuterRef("pk"), space__venue__territory__path__startswith=territory.path
    )
    return Q(territory__path__startswith=territory.path) | Q(Exists(there))


def find(wish: Find) -> QuerySet[CourseClass]:
    """Open and running classes, narrowed; for a list by (-id). Everybody may see them."""
    found = _all().filter(state__in=FINDABLE)
    if wish.text:
        found = found.filter(
            Q(version__course__title_zh__contains=wish.text)
            | Q(version__course__title_en__icontains=wish.text)
            | Q(code__iexact=wish.text)
            | Q(host__name_zh__contains=wish.text)
        )
    if wish.subject:
        found = found.filter(version__course__subject=wish.subject)
    if wish.level:
        found = found.filter(version__level=wish.level)
    if wish.within is not None:
        found = found.filter(held_in(wish.within))
    if wish.host is not None:
        found = found.filter(host=wish.host)
    if wish.is_free_of_charge:
        found = found.filter(fee_fen=0)
    if wish.weekday is not None or wish.part in PARTS:
        meets = ClassSession.objects.filter(course_class=OuterRef("pk"), state=ClassSession.State.PLANNED)
        if wish.weekday is not None:
            meets = meets.filter(during__startswith__iso_week_day=wish.weekday + 1)
        if wish.part in PARTS:
            begins, ends = PARTS[wish.part]
            meets = meets.filter(during__startswith__hour__gte=begins, during__startswith__hour__lt=ends)
        found = found.filter(Exists(meets))
    return places.without_full(found) if wish.only_free else found


def public_class(public_id: Any) -> CourseClass | None:
    """A class that everybody may see; a cancelled one too, so that its page says so. One query."""
    return _all().filter(public_id=public_id, state__in=[*PUBLIC, CourseClass.State.CANCELLED]).first()


def by_id(public_id: Any) -> CourseClass | None:
    """Any class, for apps above that ask for rights themselves. One query."""
    return _all().filter(public_id=public_id).first()


def course_class(viewer: Standing, public_id: Any) -> CourseClass | None:
    """A class of a unit whose classes the viewer sees: its host's, or its supplier's (N-04). One query."""
    return _all().filter(_mine(viewer), public_id=public_id).first()


def session_by_id(viewer: Standing, public_id: Any) -> ClassSession | None:
    """A session of such a class. One query."""
    mine = visible(viewer, SEE, organisation="course_class__host", territory="course_class__territory")
    rows = ClassSession.objects.select_related(
        "course_class__version__course__owner", "course_class__host__territory", "course_class__territory",
        "course_class__season", "course_class__supplier", "space__venue__territory", "teaching__teacher__person",
        "booking",
    )  # fmt: skip
    return rows.filter(mine, public_id=public_id).first()


def _mine(viewer: Standing) -> Q:
    host = visible(viewer, SEE, organisation="host", territory="territory")
    return host | visible(viewer, SEE, organisation="supplier", territory="supplier__territory")


def hosts(viewer: Standing, act: str = PLAN) -> QuerySet[Organisation]:
    """Units at which the viewer plans (or sees) classes: colleges, and whoever holds classes already."""
    mine = visible(viewer, act, organisation="pk", territory="territory")
    holds = CourseClass.objects.filter(host=OuterRef("pk"))
    own = Q(pk__in=viewer.organisation_ids(act))
    rows = Organisation.objects.filter(mine, is_active=True).filter(~Q(tier="") | Exists(holds) | own)
    return rows.select_related("territory").order_by("code")


def courses_to_plan(host: Organisation, *, is_own: bool) -> QuerySet[CourseVersion]:
    """Approved versions that a unit may hold by its level (N-03), for a list by (-id): its own, or shared ones."""
    whose = Q(course__owner=host) if is_own else Q(course__is_shared=True) & ~Q(course__owner=host)
    return CourseVersion.objects.filter(
        whose, state=CourseVersion.State.APPROVED, levels__contains=[level_of_unit(host)]
    ).select_related("course__owner")


# Faces


@dataclass(frozen=True)
class Face:
    """A class as a list shows it: when, where, who, how many places, and what is wrong."""

    row: CourseClass
    sessions: tuple[ClassSession, ...]
    """In the order of time, cancelled ones too."""
    times: tuple[str, ...]
    rooms: tuple[Space, ...]
    teachers: tuple[str, ...]
    taken: int
    problems: tuple[str, ...] = field(default=())

    @property
    def left(self) -> int:
        return max(0, self.row.seats_most - self.taken)

    @property
    def is_by_lot(self) -> bool:
        """Whether its places are still to be drawn, as far as a list can tell: whoever comes takes part."""
        is_open = self.row.state == CourseClass.State.OPEN
        return is_open and self.row.allocation == CourseClass.Allocation.LOTTERY and not self.taken

    @property
    def kept(self) -> tuple[ClassSession, ...]:
        """Sessions that are or were held."""
        return tuple(one for one in self.sessions if one.state != ClassSession.State.CANCELLED)

    @property
    def first_day(self) -> date | None:
        return clock.date_of(self.kept[0].during.lower) if self.kept else None

    @property
    def last_day(self) -> date | None:
        return clock.date_of(self.kept[-1].during.lower) if self.kept else None


def faces(classes: Iterable[CourseClass]) -> list[Face]:
    """Each class with its sessions, rooms, teachers and places. Two queries, one more where somebody counts seats."""
    rows = list(classes)
    keys = [one.pk for one in rows]
    by_class: dict[int, list[ClassSession]] = {key: [] for key in keys}
    for session in sessions_shown().filter(course_class__in=keys).order_by("during", "pk"):
        by_class[session.course_class_id].append(session)
    counted = places.taken(keys) if keys else {}
    return [_face(one, by_class[one.pk], counted.get(one.pk, 0)) for one in rows]


def sessions_shown() -> QuerySet[ClassSession]:
    """Sessions with everything that a line of them tells."""
    return ClassSession.objects.select_related(
        "space__venue__territory", "booking", "teaching__teacher", "teaching__person"
    )


def _face(row: CourseClass, sessions: Sequence[ClassSession], taken: int) -> Face:
    kept = [one for one in sessions if one.state != ClassSession.State.CANCELLED]
    rooms = {one.space.pk: one.space for one in kept if one.space}
    teachers = {one.teaching.person_id: one.teaching.person.name for one in kept if one.teaching}
    return Face(
        row=row,
        sessions=tuple(sessions),
        times=tuple(series_words([(one.during.lower, one.during.upper) for one in kept])),
        rooms=tuple(rooms.values()),
        teachers=tuple(teachers.values()),
        taken=taken,
        problems=tuple(_problems(row, kept)),
    )


def _problems(row: CourseClass, kept: Sequence[ClassSession]) -> Iterable[str]:
    """What keeps a class from being held as it should, for those who plan it."""
    if row.state not in (CourseClass.State.DRAFT, *FINDABLE):
        return
    planned = [one for one in kept if one.state == ClassSession.State.PLANNED]
    missing = row.version.sessions - len(kept)
    if missing > 0:
        said = ngettext("%(n)d session is missing", "%(n)d sessions are missing", missing)
        yield said % {"n": missing}
    no_room = sum(one.booking is None or one.booking.state != Booking.State.CONFIRMED for one in planned)
    if no_room:
        yield ngettext("%(n)d session without a room", "%(n)d sessions without a room", no_room) % {"n": no_room}
    none = sum(one.teaching is None or one.teaching.state == TeachingSession.State.RELEASED for one in planned)
    if none:
        yield ngettext("%(n)d session without a teacher", "%(n)d sessions without a teacher", none) % {"n": none}
    if any(one.space is not None and one.space.capacity < row.seats_most for one in planned):
        yield _("a room has fewer places than the class has seats")
    if row.enrolment_opens_at is None:
        yield _("the times of enrolment are missing")


def board(viewer: Standing, *, host: Organisation, season: Season, state: str = "") -> QuerySet[CourseClass]:
    """Classes that a unit holds in a season, for a list by (code, id), where the viewer sees them."""
    found = _all().filter(_mine(viewer), host=host, season=season)
    return found.filter(state=state) if state else found


# To plan with


def rooms_to_book(viewer: Standing, host: Organisation) -> list[Space]:
    """Rooms that are given out, of places that the viewer books: the host's own first, then those lent to it (P-03).

    Two queries.
    """
    lent = (
        list(facilities.loans(on=clock.today()).filter(borrower=host)[:100])
        if viewer.may(facilities.BOOK, Scope(organisation_id=host.pk, territory_path=host.territory.path))
        else []
    )
    mine = visible(viewer, facilities.BOOK, organisation="venue__owner", territory="venue__territory")
    rows = Space.objects.filter(closed_because="", venue__state="open").select_related(
        "venue__territory", "venue__owner"
    )
    houses = Q(venue__in=[one.venue_id for one in lent])
    own = mine & (Q(venue__owner=host) | Q(venue__territory__path__startswith=host.territory.path))
    near = [
        one
        for one in rows.filter(own | houses).order_by("pk")[:300]
        if one.venue.owner_id == host.pk
        or any(loan.holds(one) for loan in lent)
        or viewer.may(facilities.BOOK, one.venue.access_scope())
    ]
    return sorted(near, key=lambda one: (one.venue.owner_id != host.pk, one.venue.name_zh, one.name_zh, one.pk))


def teachers_to_assign(row: CourseClass) -> list[Teacher]:
    """Who may teach a class at all: qualified for its course, of the host or agreed with it. One query.

    Whether they can on a date, assigning says (T-02…T-07).
    """
    entitled = Qualification.objects.filter(
        teacher=OuterRef("pk"), subject=row.version.course.subject, level__gte=row.version.level,
        state=Qualification.State.CONFIRMED,
    )  # fmt: skip
    agreed = Agreement.objects.filter(teacher=OuterRef("pk"), receiver=row.host, state__in=COUNTING)
    rows = Teacher.objects.filter(Exists(entitled), state=Teacher.State.OPEN).filter(Q(home=row.host) | Exists(agreed))
    return list(rows.select_related("person").order_by("person__sort_key", "pk")[:200])
