"""Attendance: taken on the list, by the card, without network; versions, denials, and the session that is held by it."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from city.situations import a_person
from coordination.teaching.situations import Room, again, card_of, of, states, take, teacher_learns_too, with_card
from learning.cards.situations import a_phone
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import FormUsedBefore
from xuecheng.city.rights import Denied
from xuecheng.coordination.enrolment import services as enrolments
from xuecheng.coordination.enrolment.models import Enrolment
from xuecheng.coordination.teaching import rules, services
from xuecheng.coordination.teaching.models import Mark
from xuecheng.coordination.teaching.queries import list_of
from xuecheng.coordination.teaching.services import Wish
from xuecheng.learning.cards import services as cards
from xuecheng.learning.cards.models import Use


def test_the_list_marks_everybody_and_holds_the_session_with_its_teacher(room: Room) -> None:
    take(room, 0, ["present", "late", "absent"], at=room.begins + timedelta(minutes=20))

    session = again(room.sessions[0])
    assert states(room) == ["present", "late", "absent"]
    assert session.state == "held"
    assert session.teaching is not None
    assert session.teaching.state == "taught"  # T-06
    minutes = dict(Mark.objects.filter(session=session).values_list("state", "minutes"))
    assert minutes == {"present": 90, "late": 70, "absent": 0}


def test_the_list_sent_again_adds_nothing_and_a_change_is_another_version(room: Room) -> None:
    form = uuid7()
    take(room, 0, ["present", "present", "absent"], public_id=form)
    take(room, 0, ["present", "present", "absent"], public_id=form)
    assert Mark.objects.count() == 3

    take(room, 0, ["present", "excused", "absent"], at=room.begins + timedelta(minutes=1))
    assert states(room) == ["present", "excused", "absent"]
    assert list(Mark.objects.filter(learner=room.people[1]).order_by("version").values_list("state", flat=True)) == [
        "present",
        "excused",
    ]


def test_nobody_marks_themselves_where_they_teach(room: Room) -> None:
    """A substitute may be on the list of the class: their own attendance is somebody else's to mark."""
    first, others = teacher_learns_too(room), room.enrolments
    wishes = {first.public_id: "present"} | {one.public_id: "present" for one in others}
    wish = {"actor": room.teacher, "session": room.sessions[0], "at": room.begins}
    with pytest.raises(rules.NotForOneself):
        services.take_attendance(public_id=uuid7(), states=wishes, **wish)
    offline = [Wish(uuid7(), first.public_id, "present", room.begins)]
    with pytest.raises(rules.NotForOneself):
        services.sync_marks(wishes=offline, **wish)
    assert not Mark.objects.exists()
    services.take_attendance(public_id=uuid7(), states={others[0].public_id: "present"}, **wish)
    services.take_attendance(public_id=uuid7(), states={first.public_id: "present"}, **(wish | {"actor": room.clerk}))
    assert Mark.objects.get(enrolment=first).by == room.clerk.person


def test_a_mark_is_never_changed_nor_taken_away(room: Room) -> None:
    take(room, 0, ["present"])
    for act in (lambda: Mark.objects.update(state="absent"), lambda: Mark.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_a_list_after_the_end_holds_the_session_but_counts_no_hour_of_the_teacher(room: Room) -> None:
    take(room, 0, ["present"], at=room.begins + timedelta(days=1))
    session = again(room.sessions[0])
    assert session.state == "held"
    assert session.teaching is not None
    assert session.teaching.state == "planned"  # T-06: no hour without being there


def test_nobody_marks_before_the_session(room: Room) -> None:
    with pytest.raises(rules.MarkTooEarly):
        take(room, 0, ["present"], at=room.begins - timedelta(minutes=31))
    assert not Mark.objects.exists()


def test_only_the_teacher_and_the_unit_take_attendance(room: Room) -> None:
    colleague = of(room.campus.substitute.person)
    for stranger in (room.far_clerk, colleague, of(room.people[0])):
        with pytest.raises(Denied):
            take(room, 0, ["present"], actor=stranger)
    assert not Mark.objects.exists()
    take(room, 0, ["present"], actor=room.clerk)
    assert states(room)[0] == "present"


def test_nobody_without_a_place_is_marked(room: Room) -> None:
    with pytest.raises(services.NotOnTheList):
        services.take_attendance(
            actor=room.teacher, public_id=uuid7(), session=room.sessions[0], states={uuid7(): "present"}, at=room.begins
        )


def test_a_card_marks_present_and_later_late(room: Room) -> None:
    def by_card(number: int, minutes: int) -> str:
        return services.mark_by_card(
            actor=room.teacher, public_id=uuid7(), session=room.sessions[0], card=card_of(room.people[number]),
            confirmed="name", at=room.begins + timedelta(minutes=minutes),
        ).mark.state  # fmt: skip

    assert by_card(0, 10) == "present"
    assert by_card(1, 11) == "late"
    assert by_card(0, 40) == "present"  # the first time stays
    assert Mark.objects.count() == 2
    with pytest.raises(rules.NotTimeToCheckIn):
        by_card(2, 90)


def test_a_card_of_nobody_in_the_class_marks_nobody(room: Room) -> None:
    def by(card: str) -> None:
        services.mark_by_card(
            actor=room.teacher, public_id=uuid7(), session=room.sessions[0], card=card, at=room.begins
        )

    with pytest.raises(services.NotOnTheList):
        by(card_of(with_card(a_person("路人"))))
    for wrong, refusal in (("1234", cards.NotACard), ("4400000000000000", cards.CardUnknown)):
        with pytest.raises(refusal):
            by(wrong)


def test_a_phone_marks_at_once_and_paper_asks_who_it_is(room: Room) -> None:
    def by(text: str, **more: str) -> str:
        return services.mark_by_card(
            actor=room.teacher, public_id=uuid7(), session=room.sessions[0], card=text, at=room.begins, **more
        ).mark.state

    first, second = (of(one) for one in room.people[:2])
    phone, other = a_phone(first, at=room.begins), a_phone(of(with_card(a_person("路人"))), at=room.begins)
    assert by(phone.picture(room.begins)) == "present"
    with pytest.raises(cards.CodeUsed):
        by(phone.spoken(room.begins))
    with pytest.raises(services.NotOnTheList):
        by(other.picture(room.begins))
    with pytest.raises(cards.ConfirmFirst) as asked:
        by(card_of(second.person))
    assert asked.value.values == {"name": second.person.name}
    assert by(card_of(second.person), confirmed="known") == "present"
    assert list(Use.objects.order_by("pk").values_list("how", "confirmed")) == [("scanned", ""), ("number", "known")]


def test_whoever_left_keeps_marks_and_is_on_no_list_any_more(room: Room) -> None:
    take(room, 0, ["present", "present", "present"])
    one = Enrolment.objects.select_related("course_class__host__territory", "course_class__territory", "person").get(
        pk=room.enrolments[2].pk
    )
    enrolments.withdraw(actor=of(room.people[2]), enrolment=one, at=room.begins + timedelta(days=1))
    assert [line.enrolment.person.name for line in list_of(room.sessions[1])] == ["学员0", "学员1"]
    assert Mark.objects.filter(learner=room.people[2]).count() == 1


# Without network


def _sync(room: Room, *wishes: Wish, minutes: int = 60) -> list[services.Kept]:
    return services.sync_marks(
        actor=room.teacher, session=room.sessions[0], wishes=wishes, at=room.begins + timedelta(minutes=minutes)
    )


def test_what_was_marked_without_network_comes_once_with_its_time(room: Room) -> None:
    wish = Wish(uuid7(), room.enrolments[0].public_id, "present", room.begins + timedelta(minutes=2))
    (first,) = _sync(room, wish)
    (second,) = _sync(room, wish, minutes=80)
    assert (first.is_new, second.is_new, first.mark.pk) == (True, False, second.mark.pk)
    assert first.mark.marked_at == room.begins + timedelta(minutes=2)
    # The list was made in the class: the teacher was there (T-06).
    teaching = again(room.sessions[0]).teaching
    assert teaching is not None
    assert teaching.checked_in_at == room.begins + timedelta(minutes=2)


def test_the_later_mark_counts_and_both_are_kept(room: Room) -> None:
    take(room, 0, ["absent"], actor=room.clerk, at=room.begins + timedelta(minutes=5))
    early = Wish(uuid7(), room.enrolments[0].public_id, "present", room.begins + timedelta(minutes=3))
    late = Wish(uuid7(), room.enrolments[0].public_id, "late", room.begins + timedelta(minutes=7))
    assert [one.counts for one in _sync(room, early)] == [False]
    assert states(room)[0] == "absent"
    assert [one.counts for one in _sync(room, late)] == [True]
    assert states(room)[0] == "late"
    assert Mark.objects.count() == 3


def test_an_id_says_one_thing_only_and_all_come_or_none(room: Room) -> None:
    used = uuid7()
    _sync(room, Wish(used, room.enrolments[0].public_id, "present", room.begins))
    other = Wish(uuid7(), room.enrolments[1].public_id, "present", room.begins)
    with pytest.raises(FormUsedBefore):
        _sync(room, other, Wish(used, room.enrolments[2].public_id, "absent", room.begins))
    with pytest.raises(rules.MarkFromFuture):
        _sync(room, other, Wish(uuid7(), room.enrolments[2].public_id, "absent", room.begins + timedelta(minutes=66)))
    with pytest.raises(services.StateUnknown):
        _sync(room, other, Wish(uuid7(), room.enrolments[2].public_id, "asleep", room.begins))
    assert Mark.objects.count() == 1


_made = st.tuples(st.integers(0, 2), st.sampled_from(["present", "late", "absent", "excused"]), st.integers(0, 30))


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=st.lists(_made, min_size=1, max_size=8), order=st.randoms(use_true_random=False))
def test_whatever_order_devices_send_in_the_latest_mark_counts_and_none_is_lost(
    room: Room, made: list[tuple[int, str, int]], order: Random
) -> None:
    """Two devices mark the same people, lose the network, send in any order, in any pieces, some of it twice."""
    with transaction.atomic():
        wishes = [
            Wish(uuid7(), room.enrolments[who].public_id, state, room.begins + timedelta(seconds=60 * minute + place))
            for place, (who, state, minute) in enumerate(made)
        ]
        sent = [*wishes, *wishes[::2]]
        order.shuffle(sent)
        for at in range(0, len(sent), 3):
            _sync(room, *{one.public_id: one for one in sent[at : at + 3]}.values())

        assert set(Mark.objects.values_list("public_id", flat=True)) == {one.public_id for one in wishes}
        for one, state in zip(room.enrolments, states(room), strict=True):
            own = [wish for wish in wishes if wish.enrolment == one.public_id]
            assert state == (max(own, key=lambda wish: wish.marked_at).state if own else "")
        transaction.set_rollback(True)
