"""Pages of supervision: the walk from a double claim to its withdrawal, an audit's pages, and who is denied."""

from __future__ import annotations

import gzip
import hashlib
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from city.situations import a_person, a_registrar, an_organisation, small_city
from learning.exchange.live import at_unit
from learning.exchange.situations import World, agreed, asked
from learning.supervision.live import a_case, an_audit, credited, everything
from learning.supervision.situations import a_third, held
from xuecheng.city import clock
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank.services.accounts import open_learning_account
from xuecheng.learning.exchange import services as exchange
from xuecheng.learning.records.models import LearningRecord
from xuecheng.learning.supervision import services
from xuecheng.learning.supervision.models import Appeal, Question, Shortfall, Suspicion, Withdrawal
from xuecheng.learning.supervision.queries import involved_in

pytestmark = pytest.mark.django_db


def by(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def at(name: str, *words: object) -> str:
    return reverse(f"supervision:{name}", args=words)


def here() -> World:
    unit = an_organisation(small_city()["五山街道"], name_zh="广州市职业学校")
    return at_unit(a_registrar(unit), unit)


def test_a_case_is_opened_about_credit_that_no_search_found() -> None:
    world, learner = here(), a_person("陈嘉敏")
    open_learning_account(person=learner, at=clock.now())
    posting = credited(learner, world.vocational, title="照护基础")
    elsewhere = credited(learner, an_organisation(small_city()["从化区"], name_zh="从化学校"), title="外区的课")
    officer, finding = by(world.officer.person), at("find_credit")
    assert at("find_credit") in officer.get(at("list_withdrawals")).content.decode()
    for wrong in ({"ref": learner.sign_in_name, "name": "陈嘉民"}, {"ref": "nobody", "name": "陈嘉敏"}):
        assert officer.post(finding, wrong).status_code == 422
    found = officer.post(finding, {"ref": learner.sign_in_name, "name": "陈嘉敏"}).content.decode()
    there = at("open_case", posting.record_id)
    assert "照护基础" in found
    assert there in found
    assert "学历" in found, "what kind it is: points would stand there as points"
    assert "学历" in officer.get(there).content.decode()
    assert "外区的课" not in found, "another territory's is not theirs"
    assert officer.get(at("open_case", elsewhere.record_id)).status_code == 404
    for who in (learner, world.vc.person):
        assert by(who).get(finding).status_code == 403
        assert by(who).get(there).status_code == 403
    said = {"public_id": str(uuid4()), "record": str(posting.record_id), "ground": "mistake", "reason": "机构来电更正"}
    assert officer.post(there, said | {"reason": ""}).status_code == 422
    assert officer.post(there, said | {"record": str(elsewhere.record_id)}).status_code == 422
    answer = officer.post(there, said)
    case = Withdrawal.objects.get()
    assert answer["Location"] == at("show_withdrawal", case.public_id)
    assert held(learner) == (300, 300), "the other one stays free"
    again = officer.post(finding, {"ref": learner.sign_in_name, "name": "陈嘉敏"}).content.decode()
    assert at("show_withdrawal", case.public_id) in again


def test_an_audit_that_finds_credit_wrong_leads_to_a_case() -> None:
    world = here()
    audit = an_audit(world, a_person("陈嘉敏"))
    item = audit.items.earliest("number")
    officer, there = by(world.officer.person), at("show_item", audit.public_id, item.number)
    opening = at("open_case", item.record_id)
    assert opening not in officer.get(there).content.decode()
    sent = {"own_credits": "0", "is_proven": "no", "words": "签到表上没有此人"}
    assert officer.post(there, sent).status_code == 302
    assert opening in officer.get(there).content.decode()
    assert officer.get(opening).status_code == 200


def test_an_officer_finds_a_double_claim_and_withdraws_it_after_hearing() -> None:
    """The Done-means walk: found, asked, opened, heard, decided by another, reversed; the exchange that rested on it holds."""
    world = here()
    agreed(world, at=clock.now())
    learner = a_person("陈嘉敏")
    first = credited(learner, world.open_university)
    second = credited(learner, world.open_university)
    case = exchange.accept_case(actor=world.vc, case=asked(world, learner, second, at=clock.now()), at=clock.now())
    services.scan(at=clock.now())
    officer, other, own, issuer = (
        by(one) for one in (world.officer.person, world.bank.author.person, learner, world.ou.person)
    )
    assert "同一学习重复记分" in officer.get(at("list_suspicions")).content.decode()
    row = Suspicion.objects.get()
    there = at("show_suspicion", row.public_id)
    assert own.get(there).status_code == 404
    for verb, sent in (
        ("take", {}),
        ("note", {"words": "两份记录同名同日"}),
        ("ask", {"public_id": str(uuid4()), "institution": world.open_university.code, "words": "是同一个班吗？"}),
    ):
        assert officer.post(at("move_suspicion", row.public_id, verb), sent).status_code == 302, verb
    question = Question.objects.get()
    assert "是同一个班吗" in issuer.get(at("list_questions")).content.decode()
    assert issuer.get(at("show_question", question.public_id)).status_code == 200
    assert issuer.post(at("show_question", question.public_id), {"answer": ""}).status_code == 422
    assert issuer.post(at("show_question", question.public_id), {"answer": "是同一个班"}).status_code == 302
    assert "是同一个班" in officer.get(there).content.decode()
    sent = {
        "public_id": str(uuid4()),
        "record": str(second.record_id),
        "ground": "double",
        "reason": "同一门课入账两次",
    }
    assert officer.post(at("move_suspicion", row.public_id, "open"), sent | {"reason": ""}).status_code == 422
    assert officer.post(at("move_suspicion", row.public_id, "open"), sent).status_code == 302
    page = at("show_withdrawal", Withdrawal.objects.get().public_id)
    number = Withdrawal.objects.get().public_id
    assert own.get(page).status_code == 404
    assert officer.post(at("move_withdrawal", number, "notice")).status_code == 302
    assert "同一门课入账两次" in own.get(page).content.decode()
    said = {"words": "我只上过一次", "wants_hearing": "on"}
    assert own.post(at("move_withdrawal", number, "state"), said).status_code == 302
    assert issuer.post(at("move_withdrawal", number, "state"), {"words": "同意撤销"}).status_code == 302
    verdict = {"withdraws": "yes", "words": "同一次学习"}
    # The form is shown to whoever may decide, and to nobody whose decision would be refused.
    entered_by = LearningRecord.objects.get(pk=second.record_id).entered_by_id
    assert {Withdrawal.objects.get().opened_by_id, entered_by} <= involved_in(Withdrawal.objects.get())
    assert 'name="withdraws"' in other.get(page).content.decode()
    assert 'name="withdraws"' not in officer.get(page).content.decode()
    assert officer.post(at("move_withdrawal", number, "decide"), verdict).status_code == 422
    assert other.post(at("move_withdrawal", number, "decide"), verdict).status_code == 422
    hearing = {"held_at": f"{clock.now().astimezone(clock.zone()):%Y-%m-%dT%H:%M}", "words": "双方到场"}
    assert officer.post(at("move_withdrawal", number, "hear"), hearing).status_code == 302
    assert other.post(at("move_withdrawal", number, "decide"), verdict).status_code == 302
    resting = Withdrawal.objects.get().dependents.get()
    assert str(first.key) in other.get(page).content.decode()
    sent = {"dependent": resting.pk, "posting": str(first.key)}
    assert other.post(at("move_withdrawal", number, "replace"), sent).status_code == 302
    assert (Shortfall.objects.get().state, held(learner)) == ("filled", (200, 0))
    case.refresh_from_db()
    assert case.state == "settled"
    # Each side for itself: what the one lodged takes nothing from the other.
    assert issuer.post(at("move_withdrawal", number, "appeal"), {"words": "学校也不服"}).status_code == 302
    assert own.post(at("move_withdrawal", number, "appeal"), {"words": "不服"}).status_code == 302
    assert own.post(at("move_withdrawal", number, "appeal"), {"words": "还有一点"}).status_code == 422
    assert "学校也不服" in own.get(page).content.decode()
    third = by(a_third(world).person)
    first_one = Appeal.objects.get(side="issuer")
    assert f'name="appeal" value="{first_one.pk}"' in third.get(page).content.decode()
    answer = {"appeal": first_one.pk, "grants": "no", "answer": "没有新的依据"}
    assert third.post(at("move_withdrawal", number, "answer"), answer).status_code == 302
    assert set(Appeal.objects.values_list("side", "state")) == {("issuer", "upheld"), ("learner", "open")}
    assert own.get(at("list_own")).status_code == 200
    assert officer.get(at("list_withdrawals")).status_code == 200


def test_every_page_opens_for_whom_it_is() -> None:
    world = here()
    learner = a_person("陈嘉敏")
    made = everything(world.vc, world.vocational, learner)
    officer = by(made.world.officer.person)
    for name, *words in (
        ("list_suspicions",), ("show_suspicion", made.suspicion.public_id), ("list_withdrawals",),
        ("show_withdrawal", made.case.public_id), ("show_withdrawal", made.appeal.withdrawal.public_id),
        ("plan_audit",), ("show_audit", made.audit.public_id),
        ("show_item", made.audit.public_id, made.item.number), ("show_statistics",),
    ):  # fmt: skip
        assert officer.get(at(name, *words)).status_code == 200, name
    for name in ("list_suspicions", "list_withdrawals", "plan_audit"):
        assert by(world.vc.person).get(at(name)).status_code == 403, name
    for name, *words in (
        ("show_suspicion", made.suspicion.public_id),
        ("show_item", made.audit.public_id, made.item.number),
    ):
        assert by(world.vc.person).get(at(name, *words)).status_code == 404, name
    assert Client().get(at("show_audit", made.audit.public_id)).status_code == 200
    plain = Client().get(at("download_list", made.audit.public_id))
    text = b"".join(plain.streaming_content).decode()
    packed = Client().get(at("download_list", made.audit.public_id), headers={"Accept-Encoding": "br, gzip"})
    assert (packed["Content-Encoding"], gzip.decompress(packed.content).decode()) == ("gzip", text)
    assert "Accept-Encoding" in packed["Vary"]
    unwanted = Client().get(at("download_list", made.audit.public_id), headers={"Accept-Encoding": "gzip;q=0, br"})
    assert "Content-Encoding" not in unwanted
    assert hashlib.sha256(text.encode()).hexdigest() == made.audit.population_digest
    assert made.item.number in text
    assert learner.name not in text
    assert Client().get(at("show_withdrawal", made.case.public_id)).status_code == 302


def test_the_first_decision_is_shown_only_after_an_own_finding() -> None:
    world = here()
    learner = a_person("陈嘉敏")
    row = an_audit(world, learner)
    item = row.items.first()
    assert item is not None
    officer, page = by(world.officer.person), at("show_item", row.public_id, item.number)
    assert "对照" not in officer.get(page).content.decode()
    sent = {"own_credits": "2.50", "is_proven": "yes", "words": "签到表"}
    assert officer.post(page, sent | {"words": ""}).status_code == 422
    assert officer.post(page, sent).status_code == 302
    item.refresh_from_db()
    assert (item.finding, item.own_credits) == ("amount", 250)
    shown = officer.get(page).content.decode()
    assert "3.00" in shown
    assert "2.50" in shown


def test_issuer_and_learner_see_their_case_and_nobody_else_does() -> None:
    world = here()
    learner = a_person("陈嘉敏")
    row = a_case(world, learner)
    page = at("show_withdrawal", row.public_id)
    for person in (learner, world.vc.person, world.officer.person):
        assert by(person).get(page).status_code == 200
    for person in (a_person("路人"), world.ou.person):
        assert by(person).get(page).status_code == 404
    assert "陈嘉敏" not in Client().get(at("show_statistics")).content.decode()
