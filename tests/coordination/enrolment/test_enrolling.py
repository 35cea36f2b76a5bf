"""Who gets a place, who waits, and how it ends (I4, L2)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from city.situations import a_stranger
from coordination.enrolment.situations import (
    CLOSES,
    NOW,
    School,
    a_resident,
    again,
    an_open_class,
    enrolled,
    full,
    of,
)
from xuecheng.city import trace
from xuecheng.city.ids import uuid7
from xuecheng.city.notices.models import Notice
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import FormUsedBefore
from xuecheng.city.rights import Denied
from xuecheng.coordination.classes import hooks, places
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.enrolment import queries, rules, services
from xuecheng.coordination.enrolment.models import Enrolment, Roll
from xuecheng.coordination.enrolment.queries.lists import applicant

pytestmark = pytest.mark.django_db


def states(course_class: CourseClass) -> list[str]:
    return list(Enrolment.objects.filter(course_class=course_class).order_by("number").values_list("state", flat=True))


def check_counts(course_class: CourseClass) -> None:
    """The counters of the roll are what counting says."""
    roll = Roll.objects.get(course_class=course_class)
    rows = Enrolment.objects.filter(course_class=course_class)
    assert roll.taken == rows.filter(state__in=rules.HOLDING).count()
    assert roll.waiting == rows.filter(state="waiting").count()


def test_the_first_get_places_and_the_others_the_list_in_order(school: School) -> None:
    row, found = full(school, waiting=2, seats=3)
    assert states(row) == ["enrolled"] * 3 + ["waiting"] * 2
    assert [one.number for one in found] == [1, 2, 3, 4, 5]
    assert [queries.line_of(one).before for one in found] == [0, 0, 0, 0, 1]
    check_counts(row)
    assert places.left(row, places.taken([row.pk])) == 0
    told = Notice.objects.filter(kind__startswith="enrolment.").values_list("kind", flat=True)
    assert set(told) == {"enrolment.enrolled", "enrolment.waiting"}


def test_asked_again_it_is_the_same_enrolment_and_nobody_is_in_twice(school: School) -> None:
    row, person, number = an_open_class(school), a_resident(school), uuid7()
    one = enrolled(row, person, public_id=number)
    assert enrolled(row, person, public_id=number) == one
    with pytest.raises(services.EnrolledAlready):
        enrolled(row, person)
    with pytest.raises(FormUsedBefore):
        enrolled(row, a_resident(school), public_id=number)
    assert Enrolment.objects.count() == 1


def test_whoever_is_offered_a_place_never_reads_who_made_room_nor_why(school: School) -> None:
    _row, (first, second, third, fourth) = full(school, waiting=2, seats=2)
    services.withdraw(actor=of(first.person), enrolment=first, at=NOW)
    services.refuse(actor=school.clerk, enrolment=second, why="在课堂上打人", at=NOW)
    for one in (third, fourth):
        entry = trace.history_of(again(one))[0]
        assert next(change.after for change in entry.shown) == str(Enrolment.State.OFFERED.label)
        assert (entry.is_robot, entry.by_name, entry.why) == (True, "enrolment", "A place came free")
    assert trace.history_of(again(second))[0].why == "在课堂上打人"


def test_keys_of_the_line_are_no_words_for_a_history(school: School) -> None:
    one = enrolled(an_open_class(school), a_resident(school))
    with trace.change(by=trace.robot("enrolment"), why="试"):
        Enrolment.objects.filter(pk=one.pk).update(queue_no=9, groups=["elders"])
    (shown,) = trace.history_of(one)[0].shown
    assert "queue" not in shown.label


def test_whoever_left_may_come_again_at_the_end_of_the_list(school: School) -> None:
    row, (first, second) = full(school, seats=1)
    services.withdraw(actor=of(first.person), enrolment=first, at=NOW)
    assert again(second).state == "offered"
    back = enrolled(row, first.person)
    assert (back.state, back.number) == ("waiting", 3)
    check_counts(row)


@pytest.mark.parametrize(
    ("at", "refusal"),
    [
        (NOW - timedelta(days=1, microseconds=1), rules.NotYetOpen),
        (NOW - timedelta(days=1), None),
        (CLOSES - timedelta(microseconds=1), None),
        (CLOSES, rules.EnrolmentClosed),
    ],
)
def test_enrolment_is_open_from_the_first_instant_to_the_last(school: School, at: Any, refusal: Any) -> None:
    row, person = an_open_class(school), a_resident(school)
    if refusal is None:
        assert enrolled(row, person, at=at).state == "enrolled"
    else:
        with pytest.raises(refusal):
            enrolled(row, person, at=at)


@pytest.mark.parametrize(
    ("asked", "born", "at", "refusal"),
    [
        ({}, None, "街口街道", None),
        ({"locals_only": True}, 1980, "员村街道", None),
        ({"locals_only": True}, 1980, "街口街道", rules.OnlyForLocals),
        ({"least_age": 60}, 1966, "五山街道", None),
        ({"least_age": 60}, 1967, "五山街道", rules.TooYoung),
        ({"least_age": 60}, None, "五山街道", rules.TooYoung),
        ({"most_age": 18}, 2008, "五山街道", None),
        ({"most_age": 18}, 2007, "五山街道", rules.TooOld),
    ],
)
def test_l2_a_class_asks_only_what_it_says(school: School, asked: Any, born: Any, at: str, refusal: Any) -> None:
    row, person = an_open_class(school, eligibility=asked), a_resident(school, born=born, at=at)
    if refusal is None:
        assert enrolled(row, person).state == "enrolled"
    else:
        with pytest.raises(refusal):
            enrolled(row, person)


def test_newcomers_only_means_no_place_in_any_class_before(school: School) -> None:
    row, person = an_open_class(school, eligibility={"first_timers_only": True}), a_resident(school)
    one = enrolled(an_open_class(school), person)
    with pytest.raises(rules.OnlyForFirstTimers):
        enrolled(row, person)
    services.withdraw(actor=of(person), enrolment=one, at=NOW)
    assert enrolled(row, person).state == "enrolled"


def test_l2_what_a_course_requires_is_said_by_who_enrols(school: School) -> None:
    row = an_open_class(school, course={"entry_requirement": "会写毛笔字", "entry_reason": "中级班"})
    with pytest.raises(services.RequirementNotMet, match="会写毛笔字"):
        enrolled(row, a_resident(school))
    assert enrolled(row, a_resident(school), meets_requirement=True).state == "enrolled"


def test_who_comes_first_stands_before_others_in_the_line(school: School) -> None:
    row = an_open_class(school, seats=1, priority=["elders", "locals"])
    enrolled(row, a_resident(school, born=1950))
    plain = enrolled(row, a_resident(school, at="街口街道"))
    local = enrolled(row, a_resident(school))
    elder = enrolled(row, a_resident(school, born=1966, at="街口街道"))
    assert [one.rank for one in (plain, local, elder)] == [2, 1, 0]
    assert list(queries.in_order(row)) == [elder, local, plain]
    assert elder.groups == ["elders", "first_timers"]


def test_an_offer_is_taken_in_time_or_goes_to_the_next(school: School) -> None:
    row, (first, second, third) = full(school, waiting=2, seats=1)
    services.withdraw(actor=of(first.person), enrolment=first, at=NOW)
    until = again(second).offered_until
    assert until == NOW + timedelta(hours=24)
    assert services.tend(at=until - timedelta(microseconds=1)) == 0
    with pytest.raises(services.OfferOver):
        services.accept_offer(actor=of(second.person), enrolment=second, at=until)
    assert services.tend(at=until) == 1
    assert (again(second).state, again(third).state) == ("lapsed", "offered")
    with pytest.raises(services.OfferOver):
        services.accept_offer(actor=of(second.person), enrolment=second, at=until)
    taken = services.accept_offer(actor=of(third.person), enrolment=third, at=until + timedelta(hours=1))
    assert taken.state == "enrolled"
    assert services.tend(at=until) == 0
    check_counts(row)
    assert {"enrolment.offered", "enrolment.lapsed"} <= {one.kind for one in Notice.objects.all()}


def test_an_offer_that_is_declined_goes_on_at_once(school: School) -> None:
    row, (first, second, third) = full(school, waiting=2, seats=1)
    services.withdraw(actor=of(first.person), enrolment=first, at=NOW)
    services.decline_offer(actor=of(second.person), enrolment=second, at=NOW)
    assert (again(second).state, again(third).state) == ("withdrawn", "offered")
    with pytest.raises(services.NoOffer):
        services.decline_offer(actor=of(first.person), enrolment=enrolled(row, first.person), at=NOW)


def test_nobody_jumps_the_line_while_a_place_is_offered_or_free(school: School) -> None:
    row, (first, _second) = full(school, seats=1)
    services.withdraw(actor=of(first.person), enrolment=first, at=NOW)
    CourseClass.objects.filter(pk=row.pk).update(seats_most=2)
    # Two seats, one offered: but nobody waits any more, so the free one is the next one's.
    assert enrolled(row, a_resident(school)).state == "enrolled"
    late = enrolled(row, a_resident(school))
    CourseClass.objects.filter(pk=row.pk).update(seats_most=3)
    assert enrolled(row, a_resident(school)).state == "waiting"
    services.tend(at=NOW)
    assert again(late).state == "offered"
    check_counts(row)


def test_l2_a_pause_keeps_the_place(school: School) -> None:
    row, (first, second) = full(school, seats=1)
    services.pause(actor=of(first.person), enrolment=first, at=NOW)
    assert again(second).state == "waiting"
    with pytest.raises(services.NotEnrolled):
        services.pause(actor=of(second.person), enrolment=second, at=NOW)
    assert services.resume(actor=of(first.person), enrolment=first, at=NOW).state == "enrolled"
    with pytest.raises(services.NotPaused):
        services.resume(actor=of(second.person), enrolment=second, at=NOW)
    assert services.complete(actor=school.clerk, enrolment=first, at=NOW).state == "completed"
    with pytest.raises(services.EnrolmentOver):
        services.withdraw(actor=of(first.person), enrolment=first, at=NOW)
    check_counts(row)


def test_the_class_refuses_with_a_reason_and_the_next_is_asked(school: School) -> None:
    row, (first, second) = full(school, seats=1)
    with pytest.raises(services.WhyMissing):
        services.refuse(actor=school.clerk, enrolment=first, why=" ", at=NOW)
    services.refuse(actor=school.clerk, enrolment=first, why="重复报名", at=NOW)
    assert (again(first).state, again(first).because, again(second).state) == ("refused", "重复报名", "offered")
    check_counts(row)


def test_one_changes_to_another_class_of_the_course(school: School) -> None:
    row, (first, second) = full(school, seats=1)
    twin = an_open_class(school, version=row.version, seats=1)
    number = uuid7()
    move = {"actor": of(first.person), "enrolment": first, "to": twin, "at": NOW, "public_id": number}
    made = services.transfer(**move)
    assert services.transfer(**move) == made
    assert (again(first).state, made.state, made.follows_id) == ("transferred", "enrolled", first.pk)
    assert again(second).state == "offered"
    services.accept_offer(actor=of(second.person), enrolment=second, at=NOW)
    with pytest.raises(services.NoPlaceThere):
        services.transfer(actor=of(second.person), enrolment=second, to=twin, at=NOW, public_id=uuid7())
    with pytest.raises(services.OtherCourse):
        services.transfer(
            actor=of(second.person), enrolment=second, to=an_open_class(school), at=NOW, public_id=uuid7()
        )
    with pytest.raises(services.SameClass):
        services.transfer(actor=of(second.person), enrolment=second, to=row, at=NOW, public_id=uuid7())
    check_counts(row)
    check_counts(twin)


def test_a_cancelled_class_tells_all_and_a_finished_one_ends_the_list(school: School) -> None:
    row, found = full(school, waiting=2)
    CourseClass.objects.filter(pk=row.pk).update(state="cancelled", cancelled_because="老师生病")
    hooks.when_cancelled.tell(CourseClass.objects.get(pk=row.pk), NOW)
    assert set(states(row)) == {"cancelled"}
    assert Notice.objects.filter(kind="enrolment.cancelled").count() == len(found)
    row, found = full(school, waiting=1)
    CourseClass.objects.filter(pk=row.pk).update(state="running")
    CourseClass.objects.filter(pk=row.pk).update(state="finished")
    hooks.when_finished.tell(CourseClass.objects.get(pk=row.pk), NOW)
    assert states(row) == ["enrolled", "enrolled", "refused"]
    check_counts(row)


def test_a_class_that_is_not_open_takes_nobody(school: School) -> None:
    row = an_open_class(school)
    CourseClass.objects.filter(pk=row.pk).update(state="cancelled", cancelled_because="停办")
    with pytest.raises(services.ClassNotOpen):
        enrolled(row, a_resident(school))


def test_who_may_enrol_whom(school: School) -> None:
    row, person = an_open_class(school), a_resident(school)
    for stranger in (a_stranger(), school.far_clerk):
        with pytest.raises(Denied):
            enrolled(row, person, actor=stranger)
    one = enrolled(row, person, actor=school.clerk)
    assert one.how == "counter"
    for act in (services.withdraw, services.pause, services.accept_offer, services.decline_offer, services.resume):
        with pytest.raises(Denied):
            act(actor=school.far_clerk, enrolment=one, at=NOW)
    for keeper in (school.far_clerk, of(person)):
        with pytest.raises(Denied):
            services.refuse(actor=keeper, enrolment=one, why="不行", at=NOW)
        with pytest.raises(Denied):
            services.complete(actor=keeper, enrolment=one, at=NOW)
        with pytest.raises(Denied):
            services.set_numbers(actor=keeper, course_class=row, numbers=rules.Numbers(), why="改")
    assert queries.enrolment(of(person), one.public_id) == one
    assert queries.enrolment(school.clerk, one.public_id) == one
    assert queries.enrolment(school.far_clerk, one.public_id) is None
    assert list(queries.enrolments_of_class(school.far_clerk, row)) == []
    assert services.withdraw(actor=school.clerk, enrolment=one, at=NOW).state == "withdrawn"


def test_the_numbers_of_a_class_are_its_own(school: School) -> None:
    row = an_open_class(school)
    services.set_numbers(actor=school.clerk, course_class=row, numbers=rules.Numbers(offer_hours=2), why="开课前改短")
    assert Roll.objects.get(course_class=row).offer_hours == 2
    for wrong in ({"offer_hours": 0}, {"pay_hours": 721}, {"refund_before_percent": 101}, {"elder_age": 17}):
        with pytest.raises(rules.NumbersWrong):
            services.set_numbers(actor=school.clerk, course_class=row, numbers=rules.Numbers(**wrong), why="试")


def refused(constraint: str, write: Any) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        write()
    assert caught.value.__cause__.diag.constraint_name == constraint  # type: ignore[union-attr]


def test_the_database_gives_no_place_beyond_the_seats_and_keeps_the_order_of_states(school: School) -> None:
    row, (first, second) = full(school, seats=1)
    mine = Enrolment.objects.filter(pk=second.pk)
    refused("enrolment_places_left", lambda: mine.update(state="offered", offered_until=CLOSES))
    refused(
        "enrolment_places_left",
        lambda: Enrolment.objects.create(
            public_id=uuid7(), course_class=row, person=a_resident(school), state="enrolled", applied_at=NOW,
            moved_at=NOW,
        ),
    )  # fmt: skip
    refused("enrolment_names_stay", lambda: mine.update(person=first.person))
    refused("class_seats_not_below_taken", lambda: CourseClass.objects.filter(pk=row.pk).update(seats_most=0))
    for before, after in rules.MOVES.items():
        for state in set(rules.State) - after - {before}:
            with transaction.atomic():
                if _as(second.pk, before):
                    refused("enrolment_moves_in_order", lambda state=state: _to(second.pk, state))
                transaction.set_rollback(True)


def _as(pk: int, state: str) -> bool:
    """Bring an enrolment into a state past the triggers' order, by allowed steps."""
    paths = {
        "waiting": [], "offered": ["offered"], "enrolled": ["offered", "enrolled"],
        "paused": ["offered", "enrolled", "paused"], "completed": ["offered", "enrolled", "completed"],
        "refused": ["refused"], "withdrawn": ["withdrawn"], "lapsed": ["offered", "lapsed"],
        "transferred": ["offered", "enrolled", "transferred"], "cancelled": ["cancelled"],
    }  # fmt: skip
    if state not in paths:
        return False
    row = Enrolment.objects.get(pk=pk).course_class_id
    CourseClass.objects.filter(pk=row).update(seats_most=5)
    for step in paths[state]:
        _to(pk, step)
    return True


def _to(pk: int, state: str) -> None:
    Enrolment.objects.filter(pk=pk).update(
        state=state, offered_until=CLOSES, because="试" if state == "refused" else "", lottery_number="AAAA-2222"
    )


def test_what_the_rules_may_know_is_asked_at_once(school: School, django_assert_num_queries: Any) -> None:
    """A rush is a queue of such questions: of a person one, of where locals live none unless the class is of a street."""
    row, person = an_open_class(school), a_resident(school)
    for _had in (False, True):
        fresh = Person.objects.get(pk=person.pk)
        with django_assert_num_queries(1):
            known = applicant(fresh, row)
        assert (known.birth_year, known.territory_path) == (1980, school.places["五山街道"].path)
        assert known.had_a_place is _had
        enrolled(an_open_class(school), person)
    with django_assert_num_queries(1):
        assert queries.local_area(row) == school.places["天河区"]
    row.territory = school.places["天河区"]
    with django_assert_num_queries(0):
        assert queries.local_area(row) == school.places["天河区"]
