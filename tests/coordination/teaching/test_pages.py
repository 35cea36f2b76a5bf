"""Pages of teaching at the real clock: the list, the code, checking in, marks sent later, completion; who is denied."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from city.situations import a_person, a_registrar, an_organisation, small_city
from coordination.teaching.situations import a_class_today, card_of, run_jobs, the_enrolment, with_card
from xuecheng.city import clock
from xuecheng.city.access.queries import standing_of
from xuecheng.city.ids import uuid7
from xuecheng.city.people.models import Person
from xuecheng.coordination.classes.models import ClassSession, CourseClass
from xuecheng.coordination.enrolment import services as enrolments
from xuecheng.coordination.teaching import services
from xuecheng.coordination.teaching.models import Arrival, Assessment, CheckInKey, Decision, Mark


@pytest.fixture
def there(db: None) -> Any:
    places = small_city()
    college = an_organisation(places["天河区"], name_zh="天河区社区学院")
    clerk = a_registrar(college, "黄晓彤")
    learner = with_card(a_person("陈惠芬", territory=places["天河区"]))
    session = a_class_today(college, clerk, learner=learner)
    far = a_registrar(an_organisation(places["街口街道"], name_zh="街口街道社区学校"), "邱老师")
    assert session.teaching is not None
    return session, session.teaching.person, clerk.person, learner, far.person


def said(answer: Any) -> str:
    text: str = answer.content.decode()
    return text


def by(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def at(name: str, *words: object) -> str:
    return reverse(f"teaching:{name}", args=words)


def test_the_teacher_finds_the_session_and_saves_the_list(there: Any) -> None:
    session, teacher, _clerk, _learner, _far = there
    client = by(teacher)
    page = client.get(at("today"))
    assert at("take", session.public_id) in page.content.decode()
    one = the_enrolment(session)
    name = f"state-{one.public_id}"
    done = client.post(at("take", session.public_id), {"public_id": str(uuid4()), name: "late"})
    assert done.status_code == 302
    assert Mark.objects.get().state == "late"
    assert client.post(at("take", session.public_id), {"public_id": str(uuid4()), name: "asleep"}).status_code == 422


def test_the_code_checks_in_whoever_has_a_place(there: Any) -> None:
    session, teacher, _clerk, learner, _far = there
    desk = by(teacher)
    assert desk.get(at("show_code", session.public_id)).status_code == 404
    desk.post(at("show_code", session.public_id))
    shown = desk.get(at("show_code", session.public_id))
    assert "<svg" in shown.content.decode()
    assert 1 <= int(shown["Refresh"]) <= 30
    code = services.code_now(CheckInKey.objects.get(), at=clock.now())

    phone = by(learner)
    door = at("check_in", session.public_id, code)
    assert phone.get(door).status_code == 200
    assert not Arrival.objects.exists()
    phone.post(door)
    assert Arrival.objects.get().state == "counted"
    assert Mark.objects.get().how == "qr"
    assert "手机可以收起来了" in said(phone.get(door))  # once more, it says so and asks no more
    # Somebody signed in by another account is told so, and nobody is marked.
    stranger = by(a_person("路人"))
    for answer in (stranger.get(door), stranger.post(door)):
        assert answer.status_code == 403
        assert "路人" in said(answer)
    assert Arrival.objects.count() == 1
    CourseClass.objects.filter(pk=session.course_class_id).update(state="finished")
    assert stranger.get(door).status_code == 403
    assert phone.post(at("check_in", session.public_id, "AAAAAAAAAA")).status_code == 422


def test_one_telephone_for_two_waits_and_is_decided_on_the_page(there: Any) -> None:
    session, teacher, clerk, learner, far = there
    CourseClass.objects.filter(pk=session.course_class_id).update(enrolment_closes_at=clock.now() + timedelta(days=1))
    other = a_person("陈嘉敏")
    enrolments.enrol(
        actor=standing_of(other, today=clock.today()), public_id=uuid7(), course_class=session.course_class, person=other,
        at=clock.now(),
    )  # fmt: skip
    by(teacher).post(at("show_code", session.public_id))
    code = services.code_now(CheckInKey.objects.get(), at=clock.now())
    phone = by(learner)
    phone.post(at("check_in", session.public_id, code))
    phone.force_login(other)
    assert "xc-note-wait" in phone.post(at("check_in", session.public_id, code)).content.decode()
    waiting = Arrival.objects.get(state="waiting")
    refuse = at("decide_arrival", session.public_id, waiting.public_id, "refuse")
    assert by(far).post(refuse).status_code == 404
    assert waiting.learner.name in by(clerk).get(at("take", session.public_id)).content.decode()
    # Marked on the list, they need no look any more.
    listed = by(teacher).get(at("take", session.public_id))
    assert [one.pk for one in listed.context["waiting"]] == [waiting.pk]
    marks = {"public_id": str(uuid4()), f"state-{waiting.enrolment.public_id}": "present"}
    by(teacher).post(at("take", session.public_id), marks)
    assert by(teacher).get(at("take", session.public_id)).context["waiting"] == []
    assert by(clerk).post(refuse).status_code == 302
    assert Arrival.objects.get(pk=waiting.pk).state == "refused"


def test_a_card_at_the_teacher_s_device(there: Any) -> None:
    session, teacher, _clerk, learner, _far = there
    client = by(teacher)
    wrong = client.post(at("mark_by_card", session.public_id), {"public_id": str(uuid4()), "card": "1234"})
    assert wrong.status_code == 422
    client.post(at("mark_by_card", session.public_id), {"public_id": str(uuid4()), "card": card_of(learner)})
    assert not Mark.objects.exists()
    sent = {"public_id": str(uuid4()), "card": card_of(learner), "confirmed": "name"}
    client.post(at("mark_by_card", session.public_id), sent)
    assert Mark.objects.get().how == "card"


def test_marks_sent_later_come_once_and_nonsense_is_refused(there: Any) -> None:
    session, teacher, _clerk, _learner, far = there
    mark = {
        "id": str(uuid4()), "enrolment": str(the_enrolment(session).public_id), "state": "present",
        "at": clock.now().isoformat(),
    }  # fmt: skip

    def send(client: Client, body: object) -> Any:
        text = body if isinstance(body, str) else json.dumps(body)
        return client.post(at("sync", session.public_id), text, content_type="application/json")

    client = by(teacher)
    for _again in range(2):
        assert send(client, {"marks": [mark]}).json()["kept"] == [mark["id"]]
    assert Mark.objects.get().how == "offline"
    wrong: list[Any] = ["", "[]", {"marks": []}, {"marks": [mark | {"at": "2026-01-01"}]}, {"marks": [{"id": 1}]}]
    for nonsense in wrong:
        assert send(client, nonsense).status_code == 422
    future = mark | {"id": str(uuid4()), "at": (clock.now() + timedelta(hours=1)).isoformat()}
    assert send(client, {"marks": [future]}).status_code == 422
    assert send(by(far), {"marks": [mark]}).status_code == 404


def test_strangers_find_nothing(there: Any) -> None:
    session, _teacher, _clerk, learner, far = there
    row = session.course_class
    for person in (learner, far):
        client = by(person)
        for address in (
            at("take", session.public_id), at("show_code", session.public_id), at("completion", row.public_id),
        ):  # fmt: skip
            assert client.get(address).status_code == 404
        assert row.title not in client.get(at("today")).content.decode()
        assert row.title not in client.get(at("list_classes")).content.decode()


def _over(session: ClassSession, teacher: Person) -> ClassSession:
    """The class is over: one session was held, the other taken out."""
    by(teacher).post(
        at("take", session.public_id),
        {"public_id": str(uuid4()), f"state-{the_enrolment(session).public_id}": "present"},
    )
    ClassSession.objects.filter(course_class=session.course_class, state="planned").update(
        state="cancelled", cancelled_because="停课"
    )
    return session


def test_who_completes_is_shown_decided_and_corrected(there: Any) -> None:
    session, teacher, clerk, learner, _far = there
    row = _over(session, teacher).course_class
    assert at("completion", row.public_id) in by(clerk).get(at("list_classes")).content.decode()
    assert by(teacher).get(at("completion", row.public_id)).status_code == 200
    desk = by(clerk)
    desk.post(reverse("classes:move_class", args=[row.public_id, "finish"]))
    run_jobs()
    assert Decision.objects.get().is_complete
    assert row.title in by(learner).get(at("list_own")).content.decode()

    correct = at("correct", row.public_id, the_enrolment(session).public_id, session.public_id)
    assert correct in desk.get(at("completion", row.public_id)).content.decode()
    assert by(teacher).get(correct).status_code == 403
    assert desk.post(correct, {"public_id": str(uuid4()), "state": "absent", "why": ""}).status_code == 422
    desk.post(correct, {"public_id": str(uuid4()), "state": "absent", "why": "点错了"})
    assert not Decision.objects.get(version=2).is_complete
    assert "点错了" in desk.get(at("completion", row.public_id)).content.decode()


def test_the_teacher_says_who_passed_where_the_course_asks_for_it(there: Any) -> None:
    session, teacher, _clerk, _learner, far = there
    row, one = session.course_class, the_enrolment(session)
    address = at("assess", row.public_id, one.public_id)
    assert by(far).post(address, {"passed": "yes"}).status_code == 404
    by(teacher).post(address, {"passed": "yes"})
    assert not Assessment.objects.exists()  # this course asks for none


@pytest.mark.counted
def test_places_in_the_menu_are_for_those_who_teach_or_learn(there: Any) -> None:
    _session, teacher, _clerk, learner, _far = there
    for person, teaches, learns in ((teacher, True, False), (learner, False, True), (a_person("路人"), False, False)):
        page = by(person).get(reverse("enrolment:list_own")).content.decode()
        assert (f'href="{at("today")}"' in page, f'href="{at("list_own")}"' in page.split("<main")[0]) == (
            teaches,
            learns,
        )


def test_my_classes_lead_to_attendance_and_homework(there: Any) -> None:
    session, _teacher, _clerk, learner, _far = there
    one, client = the_enrolment(session), by(learner)
    assert at("list_own") in client.get(reverse("enrolment:list_own")).content.decode().split("<main")[1]
    place = reverse("enrolment:show_enrolment", args=[one.public_id])
    assert at("show_own_class", one.public_id) in client.get(place).content.decode()


def test_lists_may_stay_on_a_device_of_ones_own(there: Any) -> None:
    session, teacher, _clerk, learner, _far = there
    one = the_enrolment(session)
    for person, door in (
        (teacher, at("take", session.public_id)), (teacher, at("today")), (learner, at("show_own_class", one.public_id)),
    ):  # fmt: skip
        client = by(person)
        assert getattr(client.get(door), "may_be_kept", False)
        assert not getattr(client.get(door + "?day=2026-11-01"), "may_be_kept", False)
