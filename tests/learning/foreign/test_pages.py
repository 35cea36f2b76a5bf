"""The pages by a browser's requests: bring, see, decide, propose; and nobody sees what is not theirs."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from city.identity.test_sessions_end import at_browser
from learning.foreign.live import all_of_outside, proposed_issuer
from learning.foreign.situations import World, a_badge, a_person, course, records_of, the_record, transcript, tried
from xuecheng.city.jobs import running
from xuecheng.learning.foreign.models import Delivery, ForeignIssuer, ForeignRecord, ForeignRule

pytestmark = pytest.mark.django_db


def _bring(client: Client, data: bytes, name: str = "transcript.xml") -> Delivery:
    answer = client.post(reverse("foreign:bring"), {"public_id": str(uuid4()), "file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    return Delivery.objects.latest("pk")


def test_a_learner_brings_a_file_and_sees_what_it_counts(world: World) -> None:
    learner = a_person("陈嘉敏")
    own = at_browser(learner)
    assert "还没有收入" in own.get(reverse("foreign:list_own")).content.decode()
    row = _bring(own, transcript(course(), course("X", "X", status="failed")))
    there = reverse("foreign:show_delivery", args=[row.public_id])
    assert 'http-equiv="refresh"' in own.get(there).content.decode()
    assert row.job is not None
    running.run(row.job.pk)
    assert "还没有提交" in own.get(there).content.decode()
    own.post(reverse("foreign:move_delivery", args=[row.public_id, "send"]))
    row.refresh_from_db()
    running.run(row.job.pk)
    page = own.get(there).content.decode()
    assert "Compiler construction" in page
    assert "1 / X" in page
    record = the_record(learner)
    page = own.get(reverse("foreign:show_record", args=[record.public_id])).content.decode()
    assert "还没有规则" in page
    assert "撤回" in page or "收回" in page
    own.post(reverse("foreign:move_record", args=[record.public_id, "drop"]))
    assert the_record(learner).state == "dropped"


def test_a_badge_is_read_by_the_job_and_nobody_is_asked(world: World) -> None:
    learner = a_person("陈嘉敏")
    own = at_browser(learner)
    row = _bring(own, a_badge(world.key), "badge.json")
    assert row.job is not None
    running.run(row.job.pk)
    own.post(reverse("foreign:move_delivery", args=[row.public_id, "send"]))
    row.refresh_from_db()
    running.run(row.job.pk)
    assert the_record(learner).proof == "verified"


def test_what_is_too_large_or_empty_is_said_at_the_field(world: World) -> None:
    own = at_browser(a_person("陈嘉敏"))
    for data, words in ((b"x" * 2_000_001, "2 MB"), (b"", "空")):
        answer = own.post(
            reverse("foreign:bring"), {"public_id": str(uuid4()), "file": SimpleUploadedFile("a.xml", data)}
        )
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert not Delivery.objects.exists()


def test_an_officer_decides_and_the_learner_asks_again(world: World) -> None:
    learner = a_person("林秀英")
    made = all_of_outside(world.bank.centre, learner)
    desk, own = at_browser(world.officer.person), at_browser(learner)
    page = desk.get(reverse("foreign:list_desk")).content.decode()
    assert "何大叔" in page
    page = desk.get(reverse("foreign:show_record", args=[made.others.public_id])).content.decode()
    for verb in ("credit", "refuse"):
        assert reverse("foreign:move_record", args=[made.others.public_id, verb]) in page
    there = reverse("foreign:move_record", args=[made.waiting.public_id, "credit"])
    wrong = desk.post(there, {"unit": str(world.other_unit.public_id), "amount": "99", "words": "好"})
    assert wrong.status_code == 422
    desk.post(there, {"unit": str(world.other_unit.public_id), "amount": "1.5", "words": "相当"})
    assert ForeignRecord.objects.get(pk=made.waiting.pk).credits_given == 150
    there = reverse("foreign:move_record", args=[made.others.public_id, "refuse"])
    assert desk.post(there, {"words": ""}).status_code == 422
    desk.post(there, {"words": "看不出内容"})
    assert ForeignRecord.objects.get(pk=made.others.pk).state == "refused"
    own.post(reverse("foreign:move_record", args=[made.refused.public_id, "ask"]), {"words": "请再看"})
    assert ForeignRecord.objects.get(pk=made.refused.pk).round == 2


def test_nobody_sees_or_moves_what_is_not_theirs(world: World) -> None:
    made = all_of_outside(world.bank.centre, a_person("林秀英"))
    for client in (at_browser(a_person("路人")), at_browser(world.bank.registrar.person)):
        for name in ("show_record", "show_delivery"):
            row = made.waiting if name == "show_record" else made.delivery
            assert client.get(reverse(f"foreign:{name}", args=[row.public_id])).status_code == 404
        for verb in ("drop", "credit", "refuse", "ask"):
            there = reverse("foreign:move_record", args=[made.waiting.public_id, verb])
            assert client.post(there, {"words": "好"}).status_code == 404
        for name in ("list_desk", "list_rules", "draft_rule", "keep_issuers"):
            assert client.get(reverse(f"foreign:{name}")).status_code == 403
    # The file itself is its learner's; officers see what stood in it.
    officer = at_browser(world.officer.person)
    assert officer.get(reverse("foreign:show_delivery", args=[made.delivery.public_id])).status_code == 404


def test_officers_propose_and_put_in_force(world: World) -> None:
    one, other = at_browser(world.author.person), at_browser(world.officer.person)
    said = {
        "public_id": str(uuid4()), "name_zh": "柏林大学", "name_en": "Berlin", "country": "de", "kind": "university",
        "keys": "schac:hu-berlin.de\nhttps://hu.example", "why": "公开登记",
    }  # fmt: skip
    assert one.post(reverse("foreign:keep_issuers"), said | {"country": "Germany"}).status_code == 422
    assert one.post(reverse("foreign:keep_issuers"), said).status_code == 302
    row = ForeignIssuer.objects.get(public_id=said["public_id"])
    there = reverse("foreign:decide_law", args=["issuer", row.public_id, "yes"])
    one.post(there, {"reason": ""})
    row.refresh_from_db()
    assert row.state == "proposed"
    other.post(there, {"reason": "查过"})
    row.refresh_from_db()
    assert row.state == "in_force"
    assert "schac:hu-berlin.de" in Client().get(reverse("foreign:list_issuers")).content.decode()
    rule = {
        "public_id": str(uuid4()), "issuer": str(row.public_id), "unit": str(world.unit.public_id), "num": "3", "den": "5",
        "needs": "unproven", "effect_from": "2020-01-01", "why": "五个欧洲学分抵三个",
    }  # fmt: skip
    assert one.post(reverse("foreign:draft_rule"), rule | {"den": ""}).status_code == 422
    assert one.post(reverse("foreign:draft_rule"), rule).status_code == 302
    made = ForeignRule.objects.get(public_id=rule["public_id"])
    assert (made.num, made.den, made.code) == (300, 500, "W-0001")
    there = reverse("foreign:show_rule", args=[made.public_id])
    assert "不能" in one.get(there).content.decode()
    tried(made)
    other.post(reverse("foreign:decide_law", args=["rule", made.public_id, "yes"]), {"reason": ""})
    assert "3.00" in other.get(there).content.decode()
    page = one.get(reverse("foreign:draft_rule") + f"?of={made.public_id}").content.decode()
    assert 'value="W-0001"' in page
    assert (
        one.post(reverse("foreign:decide_law", args=["rule", made.public_id, "end"]), {"reason": ""}).status_code == 422
    )
    one.post(reverse("foreign:decide_law", args=["rule", made.public_id, "end"]), {"reason": "不再需要"})
    made.refresh_from_db()
    assert made.state == "ended"


def test_every_state_has_its_page(world: World) -> None:
    learner = a_person("林秀英")
    made = all_of_outside(world.bank.centre, learner)
    proposed_issuer(world)
    own, desk = at_browser(learner), at_browser(world.officer.person)
    for row in records_of(learner):
        for client in (own, desk):
            assert client.get(reverse("foreign:show_record", args=[row.public_id])).status_code == 200
    assert "无法读取" in own.get(reverse("foreign:show_delivery", args=[made.broken.public_id])).content.decode()
    for state in ("", "revoked", "credited", "refused", "reversed", "dropped"):
        assert desk.get(reverse("foreign:list_desk"), {"state": state}).status_code == 200
    assert desk.get(reverse("foreign:keep_issuers")).status_code == 200
