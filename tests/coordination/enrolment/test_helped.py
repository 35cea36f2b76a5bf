"""Enrolled by somebody else: a guardian for a child, on pages and by a program; and the calendar of whoever learns."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from city.api.programs import Program, a_site, a_token
from city.situations import a_person, holding
from coordination.enrolment.situations import School, a_class_now, a_lottery, a_resident, again, drawn, enrolled_now, of
from xuecheng.city import clock
from xuecheng.city.access.queries import standing_of
from xuecheng.city.care import services as care
from xuecheng.city.care.models import Deed, Guardianship
from xuecheng.city.ids import uuid7
from xuecheng.city.people.models import Person
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.enrolment import services
from xuecheng.coordination.enrolment.models import Enrolment

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(school: School) -> CourseClass:
    return a_class_now(school.college, school.clerk)


class Family:
    """A child of nine, and the mother who acts for it once she has consented."""

    def __init__(self, school: School, *, consents: bool = True) -> None:
        at, today = clock.now(), clock.today()
        self.mother = a_resident(school, "妈妈")
        self.child = a_resident(school, "小明", born=today.year - 9)
        clerk = a_person("窗口员")
        holding(clerk, "counter_clerk", territory=school.places["广州市"])
        self.clerk = standing_of(clerk, today=today)
        self.help: Guardianship = care.record_guardian(
            actor=self.clerk, public_id=uuid7(), child=self.child, guardian=self.mother,
            relation="mother", proof="户口簿", child_born_on=date(today.year - 9, 1, 1), at=at,
        )  # fmt: skip
        if consents:
            care.consent_as_guardian(actor=of(self.mother), guardianship=self.help, at=at)

    def browser(self) -> Client:
        client = Client()
        client.force_login(self.mother)
        self.started = client.post(reverse("care:start_acting", args=["guardian", self.help.public_id])).status_code
        return client


def asks(program: Program, row: CourseClass, **headers: str) -> Any:
    return program.post(f"/classes/{row.public_id}/enrolments", {"id": str(uuid7())}, **headers)


def test_a_guardian_enrols_a_child_on_the_page(school: School, row: CourseClass) -> None:
    family = Family(school)
    client = family.browser()
    there = reverse("enrolment:enrol", args=[row.public_id])
    assert family.started == 302
    assert client.get(there).status_code == 200
    assert client.post(there, {"public_id": uuid7()}).status_code == 302
    one = Enrolment.objects.get()
    assert (one.person, one.how, one.state) == (family.child, "helper", "enrolled")
    (deed,) = Deed.objects.all()
    assert (deed.person_id, deed.helper_id) == (family.child.pk, family.mother.pk)
    client.post(reverse("enrolment:move_enrolment", args=[one.public_id, "withdraw"]))
    assert again(one).state == "withdrawn"
    # Without consent, and for strangers, nobody acts: the child's place is the child's.
    silent = Family(school, consents=False)
    silent.browser()
    assert silent.started == 404
    stranger = Client()
    stranger.force_login(a_resident(school))
    assert stranger.get(reverse("enrolment:show_enrolment", args=[one.public_id])).status_code == 404


def test_a_program_enrols_whom_its_person_helps_and_nobody_else(school: School, row: CourseClass) -> None:
    family = Family(school)
    program = Program(a_token(family.mother, a_site(school.college)))
    child = {"Acting-For": str(family.help.public_id)}
    made = asks(program, row, **child)
    assert made.status_code == 201, made.content.decode()
    one = Enrolment.objects.get()
    assert (one.person, one.how) == (family.child, "helper")
    found = program.get("/me/enrolments", **child).json()["items"]
    assert [each["id"] for each in found] == [str(one.public_id)]
    assert program.get("/me/enrolments").json()["items"] == []
    # For herself, without naming anybody.
    assert asks(program, row).status_code == 201
    assert set(Enrolment.objects.values_list("person", flat=True)) == {family.child.pk, family.mother.pk}
    # A stranger's program, a helper for something else, and one whose help has ended do nothing.
    other = Program(a_token(a_resident(school), a_site(school.college)))
    assert asks(other, row, **child).json()["code"] == "not_entrusted"
    elder, helper = a_resident(school, "梁奶奶", born=1948), a_resident(school)
    proxy = care.grant_proxy(
        actor=of(elder), public_id=uuid7(), helper=helper, tasks=["records"],
        ends_on=clock.today() + timedelta(days=3), at=clock.now(),
    )  # fmt: skip
    records_only = Program(a_token(helper, a_site(school.college)))
    refused = asks(records_only, row, **{"Acting-For": str(proxy.public_id)})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_entrusted")
    care.end_guardianship(actor=family.clerk, guardianship=family.help, at=clock.now())
    assert program.get("/me/enrolments", **child).status_code == 403


def _secret(answer: Any) -> str:
    (found,) = re.findall(r"/classes/calendar/([\w-]+)\.ics", answer.content.decode())
    return str(found)


def test_a_learner_subscribes_to_all_her_classes_by_a_secret_address(school: School, row: CourseClass) -> None:
    me: Person = a_resident(school, "学员")
    second = a_class_now(school.college, school.clerk, seats=1)
    waits = a_class_now(school.college, school.clerk, seats=1)
    first = enrolled_now(row, me)
    enrolled_now(second, me)
    enrolled_now(waits, a_resident(school))
    enrolled_now(waits, me)
    client = Client()
    client.force_login(me)
    page = client.get(reverse("enrolment:list_own")).content.decode()
    assert reverse("classes:show_own") in page
    timetable = client.get(reverse("classes:show_own")).content.decode()
    assert reverse("classes:show_class", args=[second.public_id]) in timetable
    secret = _secret(client.post(reverse("classes:make_own_feed"), {"act": "make"}))
    there = reverse("classes:read_feed", args=[secret])

    def told() -> int:
        return Client().get(there).content.decode().count("BEGIN:VEVENT")

    # Those in which she has a place; on a waiting list there is nothing to come to.
    assert told() == 8
    services.withdraw(actor=of(me), enrolment=first, at=clock.now())
    assert told() == 4
    assert Client().get(reverse("classes:read_feed", args=[f"{secret}x"])).status_code == 404
    client.post(reverse("classes:make_own_feed"), {"act": "end"})
    assert Client().get(there).status_code == 404


def test_the_button_says_waiting_list_where_only_the_list_is_open(school: School) -> None:
    one = a_class_now(school.college, school.clerk, seats=1)
    (roomy, _few), (lot, _many) = a_lottery(school, people=2, seats=3), a_lottery(school, people=3, seats=2)

    def buttons() -> list[bool]:
        found = []
        for row in (one, roomy.course_class, lot.course_class):
            page = Client().get(reverse("classes:show_class", args=[row.public_id])).content.decode()
            found.append("排候补" in page)
        return found

    assert buttons() == [False, False, False]
    enrolled_now(one, a_resident(school))
    assert buttons() == [True, False, False], "before the draw one takes part, however many did already"
    drawn(school, roomy)
    drawn(school, lot)
    assert buttons() == [True, False, True], "where a place was left over, whoever comes next has it"
    client = Client()
    client.force_login(a_resident(school))
    page = client.get(reverse("enrolment:enrol", args=[lot.course_class.public_id])).content.decode()
    assert "参加摇号" not in page
    assert "排候补" in page
