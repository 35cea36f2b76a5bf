"""Every form of places, sent with more than it asks for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse

from attacks.forms.walking import Walk
from attacks.forms.walks import at_browser, passes
from city.situations import a_registrar, an_operator, an_organisation
from coordination.facilities.situations import a_booking, a_town, a_wait, booked, open_always
from xuecheng.city import clock
from xuecheng.city.territories.models import Installation
from xuecheng.coordination.facilities import rules
from xuecheng.coordination.facilities.models import Booking, BookingSeries, Closure, LoanRequest, RoomLoan, Space, Venue

WHY = {"why": "穗教〔2026〕1号"}
TODAY = clock.today()


@passes(
    "facilities:create_venue", "facilities:change_venue", "facilities:change_state", "facilities:set_hours",
    "facilities:add_space", "facilities:change_space", "facilities:add_closure", "facilities:end_closure",
    "facilities:set_terms", "facilities:lend_room", "facilities:end_loan",
)  # fmt: skip
def test_keeping(walk: Walk) -> None:
    town = a_town()
    keeper = at_browser(town.keeper.person)
    venue: dict[str, Any] = {
        "name_zh": "分馆", "kind": "library", "owner": town.college.pk, "territory": town.city["五山街道"].code,
        "address": "2号",
    } | WHY  # fmt: skip
    walk.post("facilities:create_venue", keeper, venue)
    made = Venue.objects.get(name_zh="分馆").public_id
    walk.post("facilities:change_venue", keeper, {"address": "3号"} | WHY, public_id=made)
    walk.post("facilities:change_state", keeper, WHY, public_id=made)
    walk.post("facilities:set_hours", keeper, {"day_0": "09:00-12:00"} | WHY, public_id=made)
    room = {"name_zh": "教室", "sharing": "whole", "capacity": "20", "buffer_before": "0", "buffer_after": "0"} | WHY
    walk.post("facilities:add_space", keeper, room, public_id=made)
    space = Space.objects.get(venue__public_id=made).public_id
    walk.post("facilities:change_space", keeper, {"capacity": "30"} | WHY, public_id=space)
    closure = {
        "kind": "closure", "begins_at": f"{TODAY}T09:00", "ends_at": f"{TODAY + timedelta(days=9)}T09:00",
        "reason": "盘点",
    }  # fmt: skip
    walk.post("facilities:add_closure", keeper, closure, public_id=made)
    walk.post("facilities:end_closure", keeper, WHY, public_id=Closure.objects.get().public_id)
    lent = {
        "borrower": an_organisation(town.city["天河区"]).code, "begins_on": str(TODAY),
        "ends_on": str(TODAY + timedelta(days=60)), "weekdays": ["0", "2"], "begins": "19:00", "ends": "21:00",
        "purpose": "书法班",
    }  # fmt: skip
    walk.post("facilities:lend_room", keeper, lent, public_id=made)
    ended = {"ended_on": str(TODAY + timedelta(days=30))} | WHY
    walk.post("facilities:end_loan", keeper, ended, public_id=RoomLoan.objects.get().public_id)
    Installation.objects.get_or_create(pk=1, defaults={"city": town.city["广州市"]})
    walk.post("facilities:set_terms", at_browser(an_operator(town.city["广州市"]).person), WHY)


@passes("facilities:ask_for_room", "facilities:answer_request")
def test_asking(walk: Walk) -> None:
    town = a_town()
    unit = an_organisation(town.city["从化区"])
    asker, keeper = at_browser(a_registrar(unit).person), at_browser(town.keeper.person)
    wish = {
        "unit": unit.pk, "begins_on": str(TODAY), "ends_on": str(TODAY + timedelta(days=60)), "weekdays": ["0", "2"],
        "begins": "19:00", "ends": "21:00", "purpose": "书法班",
    }  # fmt: skip
    walk.post("facilities:ask_for_room", asker, wish, public_id=town.venue.public_id)
    made = LoanRequest.objects.get()
    page = reverse("facilities:show_request", args=[made.public_id])
    walk.post("facilities:answer_request", keeper, WHY, page=page, public_id=made.public_id, verb="refuse")


@passes(
    "facilities:book_space", "facilities:book_series", "facilities:cancel_booking", "facilities:check_in",
    "facilities:confirm_booking", "facilities:excuse_no_show", "facilities:cancel_series", "facilities:answer_wait",
)  # fmt: skip
def test_booking(walk: Walk) -> None:
    town = a_town()
    keeper = at_browser(town.keeper.person)
    room = open_always(town.keeper, town.college)
    use = {"heads": "10", "group_name": "合唱团", "purpose": "排练"}
    day = str(TODAY + timedelta(days=2))
    once = {"on": day, "begins": "09:00", "ends": "10:00"} | use
    walk.post("facilities:book_space", keeper, once, public_id=room.public_id)
    made = Booking.objects.get()
    page = reverse("facilities:show_booking", args=[made.public_id])
    walk.post("facilities:cancel_booking", keeper, WHY, page=page, public_id=made.public_id)
    monday = rules.week_of(TODAY) + timedelta(weeks=1)
    series = {
        "begins_on": str(monday), "ends_on": str(monday + timedelta(weeks=2)), "weekday": "0", "begins": "19:00",
        "ends": "21:00", "every_weeks": "1",
    } | use  # fmt: skip
    walk.post("facilities:book_series", keeper, series, public_id=room.public_id)
    many = BookingSeries.objects.get()
    page = reverse("facilities:show_series", args=[many.public_id])
    walk.post("facilities:cancel_series", keeper, WHY, page=page, public_id=many.public_id)
    wait = a_wait(town.keeper, town.college, is_offered=True)
    waits = reverse("facilities:list_waits")
    walk.post("facilities:answer_wait", keeper, {}, page=waits, public_id=wait.public_id, verb="leave")
    now = clock.now()
    here = booked(town, room, now + timedelta(minutes=5), now + timedelta(hours=1), at=now)
    page = reverse("facilities:show_booking", args=[here.public_id])
    walk.post("facilities:check_in", keeper, {}, page=page, public_id=here.public_id)
    for name, state in (("confirm_booking", "proposed"), ("excuse_no_show", "released")):
        other = a_booking(town.keeper, town.college, group_name=name)
        Booking.objects.filter(pk=other.pk).update(state=state)
        page = reverse("facilities:show_booking", args=[other.public_id])
        walk.post(
            f"facilities:{name}", keeper, WHY if state == "released" else {}, page=page, public_id=other.public_id
        )
