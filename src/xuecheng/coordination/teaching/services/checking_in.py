"""Verbs of checking in by the code that changes: opened by the teacher, used by learners, looked at where flagged."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID, uuid5

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import trace, vault
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import Scope
from xuecheng.coordination.classes import services as classes
from xuecheng.coordination.classes.models import ClassSession
from xuecheng.coordination.teaching import queries, rules
from xuecheng.coordination.teaching.models import Arrival, CheckInKey, How
from xuecheng.coordination.teaching.models.attendance import BOOKS, scope_of_session
from xuecheng.coordination.teaching.queries import CHECK_IN, TAKE

from .attendance import LIVE, ClassOver, NotOnTheList, mark_within

SECRET = "teaching.check_in_secret"  # noqa: S105  # the name of a purpose
"""The purpose under which the secret of a session is sealed."""


class NotOpen(Refusal):
    message = _("The teacher has not opened the code of this session yet.")
    remedy = _("Ask the teacher, or let them mark you on the list.")


def open_check_in(*, actor: Standing, session: ClassSession, address: str, at: datetime) -> CheckInKey:
    """Show a code from now on: the teacher is there, so the session is held. Opened before, it stays.

    Of the device's address a fingerprint is kept. Right: teaching.take_attendance at the session. Raises `Denied`,
    `NotTimeToCheckIn`, `ClassOver`, and what holding refuses.
    """
    require(actor, TAKE, on=scope_of_session(session))
    with trace.change(by=actor.person, why=gettext_noop("Code for checking in opened")):
        if session.course_class.state not in LIVE:
            raise ClassOver(state=session.course_class.get_state_display())
        rules.arrived(begins=session.during.lower, ends=session.during.upper, at=at)
        classes.hold_within(session, at=at)
        ClassSession.objects.select_for_update(no_key=True).get(pk=session.pk)
        known = CheckInKey.objects.filter(session=session).first()
        if known is not None:
            return known
        public_id, secret = uuid7(), secrets.token_bytes(rules.SECRET_BYTES)
        return CheckInKey.objects.create(
            public_id=public_id, session=session, secret_sealed=vault.seal(SECRET, str(public_id), secret.hex()),
            address=rules.fingerprint(secret, address), opened_at=at, opened_by=actor.person,
        )  # fmt: skip


def code_now(key: CheckInKey, *, at: datetime) -> str:
    """The code of this half minute. Whoever calls has asked for the right."""
    return rules.code_of(_secret(key), rules.step_of(at))


def check_in(*, actor: Standing, session: ClassSession, code: str, device: str, address: str, at: datetime) -> Arrival:
    """Somebody says that they are here, by the code on the teacher's screen. Once each: again, the first time stays.

    This half minute's code and the last one's are taken. What looks like a picture that was passed on (an older code,
    one device for several people, several from one other address) waits for the teacher; everything else counts at
    once. Of device and address only fingerprints are kept, which say nothing outside this session. Right:
    teaching.check_in for oneself. Raises `Denied`, `NotOpen`, `CodeOld`, `NotTimeToCheckIn`, `NotOnTheList`,
    `NotForOneself`, `ClassOver`.
    """
    require(actor, CHECK_IN, on=Scope(person_id=actor.person.pk))
    key = CheckInKey.objects.filter(session=session).first()
    if key is None:
        raise NotOpen
    secret = _secret(key)
    age = rules.age_of(secret, code, at=at)
    enrolment = queries.own_enrolment(session, actor.person_keys)
    if enrolment is None:
        raise NotOnTheList
    if session.teaching is not None and session.teaching.person_id in actor.person_keys:
        raise rules.NotForOneself
    state = rules.arrived(begins=session.during.lower, ends=session.during.upper, at=at)
    with trace.change(by=actor.person, why=gettext_noop("Checked in")):
        if session.course_class.state not in LIVE:
            raise ClassOver(state=session.course_class.get_state_display())
        ClassSession.objects.select_for_update(no_key=True).get(pk=session.pk)
        others = Arrival.objects.filter(session=session.pk)
        known = others.filter(learner=enrolment.person_id).first()
        if known is not None:
            return known
        by_device, at_address = rules.fingerprint(secret, device), rules.fingerprint(secret, address)
        flags = rules.flags_of(
            age=age,
            others_by_device=others.filter(device=by_device).count(),
            others_at_address=others.filter(address=at_address).count(),
            is_teachers_address=at_address == bytes(key.address),
        )
        made = Arrival.objects.create(
            public_id=uuid7(), book=enrolment.person_id % BOOKS, learner_id=enrolment.person_id, session=session,
            enrolment=enrolment, at=at, device=by_device, address=at_address, flags=[str(one) for one in flags],
            state=Arrival.State.WAITING if flags else Arrival.State.COUNTED,
        )  # fmt: skip
        if not flags:
            mark_within(
                actor.person, session, enrolment, public_id=_mark_id(made), state=state, how=How.QR, marked_at=at, at=at
            )
        return made


def decide_arrival(*, actor: Standing, arrival: Arrival, accept: bool, at: datetime) -> Arrival:
    """The teacher looks up: they are here, or they are not. It counts from when they checked in. Decided once.

    Right: teaching.take_attendance at the session. Raises `Denied`, `NotForOneself`.
    """
    session = queries.session_to_check_in(arrival.session.public_id)
    assert session is not None  # the arrival names it
    require(actor, TAKE, on=scope_of_session(session))
    if arrival.learner_id in actor.person_keys:
        raise rules.NotForOneself
    with trace.change(by=actor.person, why=gettext_noop("Check-in looked at")):
        ClassSession.objects.select_for_update(no_key=True).get(pk=session.pk)
        row = Arrival.objects.select_for_update(no_key=True).select_related("enrolment").get(pk=arrival.pk)
        if row.state != Arrival.State.WAITING:
            return row
        row.state = Arrival.State.CONFIRMED if accept else Arrival.State.REFUSED
        row.decided_by, row.decided_at = actor.person, at
        row.save(update_fields=["state", "decided_by", "decided_at"])
        if accept:
            state = rules.arrived(begins=session.during.lower, ends=session.during.upper, at=row.at)
            mark_within(
                actor.person, session, row.enrolment, public_id=_mark_id(row), state=state, how=How.QR,
                marked_at=row.at, at=at,
            )  # fmt: skip
        return row


def _mark_id(arrival: Arrival) -> UUID:
    return uuid5(arrival.public_id, "mark")


def _secret(key: CheckInKey) -> bytes:
    return bytes.fromhex(vault.open_sealed(SECRET, str(key.public_id), bytes(key.secret_sealed)))
