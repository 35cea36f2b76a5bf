"""Every form of learning from outside, sent with more than it asks for."""

from __future__ import annotations

from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from attacks.forms.walking import Walk
from attacks.forms.walks import at_browser, passes
from city.situations import a_person, small_city
from learning.foreign.live import at_body, body_at, proposed_issuer, shown_at, waiting_at
from learning.foreign.situations import a_proposal, course, transcript, tried


@passes("foreign:bring", "foreign:move_delivery", "foreign:move_record")
def test_a_learner(walk: Walk) -> None:
    body = body_at(small_city()["广州市"])
    world = at_body(body)
    learner = a_person("陈嘉敏")
    own = at_browser(learner)
    file = SimpleUploadedFile("transcript.xml", transcript(course()))
    walk.post("foreign:bring", own, {"public_id": str(uuid4()), "file": file})
    shown = shown_at(world, learner)
    there = reverse("foreign:show_delivery", args=[shown.public_id])
    walk.post("foreign:move_delivery", own, {}, public_id=shown.public_id, verb="send", page=there)
    row = waiting_at(body, learner)
    there = reverse("foreign:show_record", args=[row.public_id])
    walk.post("foreign:move_record", own, {}, public_id=row.public_id, verb="drop", page=there)


@passes("foreign:move_record", "foreign:draft_rule", "foreign:try_rule", "foreign:keep_issuers", "foreign:decide_law")
def test_officers(walk: Walk) -> None:
    body = body_at(small_city()["广州市"])
    world = at_body(body)
    officer = at_browser(world.officer.person)
    row = waiting_at(body, a_person("陈嘉敏"))
    there = reverse("foreign:show_record", args=[row.public_id])
    walk.post("foreign:move_record", officer, {"words": "不属于"}, public_id=row.public_id, verb="refuse", page=there)
    rule = {
        "public_id": str(uuid4()), "issuer": str(world.university.public_id), "unit": str(world.unit.public_id),
        "needs": "verified", "effect_from": "2020-01-01", "why": "需要",
    }  # fmt: skip
    walk.post("foreign:draft_rule", officer, rule)
    proposal = tried(a_proposal(world))
    there = reverse("foreign:show_rule", args=[proposal.public_id])
    walk.post("foreign:try_rule", officer, {}, public_id=proposal.public_id, page=there)
    issuer = {
        "public_id": str(uuid4()), "name_zh": "柏林大学", "name_en": "Berlin", "kind": "university",
        "keys": "schac:hu-berlin.de", "why": "公开登记",
    }  # fmt: skip
    walk.post("foreign:keep_issuers", officer, issuer)
    made = proposed_issuer(world)
    walk.post(
        "foreign:decide_law", officer, {"reason": "查过"}, what="issuer", public_id=made.public_id, verb="yes",
        page=reverse("foreign:keep_issuers"),
    )  # fmt: skip
