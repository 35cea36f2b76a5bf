"""Pages of roll-out, as everybody and officers meet them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from city.situations import a_stranger
from learning.rollout.situations import ENDS, NOW, TODAY, Town, granted, only, planned, proposed, suspended, whole
from xuecheng.city.access.queries import Standing
from xuecheng.city.organisations import picking
from xuecheng.learning.rollout.models import Accreditation, Phase, Readiness, Threshold


@pytest.fixture(autouse=True)
def at_noon(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


def at(who: Standing) -> Client:
    client = Client()
    client.force_login(who.person)
    return client


def page(client: Client, name: str, *args: object, status: int = 200, **query: str) -> str:
    answer = client.get(reverse(f"rollout:{name}", args=args), query)
    assert answer.status_code == status
    return answer.content.decode()


def test_everybody_reads_who_may_issue_what_until_when(town: Town) -> None:
    assert "还没有" in page(Client(), "list_register")
    row = granted(town, fields=("09",))
    assert town.college.name_zh in page(Client(), "list_register", q="天河", kind="formal")
    assert town.college.name_zh not in page(Client(), "list_register", kind="certificate")
    suspended(town, row)
    assert "已暂停" in page(Client(), "list_register", q="天河")
    assert town.college.name_zh not in page(Client(), "list_register", kind="formal")
    history = page(Client(), "show_institution", town.college.code)
    assert all(word in history for word in (row.code, "抽查发现考勤不实", "2029", "09"))
    assert town.proposer.person.name not in history
    page(Client(), "show_institution", town.bank.centre.code, status=404)


def test_one_officer_proposes_on_the_page_and_another_grants(town: Town) -> None:
    one, other = at(town.proposer), at(town.officer)
    form = one.get(reverse("rollout:propose_accreditation")).context["form"]
    said = {
        "public_id": form.initial["public_id"], "organisation": town.college.code, "kinds": ["formal", "certificate"],
        "fields_of_study": "09 护理", "begins_on": "2026-12-01", "ends_on": "2028-12-01", "why": "师资合格",
    }  # fmt: skip
    answer = one.post(reverse("rollout:propose_accreditation"), said)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["fields_of_study"])
    one.post(reverse("rollout:propose_accreditation"), said | {"fields_of_study": "09 0111"})
    row = Accreditation.objects.get()
    assert "move_accreditation" not in page(one, "show_accreditation", row.public_id)
    move = reverse("rollout:move_accreditation", args=[row.public_id, "grant"])
    assert one.post(move).status_code == 422
    assert other.post(move, {"reason": ""}).status_code == 302
    for verb, more in (
        ("suspend", {"on": "2026-12-02", "reason": "停"}),
        ("end", {"on": "2026-01-01", "reason": "止"}),
    ):
        answer = other.post(reverse("rollout:move_accreditation", args=[row.public_id, verb]), more)
        assert (answer.status_code, list(answer.context["errors"].errors)) == (422, ["on"])
    ids = re.findall(r' id="(id_[^"]+)"', page(other, "show_accreditation", row.public_id))
    assert len(ids) == len(set(ids)) > 2
    assert "2028-12-01" in one.get(reverse("rollout:renew_accreditation", args=[row.public_id])).content.decode()
    assert other.post(reverse("rollout:move_accreditation", args=[row.public_id, "dance"])).status_code == 404


def test_where_institutions_are_many_a_renewal_and_a_proposal_begin_with_the_one_that_is_meant(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picking, "MOST_LISTED", 0)
    one, row = at(town.proposer), granted(town)
    assert f'value="{town.college.name}"' in page(one, "renew_accreditation", row.public_id)
    assert f'value="{town.college.name}"' in page(one, "propose_accreditation", institution=town.college.code)
    assert 'value="NOBODY"' in page(one, "propose_accreditation", institution="NOBODY")


def test_phases_are_planned_opened_and_read_by_everybody(town: Town) -> None:
    one, other = at(town.proposer), at(town.officer)
    said = {
        "public_id": "018f3c2a-7d10-7c4e-9b1a-5f0e6d2c8a41", "code": "P1", "place": 1, "name_zh": "第一阶段",
        "about_zh": "先认证书。", "kinds": ["certificate"], "institutions": "NOBODY", "divisions": "440106000000",
    }  # fmt: skip
    answer = one.post(reverse("rollout:plan_phase"), said)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["institutions"])
    one.post(reverse("rollout:plan_phase"), said | {"institutions": town.college.code})
    row = Phase.objects.get(code="P1")
    assert town.college.code in page(one, "change_phase", row.public_id)
    there = reverse("rollout:move_phase", args=[row.public_id, "open"])
    assert one.post(there, {"decision": "一号"}).status_code == 422
    assert other.post(there, {"decision": "市学分办1号"}).status_code == 302
    page(one, "change_phase", row.public_id, status=404)
    planned(town, code="P2", name_zh="第二阶段")
    shown = page(Client(), "show_open")
    assert all(word in shown for word in ("第一阶段", "市学分办1号", "第二阶段", "天河区"))
    assert other.post(reverse("rollout:move_phase", args=[row.public_id, "close"]), {"why": "到期"}).status_code == 302


def test_the_table_of_readiness_says_what_is_missing_and_bounds_are_set(town: Town) -> None:
    officer = at(town.officer)
    assert "xc-empty" in page(officer, "list_readiness")
    Readiness.objects.create(
        organisation=town.college, kind="formal", values={"coverage": 755, "volume": 1200}, is_ready=False,
        missing=["coverage", "errors"], counted_at=NOW,
    )  # fmt: skip
    shown = page(officer, "list_readiness", kind="formal", state="not")
    assert all(
        word in shown
        for word in ("75.5\N{NO-BREAK SPACE}%", "1,200", "80\N{NO-BREAK SPACE}%", "5\N{NO-BREAK SPACE}%", "还差什么")
    )
    there = reverse("rollout:set_threshold", args=["coverage"])
    assert "80" in officer.get(there).content.decode()
    assert officer.post(there, {"least": "90", "most": "80", "why": "试"}).status_code == 422
    officer.post(there, {"least": "75.5", "most": "", "why": "先放宽"})
    assert Threshold.objects.get(measure="coverage").least == 755
    assert Readiness.objects.get().missing == ["identity", "errors", "agreements"]


def test_who_lacks_least_stands_first_c68(town: Town) -> None:
    for kind, missing in (("formal", ["coverage", "errors"]), ("certificate", ["errors"]), ("nonformal", [])):
        Readiness.objects.create(
            organisation=town.college, kind=kind, values={}, is_ready=not missing, missing=missing, counted_at=NOW
        )
    shown = page(at(town.officer), "list_readiness").split("<main")[1].split("</form>")[-1]
    places = [shown.index(word) for word in ("活动和学时", "证书", "有成绩的课程")]
    assert places == sorted(places)


def test_a_registrar_and_a_stranger_do_not_come_in(town: Town) -> None:
    row, phase = proposed(town), only(town)
    for who in (town.bank.registrar, a_stranger()):
        client = at(who)
        for name, args in (
            ("list_accreditations", ()), ("propose_accreditation", ()), ("show_accreditation", (row.public_id,)),
            ("list_phases", ()), ("show_phase", (phase.public_id,)), ("list_readiness", ()),
        ):  # fmt: skip
            page(client, name, *args, status=403)
        answer = client.post(reverse("rollout:move_accreditation", args=[row.public_id, "grant"]))
        assert answer.status_code == 403
    assert whole(row).state == "proposed"


def test_programs_read_the_same(town: Town) -> None:
    granted(town, kinds=("formal",))
    found = Client().get("/api/v1/accreditations", {"institution": town.college.code}).json()["items"]
    assert [(one["kinds"], one["ends_on"], one["state"]) for one in found] == [
        (["formal"], ENDS.isoformat(), "granted")
    ]
    phases = Client().get("/api/v1/rollout-phases").json()["items"]
    assert [(one["code"], one["state"]) for one in phases] == [("P0", "open")]
    assert Client().get("/api/v1/readiness").status_code == 401
    assert TODAY < ENDS
