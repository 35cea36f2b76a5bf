"""A class moves in its order, opens only when whole, and takes everybody above with it or nobody."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from city.situations import an_organisation
from coordination.classes.situations import (
    NOW,
    OCTOBER_12,
    Campus,
    a_class,
    a_wish,
    opened,
    planned,
    sessions,
    slots,
)
from coordination.courses.situations import a_course, a_version
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import FormUsedBefore, Refusal
from xuecheng.coordination.classes import hooks, queries, rules, services
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.classes.services import planning
from xuecheng.coordination.facilities.models import Booking, Hold
from xuecheng.coordination.staff.models import TeachingSession


def plan(campus: Campus, **more: Any) -> CourseClass:
    wished = {
        "actor": campus.clerk, "public_id": uuid7(), "version": campus.version, "host": campus.college,
        "season": campus.season, "wish": a_wish(),
    } | more  # fmt: skip
    return services.plan_class(**wished)


def test_a_level_that_the_course_does_not_list_is_refused(campus: Campus) -> None:
    """N-03: this college is a district's."""
    for_streets = a_version(a_course(campus.college), levels=["street", "point"])
    with pytest.raises(rules.LevelNotAllowed):
        plan(campus, version=for_streets)
    assert plan(campus, version=a_version(a_course(campus.college), levels=["district"])).state == "draft"


def test_a_course_of_another_unit_is_supplied_by_it_once_it_is_shared(campus: Campus) -> None:
    """N-04: hours count at the supplier, learners at the host."""
    other = an_organisation(campus.city["员村街道"])
    version = a_version(a_course(other))
    with pytest.raises(planning.CourseNotShared):
        plan(campus, version=version)
    version.course.is_shared = True
    version.course.save()
    made = plan(campus, version=version)
    assert (made.host_id, made.supplier_id) == (campus.college.pk, other.pk)
    assert plan(campus).supplier_id == campus.college.pk


@pytest.mark.parametrize("state", ["in_review", "retired"])
def test_only_approved_courses_become_classes(campus: Campus, state: str) -> None:
    with pytest.raises(planning.CourseNotApproved):
        plan(campus, version=a_version(a_course(campus.college), state=state))


def test_a_season_of_others_and_a_code_twice_are_refused(campus: Campus) -> None:
    campus.season.organisation = an_organisation(campus.city["员村街道"])
    with pytest.raises(planning.SeasonOfAnother):
        plan(campus)
    campus.season.organisation = campus.college
    plan(campus, wish=a_wish(code="A"))
    with pytest.raises(planning.CodeTaken):
        plan(campus, wish=a_wish(code="A"))
    assert plan(campus, wish=a_wish(code="A"), season=campus.next_season).code == "A"


def test_a_form_sent_twice_is_one_class(campus: Campus) -> None:
    first = plan(campus, public_id=(one := uuid7()), wish=a_wish(code="B"))
    assert plan(campus, public_id=one, wish=a_wish(code="B")).pk == first.pk
    with pytest.raises(FormUsedBefore):
        plan(campus, public_id=one, wish=a_wish(code="C"))


def open_now(campus: Campus, row: CourseClass, at: datetime = NOW) -> CourseClass:
    return services.open_class(actor=campus.clerk, course_class=row, at=at)


def refused(campus: Campus, row: CourseClass, refusal: type[Refusal], at: datetime = NOW) -> None:
    with pytest.raises(refusal):
        open_now(campus, row, at)
    assert CourseClass.objects.get(pk=row.pk).state == "draft"


def test_a_class_opens_with_everything_and_nothing_less(campus: Campus) -> None:
    refused(campus, a_class(campus), rules.SessionsMissing)
    refused(campus, planned(campus, days=3), rules.SessionsMissing)
    refused(campus, planned(campus, first=OCTOBER_12 + timedelta(1), teacher=None), rules.TeacherMissing)
    refused(campus, planned(campus, first=OCTOBER_12 + timedelta(2), room=None), rules.RoomMissing)
    whole = planned(campus, first=OCTOBER_12 + timedelta(3))
    first = sessions(whole)[0].during.lower
    refused(campus, whole, rules.OpensTooLate, at=first)
    assert open_now(campus, whole, first - timedelta(seconds=1)).state == "open"
    assert open_now(campus, whole).state == "open"


def test_seats_within_the_rooms_places(campus: Campus) -> None:
    row = planned(campus)
    services.change_class(actor=campus.clerk, course_class=row, wish=a_wish(code=row.code, seats_most=31), why="加座")
    refused(campus, row, rules.RoomTooSmall)
    services.change_class(actor=campus.clerk, course_class=row, wish=a_wish(code=row.code, seats_most=30), why="减座")
    assert open_now(campus, row).state == "open"


def test_a_room_that_was_taken_back_is_missing(campus: Campus) -> None:
    row = planned(campus)
    Booking.objects.filter(pk=sessions(row)[1].booking_id).update(state="cancelled", ended_because="装修")
    refused(campus, row, rules.RoomMissing)
    (face,) = queries.faces([queries.by_id(row.public_id) or row])
    (problem,) = face.problems
    assert problem.startswith("1")


def test_without_enrolment_times_nobody_can_enrol(campus: Campus) -> None:
    row = planned(campus)
    CourseClass.objects.filter(pk=row.pk).update(enrolment_opens_at=None, enrolment_closes_at=None)
    refused(campus, row, rules.EnrolmentMissing)


def test_what_people_enrolled_for_stays(campus: Campus) -> None:
    row = opened(campus)
    same = {"code": row.code, "seats_most": row.seats_most}
    with pytest.raises(planning.ClassFixed):
        services.change_class(actor=campus.clerk, course_class=row, wish=a_wish(**same, fee_fen=100), why="收费")
    changed = services.change_class(
        actor=campus.clerk, course_class=row, wish=a_wish(**same, note="带毛笔"), why="说明"
    )
    assert changed.note == "带毛笔"


def test_from_open_to_settled(campus: Campus) -> None:
    row = opened(campus)
    with pytest.raises(rules.NotBegunYet):
        services.start_class(actor=campus.clerk, course_class=row, at=NOW)
    meetings = sessions(row)
    day = datetime.combine(meetings[0].day, datetime.min.time(), NOW.tzinfo)
    assert services.start_class(actor=campus.clerk, course_class=row, at=day).state == "running"
    for one in meetings[:3]:
        services.hold_session(actor=campus.clerk, session=one, at=one.during.lower)
    after = meetings[-1].during.upper
    with pytest.raises(rules.SessionsOpen):
        services.finish_class(actor=campus.clerk, course_class=row, at=after)
    services.cancel_session(actor=campus.clerk, session=meetings[3], at=after, why="教师生病")
    assert services.finish_class(actor=campus.clerk, course_class=row, at=after).state == "finished"
    with pytest.raises(rules.NotInThatState):
        services.cancel_class(actor=campus.clerk, course_class=row, at=after, why="迟了")
    assert services.settle_class(actor=campus.clerk, course_class=row, at=after).state == "settled"


def test_cancelling_frees_rooms_and_teachers_but_what_was_held_stays(campus: Campus) -> None:
    row = opened(campus)
    first = sessions(row)[0]
    services.start_class(actor=campus.clerk, course_class=row, at=first.during.lower)
    services.hold_session(actor=campus.clerk, session=first, at=first.during.lower)
    for _again in range(2):
        services.cancel_class(actor=campus.clerk, course_class=row, at=first.during.upper, why="人数不足")
    found = sessions(row)
    assert [one.state for one in found] == ["held", "cancelled", "cancelled", "cancelled"]
    assert Hold.objects.filter(booking__origin_id__in=[one.public_id for one in found[1:]]).count() == 0
    assert TeachingSession.objects.filter(series=row.public_id, state="released").count() == 3
    assert CourseClass.objects.get(pk=row.pk).cancelled_because == "人数不足"


@pytest.mark.parametrize("name", ["opened", "started", "finished", "settled", "cancelled"])
def test_apps_above_hear_in_the_same_transaction(campus: Campus, name: str) -> None:
    """What one of them raises takes the whole move back."""
    row = opened(campus) if name != "opened" else planned(campus)
    after = sessions(row)[-1].during.upper
    before = {"finished": "running", "settled": "finished"}.get(name)
    if before:
        for one in sessions(row):
            type(one).objects.filter(pk=one.pk).update(state="held")
        for state in ("running", "finished")[: 2 if before == "finished" else 1]:
            CourseClass.objects.filter(pk=row.pk).update(state=state)
    state = CourseClass.objects.get(pk=row.pk).state
    verbs: dict[str, Any] = {
        "opened": lambda: open_now(campus, row),
        "started": lambda: services.start_class(actor=campus.clerk, course_class=row, at=after),
        "finished": lambda: services.finish_class(actor=campus.clerk, course_class=row, at=after),
        "settled": lambda: services.settle_class(actor=campus.clerk, course_class=row, at=after),
        "cancelled": lambda: services.cancel_class(actor=campus.clerk, course_class=row, at=NOW, why="停开"),
    }
    heard: list[str] = []

    def listener(moved: CourseClass, _at: datetime) -> None:
        heard.append(moved.state)
        if len(heard) == 1:
            raise RuntimeError

    hook: hooks.Hook = getattr(hooks, f"when_{name}")
    hook.register(listener)
    try:
        with pytest.raises(RuntimeError):
            verbs[name]()
        assert CourseClass.objects.get(pk=row.pk).state == state
        verbs[name]()
    finally:
        hook.listeners.remove(listener)
    assert len(set(heard)) == 1
    assert CourseClass.objects.get(pk=row.pk).state == heard[0]


# A season again


def again(campus: Campus, **more: Any) -> list[services.Cloned]:
    wished = {"host": campus.college, "old": campus.season, "new": campus.next_season, "at": NOW} | more
    return services.clone_season(actor=campus.clerk, **wished)


def test_a_season_is_planned_again_by_whole_weeks(campus: Campus) -> None:
    row = planned(campus, code="SF-01")
    (found,) = again(campus)
    assert found.new is not None
    assert (found.sessions, found.left_out, found.refused) == (4, [], "")
    old, new = sessions(row), sessions(found.new)
    weeks = rules.weeks_between(campus.season.first_day, campus.next_season.first_day)
    assert [b.day - a.day for a, b in zip(old, new, strict=True)] == [timedelta(weeks=weeks)] * 4
    assert {one.teaching.teacher_id for one in new if one.teaching} == {campus.teacher.pk}
    assert (found.new.code, found.new.state, found.new.season_id) == ("SF-01", "draft", campus.next_season.pk)
    assert found.new.enrolment_opens_at is not None
    assert found.new.enrolment_opens_at.astimezone(NOW.tzinfo).date() == campus.next_season.enrolment.lower


def test_dates_that_cannot_be_held_are_left_out_with_why_and_the_rest_is_whole(campus: Campus) -> None:
    planned(campus)
    campus.next_season.organisation = campus.college
    # Another class has room and teacher on the second date already.
    weeks = rules.weeks_between(campus.season.first_day, campus.next_season.first_day)
    taken = OCTOBER_12 + timedelta(weeks=weeks + 1)
    other = plan(campus, season=campus.next_season)
    other = CourseClass.objects.select_related("version__course", "host__territory", "territory").get(pk=other.pk)
    services.add_sessions(
        actor=campus.clerk, course_class=other, slots=slots(1, first=taken), space=campus.room, teacher=None, at=NOW
    )
    (found,) = again(campus)
    assert [on for on, _why in found.left_out] == [taken]
    assert found.new is not None
    assert len(sessions(found.new)) == found.sessions == 3
    assert all(one.booking_id and one.teaching_id for one in sessions(found.new))


def test_a_course_that_is_not_approved_any_more_refuses_its_class_only(campus: Campus) -> None:
    gone = planned(campus, version=(old := a_version(a_course(campus.college))), first=OCTOBER_12 + timedelta(1))
    type(old).objects.filter(pk=old.pk).update(state="retired")
    planned(campus)
    by_class = {one.old.pk: one for one in again(campus)}
    assert by_class.pop(gone.pk).refused
    assert all(one.new for one in by_class.values())
    assert all(one.was_there for one in again(campus) if one.old.pk != gone.pk)
    assert CourseClass.objects.filter(season=campus.next_season).count() == 1


def test_a_season_is_not_planned_from_itself(campus: Campus) -> None:
    with pytest.raises(services.cloning.SameSeason):
        again(campus, new=campus.season)


# Rules alone


def test_a_series_leaves_out_and_goes_on_at_the_end() -> None:
    """B-05."""
    first = date(2026, 9, 28)
    holiday = date(2026, 10, 5)
    days, out = rules.weekly(first, 3, without={date(2026, 10, 12)}, is_holiday=lambda on: on == holiday)
    assert days == [first, date(2026, 10, 19), date(2026, 10, 26)]
    assert out == {holiday: rules.LeftOut.HOLIDAY, date(2026, 10, 12): rules.LeftOut.EXCEPTION}
    for count, more in ((0, {}), (rules.MOST_SESSIONS + 1, {}), (1, {"every_weeks": 0})):
        with pytest.raises(rules.SeriesUnsound):
            rules.weekly(first, count, **more)
    with pytest.raises(rules.SeriesUnsound):
        rules.weekly(first, 1, is_holiday=lambda _on: True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"least_age": 60, "most_age": 59}, {"least_age": -1}, {"most_age": 121}, {"least_age": True},
        {"locals_only": 1}, {"sex": "f"}, [],
    ],
)  # fmt: skip
def test_conditions_that_do_not_fit_are_refused(wrong: Any) -> None:
    with pytest.raises(rules.EligibilityUnsound):
        rules.eligibility(wrong)


def test_conditions_and_priorities_are_read_as_they_were_written() -> None:
    whole = {"least_age": 0, "most_age": 120, "locals_only": True, "first_timers_only": True}
    assert rules.eligibility(whole).as_data() == whole
    assert rules.eligibility({}).as_data() == {}
    assert rules.priority(["elders", "locals"]) == ["elders", "locals"]
    for wrong in (["friends"], ["elders", "elders"], "elders", None):
        with pytest.raises(rules.PriorityUnknown):
            rules.priority(wrong)
