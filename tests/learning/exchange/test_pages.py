"""Pages, the table of lines and the interface of exchange: a learner, two registrars, an officer; who is denied."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from city.situations import a_person, a_registrar, an_organisation, small_city
from learning.exchange.live import at_unit, credited
from learning.exchange.situations import World, agreed, drafted
from learning.recognition.situations import Hand
from xuecheng.city import clock
from xuecheng.city.imports.kinds import ImportContext, Row
from xuecheng.city.jobs.models import Job
from xuecheng.city.people.models import Person
from xuecheng.learning.exchange import kinds, services
from xuecheng.learning.exchange.models import Agreement, Appeal, Batch, Case
from xuecheng.learning.exchange.services import batches

pytestmark = pytest.mark.django_db


def by(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def at(name: str, *words: object) -> str:
    return reverse(f"exchange:{name}", args=words)


def here() -> World:
    unit = an_organisation(small_city()["五山街道"], name_zh="广州市职业学校")
    return at_unit(a_registrar(unit), unit)


def test_two_sides_agree_and_everybody_reads_it() -> None:
    world = here()
    ours, theirs, officer = by(world.ou.person), by(world.vc.person), by(world.officer.person)
    said = {
        "public_id": str(uuid4()), "organisation": world.open_university.code, "other": world.vocational.code,
        "name_zh": "课程互认协议", "effect_from": "2026-01-01", "answer_days": "10", "escalation_days": "5",
        "silence": "lapses", "appeal_days": "15", "notice_days": "60", "price_fen": "0", "most_per_learner": "30",
    }  # fmt: skip
    answer = ours.post(at("draft_agreement"), said)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    row = Agreement.objects.get()
    assert (row.most_per_learner, row.parties.count()) == (3000, 2)
    line = {
        "source": world.open_university.code, "target": world.vocational.code, "basis": "course", "of_code": "OU-CS101",
        "as_unit": "VC-NONE",
    }  # fmt: skip
    # Of a refused line all stands there: what was typed in a part that is put away otherwise must be seen.
    assert "xc-by-basis" in ours.get(at("show_agreement", row.public_id)).content.decode()
    refused = ours.post(at("add_term", row.public_id), line).content.decode()
    assert "VC-NONE" in refused
    assert "xc-by-basis" not in refused
    assert ours.post(at("add_term", row.public_id), line | {"as_unit": "VC-EL001"}).status_code == 302
    there = at("show_agreement", row.public_id)
    assert (theirs.get(there).status_code, Client().get(there).status_code) == (404, 404)
    assert ours.post(at("move_agreement", row.public_id, "offer")).status_code == 302
    assert (
        theirs.post(at("move_agreement", row.public_id, "sign"), {"organisation": world.vocational.code}).status_code
        == 302
    )
    assert row.code in officer.get(at("list_to_decide")).content.decode()
    assert ours.post(at("move_agreement", row.public_id, "approve")).status_code == 403
    assert officer.post(at("move_agreement", row.public_id, "approve")).status_code == 302
    assert "OU-CS101" in Client().get(there).content.decode()
    assert row.code in Client().get(at("list_agreements")).content.decode()


def test_pages_say_whose_signature_is_missing_and_until_when_what_ends_still_counts() -> None:
    world = here()
    row = drafted(world, at=clock.now())
    services.offer_agreement(actor=world.ou, agreement=row, at=clock.now())
    ours, theirs, officer = by(world.ou.person), by(world.vc.person), by(world.officer.person)
    there = at("show_agreement", row.public_id)
    for page in (theirs.get(at("list_kept")), theirs.get(there)):
        assert "等您签署" in page.content.decode()
    for page in (ours.get(at("list_kept")), ours.get(there)):
        assert "等您签署" not in page.content.decode()
    services.sign_agreement(actor=world.vc, agreement=row, organisation=world.vocational, at=clock.now())
    page = officer.get(there).content.decode()
    assert at("list_to_decide") in page
    assert f'href="{at("list_kept")}"' not in page
    assert officer.get(at("list_to_decide")).status_code == 200
    services.approve_agreement(actor=world.officer, agreement=row, at=clock.now())
    ends_on = clock.today() + timedelta(days=90)
    services.end_agreement(
        actor=world.ou, agreement=row, organisation=world.open_university, on=ends_on, why="另签", at=clock.now()
    )
    for address in (there, at("list_agreements")):
        page = Client().get(address).content.decode()
        assert "起不再受理" in page
        assert "已终止" not in page


def test_a_learner_asks_with_one_tap_and_a_registrar_answers() -> None:
    world = here()
    agreed(world, at=clock.now())
    learner = a_person("陈嘉敏")
    posting = credited(learner, world.open_university)
    own, staff = by(learner), by(world.vc.person)
    page = own.get(at("show_wallet")).content.decode()
    assert world.vocational.name in page
    assert "算 2.00 学分" in page
    sent = {"public_id": str(uuid4()), "posting": str(posting.key), "target": world.vocational.code}
    assert own.post(at("ask"), sent).status_code == 302
    assert own.post(at("ask"), sent).status_code == 302
    case = Case.objects.get()
    there = at("show_case", case.public_id)
    assert [client.get(there).status_code for client in (own, staff, by(world.ou.person))] == [200, 200, 404]
    assert case.learner.name in staff.get(at("list_cases")).content.decode()
    assert staff.post(at("move_case", case.public_id, "refuse"), {"words": "不行"}).status_code == 422
    words = {"difference": "outcomes", "words": "没有实操考核"}
    assert staff.post(at("move_case", case.public_id, "refuse"), words).status_code == 302
    assert "没有实操考核" in own.get(there).content.decode()
    assert own.post(at("move_case", case.public_id, "appeal"), {"words": "有考"}).status_code == 302
    officer = by(world.officer.person)
    assert "信息技术基础" in officer.get(at("list_appeals")).content.decode()
    verdict = {"grants": "yes", "answer": "确有考核"}
    assert staff.post(at("move_case", case.public_id, "answer"), verdict).status_code == 403
    assert officer.post(at("move_case", case.public_id, "answer"), verdict).status_code == 302
    assert Appeal.objects.get().state == "granted"
    assert Case.objects.filter(state="settled").count() == 1
    assert "已互认" in own.get(at("list_own")).content.decode()
    assert "互认所得" in own.get(reverse("account:see_account")).content.decode()


def test_an_officer_answers_on_the_page_what_was_raised_and_the_learner_reads_until_when_to_appeal() -> None:
    world = here()
    agreed(world, at=clock.now())
    learner = a_person("陈嘉敏")
    posting = credited(learner, world.open_university)
    own, officer = by(learner), by(world.officer.person)
    own.post(at("ask"), {"public_id": str(uuid4()), "posting": str(posting.key), "target": world.vocational.code})
    case = Case.objects.get()
    there = at("show_case", case.public_id)
    assert officer.get(there).status_code == 404
    services.tend(at=clock.now() + timedelta(days=30))
    page = officer.get(there).content.decode()
    assert at("move_case", case.public_id, "accept") in page
    assert at("list_appeals") in page
    assert f'href="{at("list_cases")}"' not in page
    assert case.title in officer.get(at("list_appeals")).content.decode()
    words = {"difference": "level", "words": "不"}
    assert officer.post(at("move_case", case.public_id, "refuse"), words).status_code == 422
    assert officer.post(at("move_case", case.public_id, "refuse"), words | {"words": "低于本校二级"}).status_code == 302
    page = own.get(there).content.decode()
    assert "留着的学分已全部退回" in page
    assert "可申诉一次" in page
    assert at("move_case", case.public_id, "appeal") in page
    Case.objects.filter(pk=case.pk).update(decided_at=clock.now() - timedelta(days=60))
    assert at("move_case", case.public_id, "appeal") not in own.get(there).content.decode()


def test_lines_come_in_a_table_with_an_error_for_each_row() -> None:
    world = here()
    row = drafted(world, at=clock.now())
    context = ImportContext(
        organisation=world.open_university, brought_by=world.ou.person, public_id=uuid4(), at=clock.now(),
        today=clock.today(), file_id=0, is_writing=True,
    )  # fmt: skip
    plain: dict[str, Any] = {
        "agreement": row.code, "source": world.open_university.code, "target": world.vocational.code,
        "basis": "course", "of_code": "OU-EL001", "as_unit": "VC-EL001",
    }  # fmt: skip
    changes: list[dict[str, Any]] = [
        {}, {}, {"agreement": "HR-x"}, {"target": "NOWHERE"}, {"of_code": "OU-2", "as_unit": "VC-x"},
        {"basis": "level", "of_code": "", "as_unit": ""}, {"of_code": "OU-3", "least_grade": "B", "grade_scale": "percent"},
        {"of_code": "OU-4", "num": 2, "den": 3}, {"of_code": "OU-5", "least_grade": "80"},
        {"basis": "level", "of_code": "", "as_unit": "", "of_kind": "formal", "of_level": "2", "as_kind": "formal",
         "as_level": "3", "num": 1, "den": 1},
    ]  # fmt: skip
    rows = [Row(number, plain | change) for number, change in enumerate(changes, 2)]
    verdicts = kinds.check(context, rows)
    assert [one.problems[0].code if one.problems else "" for one in verdicts] == [
        "", "line_twice_in_file", "agreement_unknown", "institution_unknown", "unit_not_of_target", "term_not_whole",
        "grade_not_of_scale", "ratio_of_pair", "grade_needs_scale", "level_too_high",
    ]  # fmt: skip
    assert {one.problems[0].code for one in verdicts if one.problems} <= set(kinds.PROBLEM_TEXTS)
    assert kinds.write(context, rows[:1]).written == 1
    assert kinds.write(context, rows[:1]).known == 1
    assert row.terms.count() == 2


def test_a_class_of_graduates_from_the_form_to_the_answer() -> None:
    world = here()
    agreed(world, at=clock.now())
    learner = a_person("陈嘉敏")
    credited(learner, world.open_university)
    ours, theirs = by(world.ou.person), by(world.vc.person)
    said = {
        "public_id": str(uuid4()), "source": world.open_university.code, "target": world.vocational.code,
        "code": "OU-CS999", "ended_from": "2020-01-01", "last_day": clock.today().isoformat(), "consents": "教务处",
    }  # fmt: skip
    answer = ours.post(at("lodge_batch"), said)
    assert (answer.status_code, "这段时间里没有人有这门课的学分" in answer.content.decode()) == (422, True)
    # First how many they are; asked is only after yes.
    answer = ours.post(at("lodge_batch"), said | {"code": "OU-CS101"})
    assert (answer.status_code, Batch.objects.count()) == (200, 0)
    assert 'name="seen" value="1"' in answer.content.decode()
    assert ours.post(at("lodge_batch"), said | {"code": "OU-CS101", "seen": "1"}).status_code == 302
    row = Batch.objects.get()
    assert 'role="progressbar"' in ours.get(at("show_batch", row.public_id)).content.decode()
    batches.ask_for_batch(row, Hand(), now=clock.now)
    Job.objects.update(state="done", ended_at=clock.now())
    page = theirs.get(at("show_batch", row.public_id)).content.decode()
    assert ("陈嘉敏" in page, "接受 1 个申请" in page) == (True, True)
    assert theirs.post(at("accept_batch", row.public_id)).status_code == 302
    assert Job.objects.filter(kind=batches.DECIDED).count() == 1
    assert "接受 1 个申请" not in ours.get(at("show_batch", row.public_id)).content.decode()
    stranger = by(a_person("外人"))
    assert [stranger.get(at("show_batch", row.public_id)).status_code, stranger.get(at("list_batches")).status_code,
            stranger.post(at("accept_batch", row.public_id)).status_code] == [404, 403, 404]  # fmt: skip


def test_agreements_in_force_are_found_by_everybody() -> None:
    world = here()
    row = agreed(world, at=clock.now())
    drafted(world, name_zh="还没签的协议", at=clock.now())
    for text, finds in (("学分互认协议", True), (row.code, True), ("职业学校", True), ("还没签", False)):
        assert (at("show_agreement", row.public_id) in found_by(text)) is finds, text


def found_by(text: str) -> str:
    return str(Client().get("/search/", {"q": text}).content.decode())
