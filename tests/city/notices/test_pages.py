"""A person's notices and choices, and the operators' outbox, as pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from city.notices.situations import CODE, NEWS, NOON, REMINDER, SERIOUS, deliver, reachable
from city.situations import a_person, an_organisation, holding
from xuecheng.city.notices import sending
from xuecheng.city.notices.models import ChannelChoice, Message, Notice, Preference
from xuecheng.city.notices.senders import Undeliverable
from xuecheng.city.notices.services import tell

pytestmark = pytest.mark.django_db
LIST, CHOOSE, OUTBOX = "/notices/", "/notices/choices/", "/outbox/"


@pytest.fixture
def client_of_chen(client, chen):
    client.force_login(chen)
    return client


def news(person, many=1, kind=NEWS, about=()):
    for number in range(many):
        tell(person, kind, {"what": f"class {number}"}, key=f"{kind}{number}", at=NOON, about=about)


class TestList:
    def test_an_empty_one_says_what_will_stand_there(self, client_of_chen):
        page = client_of_chen.get(LIST).content.decode()
        assert "还没有消息" in page

    def test_the_newest_stands_first_with_its_words(self, client_of_chen, chen):
        news(chen, many=2)
        page = client_of_chen.get(LIST).content.decode()
        assert page.index("class 1") < page.index("class 0")

    @pytest.mark.counted
    def test_the_number_beside_the_bell_is_of_what_is_new(self, client_of_chen, chen):
        news(chen, many=3)
        assert ">3<span" in client_of_chen.get(LIST).content.decode()
        client_of_chen.post("/notices/read/")
        page = client_of_chen.get(LIST).content.decode()
        assert "xc-count" not in page

    @pytest.mark.counted
    def test_beyond_ninety_nine_it_is_not_counted_further(self, client_of_chen, chen):
        news(chen, many=120)
        assert "99+" in client_of_chen.get(LIST).content.decode()

    def test_opening_one_leads_to_what_it_is_about_and_it_is_new_no_more(self, client_of_chen, chen):
        news(chen, about=("notices:choose",))
        notice = Notice.objects.get()
        answer = client_of_chen.get(f"/notices/{notice.message_id}/")
        assert (answer.status_code, answer.url) == (302, CHOOSE)
        notice.refresh_from_db()
        assert notice.read_at is not None
        client_of_chen.post(f"/notices/{notice.message_id}/unread/")
        notice.refresh_from_db()
        assert notice.read_at is None

    def test_one_about_no_page_has_a_page_of_its_own(self, client_of_chen, chen):
        news(chen)
        answer = client_of_chen.get(f"/notices/{Notice.objects.get().message_id}/")
        assert answer.status_code == 200
        assert "Look at it." in answer.content.decode()

    def test_one_about_a_page_that_is_gone_breaks_nothing(self, client_of_chen, chen):
        news(chen, about=("gone:page", 1))
        assert client_of_chen.get(f"/notices/{Notice.objects.get().message_id}/").status_code == 200
        assert client_of_chen.get(LIST).status_code == 200

    def test_another_persons_is_not_there(self, client_of_chen, chen):
        news(a_person("别人"))
        name = Notice.objects.get().message_id
        assert client_of_chen.get(f"/notices/{name}/").status_code == 404
        assert client_of_chen.post(f"/notices/{name}/unread/").status_code == 404
        assert "class 0" not in client_of_chen.get(LIST).content.decode()
        client_of_chen.post("/notices/read/")
        assert Notice.objects.get().read_at is None

    def test_only_the_new_ones_can_be_shown_page_by_page(self, client_of_chen, chen):
        news(chen, many=30)
        Notice.objects.filter(values__what="class 29").update(read_at=NOON)
        page = client_of_chen.get(f"{LIST}?show=unread").content.decode()
        assert "class 29" not in page
        assert "class 28" in page
        assert "after=" in page

    @pytest.mark.parametrize("many", [1, 25])
    def test_it_takes_a_fixed_number_of_queries(self, client_of_chen, chen, many, django_assert_max_num_queries):
        news(chen, many=many)
        client_of_chen.get(LIST)
        with django_assert_max_num_queries(7):
            client_of_chen.get(LIST)

    def test_it_is_kept_by_no_cache(self, client_of_chen):
        assert "no-store" in client_of_chen.get(LIST)["Cache-Control"]

    def test_below_a_reminder_one_tap_ends_them(self, client_of_chen, chen):
        news(chen, kind=REMINDER)
        assert "/choices/off/" in client_of_chen.get(LIST).content.decode()
        client_of_chen.post("/notices/choices/off/", {"kind": REMINDER})
        tell(chen, REMINDER, {"what": "x"}, key="next", at=NOON + timedelta(days=8))
        assert Notice.objects.count() == 1

    def test_what_must_be_told_is_not_ended_by_a_tap(self, client_of_chen, chen):
        client_of_chen.post("/notices/choices/off/", {"kind": SERIOUS})
        client_of_chen.post("/notices/choices/off/", {"kind": "made.up"})
        assert not ChannelChoice.objects.exists()

    def test_who_is_not_signed_in_has_no_bell(self, client, db):
        assert LIST not in client.get("/").content.decode()


class TestChoices:
    def wish(self, page, **more):
        said = {"digest": "daily", "quiet_from": "20:00", "quiet_until": "09:00", "language": "en"}
        return said | more

    def test_without_a_verified_address_it_says_so_and_offers_no_switch(self, client, db, told):
        client.force_login(a_person())
        page = client.get(CHOOSE).content.decode()
        assert "还没有核实过的邮箱或手机号" in page
        # A reminder can be ended here all the same.
        assert page.count('type="checkbox"') == 1

    def test_what_is_chosen_holds_and_only_what_differs_is_kept(self, client_of_chen, chen):
        form = client_of_chen.get(CHOOSE).context["form"]
        names = {kind.name: name for name, kind in form.offered.items()}
        answer = client_of_chen.post(
            CHOOSE, self.wish(form) | {names[NEWS]: ["sms"], names[SERIOUS]: [], names[REMINDER]: ["site"]}
        )
        assert answer.status_code == 302
        kept = ChannelChoice.objects.filter(kind__in=[NEWS, SERIOUS, REMINDER])
        assert {(one.kind, one.channel): one.is_wanted for one in kept} == {
            (NEWS, "email"): False,
            (NEWS, "sms"): True,
        }
        wish = Preference.objects.get(pk=chen.pk)
        assert (wish.digest, f"{wish.quiet_from:%H:%M}", wish.language) == ("daily", "20:00", "en")
        ticked = client_of_chen.get(CHOOSE).context["form"]
        assert ticked[names[NEWS]].initial == ["sms"]

    def test_the_switches_lie_under_the_rooms_that_tell(self, client_of_chen):
        form = client_of_chen.get(CHOOSE).context["form"]
        rooms = {room: [form.offered[field.name].name for field in fields] for room, fields in form.rooms()}
        assert rooms["认定"]
        assert all(name.partition(".")[0] == "enrolment" for name in rooms["报名"])
        told = [name for names in rooms.values() for name in names]
        assert sorted(told) == sorted(kind.name for name, kind in form.offered.items() if form.fields[name].choices)

    def test_hours_that_never_end_are_refused_at_their_field(self, client_of_chen):
        form = client_of_chen.get(CHOOSE).context["form"]
        answer = client_of_chen.post(CHOOSE, self.wish(form, quiet_until="20:00"))
        assert answer.status_code == 422
        assert "quiet_until" in answer.context["form"].errors
        assert not Preference.objects.exists()

    def test_a_resident_is_not_asked_about_the_work_of_staff(self, client_of_chen):
        offered = client_of_chen.get(CHOOSE).context["form"].offered.values()
        assert "imports.written" not in {kind.name for kind in offered}

    def test_a_registrar_is(self, client, chen, city):
        holding(chen, "registrar", organisation=an_organisation(city["天河区"]))
        client.force_login(chen)
        offered = client.get(CHOOSE).context["form"].offered.values()
        assert "imports.written" in {kind.name for kind in offered}


@pytest.fixture
def resident(city, told):
    return reachable(a_person("李娟", territory=city["五山街道"]), told)


class TestOutbox:
    def test_it_shows_to_whom_and_how_far_and_never_what(self, operator_client, resident, provider):
        news(resident)
        provider.trouble = [Undeliverable("smtp-554")]
        deliver()
        page = operator_client.get(OUTBOX).content.decode()
        assert "李娟" in page
        assert "smtp-554" in page
        assert "class 0" not in page.split("<main")[1]

    def test_a_code_is_there_without_its_number_and_itself(self, operator_client, provider):
        sending.send("phone", "13912345678", CODE, {"code": "804512"}, message_id="1", at=NOON)
        for address in (OUTBOX, "/outbox.csv"):
            answer = operator_client.get(address)
            page = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
            assert "Code" in page
            assert "804512" not in page
            assert "139" not in page.split("<main")[-1]

    def test_one_given_up_is_sent_again_and_a_code_is_not(self, operator_client, resident, provider):
        news(resident)
        sending.send("phone", "13912345678", CODE, {"code": "804512"}, message_id="1", at=NOON)
        provider.trouble = [Undeliverable("x")] * 2
        deliver()
        for message in Message.objects.all():
            operator_client.post(f"/outbox/{message.message_id}/again/")
        assert Message.objects.get(person=resident).state == Message.State.WAITING
        assert Message.objects.get(person=None).state == Message.State.FAILED

    def test_it_can_be_narrowed(self, operator_client, resident, provider):
        news(resident)
        assert operator_client.get(f"{OUTBOX}?state=sent").context["page"].rows == ()
        assert len(operator_client.get(f"{OUTBOX}?state=waiting&channel=email&kind={NEWS}").context["page"]) == 1

    def test_an_operator_of_another_district_sees_nothing_of_it(self, city, resident):
        news(resident)
        sending.send("phone", "13912345678", CODE, {"code": "804512"}, message_id="1", at=NOON)
        other = a_person("外区")
        holding(other, "operator", territory=city["从化区"])
        client = Client()
        client.force_login(other)
        assert client.get(OUTBOX).context["page"].rows == ()
        message = Message.objects.filter(person=resident).get()
        assert client.post(f"/outbox/{message.message_id}/again/").status_code == 404

    def test_a_resident_sees_none_of_it(self, resident_client, resident):
        news(resident)
        assert resident_client.get(OUTBOX).status_code == 403
        assert resident_client.get("/outbox.csv").status_code == 403
        message = Message.objects.get()
        assert resident_client.post(f"/outbox/{message.message_id}/again/").status_code == 403

    @pytest.mark.parametrize("many", [1, 25])
    def test_it_takes_a_fixed_number_of_queries(self, operator_client, resident, many, django_assert_max_num_queries):
        news(resident, many=many)
        operator_client.get(OUTBOX)
        with django_assert_max_num_queries(13):
            operator_client.get(OUTBOX)

    def test_the_file_speaks_the_readers_language(self, operator_client, resident):
        news(resident)
        operator_client.cookies["django_language"] = "en"
        text = b"".join(operator_client.get("/outbox.csv").streaming_content).decode()
        assert "waiting" in text


def test_the_addresses_are_what_links_in_mails_rest_on():
    assert reverse("notices:list_notices") == LIST
