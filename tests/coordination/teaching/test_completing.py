"""From people in a room to credit in their accounts: completion, the record, its correction, and a job that is killed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from city.situations import TODAY, a_person, an_organisation, holding, standing_of
from coordination.teaching.situations import (
    Room,
    a_room,
    decision,
    finished,
    held_out,
    of,
    run_jobs,
    take,
    whole_class,
    whole_enrolment,
)
from learning.recognition import situations as recognition
from xuecheng.city import clock
from xuecheng.city.ids import uuid7
from xuecheng.city.jobs import running
from xuecheng.city.jobs.models import Job
from xuecheng.city.jobs.progress import Progress
from xuecheng.city.notices.models import Notice
from xuecheng.city.organisations.models import Kind
from xuecheng.city.rights import Denied
from xuecheng.coordination.classes import services as classes
from xuecheng.coordination.enrolment.models import Enrolment
from xuecheng.coordination.teaching import jobs, news, queries, services
from xuecheng.coordination.teaching.models import Decision
from xuecheng.coordination.teaching.services import completing
from xuecheng.learning.cards.models import Card
from xuecheng.learning.creditbank.models import LearningAccount
from xuecheng.learning.creditbank.services import load_frameworks
from xuecheng.learning.recognition.services import corrections
from xuecheng.learning.records.models import LearningRecord

_ALL = [["present", "present", "absent"]] * 3 + [["present", "absent", "absent"]]
"""The first comes four times, the second three times, the third never."""


@pytest.fixture(autouse=True)
def _the_clock(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    at = room.sessions[-1].during.upper + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: at)
    monkeypatch.setattr(clock, "today", lambda: clock.date_of(at))


def _after(room: Room) -> Any:
    return room.sessions[-1].during.upper + timedelta(days=2)


def _record(one: Enrolment) -> LearningRecord:
    return LearningRecord.objects.get(record_key=completing.record_key(one.public_id), is_latest=True)


def test_who_attended_enough_completes_with_a_record_and_is_told(room: Room) -> None:
    held_out(room, _ALL)
    run_jobs()

    found = [decision(one) for one in room.enrolments]
    assert [(one.is_complete, one.reason, one.attended, one.held, one.minutes) for one in found] == [
        (True, "", 4, 4, 360), (True, "", 3, 4, 270), (False, "few_sessions", 0, 4, 0),
    ]  # fmt: skip
    record = _record(room.enrolments[1])
    course = room.course_class.version.course
    assert (record.origin, record.status, record.source, record.title) == (
        "nonformal", "passed", "class", course.title_zh,
    )  # fmt: skip
    assert (record.minutes, record.attended_sessions, record.held_sessions) == (270, 3, 4)
    assert record.code == f"KC1-calligraphy-{course.public_id.hex[-8:]}"
    assert record.institution == room.campus.college
    assert not LearningRecord.objects.filter(learner=room.people[2]).exists()
    assert [one.state for one in map(whole_enrolment, room.enrolments)] == ["completed", "completed", "enrolled"]
    told = Notice.objects.filter(kind=news.COMPLETED).values_list("person", flat=True)
    assert sorted(told) == sorted(one.pk for one in room.people[:2])
    classes.settle_class(actor=room.clerk, course_class=room.course_class, at=_after(room))
    assert whole_class(room.course_class).state == "settled"


def test_a_class_is_settled_only_when_it_is_decided(room: Room) -> None:
    held_out(room, _ALL)
    with pytest.raises(services.CompletionOpen):
        classes.settle_class(actor=room.clerk, course_class=room.course_class, at=_after(room))
    assert whole_class(room.course_class).state == "finished"


def test_killed_in_the_middle_nothing_is_doubled(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    held_out(room, _ALL)
    monkeypatch.setattr(jobs, "_PEOPLE_A_SLICE", 1)
    whole, calls = completing._write_record, []

    def dies_at_the_second(*args: Any, **more: Any) -> tuple[str, str]:
        calls.append(1)
        made = whole(*args, **more)
        if len(calls) == 2:
            raise ConnectionError("killed")
        return made

    monkeypatch.setattr(completing, "_write_record", dies_at_the_second)
    job = Job.objects.get(kind=services.COMPLETE)
    with pytest.raises(ConnectionError):
        # What a worker that dies leaves: the slices that were committed.
        jobs.complete(Progress(job))
    assert Decision.objects.count() == LearningRecord.objects.count() == 1

    running.run(job.pk)
    assert (Decision.objects.count(), LearningRecord.objects.count()) == (3, 2)
    assert Notice.objects.filter(kind=news.COMPLETED).count() == 2
    services.decide_all(key=room.course_class.pk, by=room.clerk.person, after=0, most=9, at=_after(room))
    assert (Decision.objects.count(), LearningRecord.objects.count()) == (3, 2)


def test_finishing_twice_starts_one_job(room: Room) -> None:
    held_out(room, _ALL)
    finished(room)
    assert Job.objects.filter(kind=services.COMPLETE).count() == 1


def _correct(
    room: Room, number: int, who: int, state: str, *, actor: Any = None, why: str = "点错了", **more: Any
) -> Any:
    return services.correct_attendance(
        actor=actor or room.clerk, public_id=more.get("public_id") or uuid7(), session=room.sessions[number],
        enrolment=room.enrolments[who], state=state, why=why, at=_after(room) + timedelta(minutes=more.get("later", 0)),
    )  # fmt: skip


def test_a_correction_goes_into_the_record_as_a_new_version(room: Room) -> None:
    held_out(room, _ALL)
    run_jobs()
    form = uuid7()
    _correct(room, 0, 0, "absent", public_id=form)
    _correct(room, 0, 0, "absent", public_id=form)

    record = _record(room.enrolments[0])
    assert (record.version, record.minutes, record.attended_sessions, record.reason) == (2, 270, 3, "点错了")
    assert (decision(room.enrolments[0]).version, decision(room.enrolments[0]).because) == (2, "点错了")


def test_a_correction_withdraws_the_record_and_another_brings_it_back(room: Room) -> None:
    held_out(room, _ALL)
    run_jobs()
    _correct(room, 0, 1, "absent")
    assert _record(room.enrolments[1]).status == "withdrawn"
    assert decision(room.enrolments[1]).reason == "few_sessions"

    _correct(room, 3, 1, "present", why="签到表找到了", later=1)
    record = _record(room.enrolments[1])
    assert (record.status, record.version, record.minutes) == ("passed", 3, 270)
    _correct(room, 0, 2, "present", later=2)  # one session is too few
    assert not LearningRecord.objects.filter(learner=room.people[2]).exists()


def test_only_the_unit_corrects_and_says_why(room: Room) -> None:
    held_out(room, _ALL)
    run_jobs()
    for stranger in (room.teacher, room.far_clerk, of(room.people[0])):
        with pytest.raises(Denied):
            _correct(room, 0, 0, "absent", actor=stranger)
    with pytest.raises(services.CorrectionReasonMissing):
        _correct(room, 0, 0, "absent", why=" ")
    with pytest.raises(services.ClassOver):
        take(room, 0, ["absent"])
    assert _record(room.enrolments[0]).version == 1


def test_decisions_are_never_changed(room: Room) -> None:
    held_out(room, _ALL)
    run_jobs()
    with pytest.raises(DatabaseError), transaction.atomic():
        Decision.objects.update(is_complete=False, reason="not_passed")


def test_whoever_has_no_account_completes_without_a_record_and_it_is_said(room: Room) -> None:
    Card.objects.filter(account__person=room.people[0]).delete()
    LearningAccount.objects.filter(person=room.people[0]).delete()
    held_out(room, _ALL)
    run_jobs()
    found = decision(room.enrolments[0])
    assert (found.is_complete, found.record_key, found.refused) == (True, "", "There is no learning account.")


def test_an_assessed_course_asks_for_a_pass(db: None) -> None:
    room = a_room(is_assessed=True)
    one, two, three = map(whole_enrolment, room.enrolments)
    with pytest.raises(Denied):
        services.assess(actor=room.far_clerk, enrolment=one, passed=True, at=room.begins)
    services.assess(actor=room.teacher, enrolment=one, passed=True, at=room.begins)
    services.assess(actor=room.teacher, enrolment=two, passed=False, at=room.begins)
    held_out(room, [["present"] * 3] * 4)
    run_jobs()
    assert [decision(each).reason for each in (one, two, three)] == ["", "not_passed", "not_assessed"]

    # Afterwards is not too late: it is decided anew.
    services.assess(actor=room.teacher, enrolment=whole_enrolment(two), passed=True, at=_after(room))
    assert (decision(two).is_complete, _record(two).minutes) == (True, 360)


def test_no_assessment_where_the_course_asks_for_none(room: Room) -> None:
    with pytest.raises(services.NotAssessed):
        services.assess(actor=room.teacher, enrolment=whole_enrolment(room.enrolments[0]), passed=True, at=room.begins)


def test_the_page_says_before_the_end_what_would_be_decided(room: Room) -> None:
    for number, states in enumerate(_ALL[:3]):
        take(room, number, states)
    found = {
        one.enrolment.pk: one for one in queries.facts_of(room.course_class, queries.participants(room.course_class))
    }
    assert [found[one.pk].is_complete for one in room.enrolments] == [True, True, False]
    assert found[room.enrolments[0].pk].attended.held == 3


def test_from_the_room_to_credit_in_the_account(room: Room) -> None:
    """Checked in by the code, the class finished, the record recognised by the rule in force, corrected, counted anew."""
    city = _with_a_law(room)
    _come_by_code(room)
    for number, states in enumerate([["", "present", "absent"]] + [["present", "present", "absent"]] * 3):
        take(room, number, states)
    finished(room)
    run_jobs()
    first, second, third = room.people
    assert recognition.balances(first) == {}

    recognition.recognised(_record(room.enrolments[0]), _record(room.enrolments[1]))
    # Four sessions of ninety minutes, sixteen hours to a credit, rounded down to tenths (C-20).
    assert recognition.balances(first) == recognition.balances(second) == {"community/1": 30}
    assert recognition.balances(third) == {}

    _correct(room, 0, 0, "absent")
    corrections.rerecognise_record(
        actor=city.approver, record=_record(room.enrolments[0]), why="考勤更正", at=recognition.NOW
    )
    assert recognition.balances(first) == {"community/1": 20}
    assert recognition.balances(second) == {"community/1": 30}


def _with_a_law(room: Room) -> recognition.City:
    """Courses of the first level are credited by their hours, where somebody came to three of four sessions."""
    load_frameworks()
    centre = an_organisation(room.campus.city["广州市"], kind=Kind.CERTIFICATION_BODY, name_zh="广州市学分认证中心")
    officers = [a_person("何敏仪"), a_person("林国栋")]
    for one in officers:
        holding(one, "certification_officer", territory=room.campus.city["广州市"])
    author, approver = (standing_of(one, today=TODAY) for one in officers)
    city = recognition.City(room.campus.college, centre, author, approver, room.clerk)
    match = {"origin": "nonformal", "activity_code": ["KC1-*"], "min_attendance_percent": 75}
    recognition.in_force(city, recognition.body(match=match))
    return city


def _come_by_code(room: Room) -> None:
    key = services.open_check_in(actor=room.teacher, session=room.sessions[0], address="a", at=room.begins)
    services.check_in(
        actor=of(room.people[0]), session=room.sessions[0], code=services.code_now(key, at=room.begins), device="d",
        address="a", at=room.begins,
    )  # fmt: skip
