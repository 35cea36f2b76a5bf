"""Pages and the interface of redemption: a learner, the counter, the desk; who is denied."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from city.situations import TODAY, a_person, a_registrar, an_organisation, small_city
from learning.redemption.live import a_fee_offer, an_offer, an_order
from learning.redemption.situations import a_world, give_points, points_of, stock_of
from xuecheng.city import clock
from xuecheng.city.access.queries import Holding, Standing, standing_of
from xuecheng.city.access.rules import ROLES
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank.services import load_frameworks
from xuecheng.learning.creditbank.services.accounts import open_learning_account
from xuecheng.learning.redemption import fees
from xuecheng.learning.redemption.models import Offer, Redemption

pytestmark = pytest.mark.django_db


def by(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def at(name: str, *words: object) -> str:
    return reverse(f"redemption:{name}", args=words)


@pytest.fixture
def desk(db: None) -> tuple[Person, Person, object]:
    college = an_organisation(small_city()["五山街道"], name_zh="五山社区学校")
    load_frameworks()
    return a_registrar(college, "柜台何").person, a_registrar(college, "柜台冯").person, college


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def test_units_have_names_and_what_does_not_fit_the_kind_is_said(db: None) -> None:
    world = a_world()
    staff = by(world.desk.person)
    assert f"{world.unit.title_zh} · {world.unit.code}" in text(staff, at("draft_offer"))
    said = {
        "public_id": str(uuid4()), "organisation": world.college.code, "kind": "goods", "title_zh": "书法套装",
        "points": "5", "place": "一楼服务台", "most_per_order": "2", "period": "ever", "hold_hours": "72",
        "opens_on": "2020-01-01", "is_counted": "on", "units": [str(world.unit.pk)],
    }  # fmt: skip
    answer = staff.post(at("draft_offer"), said)
    assert answer.status_code == 422
    assert "不动用学分" in answer.content.decode()
    answer = staff.post(at("draft_offer"), said | {"kind": "exemption"})
    assert "不收积分" in answer.content.decode()
    assert not Offer.objects.exists()
    assert staff.post(at("draft_offer"), said | {"kind": "exemption", "points": ""}).status_code == 302


def test_the_desk_puts_something_up_and_everybody_sees_it(desk: tuple[Person, Person, object]) -> None:
    staff = by(desk[0])
    assert "还没有兑换项目" in text(staff, at("list_offers"))
    said = {
        "public_id": str(uuid4()), "organisation": desk[2].code, "kind": "goods", "title_zh": "书法套装", "points": "5",
        "place": "一楼服务台", "most_per_order": "2", "period": "ever", "hold_hours": "72", "opens_on": "2020-01-01",
        "is_counted": "on", "low_stock": "1",
    }  # fmt: skip
    assert "请填写每份多少积分" in staff.post(at("draft_offer"), said | {"points": ""}).content.decode()
    assert staff.post(at("draft_offer"), said).status_code == 302
    row = Offer.objects.get()
    there = at("keep_offer", row.public_id)
    assert Client().get(at("show_offer", row.public_id)).status_code == 404
    assert staff.post(at("move_offer", row.public_id, "publish")).status_code == 422
    received = {"public_id": str(uuid4()), "amount": "2"}
    assert staff.post(at("move_offer", row.public_id, "receive"), received).status_code == 302
    assert staff.post(at("move_offer", row.public_id, "publish")).status_code == 302
    assert "书法套装" in text(Client(), at("show_shelf"))
    assert "5分" in text(Client(), at("show_offer", row.public_id))
    assert "没有这一类" in text(Client(), at("show_shelf") + "?kind=fee")
    lost = {"public_id": str(uuid4()), "amount": "1", "why": "受潮"}
    assert staff.post(at("move_offer", row.public_id, "write-off"), lost).status_code == 302
    assert "受潮" in text(staff, there)
    assert "快换完了" in text(staff, at("list_offers"))
    assert staff.post(at("follow_offer", row.public_id), said | {"public_id": str(uuid4())}).status_code == 302
    assert staff.post(at("move_offer", row.public_id, "close"), {"why": "换新款"}).status_code == 302
    assert "换新款" in text(Client(), at("show_offer", row.public_id))
    assert by(a_person("路人")).get(there).status_code == 404


def test_a_learner_reserves_shows_the_voucher_and_is_handed_it(desk: tuple[Person, Person, object]) -> None:
    staff, learner = by(desk[0]), a_person("陈嘉敏")
    own = by(learner)
    offer = an_offer(_standing(desk[0]), desk[2], title="环保袋")
    assert "还差5分" in text(own, at("show_offer", offer.public_id))
    give_points(learner, 1500)
    assert "您有15积分" in text(own, at("show_shelf"))
    sent = {"public_id": str(uuid4()), "items": "3"}
    for _time in range(2):
        assert own.post(at("reserve", offer.public_id), sent).status_code == 302
    row = Redemption.objects.get()
    page = text(own, at("show_order", row.public_id))
    assert "请向柜台出示" in page
    assert "<svg" in page
    spoken = f"{row.code[:3]} {row.code[3:7]} {row.code[7:]}"
    assert spoken in page
    there = at("show_order", row.public_id)
    assert staff.get(at("counter"), {"code": spoken}).headers["Location"] == there
    scanned = {"code": f"https://x/redemption/counter/?code={row.code}"}
    assert staff.get(at("counter"), scanned).headers["Location"] == there
    assert staff.get(at("counter"), {"code": "123"}).status_code == 422
    assert own.get(at("counter")).status_code == 403
    assert "陈嘉敏" in text(staff, at("counter"))
    out = {"public_id": str(uuid4()), "items": "2", "keeps_rest": "yes"}
    assert own.post(at("move_order", row.public_id, "hand-out"), out).status_code == 403
    for _time in range(2):
        assert staff.post(at("move_order", row.public_id, "hand-out"), out).status_code == 302
    assert stock_of(offer) == (8, 1)
    assert "已领一部分" in text(own, at("list_own"))
    back = {"public_id": str(uuid4()), "items": "1", "why": "破损"}
    assert staff.post(at("move_order", row.public_id, "take-back"), back).status_code == 302
    assert "破损" in text(own, there)
    assert own.post(at("move_order", row.public_id, "release")).status_code == 302
    assert points_of(learner) == (1000, 0)
    assert "环保袋" in text(staff, at("list_orders") + "?state=fulfilled")


def test_a_card_at_the_counter_shows_what_waits_and_reserves_for_its_holder(
    desk: tuple[Person, Person, object],
) -> None:
    staff, learner = by(desk[0]), a_person("黄婆婆")
    account = open_learning_account(person=learner, at=clock.now())
    offer = an_offer(_standing(desk[0]), desk[2], title="老花镜")
    fee = a_fee_offer(_standing(desk[0]), desk[2])
    an_order(offer, learner)
    give_points(learner, 800)
    # Nobody is looked up who does not stand there.
    assert staff.get(at("show_holder", account.public_id)).status_code == 404
    shown = {"public_id": str(uuid4()), "code": account.card_number}
    # A printed number does not show who holds it.
    unsure = staff.post(at("counter"), shown)
    assert (unsure.status_code, "黄婆婆" in unsure.content.decode()) == (422, True)
    assert staff.post(at("counter"), shown | {"confirmed": "name"}).url == at("show_holder", account.public_id)
    page = text(staff, at("show_holder", account.public_id))
    assert "黄婆婆" in page
    assert "老花镜" in page
    sent = {"offer": str(fee.public_id), "public_id": str(uuid4())}
    for _time in range(2):
        assert staff.post(at("reserve_for", account.public_id), sent).status_code == 302
    row = Redemption.objects.get(offer=fee)
    assert row.reserved_by == desk[0]
    assert "用它抵学费" in text(staff, at("show_order", row.public_id))
    assert by(learner).post(at("reserve_for", account.public_id), sent).status_code == 403
    stranger = a_registrar(an_organisation(small_city()["街口街道"]), "外校")
    assert by(stranger.person).get(at("show_order", row.public_id)).status_code == 404
    nobody = staff.post(at("counter"), {"public_id": str(uuid4()), "code": "44 0000 0000 0000 0000"})
    assert nobody.status_code == 422
    off = {"words": "缺货"}
    other = Redemption.objects.get(offer=offer)
    assert staff.post(at("move_order", other.public_id, "call-off"), off).status_code == 302
    assert "缺货" in text(by(learner), at("show_order", other.public_id))


def test_a_voucher_for_fees_of_another_college_leads_to_what_is_owed(
    desk: tuple[Person, Person, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It pays everywhere: the counter that reads her card finds it, though somebody else offers it."""
    staff, learner = by(desk[0]), a_person("黄婆婆")
    elsewhere = an_organisation(small_city()["街口街道"])
    city = Holding(
        public_id="city", role="registrar", organisation_id=None, organisation_name_zh="", organisation_name_en="",
        territory_path=small_city()["广州市"].path, acts=ROLES["registrar"].acts,
    )  # fmt: skip
    keeper = Standing(person=a_registrar(elsewhere).person, holdings=(city,))
    offer = a_fee_offer(keeper, elsewhere, is_everywhere=True)
    order = an_order(offer, learner)
    owed = fees.Payable("粤剧入门", 5000, "/enrolment/charges/1/")
    monkeypatch.setattr(fees, "_LISTS", [lambda keys, _counter: [owed] if learner.pk in keys else []])
    wrong = staff.get(at("counter"), {"code": order.code})
    assert wrong.status_code == 422
    assert "这是学费抵用券" in wrong.content.decode()
    assert learner.name not in wrong.content.decode()
    account = open_learning_account(person=learner, at=clock.now())
    read = {"public_id": str(uuid4()), "code": account.card_number, "confirmed": "name"}
    assert staff.post(at("counter"), read).status_code == 302
    page = text(staff, at("show_holder", account.public_id))
    assert owed.url in page
    assert "还有1张" in page
    assert at("show_order", order.public_id) not in page


def test_the_account_says_what_points_are_set_aside_for(desk: tuple[Person, Person, object]) -> None:
    learner = a_person("陈嘉敏")
    open_learning_account(person=learner, at=clock.now())
    order = an_order(an_offer(_standing(desk[0]), desk[2], title="书法套装"), learner)
    own = by(learner)
    page = text(own, reverse("account:see_account"))
    assert "书法套装：为兑换留出" in page
    line = text(own, reverse("account:see_line", args=[order.hold]))
    assert "五山社区学校" in line
    assert at("show_order", order.public_id) in line
    assert own.post(at("move_order", order.public_id, "release")).status_code == 302
    assert "书法套装：不再留出，已退回" in text(own, reverse("account:see_account"))


def _standing(person: Person) -> object:

    return standing_of(person, today=TODAY)
