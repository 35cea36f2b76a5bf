"""Enrolments: one's own, those of a class, the line, and what waits for the routine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_noop

from xuecheng.city.people.groups import in_group, root_of
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Standing, visible
from xuecheng.city.territories.models import Level, Territory
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.enrolment import rules
from xuecheng.coordination.enrolment.models import Charge, Enrolment, Roll

SEE_ACT = "enrolment.see_enrolment"
MONEY_ACT = "enrolment.take_money"
_State = Enrolment.State
OFFER_OVER = gettext_noop("The offer was not taken in time")
NOT_PAID = gettext_noop("Not paid in time")
OFFER_DECLINED = gettext_noop("Offer declined")
LEFT = gettext_noop("Left the class")
CLASS_OVER = gettext_noop("The class is over")
SAME_PERSON = gettext_noop("The same person is in this class already: two accounts were merged")
BY_RULE = (OFFER_OVER, NOT_PAID, OFFER_DECLINED, LEFT, CLASS_OVER, SAME_PERSON)
"""Reasons that a rule gives, kept in English and shown in the reader's language; all others are somebody's words."""


def _mine(viewer: Standing, act: str = SEE_ACT) -> Q:
    return visible(viewer, act, organisation="course_class__host", territory="course_class__territory", person="person")


def counted(keys: Iterable[int]) -> Mapping[int, int]:
    """Seats taken by key of the class: what `classes.places` asks. One query."""
    return dict(Roll.objects.filter(course_class__in=list(keys)).values_list("course_class", "taken"))


def enrolment(viewer: Standing, public_id: UUID) -> Enrolment | None:
    """One enrolment that `viewer` may see, with class, course, person, charge. One query."""
    rows = Enrolment.objects.filter(_mine(viewer)).select_related(
        "course_class__version__course", "course_class__host__territory", "course_class__territory",
        "course_class__roll", "person__territory", "charge",
    )  # fmt: skip
    return rows.filter(public_id=public_id).first()


def own_enrolments(viewer: Standing) -> QuerySet[Enrolment]:
    """The enrolments of whoever asks, or for whom they act; for a list by (-id)."""
    rows = Enrolment.objects.filter(person__in=viewer.own_keys(SEE_ACT))
    return rows.select_related("course_class__version__course", "course_class__host", "charge")


def offered_to(viewer: Standing) -> QuerySet[Enrolment]:
    """Places that are offered to whoever asks: they wait for an answer."""
    return Enrolment.objects.filter(person__in=viewer.own_keys(SEE_ACT), state=_State.OFFERED)


def enrolments_of_class(
    viewer: Standing, course_class: CourseClass, *, states: Iterable[str] = ()
) -> QuerySet[Enrolment]:
    """Everybody on the roll of a class whose unit lets `viewer` see it; for a list by (number)."""
    rows = Enrolment.objects.filter(_mine(viewer), course_class=course_class)
    chosen = list(states)
    if chosen:
        rows = rows.filter(state__in=chosen)
    return rows.select_related("person__territory", "charge")


def live_of(person: Person, course_class: CourseClass) -> Enrolment | None:
    """The enrolment in which somebody is in a class now, under any key of theirs. One query."""
    held = [*rules.LIVE, rules.State.COMPLETED]
    return Enrolment.objects.filter(course_class=course_class, person__in=in_group(person), state__in=held).first()


_HELD = (*rules.LIVE, rules.State.COMPLETED)


def _doubled() -> QuerySet[Enrolment]:
    """Enrolments of people who are in the same class under another key of theirs; one of the two at least lives."""
    root = Coalesce("person__merged_into_id", "person_id")
    others = (
        Enrolment.objects.filter(course_class=OuterRef("course_class"), state__in=_HELD)
        .exclude(pk=OuterRef("pk"))
        .alias(root=root)
        .filter(root=OuterRef("root"))
    )
    rows = Enrolment.objects.filter(state__in=_HELD).alias(root=root)
    return rows.filter(Q(Exists(others), state__in=rules.LIVE) | Q(Exists(others.filter(state__in=rules.LIVE))))


def doubled_in(course_class: CourseClass) -> QuerySet[Enrolment]:
    """Those of a class; unordered."""
    return _doubled().filter(course_class=course_class)


def classes_of_doubles(keys: Iterable[int]) -> list[int]:
    """Keys of the classes in which somebody is under more than one of their keys, in order. One query."""
    rows = _doubled().filter(person__in=list(keys)).order_by("course_class")
    return list(rows.values_list("course_class", flat=True).distinct())


def standing_in_class(viewer: Standing, course_class: CourseClass) -> Enrolment | None:
    """The same, of whoever looks at the page of a class; None for whoever is not signed in. One query."""
    keys = viewer.own_keys(SEE_ACT)
    if not keys:
        return None
    return Enrolment.objects.filter(course_class=course_class, person__in=keys, state__in=rules.LIVE).first()


def in_order(course_class: CourseClass) -> QuerySet[Enrolment]:
    """Who waits, whose turn is next first."""
    return Enrolment.objects.filter(course_class=course_class, state=_State.WAITING).order_by("queue_rank", "queue_no")


@dataclass(frozen=True)
class Line:
    """Where somebody stands: how many come before them, how many wait in all, how many places there are."""

    before: int
    waiting: int
    seats: int
    taken: int
    applied: int = 0
    """How many take part in a draw that is to come; 0 for whoever does not."""

    @property
    def left(self) -> int:
        return max(0, self.seats - self.taken)


def line_of(one: Enrolment) -> Line:
    """The fair line as its people see it: numbers only. One query, two for whoever waits or takes part in a draw."""
    roll = Roll.objects.get(course_class=one.course_class_id)
    before = 0
    if one.state == _State.WAITING:
        ahead = Q(queue_rank__lt=one.queue_rank) | Q(queue_rank=one.queue_rank, queue_no__lt=one.queue_no)
        before = in_order(one.course_class).filter(ahead).order_by().count()
    applied = 0
    if one.state == _State.APPLIED:
        applied = Enrolment.objects.filter(course_class=one.course_class_id, state=_State.APPLIED).count()
    return Line(
        applied=applied, before=before, waiting=roll.waiting, seats=one.course_class.seats_most, taken=roll.taken
    )


def local_area(course_class: CourseClass) -> Territory:
    """Where the people of a class are locals: its district; for a class of the city, the city.

    One query for a class below a district, else none.
    """
    area = course_class.territory
    if area.level in (Level.CITY, Level.DISTRICT):
        return area
    keys = [int(key) for key in area.path.strip("/").split("/")]
    return Territory.objects.filter(pk__in=keys, level=Level.DISTRICT).first() or area


def applicant(person: Person, course_class: CourseClass) -> rules.Applicant:
    """What the rules may know of somebody. One query."""
    had = Enrolment.objects.filter(
        person__in=in_group(root_of(person)), state__in=[_State.ENROLLED, _State.PAUSED, _State.COMPLETED]
    ).exclude(course_class=course_class)
    rows = Person.objects.filter(pk=person.pk).values_list("birth_year", "territory__path", Exists(had))
    birth_year, path, had_a_place = rows.get()
    return rules.Applicant(birth_year=birth_year, territory_path=path or "", had_a_place=had_a_place)


def held_up(at: datetime) -> list[int]:
    """Keys of the classes in which an offer or the time to pay is over, a place is free and somebody waits, or somebody
    is twice.

    Four queries, each over an index of what is open.
    """
    offers = Enrolment.objects.filter(state=_State.OFFERED, offered_until__lte=at)
    unpaid = Enrolment.objects.filter(
        charge__state=Charge.State.DUE, state=_State.ENROLLED, pay_until__isnull=False, pay_until__lte=at
    )
    free = Roll.objects.filter(
        waiting__gt=0,
        taken__lt=F("course_class__seats_most"),
        course_class__state__in=[CourseClass.State.OPEN, CourseClass.State.RUNNING],
    )
    keys = set(offers.values_list("course_class", flat=True))
    keys |= set(unpaid.values_list("course_class", flat=True))
    keys |= set(free.values_list("course_class", flat=True))
    # Drawn since two accounts were merged, or enrolled in that very moment: few accounts are merged at all.
    keys |= set(_doubled().filter(person__merged_into__isnull=False).values_list("course_class", flat=True))
    return sorted(keys)


def charge_by_id(viewer: Standing, public_id: UUID) -> Charge | None:
    """A charge whose enrolment `viewer` may see, with what it is for. One query."""
    mine = visible(
        viewer, SEE_ACT, organisation="enrolment__course_class__host",
        territory="enrolment__course_class__territory", person="person",
    )  # fmt: skip
    rows = Charge.objects.filter(mine).select_related(
        "enrolment__course_class__version__course", "enrolment__course_class__host__territory",
        "enrolment__course_class__territory", "person", "organisation__territory",
    )  # fmt: skip
    return rows.filter(public_id=public_id).first()


def charges_open(viewer: Standing, *, state: str = "", text: str = "") -> QuerySet[Charge]:
    """Charges at the desks of `viewer`: to be paid or to be given back; for a list by (-id)."""
    mine = visible(viewer, MONEY_ACT, organisation="organisation", territory="enrolment__course_class__territory")
    rows = Charge.objects.filter(mine).exclude(state=Charge.State.SETTLED)
    if state:
        rows = rows.filter(state=state)
    if text.strip():
        rows = rows.filter(person__name=text.strip())
    return rows.select_related("person", "enrolment__course_class__version__course", "organisation")
