"""Whose forwarded headers are believed, what limits count by, what is logged of denials, how long statements take."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path, reverse

from city.api.programs import Program, a_town
from city.situations import a_person, an_operator, small_city
from xuecheng.city.api.models import AskedCount
from xuecheng.city.notices.models import Message
from xuecheng.city.rights import public
from xuecheng.config import database, environment
from xuecheng.config.logs import Line
from xuecheng.config.urls import handler400, handler403, handler404, handler500
from xuecheng.config.urls import urlpatterns as all_urls
from xuecheng.web.requests import Arrival


def waits(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("set statement_timeout = 50")
        try:
            cursor.execute("select pg_sleep(5)")
        finally:
            cursor.execute("set statement_timeout = 0")
    return HttpResponse()


urlpatterns = [path("waits/", public(waits), name="waits"), *all_urls]
__all__ = ["handler400", "handler403", "handler404", "handler500"]


def arrived(settings: Any, *, peer: str, ours: list[str], **headers: str) -> HttpRequest:
    settings.PROXY_ADDRESSES = ours
    request = RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)
    Arrival(lambda _request: HttpResponse())(request)
    return request


@pytest.mark.parametrize(
    ("peer", "ours", "forwarded", "client"),
    [
        ("203.0.113.9", [], "198.51.100.1", "203.0.113.9"),
        ("203.0.113.9", ["127.0.0.1"], "198.51.100.1", "203.0.113.9"),
        ("127.0.0.1", ["127.0.0.1"], "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", ["127.0.0.1"], "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", ["127.0.0.1", "10.0.0.0/8"], "6.6.6.6, 198.51.100.1, 10.1.2.3", "198.51.100.1"),
        ("::ffff:10.1.2.3", ["10.0.0.0/8"], "2001:db8::1", "2001:db8::1"),
        ("127.0.0.1", ["127.0.0.1"], "6.6.6.6, nonsense", "127.0.0.1"),
        ("127.0.0.1", ["127.0.0.1"], "", "127.0.0.1"),
    ],
)
def test_the_client_is_the_last_that_none_of_our_proxies_is(
    settings: Any, peer: str, ours: list[str], forwarded: str, client: str
) -> None:
    request = arrived(settings, peer=peer, ours=ours, **{"x-forwarded-for": forwarded} if forwarded else {})
    assert request.META["REMOTE_ADDR"] == client


def test_https_is_believed_of_our_own_proxies_only(settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    said = {"x-forwarded-proto": "https"}
    assert arrived(settings, peer="127.0.0.1", ours=["127.0.0.1"], **said).is_secure()
    assert not arrived(settings, peer="203.0.113.9", ours=["127.0.0.1"], **said).is_secure()
    assert not arrived(settings, peer="127.0.0.1", ours=[], **said).is_secure()


def test_an_address_that_is_none_is_told_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUECHENG_PROXY_ADDRESSES", "10.0.0.0/8, the proxy")
    with pytest.raises(environment.SettingInvalid, match="the proxy"):
        environment.networks("XUECHENG_PROXY_ADDRESSES", "x")


@pytest.mark.django_db
def test_the_interface_counts_by_the_client_and_not_by_the_proxy(settings: Any) -> None:
    settings.PROXY_ADDRESSES = ["127.0.0.1"]
    for forwarded in ("198.51.100.1", "198.51.100.2"):
        assert Client().get("/api/v1/territories", headers={"x-forwarded-for": forwarded}).status_code == 200
    assert set(AskedCount.objects.values_list("caller", "count")) == {
        ("address:198.51.100.1", 1),
        ("address:198.51.100.2", 1),
    }


@pytest.mark.django_db
def test_a_denied_page_is_logged_with_who_what_and_its_number(caplog: Any) -> None:
    person = a_person("路人甲")
    client = Client()
    client.force_login(person)
    answer = client.get(reverse("vault:show_keys"))
    assert answer.status_code == 403
    (line,) = [one for one in caplog.records if one.name == "xuecheng.denials"]
    told = line.getMessage()
    for part in (str(person.public_id), "vault:show_keys", answer.headers["X-Request-Id"]):
        assert part in told
    assert person.name not in told
    assert person.sign_in_name not in told


@pytest.mark.django_db
def test_a_denied_program_is_logged_too(settings: Any, caplog: Any) -> None:
    settings.API_PER_MINUTE = settings.API_PER_MINUTE_NAMELESS = 1_000
    town = a_town()
    assert town["L"].get("/units").status_code == 403
    assert Program("nonsense").get("/records").status_code == 401
    told = [one.getMessage() for one in caplog.records if one.name == "xuecheng.denials"]
    assert any("creditbank" in one for one in told)
    assert any("credential_invalid" in one for one in told)
    assert not [one for one in told if "127.0.0.1" in one or town.learner.name in one]


def test_each_line_of_the_log_is_one_json_object_in_utc() -> None:
    record = logging.LogRecord("x", logging.WARNING, __file__, 1, "said %s", ('a\n{"level": "forged"}\r\n',), None)
    line = Line().format(record)
    assert "\n" not in line
    assert "\r" not in line
    told = json.loads(line)
    assert told["at"].endswith("+00:00")
    assert (told["level"], told["logger"]) == ("WARNING", "x")
    assert told["message"].startswith("said a\n")


@pytest.mark.django_db(transaction=True)
@pytest.mark.urls(__name__)
def test_a_statement_that_takes_too_long_is_told_plainly(client: Client, caplog: Any) -> None:
    answer = client.get("/waits/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "时间太长" in answer.content.decode()
    assert [one.getMessage().partition(",")[0] for one in caplog.records if one.name == "xuecheng.slow"] == [
        "Too slow: waits"
    ]


def test_pages_have_a_limit_and_jobs_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = {"OPTIONS": {"options": "-c timezone=UTC"}}
    monkeypatch.delenv("XUECHENG_PROCESS", raising=False)
    assert database._for_process(plain) == plain
    monkeypatch.setenv("XUECHENG_PROCESS", "web")
    assert database._for_process(plain)["OPTIONS"]["options"].endswith("-c statement_timeout=10000")
    monkeypatch.setenv("XUECHENG_PAGE_SECONDS", "0")
    assert database._for_process(plain) == plain


@pytest.mark.django_db
def test_who_had_a_message_sent_again_stands_in_the_trace() -> None:
    from xuecheng.city import clock
    from xuecheng.city.notices.models import MessageEvent
    from xuecheng.city.notices.services import send_again

    operator, now = an_operator(small_city()["广州市"]), clock.now()
    message = Message.objects.create(
        message_id="0a77ac00-0000-4000-8000-000000000001", person=a_person(), kind="identity.changed", channel="email",
        state="failed", urgency=1, created_at=now, due_at=now, ended_at=now, error="TimeoutError",
    )  # fmt: skip
    Message.objects.filter(pk=message.pk).update(error="Refused")
    assert not MessageEvent.objects.exists(), "what the errand does leaves no history"
    send_again(actor=operator, message=message, at=now)
    (event,) = MessageEvent.objects.select_related("pgh_context")
    assert event.pgh_context.metadata["by_name"] == operator.person.name
    assert (str(event.message_id), event.pgh_label) == (message.message_id, "sent_again")
