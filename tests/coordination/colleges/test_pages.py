"""Pages and interface of the network: what everybody sees, what keepers do, what is refused at its field, who is denied."""

from __future__ import annotations

import csv
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from city.situations import a_person, an_operator
from coordination.colleges.situations import (
    a_house,
    a_point,
    declared,
    given,
    the_standard,
)
from xuecheng.city import clock
from xuecheng.city.ids import uuid7
from xuecheng.coordination.colleges import forms, queries, shipped
from xuecheng.coordination.colleges.models import College, Coverage, NetworkTargets, ShareOffer, Standard

pytestmark = pytest.mark.django_db
TODAY = clock.today()
"""Pages ask the real clock."""
WHY = {"why": "穗教〔2026〕1号"}


def said(answer):
    return answer.content.decode()


def page(name, *args):
    return reverse(f"colleges:{name}", args=args)


@pytest.fixture
def operator(net):
    client = Client()
    client.force_login(net.operator.person)
    return client


@pytest.fixture
def keeper(net):
    client = Client()
    client.force_login(net.keeper.person)
    return client


def now_given(net, **more):
    return given(net, at=clock.now(), valid_until=TODAY + timedelta(days=90), **more)


def standard_now(net):
    return the_standard(net, begins_on=max(TODAY, clock.today()))


class TestForEverybody:
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_the_tree_and_the_list(self, net, client, language):
        client.cookies["django_language"] = language
        a_point(net)
        answer = said(client.get(page("show_network")))
        for name in ("广州市社区学院", "天河区社区学院", "五山社区学校", "华农学习点"):
            assert name in answer
        assert "xc-chip" in answer
        for query, there in (("text=华农", True), ("text=别处", False), ("level=point", True), ("level=city", False),
                             ("district=440106000000", True), ("district=440117000000", False)):  # fmt: skip
            assert ("华农学习点" in said(client.get(f"{page('list_colleges')}?{query}"))) is there, query

    def test_long_lists_go_on_after_the_last_row(self, net, client, keeper):
        point = a_point(net)
        plain = {
            "organisation": point.organisation,
            "level": "point",
            "parent": net.street,
            "territory": point.territory,
        }
        College.objects.bulk_create(
            College(public_id=uuid7(), name_zh=f"点{number}", during=point.during, **plain) for number in range(30)
        )
        ShareOffer.objects.bulk_create(
            ShareOffer(
                public_id=uuid7(), college=net.street, side="lacks", kind="room", theme="dance", words=f"第{number}间",
                during=(TODAY, TODAY + timedelta(days=9)), declared_by=net.keeper.person,
            )
            for number in range(30)
        )  # fmt: skip
        for browser, name, token in ((client, "list_colleges", "点29"), (keeper, "list_sharing", "第29间")):
            first = said(browser.get(page(name)))
            assert token not in first
            after = re.search(r"\?after=[^\"]+", first)[0]
            assert token in said(browser.get(page(name) + after.replace("&amp;", "&")))

    def test_a_college_tells_where_when_and_what_but_not_its_evidence(self, net, client, keeper):
        standard_now(net)
        row = now_given(net)
        a_house(net.street.organisation, net.places["五山街道"])
        declared(net, today=TODAY, first_on=TODAY, last_on=TODAY + timedelta(days=9))
        declared(net, side="lacks", words="缺舞蹈室", today=TODAY, first_on=TODAY, last_on=TODAY + timedelta(days=9))
        address = page("show_college", net.street.public_id)
        answer = said(client.get(address))
        assert "08:00–22:00" in answer
        assert "每周二晚" in answer
        assert "缺舞蹈室" not in answer
        assert row.words not in answer
        seen = said(keeper.get(address))
        assert "缺舞蹈室" in seen
        assert row.words in seen

    def test_who_is_there_for_my_street(self, net, client):
        answer = client.get(page("find_covering"), {"territory": "440106001001"})
        assert "五山社区学校" in said(answer)
        assert client.get(page("find_covering"), {"territory": "火星"}).status_code == 422

    @pytest.mark.parametrize("measure", ["", *queries.MEASURES, "nonsense"])
    def test_the_map_and_its_table_say_the_same(self, net, client, measure):
        a_house(net.street.organisation, net.places["五山街道"], seats=100)
        answer = said(client.get(page("show_gaps"), {"measure": measure, "sort": "per_seat"}))
        assert "xc-gap-2" in answer
        assert "1/2" in answer
        if measure == "schools":
            assert re.search(r"天河区 50%", answer)

    def test_a_district_street_by_street(self, net, client):
        a_house(net.street.organisation, net.places["五山街道"])
        answer = said(client.get(page("show_district_gaps", "440106000000"), {"sort": "nearest"}))
        assert "xc-tile-own" in answer
        assert "xc-tile-none" in answer
        for code in ("440106001000", "999999999999", "x"):
            assert client.get(page("show_district_gaps", code)).status_code == 404

    def test_the_table_as_a_file(self, net, client):
        for code in ("440100000000", "440106000000"):
            answer = client.get(page("export_gaps", code))
            lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
            assert len(lines) == 3
            assert {len(line) for line in csv.reader(lines)} == {18}
        assert client.get(page("export_gaps", "440106001000")).status_code == 404

    def test_a_resident_keeps_nothing(self, net, client):
        client.force_login(a_person("路人"))
        row = page("show_college", net.street.public_id)
        assert client.get(row).status_code == 200
        for name in ("move_college", "close_college", "set_coverage", "declare_offer"):
            assert client.get(page(name, net.street.public_id)).status_code == 403, name
        for name in ("found_college", "show_todo", "list_sharing", "set_standard", "set_targets"):
            assert client.get(page(name)).status_code == 403, name


class TestKeeping:
    def test_a_point_is_founded_moved_covers_and_is_closed(self, net, operator):
        typed = {
            "public_id": str(uuid7()), "level": "point", "organisation": net.street.organisation.code,
            "parent": str(net.street.public_id), "name_zh": "昌乐园学习点", "territory": "440106002001", "on": str(TODAY),
        } | WHY  # fmt: skip
        assert operator.get(page("found_college")).status_code == 200
        bad = operator.post(page("found_college"), typed | {"name_zh": ""})
        assert bad.status_code == 422
        made_at = operator.post(page("found_college"), typed).url
        made = College.objects.get(name_zh="昌乐园学习点")
        assert made_at == page("show_college", made.public_id)
        key = made.public_id
        assert operator.get(page("move_college", key)).status_code == 200
        assert (
            operator.post(page("move_college", key), {"parent": str(net.district.public_id)} | WHY).status_code == 302
        )
        assert operator.get(page("set_coverage", key)).status_code == 200
        assert operator.post(page("set_coverage", key), {"from_on": str(TODAY)} | WHY).status_code == 302
        assert not Coverage.objects.filter(college=made, during__contains=TODAY).exists()
        assert operator.get(page("close_college", key)).status_code == 200
        wish = {"on": str(TODAY)} | WHY
        assert operator.post(page("close_college", key), wish).status_code == 422
        wish["on"] = str(TODAY + timedelta(days=1))
        assert operator.post(page("close_college", key), wish).status_code == 302
        made.refresh_from_db()
        assert (made.parent_id, made.is_open(TODAY + timedelta(days=1))) == (net.district.pk, False)

    def test_what_is_in_the_way_stands_above_the_form(self, net, operator):
        answer = operator.post(page("close_college", net.district.public_id), {"on": str(TODAY)} | WHY)
        assert answer.status_code == 422
        assert said(answer).count("N-05") >= 2

    def test_what_is_shared_and_lacking(self, net, keeper):
        typed = {
            "public_id": str(uuid7()), "side": "lacks", "kind": "room", "theme": "dance", "words": "每周两晚",
            "first_on": str(TODAY), "last_on": str(TODAY + timedelta(days=9)),
        }  # fmt: skip
        address = page("declare_offer", net.street.public_id)
        assert keeper.get(address).status_code == 200
        assert keeper.post(address, typed | {"last_on": str(TODAY - timedelta(days=1))}).status_code == 422
        assert keeper.post(address, typed).status_code == 302
        made = ShareOffer.objects.get()
        assert "每周两晚" in said(keeper.get(page("list_sharing"), {"side": "lacks"}))
        assert "每周两晚" not in said(keeper.get(page("list_sharing"), {"side": "shares"}))
        keeper.post(page("end_offer", made.public_id))
        assert not ShareOffer.objects.exists()


class TestStandards:
    def test_the_proposal_is_read_changed_and_set(self, net, operator):
        answer = operator.get(page("set_standard"), {"level": "point"})
        assert "公布开放时间" in said(answer)
        typed = {"begins_on": str(TODAY), "source": "穗教", "items": forms.written(shipped.STANDARDS["point"])} | WHY
        assert operator.post(f"{page('set_standard')}?level=point", typed).status_code == 302
        made = Standard.objects.get(level="point")
        assert [one.code for one in made.items.order_by("place")] == ["premises", "hours"]
        for wrong in (
            "a | rumour | | x",
            "a | fact | 0 | x",
            "a | fact | 12",
            "a | fact | 12 | x | y | z",
            "A! | fact | | x",
        ):
            assert operator.post(page("set_standard"), typed | {"items": wrong}).status_code == 422, wrong

    def test_targets(self, net, operator):
        typed = {
            "begins_on": str(TODAY), "district_percent": 100, "street_percent": 60, "point_percent": 30, "least_seats": 20,
            "remind_days": 30, "source": "穗教",
        } | WHY  # fmt: skip
        assert operator.get(page("set_targets")).status_code == 200
        assert operator.post(page("set_targets"), typed | {"street_percent": 101}).status_code == 422
        assert operator.post(page("set_targets"), typed).status_code == 302
        assert NetworkTargets.objects.get().street_percent == 60

    def test_evidence_goes_from_hand_to_hand(self, net, keeper, operator):
        standard_now(net)
        address = page("give_evidence", net.street.public_id, "plan")
        typed = {"public_id": str(uuid7()), "words": "五街〔2026〕8号", "valid_until": str(TODAY + timedelta(days=90))}
        assert keeper.get(address).status_code == 200
        assert keeper.post(address, typed | {"valid_until": ""}).status_code == 422
        shown = keeper.post(address, typed).url
        assert "五街〔2026〕8号" in said(operator.get(page("show_todo")))
        assert keeper.get(shown).status_code == 200
        review = f"{shown}review/"
        assert keeper.post(review, {"verdict": "yes"}).status_code == 403
        assert operator.post(review, {"verdict": "no"}).status_code == 422
        assert operator.post(review, {"verdict": "yes"}).status_code == 302
        assert "五街〔2026〕8号" in said(keeper.get(page("show_college", net.street.public_id)))
        assert keeper.get(page("give_evidence", net.street.public_id, "premises")).status_code == 404

    def test_evidence_is_hidden_from_others(self, net):
        standard_now(net)
        row = now_given(net)
        far = Client()
        far.force_login(an_operator(net.places["从化区"], "从化运维").person)
        assert far.get(page("show_evidence", row.public_id)).status_code == 404
        assert row.words not in said(far.get(page("show_todo")))


class TestForPrograms:
    def test_units_coverage_and_gaps(self, net, client):
        key = net.street.public_id
        listed = client.get("/api/v1/colleges", {"level": "street"}).json()["items"]
        assert [one["id"] for one in listed] == [str(key)]
        whole = client.get(f"/api/v1/colleges/{key}").json()
        assert (whole["covers"][0]["code"], whole["seats"]) == ("440106001000", 0)
        covering = client.get("/api/v1/covering-colleges", {"territory": "440106001001"}).json()["items"]
        assert [one["level"] for one in covering] == ["point", "street", "district", "city"]
        gaps = client.get("/api/v1/coverage-gaps", {"within": "440106000000"}).json()["items"]
        assert [(one["coverage"], one["is_estimate"]) for one in gaps] == [("declared", True), ("none", True)]
        assert client.get("/api/v1/coverage-gaps", {"within": "440106001000"}).status_code == 404
