"""Verbs of the lottery: announcing it, freezing the list, drawing. What is published is in `rules/lottery.py`."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import trace, vault
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.ids import uuid7
from xuecheng.city.jobs import services as jobs
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.enrolment import rules
from xuecheng.coordination.enrolment.models import Charge, Enrolment, Lottery, Movement
from xuecheng.coordination.enrolment.queries import KEEP
from xuecheng.coordination.enrolment.rules import lottery as law

from .enrolling import ClassNotOpen
from .line import GIVING
from .locking import ROBOT, locked_class, roll_of

DRAW = "enrolment.draw"
"""The kind of the job."""
SECRET = "enrolment.lottery_secret"  # noqa: S105  # the name of a purpose
"""The purpose under which the secret is sealed."""
_State = Enrolment.State
_Step = Lottery.Step


class NoLottery(Refusal):
    message = _("The places of this class are not drawn by lot.")


class AnnouncedBefore(Refusal):
    message = _("The lottery of this class is announced already, and what was published stays.")


class AnnouncedTooLate(Refusal):
    message = _("Enrolment has ended; a lottery is announced before.")


def announce_lottery(
    *, actor: Standing, public_id: UUID, course_class: CourseClass, beacon_source: str, at: datetime
) -> Lottery:
    """Publish the hash of a new secret, and where the second part of the seed will come from.

    Right: enrolment.keep_roll at the class. Raises `Denied`, `NoLottery`, `AnnouncedBefore`, `AnnouncedTooLate`,
    `SourceMissing`, `FormUsedBefore`.
    """
    require(actor, KEEP, on=course_class)
    if not beacon_source.strip():
        raise law.SourceMissing
    with (
        trace.change(by=actor.person, why=gettext_noop("Lottery announced")),
        refusing(lottery_public_id_once=FormUsedBefore),
    ):
        row = locked_class(course_class.pk)
        known = Lottery.objects.filter(course_class=row).first()
        if known is not None:
            if known.public_id == public_id:
                return known
            raise AnnouncedBefore
        return announced(row, public_id=public_id, beacon_source=beacon_source.strip(), at=at)


def announced(course_class: CourseClass, *, public_id: UUID, beacon_source: str, at: datetime) -> Lottery:
    """The lottery of a class whose lock is held, within a change."""
    if course_class.allocation != CourseClass.Allocation.LOTTERY:
        raise NoLottery
    if course_class.enrolment_closes_at is not None and at >= course_class.enrolment_closes_at:
        raise AnnouncedTooLate
    secret = law.new_secret()
    return Lottery.objects.create(
        public_id=public_id,
        course_class=course_class,
        commitment=law.digest(secret),
        secret_sealed=vault.seal(SECRET, str(public_id), secret),
        beacon_source=beacon_source,
        announced_at=at,
    )


def open_class(course_class: CourseClass, at: datetime) -> None:
    """A class opens: its roll is there, and a lottery is announced with it. Called by the class's own move, locked."""
    roll_of(course_class)
    is_drawn = course_class.allocation == CourseClass.Allocation.LOTTERY
    is_before = course_class.enrolment_closes_at is not None and at < course_class.enrolment_closes_at
    if is_drawn and is_before and not Lottery.objects.filter(course_class=course_class).exists():
        announced(course_class, public_id=uuid7(), beacon_source=law.USUAL_SOURCE, at=at)


def freeze_lottery(*, actor: Standing, lottery: Lottery, at: datetime) -> Lottery:
    """Publish the list and its hash, once enrolment has ended. From then on nobody comes onto it or leaves it.

    Right: enrolment.keep_roll at the class. Raises `Denied`, `LotteryNotClosed`, `ClassNotOpen`.
    """
    require(actor, KEEP, on=lottery.course_class)
    with trace.change(by=actor.person, why=gettext_noop("List frozen")):
        row = locked_class(lottery.course_class_id)
        lot = _locked(lottery, row)
        if lot.step != _Step.ANNOUNCED:
            return lot
        if row.state not in GIVING:
            raise ClassNotOpen
        if row.enrolment_closes_at is None or at < row.enrolment_closes_at:
            raise law.LotteryNotClosed
        entries = Enrolment.objects.filter(course_class=row, state=_State.APPLIED).values_list("rank", "lottery_number")
        lot.entries = [list(one) for one in sorted(entries, key=lambda one: one[1])]
        lot.list_hash = law.digest(law.list_text(_entries(lot)))
        lot.step, lot.frozen_at = _Step.FROZEN, at
        lot.save(update_fields=["entries", "list_hash", "step", "frozen_at"])
        return lot


def start_draw(*, actor: Standing, lottery: Lottery, beacon: str, at: datetime) -> Lottery:
    """Enter the second part of the seed as its source published it, and have a job draw. Entered again: the same job.

    Right: enrolment.keep_roll at the class. Raises `Denied`, `BeaconMissing`, `BeaconWrong`, `LotteryNotFrozen`,
    `LotteryDrawn`.
    """
    require(actor, KEEP, on=lottery.course_class)
    beacon = law.beacon_of(beacon, source=lottery.beacon_source)
    with trace.change(by=actor.person, why=gettext_noop("Lottery drawn")):
        row = locked_class(lottery.course_class_id)
        lot = _locked(lottery, row)
        if lot.step == _Step.ANNOUNCED:
            raise law.LotteryNotFrozen
        if lot.step != _Step.FROZEN:
            if lot.beacon == beacon:
                return lot
            raise law.LotteryDrawn
        lot.step, lot.beacon, lot.job = _Step.DRAWING, beacon, uuid7()
        lot.save(update_fields=["step", "beacon", "job"])
        course = row.version.course
        jobs.start(
            DRAW,
            at=at,
            public_id=lot.job,
            title_zh=f"摇号：{row.code} {course.title_zh}",
            title_en=f"Lottery: {row.code} {course.title_en or course.title_zh}",
            arguments={"lottery": lot.pk},
            by=actor.person,
            organisation=row.host,
        )
        return lot


def draw(*, key: int, at: datetime) -> Lottery:
    """Draw: all places and the whole line in one transaction, once; drawn before, nothing happens. For the job.

    Raises `LotteryNotFrozen`, `ClassNotOpen`.
    """
    with trace.change(by=ROBOT, why=gettext_noop("Lottery drawn")):
        row = locked_class(Lottery.objects.only("course_class").get(pk=key).course_class_id)
        lot = Lottery.objects.select_for_update(no_key=True).get(pk=key)
        lot.course_class = row
        if lot.step == _Step.DRAWN:
            return lot
        if lot.step != _Step.DRAWING:
            raise law.LotteryNotFrozen
        if row.state not in GIVING:
            raise ClassNotOpen
        secret = vault.open_sealed(SECRET, str(lot.public_id), bytes(lot.secret_sealed))
        seed = law.seed_of(secret=secret, list_hash=lot.list_hash, beacon=lot.beacon)
        order = [number for _rank, number in law.drawn(_entries(lot), seed)]
        roll = roll_of(row)
        places = max(0, row.seats_most - roll.taken)
        _give(row, order, places, pay_until=rules.until(at, roll.pay_hours) if row.fee_fen else None, at=at)
        lot.step, lot.secret, lot.seed, lot.places = _Step.DRAWN, secret, seed, places
        lot.order, lot.drawn_at = order, at
        lot.save(update_fields=["step", "secret", "seed", "places", "order", "drawn_at"])
        return lot


def _give(row: CourseClass, order: list[str], places: int, *, pay_until: datetime | None, at: datetime) -> None:
    """The first of the order get places and charges, the others the line in that order."""
    by_number = {one.lottery_number: one for one in Enrolment.objects.filter(course_class=row, state=_State.APPLIED)}
    in_turn = [(place, by_number[number]) for place, number in enumerate(order, start=1) if number in by_number]
    for place, one in in_turn:
        one.queue_rank, one.queue_no, one.moved_at = 0, place, at
        if place <= places:
            one.state, one.pay_until = _State.ENROLLED, pay_until
        else:
            one.state = _State.WAITING
    Enrolment.objects.bulk_update(
        [one for _place, one in in_turn],
        ["queue_rank", "queue_no", "moved_at", "state", "pay_until"],
        batch_size=500,
    )
    if not row.fee_fen:
        return
    charges = [
        Charge(public_id=uuid7(), enrolment=one, person_id=one.person_id, organisation_id=row.host_id, made_at=at)
        for place, one in in_turn
        if place <= places
    ]
    Charge.objects.bulk_create(charges)
    Movement.objects.bulk_create(
        [
            Movement(
                public_id=uuid7(),
                charge=one,
                person_id=one.person_id,
                kind=Movement.Kind.CHARGED,
                amount_fen=row.fee_fen,
                at=at,
            )
            for one in charges
        ]
    )


def _entries(lot: Lottery) -> list[law.Entry]:
    return [(int(rank), str(number)) for rank, number in lot.entries]


def _locked(lottery: Lottery, course_class: CourseClass) -> Lottery:
    row = Lottery.objects.select_for_update(no_key=True).get(pk=lottery.pk)
    row.course_class = course_class
    return row
