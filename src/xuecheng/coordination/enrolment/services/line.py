"""The line: a free place goes to whoever is next, for as long as the class says; the time to pay ends too."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.people.groups import keys_of
from xuecheng.city.people.models import PersonMerge
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.enrolment import news, queries, rules
from xuecheng.coordination.enrolment.models import Charge, Enrolment
from xuecheng.coordination.enrolment.queries import NOT_PAID, OFFER_OVER, SAME_PERSON

from .charging import lock_refunds, take_off
from .doubles import end_doubles
from .locking import ROBOT, locked_charges, locked_class, roll_of

_State = Enrolment.State
GIVING = (CourseClass.State.OPEN, CourseClass.State.RUNNING)
"""States of a class in which places are given."""


def offer_places(course_class: CourseClass, *, at: datetime) -> int:
    """Offer every free place of a class, whose lock is held, to whoever is next; answers how many were offered.

    In their history stands the rule, never who made room nor why.
    """
    if course_class.state not in GIVING:
        return 0
    roll = roll_of(course_class)
    free = course_class.seats_most - roll.taken
    if free <= 0 or not roll.waiting:
        return 0
    found = list(queries.in_order(course_class).select_for_update(no_key=True)[:free])
    until = rules.until(at, roll.offer_hours)
    with trace.following(by=ROBOT, why=gettext_noop("A place came free")):
        for one in found:
            one.state, one.moved_at, one.offered_until = _State.OFFERED, at, until
            one.save(update_fields=["state", "moved_at", "offered_until"])
        news.tell_offered(course_class, found, at=at)
    return len(found)


def tend(*, at: datetime) -> int:
    """End offers and unpaid places whose time is over and places that one person has twice, and offer what is free.

    Answers in how many classes.

    A class at a time, each in a transaction of its own. Safe at any time, and twice.
    """
    found = queries.held_up(at)
    for key in found:
        with trace.change(by=ROBOT, why=gettext_noop("The time was over")):
            _tend_class(locked_class(key), at=at)
    return len(found)


def accounts_merged(merge: PersonMerge, at: datetime) -> None:
    """Hook of people: in each class in which both accounts are, one of the two enrolments ends. Within the merge.

    The accounts are locked by it, then the classes, in the order of keys.
    """
    if merge.undone_at is None:
        rows = [locked_class(key) for key in queries.classes_of_doubles(keys_of(merge.kept_id))]
        ended = {row: end_doubles(row, at=at) for row in rows}
        charges = locked_charges([one for over in ended.values() for one in over])
        lock_refunds(charges)
        for charge in charges:
            take_off(charge, 100, at=at, why=SAME_PERSON)
        for row, over in ended.items():
            if over:
                offer_places(row, at=at)


def _tend_class(course_class: CourseClass, *, at: datetime) -> None:
    doubles = locked_charges(end_doubles(course_class, at=at))
    over = Enrolment.objects.filter(course_class=course_class, state=_State.OFFERED, offered_until__lte=at)
    lapsed = list(over.select_for_update(no_key=True).order_by("pk"))
    for one in lapsed:
        _lapse(one, OFFER_OVER, at=at)
    late = Enrolment.objects.filter(
        course_class=course_class, state=_State.ENROLLED, pay_until__isnull=False, pay_until__lte=at,
        charge__state=Charge.State.DUE,
    )  # fmt: skip
    unpaid = {one.pk: one for one in late.select_for_update(no_key=True, of=("self",)).order_by("pk")}
    # Paid in this moment: the place stays.
    owing = [one for one in locked_charges(list(unpaid.values())) if one.state == Charge.State.DUE]
    lock_refunds([*doubles, *owing])
    for charge in doubles:
        take_off(charge, 100, at=at, why=SAME_PERSON)
    for charge in owing:
        one = unpaid[charge.enrolment_id]
        _lapse(one, NOT_PAID, at=at)
        take_off(charge, 100, at=at, why=NOT_PAID)
        lapsed.append(one)
    news.tell_lapsed(course_class, lapsed, at=at)
    offer_places(course_class, at=at)


def _lapse(one: Enrolment, why: str, *, at: datetime) -> None:
    one.state, one.moved_at, one.because = _State.LAPSED, at, why
    one.save(update_fields=["state", "moved_at", "because"])
