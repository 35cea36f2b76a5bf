"""The pages as people go through them: entering, approving, agreeing, each in their own account."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from city.situations import TODAY, a_stranger, an_operator
from coordination.staff.situations import (
    NOW,
    TUESDAY,
    a_teacher,
    a_wish,
    drafted,
    in_force,
    sent,
)
from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.ids import uuid7
from xuecheng.coordination.staff import services
from xuecheng.coordination.staff.models import Agreement, LimitsVersion, Qualification, Teacher, TeachingSession
from xuecheng.coordination.staff.rules import Form


@pytest.fixture(autouse=True)
def on_that_day(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def said(answer) -> str:
    return answer.content.decode()


def profile(pool, **more):
    return {
        "kind": "part_time", "home": pool.school.code, "has_post": "on", "territory": pool.places["员村街道"].code,
        "subjects": ["calligraphy"], "languages": ["yue"], "travel_km": "10", "sessions": "4", "owed": ["0", "1"],
        "free_1": ["evening"], "free_5": ["morning", "afternoon"], "is_shared": "on",
    } | more  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_somebody_enters_themselves_and_the_unit_takes_them_in(client, pool, language):
    client.cookies["django_language"] = language
    person = a_stranger().person
    client.force_login(person)
    assert client.get(reverse("staff:show_own")).status_code == 200
    assert client.get(reverse("staff:keep_profile")).status_code == 200
    answer = client.post(reverse("staff:keep_profile"), profile(pool))
    assert answer.status_code == 302, said(answer)
    row = Teacher.objects.get(person=person)
    assert row.hours.count() == 7
    assert client.get(reverse("staff:show_own")).status_code == 200
    claimed = client.post(
        reverse("staff:claim_qualification"),
        {"public_id": uuid7(), "subject": "calligraphy", "level": "2", "title": "书法教师证", "issuer": "省书协",
         "issued_on": "2025-01-01"},
    )  # fmt: skip
    assert claimed.status_code == 302, said(claimed)
    held = Qualification.objects.get(teacher=row)
    assert client.get(reverse("staff:show_qualification", args=[held.public_id])).status_code == 200

    client.force_login(pool.head.person)
    assert row.person.name in said(client.get(reverse("staff:list_teachers")))
    page = reverse("staff:show_teacher", args=[row.public_id])
    assert client.get(page).status_code == 200
    assert client.post(reverse("staff:decide_teacher", args=[row.public_id]), {"verdict": "return"}).status_code == 422
    client.post(reverse("staff:decide_teacher", args=[row.public_id]), {"verdict": "open"})
    client.post(reverse("staff:review_qualification", args=[held.public_id]), {"verdict": "yes", "finding": "看过原件"})
    row.refresh_from_db()
    held.refresh_from_db()
    assert (row.state, held.state) == ("open", "confirmed")
    assert {one.what for one in Reading.objects.filter(person=person)} == {"teaching"}


def test_wrong_input_is_told_at_its_field(client, pool):
    client.force_login(a_stranger().person)
    answer = client.post(reverse("staff:keep_profile"), profile(pool, sessions="7"))
    assert answer.status_code == 422
    assert "sessions" in answer.context["form"].errors
    answer = client.post(reverse("staff:keep_profile"), profile(pool, free_1=[], free_5=[]))
    assert "free_0" in answer.context["form"].errors
    assert not Teacher.objects.exists()


def test_an_agreement_goes_from_hand_to_hand(client, pool):
    row = a_teacher(pool)
    client.force_login(pool.clerk.person)
    place = pool.college.territory.code
    found = client.get(
        reverse("staff:find_teachers"),
        {"subject": "calligraphy", "level": "1", "place": place, "on": TUESDAY.isoformat(), "begins": "19:00",
         "ends": "21:00"},
    )  # fmt: skip
    assert found.status_code == 200
    assert row.person.name in said(found)
    page = reverse("staff:draft_agreement", args=[row.public_id])
    # The draft begins with the time that was looked for; what somebody writes into the address stays words of a form.
    (link,) = re.findall(rf'href="({page}[^"]*)"', said(found))
    begun = client.get(unescape(link)).context["form"]
    told = {name: begun[name].value() for name in begun.LOOKED_FOR if begun[name].value()}
    assert told == {"begins_on": TUESDAY.isoformat(), "day_1": "1", "begins_1": "19:00", "ends_1": "21:00"}
    assert client.get(page, {"begins_on": "<b>", "day_1": "99", "purpose": "偷偷"}).status_code == 200
    assert "偷偷" not in said(client.get(page, {"purpose": "偷偷"}))
    wish = {
        "public_id": uuid7(), "receiver": pool.college.pk, "form": "concurrent", "begins_on": TODAY.isoformat(),
        "ends_on": (TODAY + timedelta(days=90)).isoformat(), "day_1": "1", "begins_1": "19:00", "ends_1": "21:00",
        "main_hours": "40", "purpose": "冬季书法班",
    }  # fmt: skip
    wrong = client.post(page, wish | {"main_hours": "", "begins_1": ""})
    assert wrong.status_code == 422
    assert set(wrong.context["form"].errors) == {"day_1"}
    # Four rows of times stand there: the message says which.
    late = client.post(page, wish | {"day_3": "2", "begins_3": "11:00", "ends_3": "09:00"})
    assert "3" in late.context["form"].errors["ends_3"][0]
    refused = client.post(page, wish | {"main_hours": ""})
    assert set(refused.context["form"].errors) == {"main_hours"}
    assert client.post(page, wish).status_code == 302
    made = Agreement.objects.get()
    shown = reverse("staff:show_agreement", args=[made.public_id])

    def move(person, verb, **data):
        client.force_login(person)
        assert client.get(shown).status_code == 200
        return client.post(
            reverse("staff:move_agreement", args=[made.public_id, verb]),
            {f"{verb}-{name}" if name != "answer" else name: value for name, value in data.items()},
        )

    client.force_login(row.person)
    assert client.get(shown).status_code == 404  # a draft is the drafter's
    assert move(pool.clerk.person, "send").status_code == 302
    assert move(row.person, "consent", answer="yes").status_code == 403  # not yet their turn: nothing to press
    for person in (pool.head.person, row.person, pool.clerk.person):
        assert move(person, "consent", answer="yes").status_code == 302
    made.refresh_from_db()
    assert made.state == "in_force"
    assert made.person.name in said(client.get(reverse("staff:list_agreements")))
    assert move(pool.clerk.person, "end", on="2026-11-01", words="不办了").status_code == 422
    on = (TODAY + timedelta(days=7)).isoformat()
    Agreement.objects.filter(pk=made.pk).update(during=(TODAY - timedelta(days=1), made.during.upper))
    assert move(pool.clerk.person, "end", on=on, words="报名不足").status_code == 302
    client.force_login(a_stranger().person)
    assert client.get(shown).status_code == 404


def test_a_no_without_words_is_told_at_its_field(client, pool):
    row = sent(pool, a_teacher(pool))
    client.force_login(pool.head.person)
    address = reverse("staff:move_agreement", args=[row.public_id, "consent"])
    answer = client.post(address, {"answer": "no"})
    assert answer.status_code == 422
    assert client.post(address, {"answer": "no", "consent-words": "本校缺人"}).status_code == 302
    assert client.post(reverse("staff:move_agreement", args=[row.public_id, "burn"])).status_code == 404


@pytest.mark.parametrize("form", [Form.BORROW, Form.CONCURRENT, Form.TRANSFER])
def test_each_form_has_its_page_for_each_side(client, pool, form):
    row = in_force(pool, a_teacher(pool), form)
    for person in (pool.head.person, row.person, pool.clerk.person):
        client.force_login(person)
        assert client.get(reverse("staff:show_agreement", args=[row.public_id])).status_code == 200
    draft = drafted(pool, a_teacher(pool, "另一位"), form)
    assert client.get(reverse("staff:show_agreement", args=[draft.public_id])).status_code == 200


def test_the_pool_and_its_search_are_shut_to_strangers(client, pool):
    row = a_teacher(pool)
    client.force_login(a_stranger().person)
    for name in ("list_teachers", "find_teachers", "show_structure", "set_limits", "list_agreements"):
        assert client.get(reverse(f"staff:{name}")).status_code == 403, name
    for name in ("show_teacher",):
        assert client.get(reverse(f"staff:{name}", args=[row.public_id])).status_code == 404
    assert client.get(reverse("staff:draft_agreement", args=[row.public_id])).status_code == 403


def test_closing_and_coming_back(client, pool):
    row = a_teacher(pool)
    services.assign_teacher(
        actor=pool.head, public_id=uuid7(), teacher=row,
        wish=a_wish(pool, organisation=pool.school, territory=pool.school.territory),
    )  # fmt: skip
    client.force_login(row.person)
    assert client.get(reverse("staff:show_own")).status_code == 200
    assert client.post(reverse("staff:close_own"), {"words": "退休"}).status_code == 422
    services.release_teacher(actor=pool.head, session=TeachingSession.objects.get(), words="改期")
    assert client.post(reverse("staff:close_own"), {"words": "退休"}).status_code == 302
    assert client.get(reverse("staff:show_own")).status_code == 200


def test_what_is_to_be_taught_stands_soonest_first_and_the_rest_apart(client, pool, monkeypatch):
    row = a_teacher(pool)
    days = [TUESDAY + timedelta(days=7 * week) for week in (2, 0, 1)]
    for day in days:
        wish = a_wish(pool, day=day, organisation=pool.school, territory=pool.school.territory)
        services.assign_teacher(actor=pool.head, public_id=uuid7(), teacher=row, wish=wish)
    of_last, of_first, of_middle = TeachingSession.objects.order_by("pk")
    own, kept = reverse("staff:show_own"), reverse("staff:show_teacher", args=[row.public_id])
    for person, page in ((row.person, own), (pool.head.person, kept)):
        client.force_login(person)
        assert list(client.get(page).context["page"]) == [of_first, of_middle, of_last]
        assert list(client.get(page, {"over": ""}).context["page"]) == []
    services.release_teacher(actor=pool.head, session=of_middle, words="改期")
    # In the middle of a session it is still to be taught; after it, it is over whether or not somebody checked in.
    monkeypatch.setattr(clock, "now", lambda: of_first.during.upper - timedelta(minutes=1))
    client.force_login(pool.head.person)
    assert list(client.get(kept).context["page"]) == [of_first, of_last]
    assert list(client.get(kept, {"over": ""}).context["page"]) == [of_middle]
    monkeypatch.setattr(clock, "now", lambda: of_first.during.upper)
    assert list(client.get(kept).context["page"]) == [of_last]
    assert list(client.get(kept, {"over": ""}).context["page"]) == [of_middle, of_first]


def test_an_agreement_is_drafted_again_from_one_that_is_there(client, pool):
    row = a_teacher(pool)
    old = drafted(pool, row, Form.CONCURRENT)
    page = reverse("staff:show_agreement", args=[old.public_id])
    draft = reverse("staff:draft_agreement", args=[row.public_id])
    client.force_login(pool.clerk.person)
    (link,) = re.findall(rf'href="({draft}\?like=[^"]*)"', said(client.get(page)))
    begun = client.get(link).context["form"]
    told = {name: begun[name].value() for name in begun.fields if begun[name].value() not in (None, "", False)}
    told["public_id"] = uuid7()
    assert told["receiver"] == pool.college.pk
    made = client.post(draft, told | {"purpose": "春季书法班"})
    assert made.status_code == 302, said(made)
    new = Agreement.objects.exclude(pk=old.pk).get()
    same = ("form", "receiver", "during", "weekly_minutes", "main_minutes", "is_full_time")
    assert [getattr(new, name) for name in same] == [getattr(old, name) for name in same]
    assert [hours.minutes for hours in new.hours.all()] == [hours.minutes for hours in old.hours.all()]
    assert new.purpose == "春季书法班"
    # What is no agreement with this person, or none of the viewer's own, fills in nothing.
    other = a_teacher(pool, "别的老师")
    strangers = reverse("staff:draft_agreement", args=[other.public_id])
    for address in (f"{strangers}?like={old.public_id}", f"{draft}?like={uuid7()}", f"{draft}?like=1"):
        assert not client.get(address).context["form"]["purpose"].value()
    # While consents are awaited the text is the one that was sent.
    services.send_agreement(actor=pool.clerk, agreement=old, at=NOW)
    assert "?like=" not in said(client.get(page))
    # The home unit reads it, and drafts none for the other unit.
    client.force_login(pool.head.person)
    assert "?like=" not in said(client.get(page))


def test_structure_and_limits(client, pool):
    client.force_login(pool.clerk.person)
    assert client.get(reverse("staff:show_structure")).status_code == 200
    district = pool.places["天河区"]
    assert district.name in said(client.get(reverse("staff:show_structure"), {"place": district.code}))
    operator = an_operator(pool.places["广州市"])
    client.force_login(operator.person)
    page = reverse("staff:set_limits")
    form = client.get(page).context["form"]
    data = {name: field.initial for name, field in form.fields.items() if field.initial is not None}
    data |= {"begins_on": (TODAY + timedelta(days=9)).isoformat(), "why": "委员会决定", "borrow_months": "10"}
    assert client.post(page, data | {"begins_on": TODAY.isoformat()}).status_code == 422
    assert client.post(page, data).status_code == 302
    assert LimitsVersion.objects.get().values["borrow_months"] == 10
    assert client.get(page).status_code == 200


def test_pages_ask_the_same_number_of_queries_however_long_they_are(client, pool):
    client.force_login(pool.head.person)
    client.get(reverse("staff:list_teachers"))  # what is kept in a cache is read once
    counts = []
    for _ in range(2):
        for number in range(3):
            sent(pool, a_teacher(pool, f"老师{number}"))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("staff:list_teachers")).status_code == 200
            assert client.get(reverse("staff:list_agreements")).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2027-13-40", "soon"])
def test_days_that_no_calendar_of_ours_holds_are_told_at_their_field(client, pool, day):
    row = a_teacher(pool)
    client.force_login(pool.clerk.person)
    wish = {"form": "borrow", "begins_on": day, "ends_on": day, "purpose": "课", "public_id": uuid7()}
    answer = client.post(reverse("staff:draft_agreement", args=[row.public_id]), wish)
    assert answer.status_code == 422
    assert {"begins_on", "ends_on"} <= set(answer.context["form"].errors)
    looked = client.get(reverse("staff:find_teachers"), {"subject": "dance", "level": "1", "on": day, "until": day})
    assert looked.status_code == 422
