"""Verbs of attendance: the list, the learning card, marks that were made without network, corrections afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.people.groups import keys_of
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.coordination.classes import services as classes
from xuecheng.coordination.classes.models import ClassSession, CourseClass
from xuecheng.coordination.enrolment.models import Enrolment
from xuecheng.coordination.teaching import queries, rules
from xuecheng.coordination.teaching.models import How, Mark
from xuecheng.coordination.teaching.models.attendance import BOOKS, scope_of_session
from xuecheng.coordination.teaching.queries import DECIDE, TAKE
from xuecheng.learning.cards import services as cards

from .completing import decide_anew

LIVE = (CourseClass.State.OPEN, CourseClass.State.RUNNING)
OVER = (CourseClass.State.FINISHED, CourseClass.State.SETTLED)


class NotOnTheList(Refusal):
    message = _("This person has no place in the class.")
    remedy = _("Enrol them first.")


class StateUnknown(Refusal):
    message = _("Mark as present, late, absent or excused.")
    field = "state"


class ClassOver(Refusal):
    message = _("The class is %(state)s; its attendance is corrected, with a reason, where completion is decided.")


class CorrectionReasonMissing(Refusal):
    message = _("Say why attendance is corrected.")
    field = "why"


@dataclass(frozen=True)
class Wish:
    """A mark as a device made it: under its own id, at its own time. `minutes` is None where the rule says it."""

    public_id: UUID
    enrolment: UUID
    state: str
    marked_at: datetime
    minutes: int | None = None


@dataclass(frozen=True)
class Kept:
    """What became of a mark: whether it came for the first time, and whether it is the one that counts."""

    mark: Mark
    is_new: bool
    counts: bool


def take_attendance(
    *, actor: Standing, public_id: UUID, session: ClassSession, states: Mapping[UUID, str], at: datetime
) -> list[Kept]:
    """Save the list: a mark for everybody whose state is another than the one that counts. The session is held.

    Asked again with the same id, nothing more happens. Right: teaching.take_attendance at the session. Raises as
    `sync_marks`.
    """
    require(actor, TAKE, on=scope_of_session(session))
    stands = {line.enrolment.public_id: line.mark.state if line.mark else "" for line in queries.list_of(session)}
    wishes = [
        Wish(uuid5(public_id, str(enrolment)), enrolment, state, at)
        for enrolment, state in states.items()
        if state and stands.get(enrolment) != state
    ]
    return _keep(actor, session, wishes, how=How.LIST, at=at, held_at=at)


def sync_marks(*, actor: Standing, session: ClassSession, wishes: Sequence[Wish], at: datetime) -> list[Kept]:
    """Take marks that a device made without network, with their times; sent again they are there already.

    Where somebody marked otherwise meanwhile, the mark that was made later counts; both are kept and shown. A list made
    on the session's own day holds it from its first mark on (T-06). All are taken or none. Right:
    teaching.take_attendance at the session. Raises `Denied`, `NotOnTheList`, `StateUnknown`, `MarkFromFuture`,
    `MarkTooEarly`, `ClassOver`, `NotForOneself`, `FormUsedBefore`, and what holding refuses.
    """
    require(actor, TAKE, on=scope_of_session(session))
    first = min((one.marked_at for one in wishes), default=at)
    is_of_today = clock.date_of(at) == clock.date_of(session.during.lower) == clock.date_of(first)
    return _keep(actor, session, wishes, how=How.OFFLINE, at=at, held_at=min(first, at) if is_of_today else at)


def mark_by_card(
    *, actor: Standing, public_id: UUID, session: ClassSession, card: str, at: datetime, confirmed: str = ""
) -> Kept:
    """Somebody shows the learning card at the teacher's device: present, or late. Asked again, the first time stays.

    `card` is the code of a phone, or the printed number; of that `confirmed` says how it was made sure who shows it.
    Right: teaching.take_attendance at the session. Raises `Denied`, `ConfirmFirst`, `NotOnTheList`,
    `NotTimeToCheckIn`, and as `cards.services.read_within` and `sync_marks`.
    """
    require(actor, TAKE, on=scope_of_session(session))
    state = rules.arrived(begins=session.during.lower, ends=session.during.upper, at=at)
    # Who has no place in the class has not spent their code here.
    with trace.change(by=actor.person, why=gettext_noop("Attendance taken")):
        found = cards.read_within(
            actor=actor, public_id=public_id, place=_place(session), text=card, at=at, confirmed=confirmed
        )
        enrolment = queries.own_enrolment(session, keys_of(found.person))
        if enrolment is None:
            raise NotOnTheList(at_field="card")
        there = rules.counting(Mark.objects.filter(enrolment=enrolment.pk, session=session.pk))
        if there is not None and there.state in rules.ATTENDED:
            return Kept(there, is_new=False, counts=True)
        if found.needs_confirmation:
            raise cards.ConfirmFirst(name=found.person.name)
        wish = Wish(public_id, enrolment.public_id, state, at)
        return _keep(actor, session, [wish], how=How.CARD, at=at, held_at=at)[0]


def _place(session: ClassSession) -> cards.Place:
    row = CourseClass.objects.select_related("version__course").get(pk=session.course_class_id)
    return cards.Place(f"session:{session.public_id}", row.title)


def correct_attendance(
    *, actor: Standing, public_id: UUID, session: ClassSession, enrolment: Enrolment, state: str, why: str, at: datetime
) -> Kept:
    """Correct a mark after the class is over; who completes is decided anew, and the learning record with it (C-11).

    Asked again with the same id, nothing more happens. Right: teaching.decide_completion at the class. Raises `Denied`,
    `CorrectionReasonMissing`, `NotOnTheList`, `StateUnknown`, `NotForOneself`, `FormUsedBefore`.
    """
    require(actor, DECIDE, on=session.course_class)
    if not why.strip():
        raise CorrectionReasonMissing
    with trace.change(by=actor.person, why=why):
        wish = Wish(public_id, enrolment.public_id, state, at)
        kept = _written(actor, session, [wish], how=How.LIST, at=at, reason=why.strip()[:200])[0]
        if kept.is_new:
            decide_anew(actor=actor, enrolment=enrolment, why=why.strip()[:200], at=at)
    return kept


def _keep(
    actor: Standing, session: ClassSession, wishes: Sequence[Wish], *, how: How, at: datetime, held_at: datetime
) -> list[Kept]:
    with trace.change(by=actor.person, why=gettext_noop("Attendance taken")):
        row = CourseClass.objects.get(pk=session.course_class_id)
        if row.state in OVER and _are_all_there(wishes):
            # What a device sends again is there, whatever has become of the class.
            return _written(actor, session, wishes, how=how, at=at)
        if row.state not in LIVE:
            raise ClassOver(state=row.get_state_display())
        for one in wishes:
            rules.check_marked_at(one.marked_at, begins=session.during.lower, at=at)
        classes.hold_within(session, at=held_at)
        return _written(actor, session, wishes, how=how, at=at)


def _are_all_there(wishes: Sequence[Wish]) -> bool:
    ids = {one.public_id for one in wishes}
    return Mark.objects.filter(public_id__in=ids).values("public_id").distinct().count() == len(ids)


def mark_within(
    actor: Person, session: ClassSession, enrolment: Enrolment, *, public_id: UUID, state: str, how: How,
    marked_at: datetime, at: datetime,
) -> Kept:  # fmt: skip
    """One mark within a change, by whoever may make it: the learner who checks in, the teacher who confirms it."""
    wish = Wish(public_id, enrolment.public_id, state, marked_at)
    return _written_by(actor, session, [wish], how=how, at=at)[0]


def _written(
    actor: Standing, session: ClassSession, wishes: Sequence[Wish], *, how: How, at: datetime, reason: str = ""
) -> list[Kept]:
    return _written_by(actor.person, session, wishes, how=how, at=at, reason=reason)


def _written_by(
    actor: Person, session: ClassSession, wishes: Sequence[Wish], *, how: How, at: datetime, reason: str = ""
) -> list[Kept]:
    """Write marks under the session's lock, each as the next version of its learner's."""
    with refusing(mark_public_id_once=FormUsedBefore):
        row = ClassSession.objects.select_for_update(no_key=True).get(pk=session.pk)
        found = {
            one.public_id: one
            for one in Enrolment.objects.filter(
                course_class=row.course_class_id, public_id__in={one.enrolment for one in wishes}
            )
        }
        there = {one.public_id: one for one in Mark.objects.filter(public_id__in=[one.public_id for one in wishes])}
        last = dict(
            Mark.objects.filter(session=row.pk, enrolment__in=[one.pk for one in found.values()])
            .values_list("learner")
            .annotate(last=Max("version"))
        )
        if how != How.QR and {one.person_id for one in found.values()} & set(keys_of(actor)):
            raise rules.NotForOneself
        kept = []
        for wish in wishes:
            enrolment = found.get(wish.enrolment)
            if enrolment is None:
                raise NotOnTheList
            if wish.state not in Mark.State.values:
                raise StateUnknown
            known = there.get(wish.public_id)
            if known is not None:
                if (known.session_id, known.enrolment_id, known.state) != (row.pk, enrolment.pk, wish.state):
                    raise FormUsedBefore
                kept.append((known, False))
                continue
            version = last.get(enrolment.person_id, 0) + 1
            last[enrolment.person_id] = version
            minutes = wish.minutes
            if minutes is None:
                minutes = rules.minutes_of(
                    wish.state, begins=row.during.lower, ends=row.during.upper, at=wish.marked_at
                )
            made = Mark.objects.create(
                public_id=wish.public_id, book=enrolment.person_id % BOOKS, learner_id=enrolment.person_id,
                session=row, enrolment=enrolment, version=version, state=wish.state, minutes=minutes, how=how,
                marked_at=wish.marked_at, entered_at=at, by=actor, reason=reason,
            )  # fmt: skip
            there[wish.public_id] = made
            kept.append((made, True))
        counting = rules.counting_by(
            Mark.objects.filter(session=row.pk, enrolment__in=[one.pk for one in found.values()]),
            lambda one: one.enrolment_id,
        )
        return [Kept(mark, is_new, counting[mark.enrolment_id].pk == mark.pk) for mark, is_new in kept]
