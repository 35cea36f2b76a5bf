"""Pages and the interface of collective accounts: everybody, a convenor, a member, the institution; who is denied."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from city.situations import a_person, a_registrar, an_organisation, small_city
from learning.collectives.live import a_rule, admitted, asked, deposited, everything, opened
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.learning.collectives.models import Collective, Membership
from xuecheng.learning.creditbank.services import load_frameworks

pytestmark = pytest.mark.django_db


def by(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def at(name: str, *words: object) -> str:
    return reverse(f"collectives:{name}", args=words)


@pytest.fixture
def college(db: None) -> Organisation:
    made = an_organisation(small_city()["五山街道"], name_zh="五山社区学校")
    load_frameworks()
    return made


@pytest.fixture
def desk(college: Organisation) -> Standing:
    return a_registrar(college, "登记何")


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return answer.content.decode()


def test_from_applying_to_closing(college: Organisation, desk: Standing) -> None:
    a_rule()
    convenor, member, staff = by(a_person("召集人欧")), by(a_person("成员梁")), by(desk.person)
    assert "还没有团队开户" in text(Client(), at("list_open"))
    said = {
        "public_id": str(uuid4()),
        "name_zh": "荔湾湖晨读会",
        "institution": college.code,
        "about": "读报",
        "is_public": "on",
    }
    assert convenor.post(at("apply"), said | {"name_zh": ""}).status_code == 422
    assert convenor.post(at("apply"), said).status_code == 302
    row = Collective.objects.get()
    page = at("show_account", row.public_id)
    assert "机构还没有答复" in text(convenor, page)
    text(member, page, 404)
    text(Client(), page, 404)
    assert "荔湾湖晨读会" in text(staff, at("list_kept"))
    until = f"{clock.today() + timedelta(days=300)}"
    assert staff.post(at("move_account", row.public_id, "open"), {"keeps_until": "2020-01-01"}).status_code == 422
    assert staff.post(at("move_account", row.public_id, "open"), {"keeps_until": until}).status_code == 302
    assert member.post(at("join", row.public_id), {"public_id": str(uuid4())}).status_code == 302
    assert member.post(at("join", row.public_id), {"public_id": str(uuid4())}).status_code == 422
    one = Membership.objects.get(state="asked")
    assert "等待账户管理人答复" in text(member, page)
    assert member.post(at("move_member", row.public_id, one.public_id, "admit")).status_code == 403
    assert convenor.post(at("move_member", row.public_id, one.public_id, "admit")).status_code == 302
    assert "成员梁" in text(convenor, page)
    refused = convenor.post(at("move_member", row.public_id, one.public_id, "let-keep"), {"keeps_until": ""})
    assert refused.status_code == 422
    for part in (
        "<title>错误：",
        f'href="#id_{one.public_id}_keeps_until"',
        f'id="id_{one.public_id}_keeps_until_error"',
    ):
        assert refused.content.decode().count(part) == 1, part
    given = {
        "public_id": str(uuid4()), "source": "activity", "title": "粤剧欣赏沙龙", "code": "XX-01",
        "began_on": "2026-01-05", "ended_on": "2026-03-01", "minutes": "960", "role": "learner", "proof": "签到表",
    }  # fmt: skip
    refused = staff.post(at("deposit", row.public_id), given)
    assert refused.status_code == 422
    assert "XX-01" in refused.content.decode()
    assert staff.post(at("deposit", row.public_id), given | {"code": "TD-01"}).status_code == 302
    for reader in (Client(), member, staff):
        said_there = text(reader, page)
        assert "粤剧欣赏沙龙" in said_there
        assert "1.00" in said_there
        assert "不算个人的资历" in said_there
    deposit = row.deposits.get()
    take_back = at("take_back", row.public_id, deposit.public_id)
    assert convenor.get(take_back).status_code == 404
    assert staff.post(take_back, {"why": "人数不足"}).status_code == 302
    assert "人数不足" in text(member, page)
    assert "人数不足" not in text(Client(), page)
    assert member.post(at("move_member", row.public_id, one.public_id, "leave")).status_code == 302
    assert staff.post(at("move_account", row.public_id, "close"), {"why": "解散", "to": ""}).status_code == 302
    assert "解散" in text(Client(), page)


def test_what_is_not_public_is_for_members_and_names_for_nobody_else(college: Organisation, desk: Standing) -> None:
    row = opened(desk, college, a_person("召集人欧"))
    member = a_person("成员梁")
    admitted(desk, row, member)
    deposited(desk, row)
    page = at("show_account", row.public_id)
    for reader in (Client(), by(a_person("路人曾"))):
        said = text(reader, page)
        assert "粤剧欣赏沙龙" not in said
        assert "成员梁" not in said
        assert "召集人欧" not in said
    assert "粤剧欣赏沙龙" in text(by(member), page)
    other = a_registrar(an_organisation(small_city()["五山街道"], name_zh="别的学校"), "别的登记")
    assert "成员梁" not in text(by(other.person), page)
    assert "荔湾" not in text(by(other.person), at("list_kept"))


def test_doors_of_the_desk_are_shut_to_others(college: Organisation, desk: Standing) -> None:
    made = everything(desk, college, a_person("召集人欧"))
    stranger = by(a_person("路人曾"))
    assert stranger.get(at("list_kept")).status_code == 403
    assert stranger.get(at("deposit", made.open.public_id)).status_code == 404
    assert stranger.post(at("move_account", made.open.public_id, "close"), {"why": "x", "to": ""}).status_code == 403
    assert stranger.post(at("move_account", made.open.public_id, "burn")).status_code == 404
    assert stranger.get(f"{at('show_account', made.open.public_id)}?before=9x").status_code == 404
    assert "转入" in text(by(desk.person), at("show_account", made.open.public_id))
    waiting = asked(made.open, a_person("再来罗"))
    assert stranger.post(at("move_member", made.open.public_id, waiting.public_id, "end")).status_code == 403
    assert (
        by(waiting.person).post(at("move_member", made.open.public_id, waiting.public_id, "leave")).status_code == 302
    )
