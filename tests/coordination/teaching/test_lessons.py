"""Logs, homework, files of a class; what participants say of it; who is denied."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from city.documents.nasty import pdf
from city.situations import a_person
from coordination.teaching.situations import Room, a_room, held_out, of, run_jobs, whole_enrolment
from xuecheng.city import clock
from xuecheng.city.documents import services as documents
from xuecheng.city.ids import uuid7
from xuecheng.city.notices.models import Notice
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Denied
from xuecheng.coordination.teaching import news, papers, queries, services
from xuecheng.coordination.teaching.models import Feedback, HandedIn, Lesson

_ALL = [["present"] * 5] * 4


@pytest.fixture(autouse=True)
def on_that_day(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: room.begins + timedelta(hours=1))


def by(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def at(name: str, *words: object) -> str:
    return reverse(f"teaching:{name}", args=words)


def write(room: Room, number: int = 0, **more: Any) -> Lesson:
    words = {
        "actor": room.teacher, "taught": "横竖撇捺", "remark": "后排看不清黑板", "homework": "临帖一页",
        "due_on": room.sessions[number].day + timedelta(days=7), "at": room.begins,
    } | more  # fmt: skip
    made = services.keep_lesson(session=room.sessions[number], **words)
    assert made is not None
    return made


def test_learners_read_the_log_and_the_homework_but_not_the_remark(room: Room) -> None:
    one, client = room.enrolments[0], by(room.people[0])
    door = at("keep_lesson", room.sessions[0].public_id)
    form = {"taught": "横竖撇捺", "remark": "后排看不清黑板", "homework": "临帖一页", "due_on": "2026-10-19"}
    assert by(room.teacher.person).post(door, form).status_code == 302
    page = client.get(at("show_own_class", one.public_id)).content.decode()
    assert "横竖撇捺" in page
    assert "临帖一页" in page
    assert "后排看不清黑板" not in page
    assert Notice.objects.filter(kind=news.HOMEWORK).count() == 3

    there = at("hand_in", one.public_id, room.sessions[0].public_id)
    assert client.post(there, {"text": "写好了"}).status_code == 302
    page = by(room.clerk.person).get(door).content.decode()
    assert "写好了" in page
    # Another learner, another unit and a stranger find neither; without homework there is nothing to hand in.
    for person in (room.people[1], room.far_clerk.person, room.teacher.person):
        assert by(person).get(at("show_own_class", one.public_id)).status_code == 404
        assert by(person).post(there, {"text": "冒名"}).status_code == 404
    for person in (room.people[0], room.far_clerk.person):
        assert by(person).post(door, form).status_code == 404
    assert client.get(at("hand_in", one.public_id, room.sessions[1].public_id)).status_code == 404


def test_a_log_says_what_holds_and_is_told_once(room: Room) -> None:
    write(room)
    write(room)
    write(room, homework="临帖两页")
    assert Lesson.objects.get().homework == "临帖两页"
    assert Notice.objects.filter(kind=news.HOMEWORK).count() == 3
    for wrong, refusal in (
        ({"due_on": None}, services.HomeworkNeedsADay),
        ({"homework": " "}, services.DayWithoutHomework),
        ({"due_on": room.sessions[0].day - timedelta(days=1)}, services.DueTooEarly),
        ({"actor": room.far_clerk}, Denied),
        ({"actor": of(room.people[0])}, Denied),
    ):
        with pytest.raises(refusal):
            write(room, **wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Lesson.objects.update(due_on=None)
    assert services.keep_lesson(
        actor=room.clerk, session=room.sessions[1], taught="", remark="", homework="", due_on=None, at=room.begins
    ) is None  # fmt: skip


def test_homework_is_handed_in_once_and_late_is_said(room: Room) -> None:
    lesson, (one, other, _third) = write(room), map(whole_enrolment, room.enrolments)
    after = room.begins + timedelta(days=9)
    for words in ("写好了", "改好了"):
        services.hand_in(actor=of(one.person), lesson=lesson, enrolment=one, text=words, at=room.begins)
    services.hand_in(actor=of(other.person), lesson=lesson, enrolment=other, text="", at=after)
    assert HandedIn.objects.get(learner=one.person).text == "改好了"
    found = {each.enrolment.pk: each for each in queries.homework_of(lesson)}
    assert [found[each.pk].is_late for each in room.enrolments] == [False, True, False]
    with pytest.raises(Denied):
        services.hand_in(actor=of(other.person), lesson=lesson, enrolment=one, text="冒名", at=after)
    bare = write(room, 1, homework="", due_on=None)
    with pytest.raises(services.NoHomework):
        services.hand_in(actor=of(one.person), lesson=bare, enrolment=one, text="", at=after)


def test_files_are_for_whoever_teaches_keeps_or_attends_the_class(room: Room, settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path
    materials, homework = papers.PLACES
    thing = papers.class_as_thing(room.course_class)
    learner, stranger = of(room.people[0]), of(a_person("路人"))
    for actor, reads, adds in (
        (room.teacher, True, True), (room.clerk, True, True), (learner, True, False), (room.far_clerk, False, False),
        (stranger, False, False),
    ):  # fmt: skip
        assert (materials.allows_reading(actor, thing), materials.allows_adding(actor, thing)) == (reads, adds)
    words = {"public_id": uuid7(), "title": "字帖", "file_name": "a.pdf", "chunks": [pdf()], "at": room.begins}
    with pytest.raises(Denied):
        documents.add_document(actor=learner, place=materials, thing=thing, **words)
    documents.add_document(actor=room.teacher, place=materials, thing=thing, **words)
    door = at("show_materials", room.course_class.public_id)
    assert "字帖" in by(room.people[0]).get(door).content.decode()
    assert by(room.far_clerk.person).get(door).status_code == 404

    one = whole_enrolment(room.enrolments[0])
    done = services.hand_in(actor=learner, lesson=write(room), enrolment=one, text="", at=room.begins)
    own = papers.homework_as_thing(done, session=room.sessions[0])
    for actor, reads, adds in (
        (learner, True, True), (room.teacher, True, False), (room.clerk, True, False),
        (of(room.people[1]), False, False), (room.far_clerk, False, False),
    ):  # fmt: skip
        assert (homework.allows_reading(actor, own), homework.allows_adding(actor, own)) == (reads, adds)


def test_what_participants_say_is_a_sum_from_five_on(db: None) -> None:
    room = a_room(learners=5)
    held_out(room, _ALL)
    run_jobs()
    over = room.sessions[-1].during.upper + timedelta(days=1)
    door = at("completion", room.course_class.public_id)
    for number, one in enumerate(map(whole_enrolment, room.enrolments)):
        page = by(room.clerk.person).get(door).content.decode()
        assert "老师好" not in page
        services.give_feedback(actor=of(one.person), enrolment=one, mark=1, words="老师好", at=over)
        # Said again, the newer words stand.
        services.give_feedback(actor=of(one.person), enrolment=one, mark=5 - number % 2, words="老师好", at=over)
    assert Feedback.objects.count() == 5
    found = queries.sum_of(queries.participants(room.course_class))
    assert (found.answers, found.mean) == (5, "4.6")
    assert "老师好" in by(room.teacher.person).get(door).content.decode()

    first = whole_enrolment(room.enrolments[0])
    later = clock.now() + timedelta(days=60)
    for wrong, refusal in (
        ({"actor": of(room.people[1])}, Denied), ({"actor": room.clerk}, Denied), ({"at": later}, services.FeedbackClosed),
    ):  # fmt: skip
        said = {"actor": of(first.person), "enrolment": first, "mark": 1, "words": "", "at": over} | wrong
        with pytest.raises(refusal):
            services.give_feedback(**said)


def test_nothing_is_said_before_the_class_is_over(room: Room) -> None:
    one = whole_enrolment(room.enrolments[0])
    with pytest.raises(services.ClassNotOver):
        services.give_feedback(actor=of(one.person), enrolment=one, mark=5, words="", at=room.begins)
    assert by(one.person).get(at("give_feedback", one.public_id)).status_code == 404


@given(st.lists(st.integers(1, 5), min_size=queries.FEWEST, max_size=60))
def test_the_mean_is_rounded_half_up_to_tenths(marks: list[int]) -> None:
    assert queries.tenths_of(marks) == int(sum(marks) * 10 / len(marks) + 0.5)
