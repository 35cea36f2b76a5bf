"""The pages as people go through them, in both languages, without scripts: three taps, the line, the desk, the draw."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from city.situations import TODAY, a_stranger
from coordination.enrolment.situations import (
    CLOSES,
    NOW,
    School,
    a_lottery,
    a_resident,
    again,
    an_open_class,
    charge_of,
    drawn,
    enrolled,
    full,
    of,
)
from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.care.services import grant_proxy
from xuecheng.city.ids import uuid7
from xuecheng.coordination.enrolment import services
from xuecheng.coordination.enrolment.models import CashDay, Enrolment, Lottery, Movement, Roll

pytestmark = pytest.mark.django_db
FEE = 12_000


@pytest.fixture(autouse=True)
def on_that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def said(answer: Any) -> str:
    text: str = answer.content.decode()
    return text


def to(name: str, *args: Any) -> str:
    return reverse(f"enrolment:{name}", args=args)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_three_taps_and_one_is_in(client: Client, school: School, language: str) -> None:
    client.cookies["django_language"] = language
    row, person = an_open_class(school, fee_fen=FEE, seats=1), a_resident(school)
    client.force_login(person)
    page = client.get(to("enrol", row.public_id))
    assert page.status_code == 200
    number = page.context["form"].initial["public_id"]
    answer = client.post(to("enrol", row.public_id), {"public_id": number})
    one = Enrolment.objects.get()
    assert answer["Location"] == to("show_enrolment", one.public_id)
    assert client.post(to("enrol", row.public_id), {"public_id": number})["Location"] == answer["Location"]
    assert client.get(to("enrol", row.public_id))["Location"] == answer["Location"]
    for where in (
        answer["Location"],
        to("list_own"),
        to("show_charge", one.charge.public_id),
        to("transfer", one.public_id),
    ):
        assert row.title in said(client.get(where)) or client.get(where).status_code == 200
    assert client.get(to("take_calendar")).content.count(b"BEGIN:VEVENT") == 4
    client.force_login(a_resident(school))
    client.post(to("enrol", row.public_id), {"public_id": uuid7()})
    waits = Enrolment.objects.get(state="waiting")
    assert client.get(to("show_enrolment", waits.public_id)).context["line"].before == 0
    assert client.get(to("show_enrolment", one.public_id)).status_code == 404
    assert client.post(to("move_enrolment", one.public_id, "withdraw")).status_code == 404


def test_bad_input_is_answered_at_its_field(client: Client, school: School) -> None:
    row = an_open_class(school, course={"entry_requirement": "会写毛笔字", "entry_reason": "中级班"})
    client.force_login(a_resident(school))
    answer = client.post(to("enrol", row.public_id), {"public_id": uuid7()})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["meets_requirement"])
    assert client.post(to("enrol", row.public_id), {"public_id": "x"}).status_code == 422
    answer = client.post(to("enrol", row.public_id), {"public_id": uuid7(), "meets_requirement": "on"})
    assert answer.status_code == 302
    late = an_open_class(school, enrolment_closes_at=NOW)
    assert client.post(to("enrol", late.public_id), {"public_id": uuid7()}).status_code == 422


def test_every_button_of_an_enrolment(client: Client, school: School, settings: Any) -> None:
    settings.TRIAL_PAYMENTS = True
    _row, (first, second) = full(school, seats=1, fee_fen=FEE)
    client.force_login(first.person)
    where = to("show_enrolment", first.public_id)
    client.get(where)
    number = str(uuid7())
    client.post(to("move_enrolment", first.public_id, "pay"), {"public_id": number})
    client.post(to("move_enrolment", first.public_id, "pay"), {"public_id": number})
    assert Movement.objects.filter(kind="paid").count() == 1
    for verb, state in (("pause", "paused"), ("resume", "enrolled"), ("withdraw", "withdrawn")):
        assert client.post(to("move_enrolment", first.public_id, verb))["Location"] == where
        assert again(first).state == state
        assert client.get(where).status_code == 200
    assert client.post(to("move_enrolment", first.public_id, "sing")).status_code == 404
    client.force_login(second.person)
    assert again(second).state == "offered"
    assert client.get(to("list_own")).context["offered"] == [second]
    client.post(to("move_enrolment", second.public_id, "accept"))
    assert again(second).state == "enrolled"
    client.post(to("move_enrolment", second.public_id, "decline"))
    assert again(second).state == "enrolled"


def test_one_changes_classes_on_a_page(client: Client, school: School) -> None:
    row = an_open_class(school)
    one = enrolled(row, a_resident(school))
    twin = an_open_class(school, version=row.version)
    client.force_login(one.person)
    page = client.get(to("transfer", one.public_id))
    assert page.status_code == 200
    answer = client.post(to("transfer", one.public_id), {"public_id": uuid7(), "to": str(uuid7())})
    assert answer.status_code == 422
    answer = client.post(to("transfer", one.public_id), {"public_id": uuid7(), "to": str(twin.public_id)})
    assert answer.status_code == 302
    assert again(one).state == "transferred"


def test_the_clerk_keeps_the_roll(client: Client, school: School) -> None:
    row, found = full(school, seats=2, waiting=1, fee_fen=FEE)
    client.force_login(school.clerk.person)
    assert row.code in said(client.get(to("list_rolls")))
    page = client.get(to("show_roll", row.public_id))
    assert [one.pk for one in page.context["page"]] == [one.pk for one in found]
    page = client.get(to("show_roll", row.public_id), {"state": "waiting"})
    assert [one.pk for one in page.context["page"]] == [found[2].pk]
    assert client.get(to("show_enrolment", found[0].public_id)).status_code == 200
    assert Reading.objects.filter(person=found[0].person, what="enrolment").exists()
    printed = said(client.get(to("print_list", row.public_id)))
    assert found[0].person.name in printed
    assert found[2].person.name not in printed
    assert Reading.objects.filter(what="export").count() == 2
    refuse = to("move_enrolment", found[0].public_id, "refuse")
    assert client.post(refuse, {"why": ""}).status_code == 422
    assert client.post(refuse, {"why": "重复报名"}).status_code == 302
    assert again(found[2]).state == "offered"
    person = a_resident(school, "冯国强")
    wish = {"public_id": uuid7(), "person": person.sign_in_name, "person_name": "冯国强"}
    assert client.get(to("enrol_person", row.public_id)).status_code == 200
    assert client.post(to("enrol_person", row.public_id), wish | {"person": "nobody"}).status_code == 422
    assert client.post(to("enrol_person", row.public_id), wish | {"person_name": "别人"}).status_code == 422
    assert client.post(to("enrol_person", row.public_id), wish).status_code == 302
    assert Enrolment.objects.get(person=person).how == "counter"
    numbers = {
        "offer_hours": 6, "pay_hours": 24, "refund_before_percent": 100, "refund_during_percent": 0,
        "refund_until_session": 1, "elder_age": 55, "why": "节前",
    }  # fmt: skip
    assert client.get(to("set_numbers", row.public_id)).status_code == 200
    assert client.post(to("set_numbers", row.public_id), numbers | {"offer_hours": 0}).status_code == 422
    assert client.post(to("set_numbers", row.public_id), numbers).status_code == 302
    assert Roll.objects.get(course_class=row).elder_age == 55


def test_the_desk_takes_gives_back_waives_and_closes(client: Client, school: School) -> None:
    row = an_open_class(school, seats=3, fee_fen=FEE, course={"fee_fen": FEE, "waivers": ["elder"]})
    one = enrolled(row, a_resident(school))
    charge = charge_of(one)
    client.force_login(school.clerk.person)
    assert [found.pk for found in client.get(to("list_charges")).context["page"]] == [charge.pk]
    where = to("show_charge", charge.public_id)
    assert client.get(where).status_code == 200
    waive = {"public_id": uuid7(), "waiver": "elder", "amount": "20.50", "why": "满70岁"}
    assert client.post(to("move_charge", charge.public_id, "waive"), waive | {"why": ""}).status_code == 422
    assert client.post(to("move_charge", charge.public_id, "waive"), waive | {"amount": "999"}).status_code == 422
    assert client.post(to("move_charge", charge.public_id, "waive"), waive).status_code == 302
    assert again(charge).owed_fen == FEE - 2_050
    for _twice in range(2):
        client.post(to("move_charge", charge.public_id, "pay"), {"public_id": waive["public_id"]})
        client.post(to("move_charge", charge.public_id, "pay"), {"public_id": str(uuid7())})
    assert again(charge).owed_fen == 0
    services.withdraw(actor=of(one.person), enrolment=one, at=NOW)
    client.post(to("move_charge", charge.public_id, "give-back"), {"public_id": str(uuid7())})
    assert again(charge).owed_fen == 0
    assert client.post(to("move_charge", charge.public_id, "keep")).status_code == 404
    day = to("show_day", school.college.code, TODAY.isoformat())
    assert client.get(day).status_code == 200
    assert client.post(day, {"counted": "-1"}).status_code == 422
    assert client.post(day, {"counted": "0.00"}).status_code == 302
    assert CashDay.objects.get().counted_fen == 0
    assert client.get(day).status_code == 200
    assert client.get(to("show_day", school.college.code, "2026-13-01")).status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_everybody_sees_the_lottery_and_each_their_own_number(
    client: Client, school: School, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    client.cookies["django_language"] = language
    lottery, found = a_lottery(school, people=6, priority=["elders"])
    row = lottery.course_class
    public = to("show_lottery", row.public_id)
    assert lottery.commitment in said(client.get(public))
    assert client.get(to("lottery_file", row.public_id)).status_code == 404
    # Until it is drawn no place is taken: everybody reads how many take part, and nobody "0 of 3".
    page = reverse("classes:show_class", args=[row.public_id])
    assert client.get(page).context["in_draw"] == 6
    one = found[0]
    client.force_login(one.person)
    words = {"zh-hans": "3个名额，6人参加摇号", "en": "6 people take part in the draw for 3 places"}[language]
    assert words in said(client.get(to("show_enrolment", one.public_id)))
    client.force_login(school.clerk.person)
    roll = to("show_roll", row.public_id)
    assert client.get(roll).context["next_step"] == ""
    assert client.get(roll).context["numbers"].applied == 6
    by_lot = {"zh-hans": "3个名额，摇号决定", "en": "3 places, drawn by lot"}[language]
    assert by_lot in said(client.get(to("list_rolls")))
    assert by_lot in said(client.get(reverse("classes:find_classes")))
    assert client.post(to("run_lottery", row.public_id, "freeze")).status_code == 422
    monkeypatch.setattr(clock, "now", lambda: CLOSES)
    client.force_login(school.clerk.person)
    assert client.get(roll).context["next_step"] == "freeze"
    assert client.post(to("run_lottery", row.public_id, "freeze"))["Location"] == roll
    assert client.get(roll).context["next_step"] == "draw"
    assert client.post(to("run_lottery", row.public_id, "draw"), {"beacon": ""}).status_code == 422
    assert (
        client.post(to("run_lottery", row.public_id, "draw"), {"beacon": "03 09 17 22 28 31 + 07"})["Location"] == roll
    )
    assert client.post(to("run_lottery", row.public_id, "sing")).status_code == 404
    services.draw(key=lottery.pk, at=CLOSES)
    assert client.get(page).context["in_draw"] is None
    assert by_lot not in said(client.get(to("list_rolls")))
    client.logout()
    shown = said(client.get(public))
    assert all(one.lottery_number in shown for one in found)
    assert not [one for one in found if one.person.name in shown]
    document = json.loads(client.get(to("lottery_file", row.public_id)).content)
    assert document["order"] == Lottery.objects.get().order
    assert b"hashlib" in client.get(to("lottery_script")).content
    client.force_login(found[0].person)
    assert client.get(public).context["mine"] == found[0].lottery_number


def test_strangers_and_other_units_are_denied(client: Client, school: School) -> None:
    row, found = full(school, fee_fen=FEE)
    charge = charge_of(found[0])
    staff = [to(name, row.public_id) for name in ("show_roll", "print_list", "enrol_person", "set_numbers")]
    for person in (a_stranger().person, school.far_clerk.person):
        client.force_login(person)
        for where in (*staff, to("show_day", school.college.code, TODAY.isoformat())):
            assert client.get(where).status_code == 403, where
        for where in (to("show_enrolment", found[0].public_id), to("show_charge", charge.public_id)):
            assert client.get(where).status_code == 404, where
        assert client.post(to("move_charge", charge.public_id, "pay")).status_code == 404
        assert client.post(to("run_lottery", row.public_id, "freeze")).status_code == 403
    client.force_login(found[0].person)
    assert client.post(to("move_charge", charge.public_id, "pay")).status_code == 403
    assert client.get(to("list_charges")).status_code == 403


def test_a_helper_enrols_whom_they_help(client: Client, school: School) -> None:
    elder, daughter = a_resident(school, "梁奶奶", born=1948), a_resident(school)
    proxy = grant_proxy(
        actor=of(elder), public_id=uuid7(), helper=daughter, tasks=["enrol"], ends_on=TODAY + timedelta(days=30), at=NOW
    )
    row = an_open_class(school)
    client.force_login(daughter)
    client.post(reverse("care:start_acting", args=["proxy", proxy.public_id]))
    assert client.get(to("enrol", row.public_id)).status_code == 200
    client.post(to("enrol", row.public_id), {"public_id": uuid7()})
    one = Enrolment.objects.get()
    assert (one.person, one.how) == (elder, "helper")
    assert client.get(to("show_enrolment", one.public_id)).status_code == 200
    client.post(to("move_enrolment", one.public_id, "withdraw"))
    assert again(one).state == "withdrawn"
    client.post(reverse("care:stop_acting"))
    assert client.get(to("show_enrolment", one.public_id)).status_code == 404


def test_lists_ask_as_much_for_many_as_for_few(client: Client, school: School) -> None:
    lottery, _found = a_lottery(school, people=2)
    drawn(school, lottery)
    row, found = full(school, seats=2, waiting=1, fee_fen=FEE)
    first = found[0].person
    pages = {
        to("show_roll", row.public_id): school.clerk.person,
        to("list_rolls"): school.clerk.person,
        to("list_charges"): school.clerk.person,
        to("print_list", row.public_id): school.clerk.person,
        to("list_own"): first,
    }

    def asked() -> dict[str, int]:
        counts = {}
        for where, who in pages.items():
            client.force_login(who)
            client.get(where)
            with CaptureQueriesContext(connection) as caught:
                assert client.get(where).status_code == 200
            counts[where] = len(caught)
        return counts

    before = asked()
    for _each in range(6):
        enrolled(row, a_resident(school))
        enrolled(an_open_class(school, fee_fen=FEE), first)
    services.withdraw(actor=of(found[1].person), enrolment=found[1], at=NOW)
    assert {where: max(0, count - before[where]) for where, count in asked().items()} == dict.fromkeys(pages, 0)
