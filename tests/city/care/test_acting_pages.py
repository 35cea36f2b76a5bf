"""Acting for somebody in the browser: chosen explicitly, said on every page, shut where nothing was entrusted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from city.situations import a_person, holding, small_city
from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.queries import Standing
from xuecheng.city.care import services
from xuecheng.city.care.models import Deed, Guardianship, Proxy
from xuecheng.city.care.rules import Task
from xuecheng.city.ids import uuid7

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return small_city()


@pytest.fixture
def elder(city):
    return a_person("冯国强", territory=city["五山街道"])


@pytest.fixture
def daughter(city):
    return a_person("冯嘉敏", territory=city["五山街道"])


def chosen(elder, helper, *tasks):
    return services.grant_proxy(
        actor=Standing(person=elder), public_id=uuid7(), helper=helper, tasks=tasks or ["account"],
        ends_on=clock.today() + timedelta(days=30), at=clock.now(),
    )  # fmt: skip


@pytest.fixture
def acting(client, elder, daughter):
    """A browser in which the daughter acts for the elder, for the account only."""
    proxy = chosen(elder, daughter)
    client.force_login(daughter)
    assert client.post(f"/care/helping/proxy/{proxy.public_id}/").status_code == 302
    return client, proxy


def test_a_strip_on_every_page_says_for_whom(acting):
    client, _proxy = acting
    for path in ("/care/helping/now/", "/account/", "/help/", "/organisations/"):
        page = client.get(path).content.decode()
        assert "xc-banner" in page, path
        assert "冯国强" in page, path


def test_what_was_entrusted_shows_the_persons_own_and_is_in_the_log(acting, elder, daughter):
    client, proxy = acting
    assert client.get("/account/").status_code == 200
    (row,) = Reading.objects.all()
    assert (row.person_id, row.reader_id, row.via, row.via_id) == (elder.pk, daughter.pk, "proxy", proxy.public_id)


def _walk(resolver: URLResolver, namespace: str = ""):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
        else:
            yield f"{namespace}{pattern.name}", pattern


def _address(name: str, pattern: URLPattern) -> str:
    values: dict[str, Any] = {
        "UUIDConverter": uuid7(),
        "IntConverter": 1,
        "StringConverter": "NOTHING",
        "SlugConverter": "x",
    }
    found = {key: values[type(one).__name__] for key, one in pattern.pattern.converters.items()}
    return reverse(name, kwargs=found or dict.fromkeys(pattern.pattern.regex.groupindex, "999999999999"))


ENTRUSTED = {
    Task.ACCOUNT: {"account:see_account", "account:see_line", "account:export_statement"},
    Task.RECORDS: {"account:list_records", "records:show_record"},
    Task.OBJECT: {"account:list_records", "records:show_record", "records:dispute_record", "records:drop_dispute"},
    Task.TRANSCRIPT: {
        "credentials:list_transcripts", "credentials:issue_transcript", "credentials:see_transcript",
        "credentials:download_transcript",
    },
    Task.ENROL: {
        "enrolment:enrol", "enrolment:list_own", "enrolment:take_calendar", "enrolment:show_enrolment",
        "enrolment:move_enrolment", "enrolment:transfer", "enrolment:show_charge",
    },
}  # fmt: skip
ALWAYS = {
    "desk:home", "care:show_entrusted", "care:stop_acting", "account_logout", "web:set_preferences", "web:parts",
    "web:list_help", "web:show_help", "web:show_words", "web:worker", "web:manifest", "web:without_network", "identity:stay",
    "web:robots", "web:favicon", "web:security_contact", "web:change_password",
}  # fmt: skip


@pytest.mark.usefixtures("plain_refusals")
@pytest.mark.parametrize("task", list(Task))
def test_every_address_is_shut_to_a_helper_but_what_was_named(client, elder, daughter, task):
    """Deny by default: a new page is shut to helpers until it says by which act it is entrusted.

    Every address is tried with one act; with the others those that any act opens.
    """
    proxy = chosen(elder, daughter, task.value)
    client.force_login(daughter)
    client.post(f"/care/helping/proxy/{proxy.public_id}/")
    open_to_helpers = set()
    for name, pattern in _walk(get_resolver()):
        if getattr(pattern.callback, "is_public", False):
            continue
        if task is not Task.ACCOUNT and not getattr(pattern.callback, "entrusted_act", None):
            continue
        address = _address(name, pattern)
        if (
            client.get(address).status_code != 403
            or name == "care:stop_acting"
            or client.post(address).status_code != 403
        ):
            open_to_helpers.add(name)
    assert open_to_helpers - ALWAYS == ENTRUSTED[task]


def test_leaving_gives_back_ones_own(acting, daughter):
    client, _proxy = acting
    assert client.post("/care/helping/stop/").status_code == 302
    page = client.get("/care/helpers/")
    assert page.status_code == 200
    assert "xc-banner" not in page.content.decode()


@pytest.mark.parametrize("how", ["ended", "ran out"])
def test_help_that_ends_is_over_in_an_open_session(acting, elder, how):
    client, proxy = acting
    assert client.get("/account/").status_code == 200
    if how == "ended":
        services.end_proxy(actor=Standing(person=elder), proxy=proxy, at=clock.now())
    else:
        Proxy.objects.filter(pk=proxy.pk).update(during=(proxy.during.lower, clock.now()))
    page = client.get("/care/helping/")
    assert page.status_code == 200
    assert "xc-banner" not in page.content.decode()
    client.get("/account/")
    assert Reading.objects.filter(person=elder).count() == 1, "what follows is the helper's own"


def test_nobody_acts_by_what_others_were_entrusted(client, elder, daughter):
    proxy = chosen(elder, daughter)
    client.force_login(a_person("别人"))
    assert client.post(f"/care/helping/proxy/{proxy.public_id}/").status_code == 404
    assert client.post(f"/care/helping/everything/{proxy.public_id}/").status_code == 404
    client.force_login(elder)
    assert client.post(f"/care/helping/proxy/{proxy.public_id}/").status_code == 404, "nor the person by their own"


def test_signing_out_leaves_it(acting, daughter):
    client, _proxy = acting
    client.logout()
    client.force_login(daughter)
    assert "xc-banner" not in client.get("/care/helping/").content.decode()


class TestWizard:
    def test_one_question_a_page_and_back(self, client, elder, daughter):
        client.force_login(elder)
        assert client.get("/care/helpers/new/check/").status_code == 302, "no step is skipped"
        assert client.post("/care/helpers/new/who/", {"helper": "nobody"}).status_code == 422
        assert client.post("/care/helpers/new/who/", {"helper": daughter.sign_in_name}).status_code == 302
        assert client.post("/care/helpers/new/what/", {}).status_code == 422
        assert client.post("/care/helpers/new/what/", {"tasks": ["account", "transcript"]}).status_code == 302
        assert client.post("/care/helpers/new/until/", {"days": "30"}).status_code == 302
        page = client.get("/care/helpers/new/check/")
        shown = page.content.decode()
        assert "冯*敏" in shown
        assert "冯嘉敏" not in shown, "a name is not learnt by trying sign-in names"
        sent = {"public_id": str(page.context["form"].initial["public_id"])}
        assert client.post("/care/helpers/new/check/", sent).status_code == 302
        proxy = Proxy.objects.get()
        assert (proxy.person, proxy.helper, proxy.how) == (elder, daughter, "alone")
        assert "冯嘉敏" in client.get("/care/helpers/").content.decode()

    def test_what_is_refused_is_told(self, client, elder):
        client.force_login(elder)
        client.post("/care/helpers/new/who/", {"helper": elder.sign_in_name})
        client.post("/care/helpers/new/what/", {"tasks": ["account"]})
        client.post("/care/helpers/new/until/", {"days": "30"})
        assert client.post("/care/helpers/new/check/", {"public_id": str(uuid7())}).status_code == 422

    def test_either_side_ends_it_on_a_page(self, client, elder, daughter):
        proxy = chosen(elder, daughter)
        client.force_login(a_person())
        assert client.get(f"/care/helpers/{proxy.public_id}/end/").status_code == 404
        assert client.post(f"/care/helpers/{proxy.public_id}/end/").status_code == 404
        client.force_login(daughter)
        assert client.get(f"/care/helpers/{proxy.public_id}/end/").status_code == 200
        assert client.post(f"/care/helpers/{proxy.public_id}/end/").url == "/care/helping/"
        proxy.refresh_from_db()
        assert proxy.ended_by == daughter


class TestCounterPages:
    @pytest.fixture
    def clerk_client(self, client, city):
        clerk = a_person("窗口员")
        holding(clerk, "counter_clerk", territory=city["天河区"])
        client.force_login(clerk)
        return client

    def test_a_helper_is_recorded_while_the_person_is_there(self, clerk_client, elder, daughter):
        address = f"/care/counter/{elder.public_id}/helper/"
        sent = {
            "public_id": str(uuid7()), "helper": daughter.sign_in_name, "helper_name": daughter.name,
            "tasks": ["account"], "ends_on": str(clock.today()),
        }  # fmt: skip
        assert clerk_client.post(address, sent).status_code == 422
        # A mistyped sign-in name of somebody else.
        wrong = clerk_client.post(address, sent | {"is_present": "on", "helper_name": "冯家明"})
        assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["helper_name"])
        assert daughter.name not in wrong.content.decode()
        for _time in range(2):
            assert clerk_client.post(address, sent | {"is_present": "on"}).status_code == 302
        assert Proxy.objects.get().how == "counter"
        assert "冯嘉敏" in clerk_client.get(f"/care/counter/{elder.public_id}/").content.decode()

    def test_a_guardian_is_recorded_consents_acts_and_the_child_is_asked(self, clerk_client, elder, daughter, client):
        born = clock.today().replace(year=clock.today().year - 9, day=1)
        sent = {
            "public_id": str(uuid7()), "guardian": daughter.sign_in_name, "guardian_name": daughter.name,
            "relation": "mother", "proof": "户口簿", "child_born_on": str(born),
        }  # fmt: skip
        address = f"/care/counter/{elder.public_id}/guardian/"
        assert clerk_client.post(address, sent | {"proof": "440106201601011234"}).status_code == 422
        assert clerk_client.post(address, sent | {"guardian_name": elder.name}).status_code == 422
        assert clerk_client.post(address, sent).status_code == 302
        made = Guardianship.objects.get()
        client.force_login(daughter)
        assert client.get(f"/care/helping/{made.public_id}/consent/").status_code == 200
        assert client.post(f"/care/helping/guardian/{made.public_id}/").status_code == 404
        assert client.post(f"/care/helping/{made.public_id}/consent/").status_code == 302
        assert client.post(f"/care/helping/guardian/{made.public_id}/").status_code == 302
        assert client.get("/account/").status_code == 200
        client.post("/care/helping/stop/")
        # The birthday comes.
        Guardianship.objects.filter(pk=made.pk).update(during=(made.during.lower, clock.now()))
        client.force_login(elder)
        assert "妈" not in client.get("/care/helpers/").content.decode()
        answer = client.post(f"/care/guardians/{made.public_id}/answer/", {"answer": "goes_on"})
        assert answer.url == "/care/helpers/new/what/"
        made.refresh_from_db()
        assert made.answer == "goes_on"

    def test_strangers_and_clerks_elsewhere_find_no_counter(self, client, elder, city):
        elsewhere = a_person("从化窗口")
        holding(elsewhere, "counter_clerk", territory=city["从化区"])
        for person in (elsewhere, a_person()):
            client.force_login(person)
            for page in ("", "helper/", "guardian/"):
                assert client.get(f"/care/counter/{elder.public_id}/{page}").status_code == 404


def test_lists_ask_a_fixed_number_of_queries(elder, daughter, django_assert_max_num_queries):
    for number in range(4):
        chosen(elder, a_person(f"帮手{number}"))
    client = Client()
    client.force_login(elder)
    with django_assert_max_num_queries(12):
        assert client.get("/care/helpers/").status_code == 200
    assert not Deed.objects.exists()
