"""Verbs of coordination: the pool of teachers, agreements, sessions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from city.situations import TODAY
from coordination.staff import situations as so
from faults.each_statement.town import WHY, Town, Verb, row
from xuecheng.city.organisations.models import Kind
from xuecheng.coordination.staff import services as staff
from xuecheng.coordination.staff.models import Agreement, Qualification, Teacher, TeachingSession
from xuecheng.coordination.staff.rules import Form, Limits


def _pool(town: Town) -> so.Pool:
    """The town's places with two units that share a teacher."""
    places = town.places
    college = so.an_organisation(places["五山街道"])
    school = so.an_organisation(places["员村街道"], kind=Kind.SCHOOL)
    clerk, head = so.a_registrar(college), so.a_registrar(school)
    return so.Pool(places, college, school, college, clerk, head, clerk)


def _as_found(agreement: Agreement) -> Agreement:
    return Agreement.objects.select_related("home__territory", "receiver__territory", "person").get(pk=agreement.pk)


@row("coordination.staff.keep_profile")
def _(town: Town) -> Verb:
    pool, person = _pool(town), so.a_person("陈惠芬")
    profile = so.a_profile(pool)
    return lambda: staff.keep_profile(actor=so.acting(person), profile=profile, at=so.NOW)


@row("coordination.staff.approve_teacher")
def _(town: Town) -> Verb:
    pool = _pool(town)
    teacher = so.a_teacher(pool, approve=False)
    return lambda: staff.approve_teacher(actor=pool.head, teacher=teacher)


@row("coordination.staff.return_teacher")
def _(town: Town) -> Verb:
    pool = _pool(town)
    teacher = so.a_teacher(pool, approve=False)
    return lambda: staff.return_teacher(actor=pool.head, teacher=teacher, words=WHY)


@row("coordination.staff.close_teacher")
def _(town: Town) -> Verb:
    pool = _pool(town)
    teacher = so.a_teacher(pool)
    return lambda: staff.close_teacher(actor=pool.head, teacher=teacher, words=WHY, at=so.NOW)


@row("coordination.staff.claim_qualification")
def _(town: Town) -> Verb:
    teacher, public_id = so.a_teacher(_pool(town)), uuid4()
    return lambda: staff.claim_qualification(
        actor=so.acting(teacher.person), public_id=public_id, teacher=teacher, subject="law", level=1, title="证", issuer="部",
        licence_number="", issued_on=date(2025, 1, 1), expires_on=None, at=so.NOW,
    )  # fmt: skip


def _claimed(pool: so.Pool) -> Qualification:
    teacher = so.a_teacher(pool)
    made = so.a_qualification(teacher, state="claimed", reviewed_by_id=None, reviewed_at=None)
    return Qualification.objects.select_related("teacher__home__territory").get(pk=made.pk)


@row("coordination.staff.review_qualification")
def _(town: Town) -> Verb:
    pool = _pool(town)
    claimed = _claimed(pool)
    return lambda: staff.review_qualification(
        actor=pool.head, qualification=claimed, is_confirmed=True, finding=WHY, at=so.NOW
    )


@row("coordination.staff.withdraw_qualification")
def _(town: Town) -> Verb:
    pool = _pool(town)
    claimed = _claimed(pool)
    return lambda: staff.withdraw_qualification(actor=pool.head, qualification=claimed, words=WHY)


@row("coordination.staff.set_limits")
def _(town: Town) -> Verb:
    return lambda: staff.set_limits(
        actor=town.operator, territory=town.places["天河区"], begins_on=TODAY + timedelta(days=9),
        values=Limits().__dict__, why=WHY, today=TODAY,
    )  # fmt: skip


@row("coordination.staff.draft_agreement")
def _(town: Town) -> Verb:
    pool, public_id = _pool(town), uuid4()
    teacher = so.a_teacher(pool)
    return lambda: staff.draft_agreement(
        actor=pool.clerk, public_id=public_id, teacher=teacher, receiver=pool.college, text=so.a_text(), at=so.NOW
    )


@row("coordination.staff.send_agreement")
def _(town: Town) -> Verb:
    pool = _pool(town)
    draft = so.drafted(pool, so.a_teacher(pool))
    return lambda: staff.send_agreement(actor=pool.clerk, agreement=_as_found(draft), at=so.NOW)


@row("coordination.staff.withdraw_agreement")
def _(town: Town) -> Verb:
    pool = _pool(town)
    draft = so.drafted(pool, so.a_teacher(pool))
    return lambda: staff.withdraw_agreement(actor=pool.clerk, agreement=_as_found(draft), words=WHY)


@row("coordination.staff.consent_to_agreement")
def _(town: Town) -> Verb:
    """The last consent: with it the agreement is in force and its hours count."""
    pool = _pool(town)
    asked = so.sent(pool, so.a_teacher(pool))
    so.says(pool, asked, "home")
    so.says(pool, asked, "person")
    return lambda: so.says(pool, _as_found(asked), "receiver")


def _borrowed(town: Town, do: Callable[[so.Pool, Agreement], object]) -> Verb:
    pool = _pool(town)
    running = so.in_force(pool, so.a_teacher(pool), Form.BORROW)
    return lambda: do(pool, _as_found(running))


@row("coordination.staff.ask_extension")
def _(town: Town) -> Verb:
    return _borrowed(town, lambda pool, one: staff.ask_extension(
        actor=pool.clerk, agreement=one, until=one.last_day + timedelta(days=30), words=WHY, at=so.NOW
    ))  # fmt: skip


@row("coordination.staff.recall_agreement")
def _(town: Town) -> Verb:
    return _borrowed(town, lambda pool, one: staff.recall_agreement(
        actor=pool.head, agreement=one, on=TODAY + timedelta(days=40), words=WHY, at=so.NOW
    ))  # fmt: skip


@row("coordination.staff.end_agreement")
def _(town: Town) -> Verb:
    return _borrowed(town, lambda pool, one: staff.end_agreement(
        actor=pool.clerk, agreement=one, on=TODAY + timedelta(days=40), words=WHY, at=so.NOW
    ))  # fmt: skip


@row("coordination.staff.evaluate_agreement")
def _(town: Town) -> Verb:
    """Of a transfer, which also gives the teacher the new unit."""
    pool = _pool(town)
    over = so.in_force(pool, so.a_teacher(pool), Form.TRANSFER)
    return lambda: staff.evaluate_agreement(
        actor=pool.clerk, agreement=_as_found(over), outcome="final", evaluation=WHY, at=so.NOW + timedelta(days=100)
    )


def _assigned(pool: so.Pool, public_id: Any = None) -> TeachingSession:
    teacher = Teacher.objects.filter(home=pool.college).first() or so.a_teacher(
        pool, kind="full_time", home=pool.college, owed=()
    )
    return staff.assign_teacher(actor=pool.clerk, public_id=public_id or uuid4(), teacher=teacher, wish=so.a_wish(pool))


@row("coordination.staff.assign_teacher")
def _(town: Town) -> Verb:
    pool, public_id = _pool(town), uuid4()
    so.a_teacher(pool, kind="full_time", home=pool.college, owed=())
    return lambda: _assigned(pool, public_id)


@row("coordination.staff.release_teacher")
def _(town: Town) -> Verb:
    pool = _pool(town)
    session = _assigned(pool)
    return lambda: staff.release_teacher(actor=pool.clerk, session=session, words=WHY)


@row("coordination.staff.check_in")
def _(town: Town) -> Verb:
    pool = _pool(town)
    session = _assigned(pool)
    return lambda: staff.check_in(actor=pool.clerk, session=session, at=session.during.lower)
