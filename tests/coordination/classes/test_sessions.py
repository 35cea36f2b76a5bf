"""Sessions with room and teacher: what is shown before, refused on saving, moved, substituted, held, cancelled."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from psycopg.types.range import DateRange

from city.situations import a_registrar, a_stranger, an_organisation
from coordination.classes.situations import (
    NOW,
    OCTOBER_12,
    Campus,
    a_class,
    a_teacher,
    opened,
    planned,
    sessions,
    slots,
)
from coordination.facilities.situations import a_space, a_venue
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import FormUsedBefore, Refusal
from xuecheng.city.rights import Denied
from xuecheng.coordination.classes import hooks, rules, services
from xuecheng.coordination.classes.models import ClassSession, CourseClass
from xuecheng.coordination.classes.services import sessions as verbs
from xuecheng.coordination.facilities import rules as of_rooms
from xuecheng.coordination.facilities.models import Booking
from xuecheng.coordination.staff.models import TeachingSession
from xuecheng.coordination.staff.services import sessions as of_staff

WHY = "教师出差"


def add(campus: Campus, row: CourseClass, **more: Any) -> list[ClassSession]:
    wished = {"slots": slots(), "space": campus.room, "teacher": campus.teacher, "at": NOW} | more
    return services.add_sessions(actor=campus.clerk, course_class=row, **wished)


def trial(campus: Campus, row: CourseClass, **more: Any) -> list[services.Outcome]:
    wished = {"slots": slots(), "space": campus.room, "teacher": campus.teacher, "at": NOW} | more
    return services.try_sessions(actor=campus.clerk, course_class=row, **wished)


def kinds(outcome: services.Outcome) -> set[type[Refusal]]:
    return {type(one) for one in outcome.refusals}


def nothing_is_written() -> bool:
    models = (ClassSession, Booking, TeachingSession)
    return not any(one.objects.exists() for one in models)


def test_each_session_has_its_room_for_the_season_and_its_teacher(campus: Campus) -> None:
    row = a_class(campus)
    assert [one.problems for one in trial(campus, row)] == [[]] * 4
    assert nothing_is_written()
    add(campus, row)
    found = sessions(row)
    assert [one.number for one in found] == [1, 2, 3, 4]
    assert all(one.booking and one.booking.is_seasonal and one.booking.origin_id == one.public_id for one in found)
    assert all(one.booking and one.booking.group_organisation_id == campus.college.pk for one in found)
    assert {one.teaching.series for one in found if one.teaching} == {row.public_id}


def test_the_same_form_twice_is_one_plan_and_another_time_under_its_ids_is_refused(campus: Campus) -> None:
    row, wish = a_class(campus), slots(2)
    add(campus, row, slots=wish)
    add(campus, row, slots=wish)
    assert len(sessions(row)) == 2
    later = [services.Slot(wish[0].public_id, wish[0].begins_at + timedelta(hours=1), wish[0].ends_at, "")]
    with pytest.raises(FormUsedBefore):
        add(campus, row, slots=later)


def test_a_taken_room_and_a_busy_teacher_are_both_told_for_their_date_only(campus: Campus) -> None:
    planned(campus, days=1, first=OCTOBER_12 + timedelta(weeks=1))
    row = a_class(campus)
    told = trial(campus, row)
    assert [kinds(one) for one in told] == [set(), {of_rooms.SpaceTaken, of_staff.TeachesElsewhere}, set(), set()]
    with pytest.raises(services.sessions.SessionsConflict) as refused:
        add(campus, row)
    assert [bool(one.problems) for one in refused.value.outcomes] == [False, True, False, False]
    assert not sessions(row)


def test_a_holiday_closes_the_house(campus: Campus) -> None:
    """B-05."""
    told = trial(campus, a_class(campus), slots=slots(2, first=date(2026, 10, 5)))
    assert [kinds(one) for one in told] == [{of_rooms.ClosedOnHoliday}, set()]


def test_a_qualification_counts_on_the_day_of_the_class(campus: Campus) -> None:
    """T-02: it expires within the series, and from that day the dates are refused."""
    last = OCTOBER_12 + timedelta(weeks=2)
    brief = a_teacher(campus.college, "短期证", during=DateRange(date(2026, 1, 1), last))
    told = trial(campus, a_class(campus), teacher=brief)
    assert [kinds(one) for one in told] == [set(), set(), {of_staff.NotQualified}, {of_staff.NotQualified}]


def test_between_two_houses_there_is_time_for_the_way(campus: Campus) -> None:
    """T-03."""
    far = a_space(
        campus.clerk, a_venue(campus.clerk, campus.college, campus.city["员村街道"], name_zh="员村分部"), name_zh="课室"
    )
    planned(campus, days=1, begins=time(17), minutes=90)
    row = a_class(campus)
    assert [kinds(one) for one in trial(campus, row, slots=slots(1, begins=time(18, 40)), space=far)] == [
        {of_staff.TooFarBetween}
    ]
    assert not trial(campus, row, slots=slots(1, begins=time(20)), space=far)[0].problems


def test_dates_count_for_those_after_them_in_the_load_of_a_week(campus: Campus) -> None:
    """T-04: a volunteer teaches three sessions a week."""
    volunteer = a_teacher(campus.college, "志愿者")
    volunteer.kind, volunteer.sessions = "volunteer", 3
    volunteer.save()
    days = [OCTOBER_12 + timedelta(days=number) for number in range(5)]
    wish = services.slots_of(uuid7(), days, time(19), 90)
    told = trial(campus, a_class(campus), slots=wish, teacher=volunteer)
    assert [bool(one.problems) for one in told] == [False, False, False, True, True]
    assert kinds(told[3]) == {of_staff.WeekFull}


def test_a_teacher_of_another_unit_needs_an_agreement(campus: Campus) -> None:
    """T-05…T-07."""
    other = a_teacher(an_organisation(campus.city["员村街道"]), "外单位")
    assert kinds(trial(campus, a_class(campus), teacher=other)[0]) == {of_staff.NoAgreement}


def test_a_room_smaller_than_the_class_is_refused(campus: Campus) -> None:
    row = a_class(campus, seats_most=31)
    assert kinds(trial(campus, row)[0]) == {rules.RoomTooSmall}
    assert not trial(campus, a_class(campus, seats_most=30))[0].problems


def test_a_room_of_others_is_said_and_not_booked(campus: Campus) -> None:
    owner = an_organisation(campus.city["街口街道"], name_zh="从化社区学院")
    keeper = a_registrar(owner)
    room = a_space(keeper, a_venue(keeper, owner, campus.city["街口街道"], name_zh="从化楼"), name_zh="课室")
    assert kinds(trial(campus, a_class(campus), space=room, teacher=None)[0]) == {verbs.RoomOfOthers}


def test_a_class_does_not_meet_twice_at_once_nor_in_the_past(campus: Campus) -> None:
    row = a_class(campus)
    wish = [*slots(1), *slots(1, begins=time(20)), *slots(1, first=date(2026, 9, 14))]
    told = trial(campus, row, slots=wish, space=None, teacher=None)
    assert [kinds(one) for one in told] == [set(), {verbs.SessionOverlaps}, {verbs.SessionInPast}]


def test_a_session_moves_with_its_teacher_and_gives_the_old_room_back(campus: Campus) -> None:
    row = opened(campus)
    first = sessions(row)[0]
    heard: list[Any] = []
    listener = hooks.when_session_moved.register(lambda moved, at: heard.append(moved.pk))
    begins = first.during.lower + timedelta(hours=0, minutes=30)
    try:
        services.move_session(
            actor=campus.clerk, session=first, begins_at=begins, ends_at=begins + timedelta(minutes=90),
            space=campus.room, at=NOW, why=WHY,
        )  # fmt: skip
    finally:
        hooks.when_session_moved.listeners.remove(listener)
    moved = sessions(row)[0]
    assert (moved.during.lower, moved.number, heard) == (begins, 1, [first.pk])
    assert moved.teaching
    assert moved.teaching.teacher_id == campus.teacher.pk
    assert first.booking
    assert Booking.objects.get(pk=first.booking_id).state == "cancelled"


def test_a_move_that_cannot_be_leaves_everything_as_it_was(campus: Campus) -> None:
    row = opened(campus)
    planned(campus, first=OCTOBER_12 + timedelta(days=1), teacher=campus.substitute)
    first = sessions(row)[0]
    begins = first.during.lower + timedelta(days=1)
    with pytest.raises(of_rooms.SpaceTaken):
        services.move_session(
            actor=campus.clerk, session=first, begins_at=begins, ends_at=begins + timedelta(minutes=90),
            space=campus.room, at=NOW, why=WHY,
        )  # fmt: skip
    now = sessions(row)[0]
    assert (now.during, now.booking_id, now.teaching_id) == (first.during, first.booking_id, first.teaching_id)
    assert now.booking
    assert now.booking.state == "confirmed"


def test_a_substitute_takes_one_session_or_all_from_it_on(campus: Campus) -> None:
    row = opened(campus)
    second = sessions(row)[1]
    services.substitute_teacher(actor=campus.clerk, session=second, teacher=campus.substitute, at=NOW, why=WHY)
    assert who(row) == ["梁文峰", "冯代课", "梁文峰", "梁文峰"]
    second = sessions(row)[1]
    services.substitute_teacher(
        actor=campus.clerk, session=second, teacher=campus.substitute, at=NOW, why=WHY, onward=True
    )
    assert who(row) == ["梁文峰", "冯代课", "冯代课", "冯代课"]


def test_a_substitute_for_some_weeks_gives_the_class_back(campus: Campus) -> None:
    row = opened(campus)
    first, third = sessions(row)[0], sessions(row)[2]
    services.substitute_teacher(
        actor=campus.clerk, session=first, teacher=campus.substitute, at=NOW, why=WHY, onward=True, until=third.day
    )
    assert who(row) == ["冯代课", "冯代课", "冯代课", "梁文峰"]
    services.substitute_teacher(
        actor=campus.clerk, session=sessions(row)[0], teacher=campus.teacher, at=NOW, why=WHY, onward=True,
        until=third.day - timedelta(days=1),
    )  # fmt: skip
    assert who(row) == ["梁文峰", "梁文峰", "冯代课", "梁文峰"]


def test_a_substitute_who_cannot_on_one_date_changes_none(campus: Campus) -> None:
    row = opened(campus)
    planned(campus, days=1, first=OCTOBER_12 + timedelta(weeks=3), teacher=campus.substitute, room=campus.other_room)
    with pytest.raises(services.sessions.SessionsConflict):
        services.substitute_teacher(
            actor=campus.clerk, session=sessions(row)[0], teacher=campus.substitute, at=NOW, why=WHY, onward=True
        )
    assert who(row) == ["梁文峰"] * 4
    assert TeachingSession.objects.filter(series=row.public_id, state="planned").count() == 4


def who(row: CourseClass) -> list[str]:
    return [one.teaching.person.name if one.teaching else "" for one in sessions(row)]


def test_a_cancelled_session_frees_room_and_teacher(campus: Campus) -> None:
    row = opened(campus)
    first = sessions(row)[0]
    services.cancel_session(actor=campus.clerk, session=first, at=NOW, why="台风")
    services.cancel_session(actor=campus.clerk, session=first, at=NOW, why="台风")
    assert ClassSession.objects.get(pk=first.pk).cancelled_because == "台风"
    assert not planned_again(campus)
    with pytest.raises(verbs.SessionFixed):
        services.move_session(
            actor=campus.clerk, session=first, begins_at=NOW + timedelta(days=30), ends_at=NOW + timedelta(days=31),
            space=None, at=NOW, why=WHY,
        )  # fmt: skip


def planned_again(campus: Campus) -> list[str]:
    return trial(campus, a_class(campus), slots=slots(1))[0].problems


def test_only_a_draft_loses_a_session_without_a_trace_for_learners(campus: Campus) -> None:
    row = planned(campus)
    services.remove_session(actor=campus.clerk, session=sessions(row)[0], at=NOW)
    assert len(sessions(row)) == 3
    assert not planned_again(campus)
    other = opened(campus, room=campus.other_room, teacher=campus.substitute)
    with pytest.raises(rules.NotInThatState):
        services.remove_session(actor=campus.clerk, session=sessions(other)[0], at=NOW)


def test_held_on_its_day_checks_room_and_teacher_in(campus: Campus) -> None:
    """B-07, T-06."""
    row = opened(campus)
    first = sessions(row)[0]
    with pytest.raises(verbs.SessionNotToday):
        services.hold_session(actor=campus.clerk, session=first, at=first.during.lower - timedelta(days=1))
    for _again in range(2):
        services.hold_session(actor=campus.clerk, session=first, at=first.during.lower)
    now = sessions(row)[0]
    assert now.state == "held"
    assert now.booking
    assert now.booking.checked_in_at == first.during.lower
    assert now.teaching
    assert now.teaching.state == "taught"


@pytest.mark.parametrize("stranger", ["nobody", "neighbour"])
def test_others_plan_nothing_here(campus: Campus, stranger: str) -> None:
    row = opened(campus)
    first = sessions(row)[0]
    actor = a_stranger() if stranger == "nobody" else a_registrar(an_organisation(campus.city["员村街道"]))
    more: dict[str, Any] = {"actor": actor, "at": NOW}
    for act in (
        lambda: services.add_sessions(course_class=row, slots=slots(1), space=None, teacher=None, **more),
        lambda: services.try_sessions(course_class=row, slots=slots(1), space=None, teacher=None, **more),
        lambda: services.move_session(
            session=first, begins_at=NOW, ends_at=NOW + timedelta(hours=1), space=None, why=WHY, **more
        ),
        lambda: services.substitute_teacher(session=first, teacher=None, why=WHY, **more),
        lambda: services.cancel_session(session=first, why=WHY, **more),
        lambda: services.remove_session(session=first, **more),
        lambda: services.hold_session(session=first, **more),
        lambda: services.cancel_class(course_class=row, why=WHY, **more),
        lambda: services.open_class(course_class=row, **more),
    ):
        with pytest.raises(Denied):
            act()


@pytest.mark.parametrize("step", ["facilities.book_space", "staff.assign_teacher"])
def test_half_way_nothing_is_left(campus: Campus, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    app, name = step.split(".")
    module = getattr(verbs, app)
    real, calls = getattr(module, name), iter(range(9))

    def third_time_broken(**given: Any) -> Any:
        if next(calls) == 2:
            raise RuntimeError
        return real(**given)

    monkeypatch.setattr(module, name, third_time_broken)
    with pytest.raises(RuntimeError):
        add(campus, a_class(campus))
    assert nothing_is_written()
