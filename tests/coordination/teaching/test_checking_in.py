"""Checking in by the code: once each, flagged where it looks passed on, decided by the teacher, denied to others."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from city.situations import a_person
from coordination.teaching.situations import Room, again, of, states, take, teacher_learns_too, with_card
from xuecheng.city.access.queries import Standing
from xuecheng.city.ids import uuid7
from xuecheng.city.rights import Denied
from xuecheng.coordination.classes import services as classes
from xuecheng.coordination.teaching import rules, services
from xuecheng.coordination.teaching.models import Arrival, CheckInKey, Mark
from xuecheng.coordination.teaching.models.attendance import BOOKS
from xuecheng.coordination.teaching.services import checking_in

COLLEGE, HOME = "203.0.113.7", "198.51.100.20"


@pytest.fixture
def key(room: Room) -> CheckInKey:
    return services.open_check_in(
        actor=room.teacher, session=room.sessions[0], address=COLLEGE, at=room.begins - timedelta(minutes=5)
    )


def _in(
    room: Room, key: CheckInKey, number: int, *, at: datetime | None = None, shown: datetime | None = None, **more: str
) -> Arrival:
    at = at or room.begins
    return services.check_in(
        actor=of(room.people[number]), session=room.sessions[0], code=services.code_now(key, at=shown or at),
        device=more.get("device", f"device-{number}"), address=more.get("address", COLLEGE), at=at,
    )  # fmt: skip


def test_who_teaches_the_session_does_not_check_in_to_it_nor_confirm_themselves(room: Room) -> None:
    session, one = room.sessions[0], teacher_learns_too(room)
    key = services.open_check_in(actor=room.teacher, session=session, address=HOME, at=room.begins)
    with pytest.raises(rules.NotForOneself):
        services.check_in(
            actor=room.teacher, session=session, code=services.code_now(key, at=room.begins), device="d", address=HOME,
            at=room.begins,
        )  # fmt: skip
    arrival = Arrival.objects.create(
        public_id=uuid7(), book=room.teacher.person.pk % BOOKS, learner=room.teacher.person, session=session,
        enrolment_id=one.pk, at=room.begins, device=b"d", address=b"a", flags=["old"], state=Arrival.State.WAITING,
    )  # fmt: skip
    with pytest.raises(rules.NotForOneself):
        services.decide_arrival(actor=room.teacher, arrival=arrival, accept=True, at=room.begins)
    assert not Mark.objects.exists()


def test_opening_the_code_holds_the_session_and_the_secret_lies_sealed(room: Room, key: CheckInKey) -> None:
    session = again(room.sessions[0])
    assert session.state == "held"
    assert session.teaching is not None
    assert session.teaching.state == "taught"  # T-06
    again_ = services.open_check_in(actor=room.teacher, session=session, address=HOME, at=room.begins)
    assert again_.pk == key.pk
    assert COLLEGE.encode() not in bytes(key.address)


def test_a_learner_checks_in_once(room: Room, key: CheckInKey) -> None:
    first = _in(room, key, 0)
    second = _in(room, key, 0, at=room.begins + timedelta(minutes=30))
    assert (first.state, first.pk) == ("counted", second.pk)
    assert states(room) == ["present", "", ""]
    mark = Mark.objects.get()
    assert (mark.how, mark.by_id, mark.minutes) == ("qr", room.people[0].pk, 90)


def test_a_late_one_is_late(room: Room, key: CheckInKey) -> None:
    _in(room, key, 1, at=room.begins + timedelta(minutes=25))
    assert states(room)[1] == "late"


def test_an_old_code_is_refused_and_the_last_one_waits_for_the_teacher(room: Room, key: CheckInKey) -> None:
    shown = datetime.fromtimestamp(rules.step_of(room.begins) * rules.STEP_SECONDS, tz=room.begins.tzinfo)
    with pytest.raises(rules.CodeOld):
        _in(room, key, 0, at=shown + timedelta(seconds=60), shown=shown)
    passed_on = _in(room, key, 0, at=shown + timedelta(seconds=59), shown=shown)
    assert (passed_on.state, passed_on.flags) == ("waiting", ["old_code"])
    assert states(room)[0] == ""


def test_one_device_for_two_people_waits_and_the_teacher_says_who_is_here(room: Room, key: CheckInKey) -> None:
    _in(room, key, 0, device="one")
    second, third = _in(room, key, 1, device="one"), _in(room, key, 2, device="one")
    assert second.flags == third.flags == ["same_device"]
    assert states(room) == ["present", "", ""]

    later = room.begins + timedelta(minutes=20)
    assert services.decide_arrival(actor=room.teacher, arrival=second, accept=True, at=later).state == "confirmed"
    assert services.decide_arrival(actor=room.teacher, arrival=third, accept=False, at=later).state == "refused"
    # It counts from when they came; decided once.
    assert states(room) == ["present", "present", ""]
    assert services.decide_arrival(actor=room.teacher, arrival=third, accept=True, at=later).state == "refused"
    assert states(room)[2] == ""


def test_a_crowd_elsewhere_waits_but_never_the_room_itself(room: Room, key: CheckInKey) -> None:
    for number in range(rules.CROWD):
        row = Arrival(
            public_id=f"00000000-0000-4000-8000-00000000000{number}", book=number, learner_id=number + 256,
            session=room.sessions[0], enrolment=room.enrolments[0], at=room.begins, device=bytes(16),
            address=_fingerprint(key, HOME), state="counted",
        )  # fmt: skip
        row.book = row.learner_id % 256
        row.save()
    assert _in(room, key, 0, address=HOME).flags == ["crowd"]
    assert _in(room, key, 1, address=COLLEGE).flags == []


def _fingerprint(key: CheckInKey, what: str) -> bytes:
    return rules.fingerprint(checking_in._secret(key), what)


def test_nobody_checks_in_without_a_place_a_code_or_the_time(room: Room, key: CheckInKey) -> None:
    stranger = of(with_card(a_person("路人")))
    with pytest.raises(services.NotOnTheList):
        services.check_in(
            actor=stranger, session=room.sessions[0], code=services.code_now(key, at=room.begins), device="d",
            address=COLLEGE, at=room.begins,
        )  # fmt: skip
    after = room.begins + timedelta(minutes=90)
    with pytest.raises(rules.NotTimeToCheckIn):
        _in(room, key, 0, at=after)
    with pytest.raises(services.NotOpen):
        services.check_in(
            actor=of(room.people[0]), session=room.sessions[1], code="A", device="d", address=COLLEGE, at=room.begins
        )
    assert not Arrival.objects.exists()


def test_only_the_teacher_and_the_unit_open_the_code_and_decide(room: Room, key: CheckInKey) -> None:
    _in(room, key, 0, device="one")
    waiting = _in(room, key, 1, device="one")
    strangers: list[Standing] = [room.far_clerk, of(room.campus.substitute.person), of(room.people[1])]
    for stranger in strangers:
        with pytest.raises(Denied):
            services.open_check_in(actor=stranger, session=room.sessions[1], address=HOME, at=room.begins)
        with pytest.raises(Denied):
            services.decide_arrival(actor=stranger, arrival=waiting, accept=True, at=room.begins)
    assert states(room)[1] == ""


def test_the_teacher_s_later_mark_counts_more_than_the_code(room: Room, key: CheckInKey) -> None:
    _in(room, key, 0)
    take(room, 0, ["absent"], at=room.begins + timedelta(minutes=30))
    assert states(room)[0] == "absent"


def test_a_cancelled_class_takes_no_check_in(room: Room, key: CheckInKey) -> None:
    classes.cancel_class(actor=room.clerk, course_class=room.course_class, at=room.begins, why="停电")
    room.sessions[0] = again(room.sessions[0])
    with pytest.raises((services.ClassOver, services.NotOnTheList)):
        _in(room, key, 0)
