"""Pages of places: what everybody sees, what keepers do, what is refused at its field."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from city.situations import a_person, an_operator
from coordination.facilities.situations import a_series, booked, on
from xuecheng.city import clock
from xuecheng.city.ids import uuid7
from xuecheng.coordination.facilities import rules
from xuecheng.coordination.facilities.models import Booking, BookingSeries, Closure, Space, Terms, Venue, WeeklyHours

pytestmark = pytest.mark.django_db
MONDAY = rules.week_of(clock.today()) + timedelta(weeks=1)
"""Next week: pages ask the real clock."""


def said(answer):
    return answer.content.decode()


def page(name, *args):
    return reverse(f"facilities:{name}", args=args)


@pytest.fixture
def keeper(town, client):
    client.force_login(town.keeper.person)
    return client


def at(text, *, day=0):
    return on(MONDAY + timedelta(days=day), text)


class TestForEverybody:
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_what_is_where(self, town, client, language):
        client.cookies["django_language"] = language
        Venue.objects.filter(pk=town.venue.pk).update(accessibility=["lift"])
        answer = said(client.get(page("list_venues")))
        assert "学院楼" in answer
        assert "五山路1号" in answer
        for query, found in (("text=学院", True), ("text=别处", False), ("kind=library", False), ("accessibility=lift", True),
                             ("district=440106000000", True), ("district=440117000000", False),
                             ("district=440106000000&street=440106002000", False)):  # fmt: skip
            assert ("五山路1号" in said(client.get(f"{page('list_venues')}?{query}"))) is found, query

    def test_one_place_tells_its_hours_and_what_is_taken_but_not_by_whom(self, town, client):
        made = booked(town, town.left, at("09:00"), at("10:00"), at=clock.now())
        address = f"{page('show_venue', town.venue.public_id)}?week={MONDAY}"
        answer = said(client.get(address))
        assert "08:00–22:00" in answer
        assert "09:00–10:00" in answer
        assert made.group_name not in answer
        assert made.purpose not in answer
        client.force_login(town.keeper.person)
        assert made.group_name in said(client.get(address))

    def test_a_place_that_is_not_there(self, client, town):
        assert client.get(page("show_venue", uuid7())).status_code == 404

    def test_a_week_that_is_none_is_this_week(self, client, town):
        for week in ("x", "9999-99-99", "0001-01-01"):
            assert client.get(f"{page('show_venue', town.venue.public_id)}?week={week}").status_code == 200

    def test_free_rooms(self, town, client):
        address = page("find_free")
        wish = {"on": str(MONDAY), "begins": "19:00", "ends": "21:00", "heads": 41}
        answer = said(client.get(address, wish))
        assert "礼堂" in answer
        assert "礼堂左" not in answer
        weekly = wish | {"until": str(MONDAY + timedelta(weeks=3)), "heads": 1}
        assert client.get(address, weekly).status_code == 200
        assert client.get(address, wish | {"on": "2020-01-01"}).status_code == 422
        assert client.get(address, wish | {"until": str(MONDAY + timedelta(days=401))}).status_code == 422
        nobody = said(client.get(address, wish | {"heads": 9000}))
        assert "礼堂" not in nobody

    def test_a_resident_books_nothing(self, town, client):
        client.force_login(a_person("路人"))
        assert client.get(page("book_space", town.hall.public_id)).status_code == 403
        assert client.get(page("list_bookings")).status_code == 403


class TestKeeping:
    def test_a_place_is_entered_changed_closed_and_opened_again(self, town, keeper):
        typed = {
            "public_id": str(uuid7()), "name_zh": "图书分馆", "kind": "library", "owner": town.college.pk,
            "territory": town.city["五山街道"].code, "address": "2号", "latitude": "23.129110", "longitude": "113.264385",
            "accessibility": ["lift"], "makeup_weekday": "4", "why": "新馆",
        }  # fmt: skip
        assert keeper.get(page("create_venue")).status_code == 200
        assert keeper.post(page("create_venue"), typed | {"latitude": ""}).status_code == 422
        answer = keeper.post(page("create_venue"), typed)
        made = Venue.objects.get(name_zh="图书分馆")
        assert answer.url == page("show_venue", made.public_id)
        assert (made.makeup_weekday, made.accessibility, str(made.latitude)) == (4, ["lift"], "23.129110")
        assert keeper.get(page("change_venue", made.public_id)).status_code == 200
        keeper.post(page("change_venue", made.public_id), typed | {"address": "3号"})
        made.refresh_from_db()
        assert made.address == "3号"
        for state in ("closed", "open"):
            assert keeper.get(page("change_state", made.public_id)).status_code == 200
            keeper.post(page("change_state", made.public_id), {"why": "装修"})
            made.refresh_from_db()
            assert made.state == state

    def test_rooms(self, town, keeper):
        typed = {
            "public_id": str(uuid7()), "name_zh": "舞台", "parent": town.hall.pk, "sharing": "whole", "capacity": 10,
            "equipment": ["stage"], "buffer_before": 0, "buffer_after": 5, "why": "新隔出来的",
        }  # fmt: skip
        address = page("add_space", town.venue.public_id)
        assert keeper.get(address).status_code == 200
        assert keeper.post(address, typed | {"name_zh": "礼堂"}).status_code == 422
        assert keeper.post(address, typed).status_code == 302
        room = Space.objects.get(name_zh="舞台")
        assert room.parent == town.hall
        assert keeper.get(page("change_space", room.public_id)).status_code == 200
        keeper.post(page("change_space", room.public_id), typed | {"capacity": 12})
        room.refresh_from_db()
        assert room.capacity == 12

    def test_hours_as_people_write_them(self, town, keeper):
        address = page("set_hours", town.venue.public_id)
        assert "08:00–22:00" in said(keeper.get(address))
        typed = {"use": "open", "from_on": str(MONDAY), "why": "冬季", "day_0": "8:30-12:00，14：00～24:00"}
        for wrong in ("8点", "12:00-08:00", "08:61-09:00", "22:00-24:01", "08:00-10:00, 09:00-11:00"):
            assert keeper.post(address, typed | {"day_0": wrong}).status_code == 422
        assert keeper.post(address, typed).status_code == 302
        held = WeeklyHours.objects.filter(venue=town.venue, during__startswith=MONDAY)
        assert [(one.minutes.lower, one.minutes.upper) for one in held.order_by("minutes")] == [(510, 720), (840, 1440)]

    def test_closures(self, town, keeper):
        address = page("add_closure", town.venue.public_id)
        typed = {
            "public_id": str(uuid7()), "kind": "closure", "begins_at": f"{MONDAY}T09:00", "ends_at": f"{MONDAY}T10:00",
            "reason": "消防演练",
        }  # fmt: skip
        assert keeper.get(address).status_code == 200
        assert keeper.post(address, typed | {"ends_at": ""}).status_code == 422
        assert keeper.post(address, typed).status_code == 302
        closure = Closure.objects.get()
        assert "消防演练" in said(keeper.get(page("show_venue", town.venue.public_id)))
        assert keeper.get(page("end_closure", closure.public_id)).status_code == 200
        keeper.post(page("end_closure", closure.public_id), {"why": "改期"})
        assert not Closure.objects.exists()

    def test_terms(self, town, client):
        client.force_login(an_operator(town.city["广州市"]).person)
        from xuecheng.city.territories.models import Installation

        Installation.objects.get_or_create(pk=1, defaults={"city": town.city["广州市"]})
        address = page("set_terms")
        typed = {
            "level": "district", "begins_on": str(clock.today()), "check_in_minutes": 20, "no_shows": 3,
            "suspension_days": 30, "season_days": 120, "reserve_percent": 15, "days_ahead": 90, "open_bookings": 20,
            "level_closed": "warn", "level_holiday": "block", "level_defect": "block", "level_quota": "block", "why": "1号文",
        }  # fmt: skip
        assert client.get(address).status_code == 200
        assert client.post(address, typed | {"begins_on": "2020-01-01"}).status_code == 422
        assert client.post(address, typed).status_code == 302
        assert Terms.objects.get().levels["closed"] == "warn"
        assert client.get(f"{address}?level=street").status_code == 200


class TestBooking:
    def typed(self, **more):
        return {
            "public_id": str(uuid7()), "on": str(MONDAY), "begins": "19:00", "ends": "21:00", "heads": 10,
            "group_name": "合唱团", "purpose": "排练",
        } | more  # fmt: skip

    def test_booked_seen_and_cancelled(self, town, keeper):
        address = page("book_space", town.hall.public_id)
        assert keeper.get(f"{address}?on={MONDAY}&begins=19:00").status_code == 200
        answer = keeper.post(address, self.typed())
        made = Booking.objects.get()
        assert answer.url == page("show_booking", made.public_id)
        assert "合唱团" in said(keeper.get(answer.url))
        assert "合唱团" in said(keeper.get(page("list_bookings")))
        refused = keeper.post(page("cancel_booking", made.public_id), {"why": ""})
        assert refused.status_code == 422
        assert 'id="id_why_error"' in said(refused), "the error stands beside its field"
        keeper.post(page("cancel_booking", made.public_id), {"why": "散了"})
        made.refresh_from_db()
        assert made.state == "cancelled"

    def test_a_refusal_stands_at_its_field_with_the_remedy(self, town, keeper):
        keeper.post(page("book_space", town.hall.public_id), self.typed())
        keeper.cookies["django_language"] = "en"
        answer = keeper.post(page("book_space", town.left.public_id), self.typed())
        assert answer.status_code == 422
        assert "is taken from" in str(answer.context["form"].errors["begins"])
        answer = keeper.post(page("book_space", town.left.public_id), self.typed(heads=41))
        assert "heads" in answer.context["form"].errors

    def test_over_midnight_and_over_days(self, town, keeper):
        WeeklyHours.objects.filter(venue=town.venue).update(minutes=(0, 1440))
        keeper.post(page("book_space", town.hall.public_id), self.typed(begins="22:00", ends="02:00"))
        night = Booking.objects.get()
        assert night.ends_at - night.begins_at == timedelta(hours=4)
        later = MONDAY + timedelta(days=2)
        typed = self.typed(on=str(later), begins="00:00", ends="00:00", ends_on=str(later + timedelta(days=2)))
        keeper.post(page("book_space", town.hall.public_id), typed)
        assert Booking.objects.filter(during__contains=on(later, "23:59")).exists()

    def test_coming_and_not_coming(self, town, keeper):
        now = clock.now()
        WeeklyHours.objects.filter(venue=town.venue).update(minutes=(0, 1440))
        WeeklyHours.objects.create(
            venue=town.venue, use="open", weekday=6, minutes=(0, 1440), during=("2023-01-01", None)
        )
        made = booked(town, town.left, now, now + timedelta(hours=1), at=now)
        keeper.post(page("check_in", made.public_id))
        made.refresh_from_db()
        assert made.checked_in_at is not None
        missed = booked(town, town.right, now, now + timedelta(hours=1), at=now)
        Booking.objects.filter(pk=missed.pk).update(state="released")
        assert keeper.get(page("show_booking", missed.public_id)).status_code == 200
        keeper.post(page("excuse_no_show", missed.public_id), {"why": "停电"})
        missed.refresh_from_db()
        assert missed.is_excused

    def test_proposed_waits_in_the_menu_until_it_is_confirmed(self, town, keeper):
        known = Terms.objects.create(level="district", begins_on="2026-01-01", levels={"closed": "block_release"})
        sunday = str(MONDAY + timedelta(days=6))
        keeper.post(page("book_space", town.hall.public_id), self.typed(on=sunday))
        made = Booking.objects.get()
        assert made.state == "proposed"
        assert (
            said(keeper.get(page("show_booking", made.public_id))).count(page("confirm_booking", made.public_id)) == 1
        )
        keeper.post(page("confirm_booking", made.public_id))
        made.refresh_from_db()
        assert made.state == "proposed", "the conflict is still there"
        known.levels = {}
        known.save()
        Terms.objects.filter(pk=known.pk).update(levels={"closed": "warn"})
        keeper.post(page("confirm_booking", made.public_id))
        made.refresh_from_db()
        assert made.state == "confirmed"

    def test_a_series_shows_each_date_with_its_reason(self, town, keeper):
        booked(town, town.left, at("19:00", day=7), at("20:00", day=7), at=clock.now())
        address = page("book_series", town.left.public_id)
        assert keeper.get(f"{address}?on={MONDAY}&until={MONDAY}").status_code == 200
        typed = {
            "public_id": str(uuid7()), "begins_on": str(MONDAY), "ends_on": str(MONDAY + timedelta(weeks=3)),
            "weekday": "0", "begins": "19:00", "ends": "21:00", "every_weeks": "1", "heads": 10,
            "exceptions": str(MONDAY + timedelta(weeks=2)), "group_name": "书法班", "purpose": "上课",
        }  # fmt: skip
        assert keeper.post(address, typed | {"exceptions": "明天"}).status_code == 422
        answer = keeper.post(address, typed)
        made = BookingSeries.objects.get()
        assert answer.url == page("show_series", made.public_id)
        keeper.cookies["django_language"] = "en"
        answer = said(keeper.get(answer.url))
        assert "2 dates booked, 1 refused" in answer
        assert "is taken from" in answer
        assert "left out" in answer
        keeper.post(page("cancel_series", made.public_id), {"why": ""})
        assert made.bookings.filter(state="confirmed").count() == 2
        keeper.post(page("cancel_series", made.public_id), {"why": "老师走了"})
        assert made.bookings.filter(state="cancelled").count() == 2

    def test_another_colleges_staff_see_no_booking(self, town, client):
        from city.situations import a_registrar, an_organisation

        made = booked(town, town.left, at("09:00"), at("10:00"), at=clock.now())
        series = a_series(town, town.right, at=clock.now(), begins_on=MONDAY, ends_on=MONDAY + timedelta(weeks=1))
        client.force_login(a_registrar(an_organisation(town.city["从化区"])).person)
        assert client.get(page("show_booking", made.public_id)).status_code == 403
        assert client.get(page("show_series", series.public_id)).status_code == 403
        assert client.post(page("cancel_booking", made.public_id), {"why": "x"}).status_code == 403
        assert made.group_name not in said(client.get(page("list_bookings")))
        assert made.group_name not in said(client.get(f"{page('show_venue', town.venue.public_id)}?week={MONDAY}"))


def test_pages_ask_as_much_for_many_as_for_few(town, django_assert_max_num_queries):
    client = Client()
    client.force_login(town.keeper.person)
    for hour in range(8, 20):
        booked(town, town.left, at(f"{hour:02d}:00"), at(f"{hour:02d}:30"), at=clock.now(), group_name=f"团{hour}")
    for address, most in (
        (f"{page('show_venue', town.venue.public_id)}?week={MONDAY}", 14),
        (page("list_bookings"), 9),
        (page("list_venues"), 11),
    ):
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200
