"""Pages of volunteers' service at the real clock: a resident, an organiser, an officer; who is denied."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from city.identity.conftest import has_contact
from city.situations import an_operator
from coordination.volunteers.situations import (
    Street,
    a_street,
    a_volunteer,
    a_wish,
    applied,
    assigned,
    called,
    of,
    served,
    somebody,
)
from xuecheng.city import clock
from xuecheng.city.mydata.services import say_consent
from xuecheng.city.people.models import Person
from xuecheng.coordination.volunteers import queries
from xuecheng.coordination.volunteers.models import (
    Activity,
    Assignment,
    GuardianConsent,
    Scale,
    Service,
    Shift,
    Training,
    Volunteer,
)


def by(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def at(name: str, *words: object) -> str:
    return reverse(f"volunteers:{name}", args=words)


def local(when: Any) -> str:
    return timezone.localtime(when, clock.zone()).strftime("%Y-%m-%dT%H:%M")


@pytest.fixture
def here(db: None) -> Street:
    return a_street()


def on_now(street: Street, volunteer: Volunteer, **more: Any) -> Assignment:
    """A shift that began twenty minutes ago, with somebody assigned."""
    now = clock.now()
    shift = called(street, begins=now - timedelta(minutes=20), minutes=60, at=now - timedelta(days=2), **more)
    keeper = more.get("keeper", street.keeper)
    return assigned(keeper, volunteer, shift, at=now - timedelta(days=1))


def test_a_resident_registers_applies_and_takes_it_back(here: Street) -> None:
    now = clock.now()
    person = somebody(here)
    shift = called(here, begins=now + timedelta(days=5), at=now, demands="站四个小时")
    client = by(person)
    assert shift.activity.title in Client().get(at("list_calls")).content.decode()
    assert "没有已知风险" in Client().get(at("show_call", shift.activity.public_id)).content.decode()
    assert client.get(at("apply", shift.public_id)).status_code == 302
    entry = {"public_id": str(uuid4()), "times": ["weekend_day"], "skills": ["company"]}
    assert client.post(at("keep_entry"), entry).status_code == 422  # V-01: no contact
    has_contact(person, "138 0013 8000")
    assert client.post(at("keep_entry"), entry).status_code == 302
    page = client.get(at("apply", shift.public_id))
    assert "V-01" in page.content.decode()
    Volunteer.objects.filter(person=person).update(identity_seen_at=now, identity_seen_by=here.keeper.person)
    wish = {"public_id": str(uuid4())}
    assert client.post(at("apply", shift.public_id), wish).status_code == 422  # not able
    assert client.post(at("apply", shift.public_id), wish | {"is_able": "on"}).status_code == 302
    one = Assignment.objects.get()
    assert shift.activity.title in client.get(at("show_own")).content.decode()
    assert by(somebody(here)).post(at("withdraw", one.public_id)).status_code == 404
    client.post(at("withdraw", one.public_id))
    assert Assignment.objects.get().state == "withdrawn"
    client.post(at("leave"))
    assert Volunteer.objects.get().state == "left"


def test_an_organiser_drafts_publishes_and_answers(here: Street) -> None:
    desk = by(here.keeper.person)
    wish = a_wish(has_bodily_risk=True).values() | {
        "public_id": str(uuid4()), "organisation": here.station.code, "has_bodily_risk": "on", "least_age": "", "most_age": "",
    }  # fmt: skip
    assert desk.post(at("draft_activity"), wish | {"risks": ""}).status_code == 422
    assert desk.post(at("draft_activity"), wish).status_code == 302
    row = Activity.objects.get()
    assert desk.post(at("change_activity", row.public_id), wish | {"title": "改个名字"}).status_code == 302
    begins = clock.now() + timedelta(days=3)
    shift = {
        "public_id": str(uuid4()), "begins_at": local(begins), "ends_at": local(begins + timedelta(hours=2)), "needed": "2",
        "place": "门口",
    }  # fmt: skip
    assert desk.post(at("add_shift", row.public_id), shift | {"place": ""}).status_code == 422
    assert desk.post(at("add_shift", row.public_id), shift).status_code == 302
    move = lambda verb, **data: desk.post(at("move_activity", row.public_id, verb), data).status_code  # noqa: E731  # one form, said in short
    assert move("publish") == 422
    assert move("publish", is_verified="on") == 302
    assert move("insure", insurer="人保") == 422
    assert move("insure", insurer="人保", policy_number="P1") == 302
    made = Shift.objects.get()
    volunteer = a_volunteer(here)
    assert (
        desk.post(
            at("enter_volunteer", made.public_id), {"public_id": str(uuid4()), "volunteer": str(volunteer.public_id)}
        ).status_code
        == 302
    )
    one = Assignment.objects.get()
    for page in (at("list_activities"), at("show_shift", made.public_id), at("list_volunteers")):
        assert volunteer.person.name in desk.get(page).content.decode()
    desk.post(at("move_assignment", one.public_id, "assign"))
    assert Assignment.objects.get().state == "assigned"
    desk.post(at("move_assignment", one.public_id, "release"), {"words": "人够了"})
    assert Assignment.objects.get().state == "released"
    desk.post(at("cancel_shift", made.public_id), {"why": "下雨"})
    assert Shift.objects.get().state == "cancelled"
    assert move("cancel", why="不办了") == 302
    assert desk.post(at("move_activity", row.public_id, "nonsense")).status_code == 404


def test_checking_in_and_out_on_the_list_and_the_certificate(here: Street) -> None:
    volunteer = a_volunteer(here)
    one = on_now(here, volunteer)
    desk, own = by(here.keeper.person), by(volunteer.person)
    desk.post(at("move_assignment", one.public_id, "check-in"), {"when": local(clock.now() - timedelta(minutes=10))})
    assert Assignment.objects.get().state == "serving"
    desk.post(at("move_assignment", one.public_id, "check-out"), {"when": "nonsense"})
    assert Assignment.objects.get().state == "serving"
    desk.post(at("move_assignment", one.public_id, "check-out"), {"pause_minutes": "2"})
    row = Service.objects.get()
    assert row.state == "counted"
    assert 7 <= row.minutes <= 9
    assert own.get(at("show_own")).status_code == 200
    own.post(at("issue_certificate"), {"public_id": str(uuid4())})
    made = queries.own_certificates(here.keeper).model.objects.get()
    assert own.get(at("take_certificate", made.public_id))["Content-Type"] == "application/pdf"
    assert desk.get(at("take_certificate", made.public_id)).status_code == 404
    # V-11: nobody is named who did not agree.
    page = at("show_call", one.shift.activity.public_id)
    assert volunteer.person.name not in Client().get(page).content.decode()
    say_consent(
        actor=of(volunteer.person, clock.now()), public_id=uuid4(), purpose="volunteer_names", is_given=True, version=1,
        language="zh-hans", at=clock.now(),
    )  # fmt: skip
    assert volunteer.person.name in Client().get(page).content.decode()


def test_entries_of_volunteers(here: Street) -> None:
    desk = by(here.keeper.person)
    person = somebody(here, "林小雨", born=clock.today().year - 15)
    wish = {
        "public_id": str(uuid4()), "organisation": here.station.code, "person": person.sign_in_name,
        "person_name": "林大雨", "times": ["weekend_day"],
    }  # fmt: skip
    assert desk.post(at("register_person"), wish).status_code == 422
    assert desk.post(at("register_person"), wish | {"person_name": person.name}).status_code == 302
    row = Volunteer.objects.get()
    page = at("show_volunteer", row.public_id)
    keep = lambda verb, **data: desk.post(at("keep_volunteer", row.public_id, verb), data).status_code  # noqa: E731  # one form, said in short
    assert keep("consent", public_id=str(uuid4()), proof="") == 422
    assert keep("consent", public_id=str(uuid4()), proof="同意书，档案柜3") == 302
    assert keep("consent-back") == 302
    assert GuardianConsent.objects.get().withdrawn_at is not None
    assert keep("training", public_id=str(uuid4()), kind="basics", completed_on="2026-05-01", proof="签到表") == 302
    assert keep("training-back", training=str(Training.objects.get().pk)) == 302
    assert keep("identity") == 302
    assert desk.get(page).status_code == 200
    far = by(here.far_keeper.person)
    assert far.get(page).status_code == 404
    assert person.name not in far.get(at("list_volunteers")).content.decode()


def test_an_officer_decides_what_overlaps(here: Street) -> None:
    volunteer = a_volunteer(here)
    now = clock.now().replace(second=0, microsecond=0)
    first = called(here, begins=now - timedelta(hours=8), minutes=60, at=now - timedelta(days=2))
    second = called(
        here, keeper=here.far_keeper, begins=now - timedelta(hours=7), minutes=60, at=now - timedelta(days=2)
    )
    a = served(here.keeper, assigned(here.keeper, volunteer, first, at=now - timedelta(days=1)), went=80)
    b = served(here.far_keeper, assigned(here.far_keeper, volunteer, second, at=now - timedelta(days=1)))
    assert a is not None
    assert b is not None
    officer = by(here.officer.person)
    assert officer.get(at("list_reviews")).content.decode().count(volunteer.person.name) >= 2
    page = at("decide_service", a.public_id)
    assert officer.get(page).status_code == 200
    decide = {
        "counts": "yes",
        "begins_at": local(a.during.lower),
        "ends_at": local(now - timedelta(hours=7)),
        "why": "名单",
    }
    assert officer.post(at("decide_service", b.public_id), decide | {"begins_at": "", "ends_at": ""}).status_code == 302
    assert officer.post(page, decide | {"ends_at": ""}).status_code == 422
    assert officer.post(page, decide).status_code == 302
    assert sorted(Service.objects.values_list("minutes", flat=True)) == [60, 60]
    for person in (here.keeper.person, volunteer.person):
        assert by(person).get(page).status_code == 404
        assert by(person).get(at("list_reviews")).status_code == 403


def test_numbers_are_set_for_a_division(here: Street) -> None:
    operator = by(an_operator(here.city["广州市"]).person)
    form = operator.get(at("set_numbers")).context["form"]
    wish = {name: field.initial for name, field in form.fields.items() if field.initial is not None}
    wish |= {"begins_on": (clock.today() + timedelta(days=1)).isoformat(), "why": "本市标准"}
    assert operator.post(at("set_numbers"), wish | {"hours_0": "900"}).status_code == 422
    assert operator.post(at("set_numbers"), wish).status_code == 302
    assert Scale.objects.count() == 1
    assert by(here.keeper.person).get(at("set_numbers")).status_code == 403


def test_strangers_find_nothing(here: Street) -> None:
    now = clock.now()
    shift = called(here, begins=now + timedelta(days=5), at=now)
    volunteer = a_volunteer(here)
    one = applied(volunteer, shift, at=now)
    client = by(here.far_keeper.person)
    for page in (
        at("show_activity", shift.activity.public_id), at("show_shift", shift.public_id),
        at("add_shift", shift.activity.public_id), at("show_volunteer", volunteer.public_id),
    ):  # fmt: skip
        assert client.get(page).status_code == 404
    assert client.post(at("move_assignment", one.public_id, "assign")).status_code == 404
    assert by(volunteer.person).get(at("list_activities")).status_code == 403
    assert Client().get(at("show_own")).status_code == 302
