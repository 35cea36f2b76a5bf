"""Verbs of a place: wishing for one, taking it, leaving it, pausing, changing it for another class's."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.people.groups import root_of
from xuecheng.city.people.models import Person
from xuecheng.city.people.rules import check_stands
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.city.rights import Scope
from xuecheng.coordination.classes.models import ClassSession, CourseClass
from xuecheng.coordination.enrolment import news, queries, rules
from xuecheng.coordination.enrolment.models import Charge, Enrolment, How, Lottery, Movement, Roll
from xuecheng.coordination.enrolment.queries import CLASS_OVER, ENROL, ENROL_PERSON, KEEP, LEFT, OFFER_DECLINED
from xuecheng.coordination.enrolment.queries.lists import applicant
from xuecheng.coordination.enrolment.rules.lottery import LotteryFrozen, new_number

from .charging import WhyMissing, add, charge_place, lock_refunds, settle_refund, take_off
from .line import GIVING, offer_places
from .locking import locked_charges, locked_class, locked_enrolment, roll_of

_State = Enrolment.State


class ClassNotOpen(Refusal):
    message = _("Nobody can enrol for this class now.")
    remedy = _("Look for another class of the same course.")


class LotteryNotAnnounced(Refusal):
    message = _("Enrolment begins when the lottery for this class is announced.")


class RequirementNotMet(Refusal):
    message = _("This course asks for something: %(what)s")
    remedy = _("Say that it is so, or look for a course that asks for nothing.")
    field = "meets_requirement"


class EnrolledAlready(Refusal):
    message = _("This person is on the roll of the class already.")
    remedy = _("Open “My classes” to see how it stands.")


class EnrolmentOver(Refusal):
    message = _("This enrolment is %(state)s; nothing can be done with it.")


class NoOffer(Refusal):
    message = _("No place is offered now.")
    remedy = _("You keep your place in the line if you are waiting.")


class OfferOver(Refusal):
    message = _("The offer ran out; the place went to the next.")
    remedy = _("Enrol again to come onto the list anew.")


class NotEnrolled(Refusal):
    message = _("Only somebody with a place can do that.")


class NotPaused(Refusal):
    message = _("Nothing is paused.")


class PayFirst(Refusal):
    message = _("The fee is to be paid first.")


class OtherCourse(Refusal):
    message = _("One changes to another class of the same course only.")
    field = "to"


class SameClass(Refusal):
    message = _("This is the class you are in.")
    field = "to"


class NoPlaceThere(Refusal):
    message = _("No place is free in that class.")
    remedy = _("Keep your place here, and look again later.")
    field = "to"


def enrol(
    *,
    actor: Standing,
    public_id: UUID,
    course_class: CourseClass,
    person: Person,
    at: datetime,
    meets_requirement: bool = False,
) -> Enrolment:
    """Put somebody on the roll: a place while one is left and nobody waits, else the list; or into the lottery.

    Five hundred in one minute queue at the class; the order of the list is the order in which the database let them in.
    Where the course asks for something (L2), whoever enrols says that it is met. Asked again with the same id, return
    the same enrolment. Right: enrolment.enrol for oneself or whom one helps; enrolment.enrol_person at the class for
    somebody at a counter. Raises `Denied`, `ClassNotOpen`, `NotYetOpen`,
    `EnrolmentClosed`, `OnlyForLocals`, `TooYoung`, `TooOld`, `OnlyForFirstTimers`, `EnrolledAlready`,
    `RequirementNotMet`, `LotteryNotAnnounced`, `AccountErased`, `FormUsedBefore`.
    """
    if person.merged_into_id is not None:
        # Found under an account that was opened twice: the one that is kept counts.
        person = Person.objects.select_related("territory").get(pk=root_of(person))
    how = _require_for(actor, person, course_class)
    check_stands(person.erased_at)
    judged = applicant(person, course_class)
    area = queries.local_area(course_class)
    year = clock.date_of(at).year
    with (
        trace.change(by=actor.person, why=gettext_noop("Enrolled")),
        refusing(enrolment_once_in_class=EnrolledAlready, enrolment_public_id_once=FormUsedBefore),
    ):
        row = locked_class(course_class.pk)
        known = Enrolment.objects.filter(public_id=public_id).first()
        if known is not None:
            if (known.course_class_id, known.person_id) != (row.pk, person.pk):
                raise FormUsedBefore
            return known
        if row.state not in GIVING or row.enrolment_opens_at is None or row.enrolment_closes_at is None:
            raise ClassNotOpen
        rules.check_open(opens_at=row.enrolment_opens_at, closes_at=row.enrolment_closes_at, at=at)
        if queries.live_of(person, row) is not None:
            raise EnrolledAlready
        roll = roll_of(row)
        groups = rules.groups_of(judged, year=year, local_path=area.path, elder_age=roll.elder_age)
        rules.check_eligible(judged, groups, row.eligibility, year=year, place=area.name)
        if row.version.entry_requirement and not meets_requirement:
            raise RequirementNotMet(what=row.version.entry_requirement)
        rank = rules.rank_of(groups, row.priority)
        one = Enrolment(
            public_id=public_id, course_class=row, person=person, how=how, groups=sorted(groups), rank=rank,
            queue_rank=rank, applied_at=at, moved_at=at, state=_state_of_new(row, roll),
        )  # fmt: skip
        if one.state == _State.APPLIED:
            one.lottery_number = new_number()
        if one.state == _State.ENROLLED and row.fee_fen:
            one.pay_until = rules.until(at, roll.pay_hours)
        one.save(force_insert=True)
        one.refresh_from_db(fields=["number", "queue_no"])
        if one.state == _State.ENROLLED:
            charge_place(one, at=at)
        news.tell_entered(one, at=at)
        return one


def _state_of_new(course_class: CourseClass, roll: Roll) -> str:
    """Into the lottery before it is drawn; else a place while one is left and nobody waits for it."""
    if course_class.allocation == CourseClass.Allocation.LOTTERY:
        lottery = Lottery.objects.filter(course_class=course_class).only("step").first()
        if lottery is None:
            raise LotteryNotAnnounced
        if lottery.step == Lottery.Step.ANNOUNCED:
            return _State.APPLIED
        if lottery.step != Lottery.Step.DRAWN:
            raise LotteryFrozen
    is_free = roll.taken < course_class.seats_most and not roll.waiting
    return _State.ENROLLED if is_free else _State.WAITING


def accept_offer(*, actor: Standing, enrolment: Enrolment, at: datetime) -> Enrolment:
    """Take the place that is offered. Raises `Denied`, `NoOffer`, `OfferOver`, `ClassNotOpen`."""
    _require_for(actor, enrolment.person, enrolment.course_class)
    with trace.change(by=actor.person, why=gettext_noop("Offer accepted")):
        row = locked_class(enrolment.course_class_id)
        one = locked_enrolment(enrolment, row)
        if one.state == _State.ENROLLED:
            return one
        if one.state != _State.OFFERED or one.offered_until is None:
            raise OfferOver if one.state == _State.LAPSED else NoOffer
        if at >= one.offered_until:
            raise OfferOver
        if row.state not in GIVING:
            raise ClassNotOpen
        roll = roll_of(row)
        one.state, one.moved_at, one.offered_until = _State.ENROLLED, at, None
        one.pay_until = rules.until(at, roll.pay_hours) if row.fee_fen else None
        one.save(update_fields=["state", "moved_at", "offered_until", "pay_until"])
        charge_place(one, at=at)
        news.tell_entered(one, at=at)
        return one


def decline_offer(*, actor: Standing, enrolment: Enrolment, at: datetime) -> Enrolment:
    """Let the offered place go to the next. Raises `Denied`, `NoOffer`."""
    _require_for(actor, enrolment.person, enrolment.course_class)
    with trace.change(by=actor.person, why=OFFER_DECLINED):
        row = locked_class(enrolment.course_class_id)
        one = locked_enrolment(enrolment, row)
        if one.state == _State.WITHDRAWN:
            return one
        if one.state != _State.OFFERED:
            raise NoOffer
        _end(one, _State.WITHDRAWN, OFFER_DECLINED, at=at)
        offer_places(row, at=at)
        return one


def withdraw(*, actor: Standing, enrolment: Enrolment, at: datetime) -> Enrolment:
    """Leave the class, the list or the lottery. What is given back of the fee, the class's numbers say.

    A place that comes free is offered to the next at once. Raises `Denied`, `EnrolmentOver`, `LotteryFrozen`.
    """
    _require_for(actor, enrolment.person, enrolment.course_class)
    with trace.change(by=actor.person, why=LEFT):
        row = locked_class(enrolment.course_class_id)
        one = locked_enrolment(enrolment, row)
        if one.state == _State.WITHDRAWN:
            return one
        _check_live(one)
        if (
            one.state == _State.APPLIED
            and Lottery.objects.filter(course_class=row, step__in=[Lottery.Step.FROZEN, Lottery.Step.DRAWING]).exists()
        ):
            raise LotteryFrozen
        percent = rules.refund_percent(roll_of(row).numbers(), sessions_begun=sessions_begun(row, at=at))
        _end(one, _State.WITHDRAWN, LEFT, at=at)
        for charge in locked_charges([one]):
            take_off(charge, percent, at=at, why=LEFT)
        offer_places(row, at=at)
        return one


def refuse(*, actor: Standing, enrolment: Enrolment, why: str, at: datetime) -> Enrolment:
    """Take somebody off the roll, and say why; what they paid is given back whole.

    Right: enrolment.keep_roll at the class. Raises `Denied`, `EnrolmentOver`, `WhyMissing`, `LotteryFrozen`.
    """
    require(actor, KEEP, on=enrolment.course_class)
    if not why.strip():
        raise WhyMissing
    with trace.change(by=actor.person, why=why):
        row = locked_class(enrolment.course_class_id)
        one = locked_enrolment(enrolment, row)
        if one.state == _State.REFUSED:
            return one
        _check_live(one)
        if (
            one.state == _State.APPLIED
            and Lottery.objects.filter(course_class=row, step__in=[Lottery.Step.FROZEN, Lottery.Step.DRAWING]).exists()
        ):
            raise LotteryFrozen
        _end(one, _State.REFUSED, why.strip(), at=at)
        for charge in locked_charges([one]):
            take_off(charge, 100, at=at, why=gettext_noop("Refused"))
        news.tell_ended(row, [one], at=at)
        offer_places(row, at=at)
        return one


def pause(*, actor: Standing, enrolment: Enrolment, at: datetime) -> Enrolment:
    """Stay away for a time and keep the place: flexible study (L2). Raises `Denied`, `NotEnrolled`, `PayFirst`."""
    _require_for(actor, enrolment.person, enrolment.course_class)
    with trace.change(by=actor.person, why=gettext_noop("Paused")):
        row = locked_class(enrolment.course_class_id)
        one = locked_enrolment(enrolment, row)
        if one.state == _State.PAUSED:
            return one
        if one.state != _State.ENROLLED:
            raise NotEnrolled
        if Charge.objects.filter(enrolment=one, state=Charge.State.DUE).exists():
            raise PayFirst
        one.state, one.moved_at = _State.PAUSED, at
        one.save(update_fields=["state", "moved_at"])
        return one


def resume(*, actor: Standing, enrolment: Enrolment, at: datetime) -> Enrolment:
    """Come again after a pause. Raises `Denied`, `NotPaused`."""
    _require_for(actor, enrolment.person, enrolment.course_class)
    with trace.change(by=actor.person, why=gettext_noop("Resumed")):
        row = locked_class(enrolment.course_class_id)
        one = locked_enrolment(enrolment, row)
        if one.state == _State.ENROLLED:
            return one
        if one.state != _State.PAUSED:
            raise NotPaused
        one.state, one.moved_at = _State.ENROLLED, at
        one.save(update_fields=["state", "moved_at"])
        return one


def complete(*, actor: Standing, enrolment: Enrolment, at: datetime) -> Enrolment:
    """Note that somebody has reached the end of the class: whoever judges attendance and results above calls it.

    Right: enrolment.keep_roll at the class. Raises `Denied`, `NotEnrolled`.
    """
    require(actor, KEEP, on=enrolment.course_class)
    with trace.change(by=actor.person, why=gettext_noop("Completed")):
        one = locked_enrolment(enrolment, locked_class(enrolment.course_class_id))
        if one.state == _State.COMPLETED:
            return one
        if one.state not in (_State.ENROLLED, _State.PAUSED):
            raise NotEnrolled
        one.state, one.moved_at = _State.COMPLETED, at
        one.save(update_fields=["state", "moved_at"])
        return one


def transfer(*, actor: Standing, public_id: UUID, enrolment: Enrolment, to: CourseClass, at: datetime) -> Enrolment:
    """Change to another class of the same course in which a place is free; what was paid and waived goes along.

    The place that comes free here is offered to the next. Asked again with the same id, return the same enrolment.
    Raises `Denied`, `NotEnrolled`, `OtherCourse`, `SameClass`, `NoPlaceThere`, `ClassNotOpen`, `EnrolledAlready`, what
    the rules of eligibility raise, and `FormUsedBefore`.
    """
    how = _require_for(actor, enrolment.person, enrolment.course_class)
    if to.pk == enrolment.course_class_id:
        raise SameClass
    person = enrolment.person
    judged, area, year = applicant(person, to), queries.local_area(to), clock.date_of(at).year
    with (
        trace.change(by=actor.person, why=gettext_noop("Changed to another class")),
        refusing(enrolment_once_in_class=EnrolledAlready, enrolment_public_id_once=FormUsedBefore),
    ):
        both = {key: locked_class(key) for key in sorted((enrolment.course_class_id, to.pk))}
        here, there = both[enrolment.course_class_id], both[to.pk]
        known = Enrolment.objects.filter(public_id=public_id).first()
        if known is not None:
            if (known.follows_id, known.course_class_id) != (enrolment.pk, there.pk):
                raise FormUsedBefore
            return known
        one = locked_enrolment(enrolment, here)
        if one.state != _State.ENROLLED:
            raise NotEnrolled
        if here.version.course_id != there.version.course_id:
            raise OtherCourse
        if there.state not in GIVING:
            raise ClassNotOpen
        if queries.live_of(person, there) is not None:
            raise EnrolledAlready
        roll = roll_of(there)
        groups = rules.groups_of(judged, year=year, local_path=area.path, elder_age=roll.elder_age)
        rules.check_eligible(judged, groups, there.eligibility, year=year, place=area.name)
        if roll.taken >= there.seats_most or roll.waiting or _is_before_the_draw(there):
            raise NoPlaceThere
        _end(one, _State.TRANSFERRED, "", at=at)
        rank = rules.rank_of(groups, there.priority)
        made = Enrolment(
            public_id=public_id, course_class=there, person=person, how=how, groups=sorted(groups), rank=rank,
            queue_rank=rank, applied_at=at, moved_at=at, state=_State.ENROLLED, follows=one,
            pay_until=rules.until(at, roll.pay_hours) if there.fee_fen else None,
        )  # fmt: skip
        made.save(force_insert=True)
        made.refresh_from_db(fields=["number", "queue_no"])
        _carry(one, charge_place(made, at=at), at=at)
        news.tell_entered(made, at=at)
        offer_places(here, at=at)
        return made


def _is_before_the_draw(course_class: CourseClass) -> bool:
    if course_class.allocation != CourseClass.Allocation.LOTTERY:
        return False
    return not Lottery.objects.filter(course_class=course_class, step=Lottery.Step.DRAWN).exists()


def _carry(one: Enrolment, new: Charge | None, *, at: datetime) -> None:
    """Money goes along: the old charge ends at nothing, waivers and what was paid stand in the new one."""
    kinds = Movement.Kind
    for old in locked_charges([one]):
        net = queries.net_of(old)
        waived = Movement.objects.filter(charge=old, kind=kinds.WAIVED).order_by("id").first()
        if net.asked:
            add(old, kinds.REDUCED, net.asked, at=at, why=gettext_noop("Changed to another class"))
        if new is None:
            # The other class costs nothing: what was paid is given back here.
            settle_refund(old, at=at, why=gettext_noop("Changed to another class"))
            continue
        fee = queries.net_of(new).charged
        if waived is not None and (carried := min(net.waived, fee)) > 0:
            add(new, kinds.WAIVED, carried, at=at, by=waived.by, waiver=waived.waiver, why=waived.why)
        if net.held > 0:
            add(old, kinds.MOVED_OUT, net.held, at=at)
            add(new, kinds.MOVED_IN, net.held, at=at)
            settle_refund(new, at=at, why=gettext_noop("Changed to another class"))


def end_of_class(course_class: CourseClass, at: datetime) -> None:
    """A class is over: whoever still waits gets no place. Called by the class's own move, under its lock."""
    rows = Enrolment.objects.filter(
        course_class=course_class, state__in=[_State.APPLIED, _State.WAITING, _State.OFFERED]
    )
    found = list(rows.order_by("pk").select_for_update(no_key=True))
    _end_all(found, _State.REFUSED, CLASS_OVER, at=at)
    news.tell_ended(course_class, found, at=at)


def cancel_of_class(course_class: CourseClass, at: datetime) -> None:
    """A class is not held: all are told, all that was paid is given back. Called by the class's own move, locked."""
    rows = Enrolment.objects.filter(course_class=course_class, state__in=sorted(rules.LIVE))
    found = list(rows.order_by("pk").select_for_update(no_key=True))
    _end_all(found, _State.CANCELLED, "", at=at)
    charges = locked_charges(found)
    lock_refunds(charges)
    for charge in charges:
        take_off(charge, 100, at=at, why=gettext_noop("The class is not held"))
    news.tell_cancelled(course_class, found, at=at)


def sessions_begun(course_class: CourseClass, *, at: datetime) -> int:
    """How many sessions of a class have begun. One query."""
    rows = ClassSession.objects.filter(course_class=course_class, during__startswith__lte=at)
    return rows.exclude(state=ClassSession.State.CANCELLED).count()


def _end_all(found: list[Enrolment], state: str, why: str, *, at: datetime) -> None:
    Enrolment.objects.filter(pk__in=[one.pk for one in found]).update(
        state=state, moved_at=at, because=why, offered_until=None, pay_until=None
    )
    for one in found:
        one.state, one.because = state, why


def _end(one: Enrolment, state: str, why: str, *, at: datetime) -> None:
    one.state, one.moved_at, one.because, one.offered_until, one.pay_until = state, at, why, None, None
    one.save(update_fields=["state", "moved_at", "because", "offered_until", "pay_until"])


def _check_live(one: Enrolment) -> None:
    if not one.is_live:
        raise EnrolmentOver(state=one.get_state_display())


def _require_for(actor: Standing, person: Person, course_class: CourseClass) -> How:
    """For oneself, for whom one helps, or for somebody at a counter; or `Denied`."""
    if person.pk in actor.person_keys:
        require(actor, ENROL, on=Scope(person_id=person.pk))
        return How.HELPER if actor.entrusted is not None else How.ONESELF
    require(actor, ENROL_PERSON, on=course_class)
    return How.COUNTER
