"""Certificates of completion: made with the decision, printed, verified by anybody, replaced or withdrawn with it."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from coordination.classes.situations import NOW
from coordination.teaching.situations import Room, forget_certificates, held_out, run_jobs
from learning.employers.live import a_checked_list, a_consent
from learning.employers.situations import a_verifier, answers
from xuecheng.city.access.models import Reading
from xuecheng.city.ids import uuid7
from xuecheng.city.mydata.erasing import Leaver
from xuecheng.city.mydata.parts import Subject
from xuecheng.city.notices.models import Notice
from xuecheng.city.people.models import Person
from xuecheng.coordination.teaching import handing_out, leaving, news, printing, queries, services
from xuecheng.coordination.teaching.models import Certificate
from xuecheng.learning.credentials import wrong_tries

_ALL = [
    ["present"] * 3,
    ["present", "present", "absent"],
    ["present", "present", "absent"],
    ["late", "absent", "absent"],
]


@pytest.fixture
def over(room: Room) -> Room:
    """The first two complete, the third does not."""
    held_out(room, _ALL)
    run_jobs()
    return room


def by(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def at(name: str, *words: object) -> str:
    return reverse(f"teaching:{name}", args=words)


def of_learner(room: Room, number: int) -> Certificate:
    return Certificate.objects.filter(learner=room.people[number]).order_by("-pk")[0]


def correct(room: Room, number: int, who: int, state: str) -> None:
    services.correct_attendance(
        actor=room.clerk, public_id=uuid7(), session=room.sessions[number], enrolment=room.enrolments[who], state=state,
        why="点错了", at=room.sessions[-1].during.upper + timedelta(days=2, minutes=number),
    )  # fmt: skip


def text_of(answer: Any) -> str:
    assert answer["Content-Type"] == "application/pdf"
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).replace("\n", "")


def test_whoever_completed_gets_one_and_prints_it(over: Room) -> None:
    assert Certificate.objects.count() == 2
    made, client = of_learner(over, 0), by(over.people[0])
    assert at("see_certificate", made.code) in client.get(at("list_own")).content.decode()
    page = client.get(at("see_certificate", made.code)).content.decode()
    assert made.number in page
    assert over.course_class.title in page
    said = text_of(client.get(at("download_certificate", made.code)))
    for words in (over.people[0].name, over.course_class.title, over.campus.college.name, made.code, made.number):
        assert words in said
    # A stranger, another learner and another unit's clerk find no such page.
    for person in (over.people[1], over.far_clerk.person, over.teacher.person):
        for name in ("see_certificate", "download_certificate"):
            assert by(person).get(at(name, made.code)).status_code == 404


def test_the_clerk_prints_those_of_the_class_at_once_and_it_is_noted(over: Room) -> None:
    door = at("print_certificates", over.course_class.public_id)
    answer = by(over.clerk.person).get(door)
    assert len(PdfReader(io.BytesIO(answer.content)).pages) == 2
    noted = Reading.objects.filter(what="export", reader=over.clerk.person).values_list("person", flat=True)
    assert sorted(noted) == sorted(one.pk for one in over.people[:2])
    assert by(over.teacher.person).get(door).status_code == 403
    assert by(over.far_clerk.person).get(door).status_code == 404
    assert by(over.people[0]).get(door).status_code == 404


def test_a_course_of_one_day_was_attended_on_that_day(over: Room) -> None:
    said = printing.said_on(of_learner(over, 0))
    with translation.override("en"):
        assert " from " in printing.sentence(said)
        assert f" on {said['from']}, came" in printing.sentence(said | {"to": said["from"]})


def test_anybody_verifies_it_and_wrong_codes_are_slowed_down(over: Room) -> None:
    made, anybody = of_learner(over, 0), Client()
    # The one page for every code leads on, however it is typed.
    answer = anybody.get(reverse("credentials:verify_code", args=[made.code.lower().replace("-", " ")]))
    assert answer.headers["Location"] == at("verify_certificate", made.code)
    assert anybody.get(answer.headers["Location"])["X-Robots-Tag"] == "noindex, nofollow"
    page = anybody.get(answer.headers["Location"]).content.decode()
    assert over.people[0].name in page
    assert str(over.people[0].public_id) not in page
    for _again in range(wrong_tries.MOST):
        assert anybody.get(at("verify_certificate", "0000-0000-0000")).status_code == 404
    assert anybody.get(at("verify_certificate", made.code)).status_code == 429


def test_a_correction_replaces_or_withdraws_it(over: Room) -> None:
    first, second = of_learner(over, 0), of_learner(over, 1)
    correct(over, 0, 0, "absent")  # three of four are still enough
    newer = of_learner(over, 0)
    assert newer.snapshot["attended"] == 3
    assert [queries.certificate_with(one.code).holding for one in (first, newer)] == ["replaced", "holds"]

    correct(over, 0, 1, "absent")
    assert queries.certificate_with(second.code).holding == "withdrawn"
    assert "xc-chip-no" in Client().get(at("verify_certificate", second.code)).content.decode()
    assert by(over.people[1]).get(at("download_certificate", second.code)).status_code == 404
    assert Notice.objects.filter(kind=news.WITHDRAWN).values_list("person", flat=True).get() == over.people[1].pk
    assert queries.certificates_of(over.course_class) == [newer]

    correct(over, 3, 1, "present")
    assert queries.certificate_with(second.code).holding == "replaced"
    assert of_learner(over, 1).pk != second.pk


def test_whose_it_was_is_answered_to_nobody_after_an_erasure(over: Room) -> None:
    made, person = of_learner(over, 0), over.people[0]
    leaving._leave(
        Leaver(keys=(person.pk,), public_ids=(person.public_id,), pseudonym="已注销", words=(person.name,), at=NOW)
    )
    page = Client().get(at("verify_certificate", made.code)).content.decode()
    assert person.name not in page
    assert over.course_class.title not in page
    assert "持有人已注销" in page


def test_what_is_certified_never_changes(over: Room) -> None:
    for change in ({"code": "0000-0000-0000"}, {"snapshot": {}}, {"issued_at": over.begins}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Certificate.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Certificate.objects.all().delete()


def test_whoever_completed_before_there_were_certificates_gets_one_and_never_two(over: Room) -> None:
    """Slice by slice, killed between two, by two at once: one of each newest decision, for who is still here."""
    room, later = over, NOW + timedelta(days=300)
    forget_certificates()
    correct(room, 1, 1, "absent")  # the second completes no more: nothing is missing for them
    last, issued = services.issue_missing(after=0, most=1, at=later)
    assert issued == 1
    assert services.issue_missing(after=0, most=10, at=later) == (0, 0)
    assert services.issue_missing(after=last, most=10, at=later) == (0, 0)
    made = Certificate.objects.get()
    assert (made.learner_id, made.issued_at, made.snapshot["attended"]) == (room.people[0].pk, later, 4)
    assert queries.certificate_with(made.code) is not None

    (paper,) = handing_out._papers(Subject((room.people[0].pk,)))  # as the archive asks for it
    assert paper.path == f"{made.code}.pdf"
    assert room.people[0].name[:1] in PdfReader(io.BytesIO(b"".join(paper.chunks()))).pages[0].extract_text()

    forget_certificates()
    gone = {"is_active": False, "password": "!", "last_login": None, "birth_year": None, "territory": None}
    Person.objects.filter(pk=room.people[0].pk).update(erased_at=later, sign_in_name="~weg", **gone)
    assert services.issue_missing(after=0, most=10, at=later) == (0, 0)


def test_an_employer_whom_the_holder_agreed_to_has_it_confirmed(over: Room) -> None:
    """Its code stands in an employer's list; corrected afterwards it is told as changed, without consent not at all."""
    place, who, made = over.course_class.host, over.people[1], of_learner(over, 1)
    keeper = a_verifier(place)
    row = (made.code, who.name, over.course_class.version.course.title_zh, "", "")
    assert answers(a_checked_list(keeper, place, row)) == ["not_confirmed"]
    a_consent(who, place)
    assert answers(a_checked_list(keeper, place, row, (made.code, "别人", "", "", ""))) == ["confirmed", "name_differs"]
    correct(over, 1, 1, "absent")
    run_jobs()
    assert answers(a_checked_list(keeper, place, row)) == ["confirmed_but_changed"]
