"""What operators see of the installation: kept by a routine, troubled points first, in their language."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client
from django.utils.translation import override

from city.operations.test_probes import a_worker
from city.situations import a_person, holding
from xuecheng.city import clock
from xuecheng.city.operations import jobs, points, services, words
from xuecheng.city.operations.models import PointState
from xuecheng.city.operations.points import Look, Point, Said
from xuecheng.config.cli import check

pytestmark = pytest.mark.django_db


def kept(*found: Point, later: int = 0) -> list[str]:
    return [one.what for one in services.keep(found, at=clock.now() + timedelta(minutes=later))]


def test_only_operators_of_the_whole_city_see_it(client: Client, city: Any, operator_client: Client) -> None:
    assert operator_client.get("/operations/").status_code == 200
    for role, place in (("operator", "天河区"), ("data_protection_officer", "广州市")):
        person, other = a_person(), Client()
        holding(person, role, territory=city[place])
        other.force_login(person)
        assert other.get("/operations/").status_code == 403


def test_what_is_not_healthy_stands_first_with_its_remedy_in_the_readers_language(operator_client: Client) -> None:
    a_worker("jobs", "routines")
    kept(
        Point("disk", "pass", Said(check._("%(size)s GB free"), size=60)),
        Point("migrations", "fail", Said(check._("%(count)s not applied"), count=2), check._MIGRATE),
    )
    page = operator_client.get("/operations/").content.decode()
    assert "有1项不正常" in page.replace(" ", "")
    assert "请执行：xuecheng migrate" in page
    assert page.index("有2项升级尚未执行") < page.index("剩余60GB")
    assert "登录验证码" in page, "nobody serves its queue"
    assert "systemctl start xuecheng.target" in page
    operator_client.cookies["django_language"] = "en"
    page = operator_client.get("/operations/").content.decode()
    assert "1 point is not healthy" in page
    assert "2 not applied" in page


def test_before_the_first_look_the_page_says_so_and_its_statements_do_not_grow(
    operator_client: Client, django_assert_max_num_queries: Any
) -> None:
    assert "尚未检查" in operator_client.get("/operations/").content.decode()
    kept(*(Point(what, "warn", "x" * 400) for what in words.TITLES))
    for _number in range(3):
        a_worker()
    with django_assert_max_num_queries(16):
        operator_client.get("/operations/")


def test_a_point_knows_since_when_it_has_stood_so_and_only_what_got_worse_is_told() -> None:
    assert kept(Point("disk", "pass", "")) == []
    assert kept(Point("disk", "warn", ""), later=5) == ["disk"]
    assert kept(Point("disk", "warn", ""), later=10) == []
    row = PointState.objects.get(what="disk")
    assert row.looked_at - row.since == timedelta(minutes=5) or row.looked_at > row.since
    assert kept(Point("disk", "fail", ""), later=15) == ["disk"]
    assert kept(Point("disk", "pass", ""), later=20) == []


def test_the_quick_look_leaves_slow_points_as_they_were(monkeypatch: Any) -> None:
    asked: list[str] = []

    def look(name: str, *, is_slow: bool) -> Look:
        def run() -> Point:
            asked.append(name)
            return Point(name, "pass", "")

        return Look(name, run, is_slow=is_slow)

    monkeypatch.setattr(points._source, "looks", lambda: [look("quick", is_slow=False), look("slow", is_slow=True)])
    PointState.objects.create(
        what="gone", state="fail", found_zh="", found_en="", since=clock.now(), looked_at=clock.now()
    )
    jobs.look_around()
    assert asked == ["quick"]
    jobs.look_at_all()
    assert asked == ["quick", "quick", "slow"]
    assert set(PointState.objects.values_list("what", flat=True)) == {"quick", "slow"}


def test_what_cannot_be_looked_at_is_a_finding() -> None:
    def run() -> Point:
        raise OSError("no such folder")

    point = points.look(Look("files", run))
    assert point.state == "fail"
    with override("en"):
        assert str(point.found) == "could not be looked at: OSError: no such folder"


def test_every_point_has_a_title_and_speaks_both_languages(monkeypatch: Any) -> None:
    found = [one for one in check.looks() if not one.is_slow]
    for one in found:
        point = one.run()
        with override("en"):
            english = str(point.found)
        with override("zh-hans"):
            assert words.title_of(point.what) != point.what, point.what
            assert str(point.found) != english or english.replace(", ", "").isalnum(), english


def test_the_command_tells_programs_one_object_a_line_and_fails_when_something_does(monkeypatch: Any) -> None:
    monkeypatch.setattr(check, "POINTS", [check._clock, check._queue])
    good = CliRunner().invoke(check.check, ["--json"])
    assert [json.loads(line)["what"] for line in good.output.splitlines()] == ["clock", "queue"]
    assert good.exit_code == 0
    monkeypatch.setattr(check, "POINTS", [check.LOOKED_AT_TOO[1]])
    bad = CliRunner().invoke(check.check, ["--json"])
    assert (json.loads(bad.output)["found"], bad.exit_code) == ("nobody serves: jobs, routines, now, normal", 1)


@pytest.mark.parametrize(
    ("address", "https", "proxies", "state"),
    [
        ("", False, [], "pass"),
        ("", True, [], "warn"),
        ("https://a.example", True, ["127.0.0.1"], "pass"),
        ("https://b.example", True, ["127.0.0.1"], "fail"),
        ("http://a.example", True, ["127.0.0.1"], "warn"),
        ("https://a.example", True, ["0.0.0.0/0"], "fail"),
    ],
)
def test_what_the_outside_calls_the_site_must_agree_with_what_it_believes(
    settings: Any, address: str, https: bool, proxies: list[str], state: str
) -> None:
    settings.SITE_ADDRESS, settings.ALLOWED_HOSTS = address, ["a.example"]
    settings.HTTPS, settings.PROXY_ADDRESSES = https, proxies
    assert next(one for one in check.looks() if one.name == "proxy").run().state == state


@pytest.mark.parametrize(("days", "state"), [(60, "pass"), (20, "warn"), (6, "fail")])
def test_a_certificate_is_told_before_it_ends(settings: Any, monkeypatch: Any, days: int, state: str) -> None:
    from xuecheng.config.cli import looking

    settings.SITE_ADDRESS = "https://a.example"
    monkeypatch.setattr(looking, "_days_left", lambda _host, _port: days)
    assert looking._certificate().state == state


def test_a_site_that_cannot_be_reached_from_here_is_no_alarm_about_its_certificate(settings: Any) -> None:
    from xuecheng.config.cli import looking

    settings.SITE_ADDRESS = "https://127.0.0.1:9"
    assert looking._certificate().state == "warn"


def test_a_role_that_could_change_the_schema_fails(as_owner: None) -> None:
    from django.db import connection

    assert check._rights().state == "pass"
    with connection.cursor() as cursor:
        cursor.execute("grant create on schema public to xuecheng_app")
    assert check._rights().state == "fail"
