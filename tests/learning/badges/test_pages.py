"""Pages of credentials: the holder, the desk, strangers with a link; documents that programs of others read."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from joserfc import jws
from joserfc.jwk import KeySet
from pypdf import PdfReader

from learning.account import makers
from learning.badges.situations import NOW, TODAY, World, asked, document, lines, of, shared, whole
from learning.badges.test_issuing import verifies
from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.people.models import Person
from xuecheng.learning.badges import queries, rules, services
from xuecheng.learning.badges.models import Badge, Batch, IssuingRule, Look, Share, SigningKey, StatusList

pytestmark = pytest.mark.django_db


def by(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def at(name: str, *words: object) -> str:
    return reverse(f"badges:{name}", args=words)


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return answer.content.decode()


def test_a_learner_gets_one_sees_it_and_has_her_name_written_in(world: World) -> None:
    her = by(world.learner)
    assert "还没有证书" in text(her, at("list_own"))
    (line,) = lines(world.learner)
    assert her.post(at("ask"), {}).status_code == 422
    answer = her.post(at("ask"), {"lines": [str(line.certifies)]})
    row = Badge.objects.get()
    assert answer.url == at("show_badge", row.public_id)
    page = text(her, at("show_badge", row.public_id))
    for said in ("智能手机应用", world.school.name_zh, "2.00", "身份证号、电话和生日都不在里面"):
        assert said in page
    assert "智能手机应用" in text(her, at("list_own"))
    assert "都有证书了" in text(her, at("ask"))
    her.post(at("name_badge", row.public_id))
    anew = Badge.objects.get(replaces=row)
    assert world.learner.name in document(anew)["credentialSubject"]["identifier"][1]["identityHash"]
    assert str(row.public_id) not in text(her, at("list_own"))


def test_files_to_take_along(world: World) -> None:
    row, her = asked(world.learner, with_name=True), by(world.learner)
    files = {form: her.get(at("download", row.public_id, form)) for form in ("json", "jwt", "png", "svg", "pdf")}
    assert json.loads(files["json"].content) == document(row)
    assert rules.unbaked_png(files["png"].content) == row.document
    assert "<openbadges:credential>" in files["svg"].content.decode()
    sheet = PdfReader(io.BytesIO(files["pdf"].content)).pages[0].extract_text()
    assert world.learner.name in sheet
    assert "智能手机应用" in sheet
    keys = KeySet.import_key_set(json.loads(text(Client(), at("key_set"))))
    token = files["jwt"].content.decode()
    opened = jws.deserialize_compact(token, keys, algorithms=["RS256"])
    assert set(opened.headers()) == {"alg", "kid"}
    payload = json.loads(opened.payload)
    assert (payload["iss"], payload["jti"], payload["sub"]) == (
        payload["issuer"]["id"], payload["id"], payload["credentialSubject"]["id"],
    )  # fmt: skip
    assert payload["proof"] == document(row)["proof"]
    assert her.get(at("download", row.public_id, "exe")).status_code == 404
    services.revoke_badge(actor=world.desk, badge=row, why="有误", at=clock.now())
    assert her.get(at("download", row.public_id, "jwt")).status_code == 302


def test_others_do_not_see_it(world: World) -> None:
    row = asked(world.learner)
    share = shared(world.learner, row, at=clock.now(), until=clock.now() + timedelta(days=3))
    for client in (by(makers.learner("旁人")), by(Person.objects.get(pk=world.stranger.person.pk))):
        for name in ("show_badge", "name_badge", "show_share", "withdraw_share"):
            there = at(name, share.public_id if "share" in name else row.public_id)
            assert client.get(there).status_code in {404, 405}
            assert client.post(there).status_code in {404, 405}
        assert client.get(at("download", row.public_id, "json")).status_code == 404
        assert client.post(at("move_badge", row.public_id, "revoke"), {"why": "x"}).status_code == 404
    assert Client().get(at("show_badge", row.public_id)).status_code == 302
    her = by(world.learner)
    assert her.post(at("move_badge", row.public_id, "revoke"), {"why": "x"}).status_code == 404
    for name in ("desk", "issue", "show_keys"):
        assert her.get(at(name)).status_code == 403


def test_a_link_shows_what_was_chosen_until_its_day(world: World) -> None:
    makers.credit(world.learner, 300, title="书法初级", institution=world.school)
    made = services.ask_badges(
        actor=of(world.learner), learner=world.learner, at=clock.now(), with_name=False,
        lines=[line.certifies for line in lines(world.learner)],
    )  # fmt: skip
    row = next(one for one in made if whole(one).achievement.title_zh == "智能手机应用")
    her, stranger = by(world.learner), Client()
    said = {"public_id": str(uuid4()), "badges": [str(row.public_id)], "title": "求职"}
    day = clock.today() + timedelta(days=10)
    assert her.post(at("share"), {**said, "last_day": "2020-01-01"}).status_code == 422
    assert her.post(at("share"), {**said, "last_day": (day + timedelta(days=400)).isoformat()}).status_code == 422
    for _time in range(2):
        assert her.post(at("share"), {**said, "last_day": day.isoformat()}).status_code == 302
    share = Share.objects.get()
    page = text(her, at("show_share", share.public_id))
    token = re.search(r"/share/([0-9a-f]{40})/", page)
    assert token is not None
    assert token[1].encode() not in bytes(share.token_hash)
    there = at("open_share", token[1])
    answer = stranger.get(there)
    shown = answer.content.decode()
    assert (answer["Referrer-Policy"], "noindex" in answer["X-Robots-Tag"]) == ("no-referrer", True)
    assert "智能手机应用" in shown
    assert "书法初级" not in shown
    assert world.learner.name not in shown
    file = stranger.get(at("shared_file", token[1], row.public_id))
    assert verifies(json.loads(file.content))
    other = next(one for one in made if one != row)
    assert stranger.get(at("shared_file", token[1], other.public_id)).status_code == 404
    # Reloading is no other look, and her own is none.
    text(stranger, there)
    text(her, there)
    assert Look.objects.filter(share=share).count() == 1
    assert "看过 1 次" in text(her, at("show_share", share.public_id))
    services.revoke_badge(actor=world.desk, badge=whole(row), why="有误", at=clock.now())
    assert "已撤销" in text(stranger, there)
    her.post(at("withdraw_share", share.public_id))
    assert "这个链接没有内容" in text(stranger, there, 404)
    assert stranger.get(at("shared_file", token[1], row.public_id)).status_code == 404


def test_a_name_is_in_no_file_of_a_link_without_names(world: World) -> None:
    row = asked(world.learner, with_name=True)
    now = clock.now()
    share = shared(world.learner, row, at=now, until=now + timedelta(days=3))
    token = services.token_of(share.public_id)
    page = text(Client(), at("open_share", token))
    assert world.learner.name not in page
    assert Client().get(at("shared_file", token, row.public_id)).status_code == 404
    named = shared(world.learner, row, at=now, until=now + timedelta(days=3), shows_name=True)
    token = services.token_of(named.public_id)
    assert f"{world.learner.name}的证书" in text(Client(), at("open_share", token))
    assert Client().get(at("shared_file", token, row.public_id)).status_code == 200


def test_guessing_links_is_slowed_down_and_an_end_is_an_end(world: World) -> None:
    row, now = asked(world.learner), clock.now()
    share = shared(world.learner, row, at=now - timedelta(days=9), until=now - timedelta(days=1))
    token = services.token_of(share.public_id)
    text(Client(), at("open_share", token), 404)
    good = shared(world.learner, row, at=now, until=now + timedelta(days=1))
    for number in range(5):
        text(Client(), at("open_share", f"{number:040}"), 404 if number < 4 else 429)
    token = services.token_of(good.public_id)
    for there in (at("open_share", token), at("shared_file", token, row.public_id)):
        answer = Client().get(there)
        assert (answer.status_code, answer["Retry-After"]) == (429, "60")
        assert "请等一分钟" in answer.content.decode()


def test_what_programs_of_others_read(world: World) -> None:
    row = asked(world.learner)
    stranger = Client()
    listed = stranger.get(document(row)["credentialStatus"]["statusListCredential"].removeprefix("https://localhost"))
    assert listed["Access-Control-Allow-Origin"] == "*"
    again = stranger.get(listed.request["PATH_INFO"], headers={"If-None-Match": listed["ETag"]})
    assert again.status_code == 304
    services.revoke_badge(actor=world.desk, badge=row, why="有误", at=clock.now())
    after = stranger.get(listed.request["PATH_INFO"], headers={"If-None-Match": listed["ETag"]})
    assert after.status_code == 200
    assert json.loads(text(stranger, at("issuer_did", world.school.code)))["id"] == document(row)["issuer"]["id"]
    assert stranger.get(at("platform_did"))["Access-Control-Allow-Origin"] == "*"
    assert stranger.get(at("issuer_did", "NOBODY")).status_code == 404
    assert stranger.get(at("status_list", 1, "shame")).status_code == 404
    assert stranger.get(at("status_list", 99, "revocation")).status_code == 404
    there = at("show_achievement", row.achievement.public_id)
    assert "智能手机应用" in text(stranger, there)
    linked = json.loads(stranger.get(there, headers={"Accept": "application/ld+json"}).content)
    assert linked["id"] == document(row)["credentialSubject"]["achievement"]["id"]
    assert world.school.name_zh in text(stranger, at("show_issuer", world.school.code))


def test_the_page_behind_the_code_says_no_name(world: World) -> None:
    row = asked(world.learner, with_name=True)
    page = text(Client(), at("show_credential", row.public_id))
    assert "这份证书有效" in page
    assert world.learner.name not in page
    services.revoke_badge(actor=world.desk, badge=row, why="张三投诉", at=clock.now())
    page = text(Client(), at("show_credential", row.public_id))
    assert "这份证书已被撤销" in page
    assert "张三" not in page
    for _time in range(5):
        text(Client(), at("show_credential", uuid4()), 404)
    assert Client().get(at("show_credential", uuid4())).status_code == 429


def test_the_desk_finds_and_moves(world: World) -> None:
    row = asked(world.learner)
    desk = by(Person.objects.get(pk=world.desk.person.pk))
    assert world.learner.name in text(desk, f"{at('desk')}?q=智能")
    assert "没有符合的" in text(desk, f"{at('desk')}?q=没有这个")
    assert world.learner.name in text(desk, f"{at('desk')}?q={row.public_id}")
    other = by(Person.objects.get(pk=world.stranger.person.pk))
    assert world.learner.name not in text(other, at("desk"))
    there = at("move_badge", row.public_id, "suspend")
    assert desk.post(there, {}).status_code == 422
    assert desk.post(there, {"why": "核查"}).status_code == 302
    assert desk.post(at("move_badge", row.public_id, "resume")).status_code == 302
    assert desk.post(at("move_badge", row.public_id, "reissue"), {"why": "更正"}).status_code == 302
    assert whole(row).state == "revoked"
    assert other.post(there, {"why": "x"}).status_code == 404


def test_issuing_for_a_course_and_by_rule(world: World) -> None:
    desk = by(Person.objects.get(pk=world.desk.person.pk))
    said = {
        "public_id": str(uuid4()), "organisation": world.school.code, "code": "TJ101", "ended_from": "2026-01-01",
        "last_day": "2026-12-31",
    }  # fmt: skip
    assert desk.post(at("issue"), {**said, "last_day": "2025-01-01"}).status_code == 422
    answer = desk.post(at("issue"), said)
    assert answer.url == at("show_batch", Batch.objects.get().public_id)
    assert "TJ101" in text(desk, answer.url)
    rule = {"public_id": str(uuid4()), "organisation": world.school.code, "kind": "community"}
    assert desk.post(at("start_rule"), rule).status_code == 302
    assert desk.post(at("start_rule"), {**rule, "public_id": str(uuid4())}).status_code == 422
    assert "社区" in text(desk, at("issue"))
    desk.post(at("end_rule", IssuingRule.objects.get().public_id))
    assert IssuingRule.objects.get().ended_at is not None


def test_keys_are_replaced_at_the_desk(world: World) -> None:
    asked(world.learner)
    officer = by(Person.objects.get(pk=world.officer.person.pk))
    page = text(officer, at("show_keys"))
    assert "key-1" in page
    key = SigningKey.objects.get()
    assert officer.post(at("move_key", key.public_id, "rotate")).status_code == 302
    assert officer.post(at("move_key", key.public_id, "compromise"), {}).status_code == 422
    assert officer.post(at("move_key", key.public_id, "compromise"), {"why": "失窃"}).status_code == 302
    assert sorted(SigningKey.objects.values_list("state", flat=True)) == ["active", "compromised"]
    desk = by(Person.objects.get(pk=world.desk.person.pk))
    assert desk.post(at("move_key", key.public_id, "rotate")).status_code == 403


def test_an_organisation_that_verified_is_named_to_the_holder(world: World) -> None:
    row = asked(world.learner)
    services.note_look(document(row)["id"], world.school, world.desk.person, clock.now())
    services.note_look(document(row)["id"], world.school, world.learner, clock.now())
    services.note_look("https://elsewhere/credentials/x", world.school, world.desk.person, clock.now())
    assert Look.objects.count() == 1
    assert world.school.name_zh in text(by(world.learner), at("show_badge", row.public_id))
    assert queries.looks_at(row)[0].by == world.school.name_zh


def test_a_look_is_told_once_a_day_and_only_of_the_very_address(world: World) -> None:
    row, now = asked(world.learner), clock.now()
    mine = document(row)["id"]
    for told in (f"https://evil.example/credentials/{row.public_id}", f"x/credentials/{row.public_id}", mine.upper()):
        services.note_look(told, world.school, world.desk.person, now)
    assert not Look.objects.exists()
    for _time in range(3):
        services.note_look(mine, world.school, world.desk.person, now)
    assert Look.objects.count() == 1
    services.note_look(mine, world.school, world.desk.person, now + timedelta(days=1))
    assert Look.objects.count() == 2


def test_an_officer_s_look_at_the_desk_leaves_a_trace_and_files_are_the_holder_s(world: World) -> None:
    row = asked(world.learner)
    desk = by(Person.objects.get(pk=world.desk.person.pk))
    before = Reading.objects.filter(person=world.learner).count()
    text(desk, at("desk"))
    assert Reading.objects.filter(person=world.learner).count() == before + 1
    for form in ("json", "jwt", "png", "svg"):
        assert desk.get(at("download", row.public_id, form)).status_code == 404
    assert desk.get(at("download", row.public_id, "pdf")).status_code == 200
    page = text(desk, at("show_badge", row.public_id))
    assert at("download", row.public_id, "json") not in page
    assert at("download", row.public_id, "pdf") in page


def test_what_ended_or_lost_its_key_is_nowhere_said_to_hold(world: World) -> None:
    makers.credit(world.learner, 100, title="急救", institution=world.school, valid_until=TODAY)
    (line,) = [one for one in lines(world.learner) if one.title == "急救"]
    (over,) = services.ask_badges(
        actor=of(world.learner), learner=world.learner, lines=[line.certifies], with_name=False, at=NOW
    )
    share = shared(world.learner, over, until=clock.now() + timedelta(days=3))
    assert clock.today() > TODAY
    page = text(Client(), at("open_share", services.token_of(share.public_id)))
    assert "已到期" in page
    assert "xc-badge-off" in page
    row, now = asked(world.learner, at=clock.now()), clock.now()
    share = shared(world.learner, row, at=now, until=now + timedelta(days=3))
    services.compromise_key(actor=world.officer, key=whole(row).key, why="失窃", at=now)
    for there in (at("open_share", services.token_of(share.public_id)), at("show_credential", row.public_id)):
        assert "正在重新签发" in text(Client(), there)
    assert "这份证书有效" not in text(Client(), at("show_credential", row.public_id))
    assert "正在重新签发" in text(by(world.learner), at("show_badge", row.public_id))
    assert by(world.learner).get(at("download", row.public_id, "jwt")).status_code == 302


def test_keys_are_asked_for_again_each_time(world: World) -> None:
    row = asked(world.learner)
    for there in (at("platform_did"), at("issuer_did", world.school.code), at("key_set")):
        first = Client().get(there)
        assert first["Cache-Control"] == "public, no-cache, must-revalidate"
        again = Client().get(there, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    there = at("issuer_did", world.school.code)
    tag = Client().get(there)["ETag"]
    services.compromise_key(actor=world.officer, key=whole(row).key, why="失窃", at=clock.now())
    assert Client().get(there, headers={"If-None-Match": tag}).status_code == 200


def test_an_unchanged_list_locks_no_key(world: World) -> None:
    asked(world.learner)
    there = at("status_list", StatusList.objects.get().number, "revocation")
    tag = Client().get(there)["ETag"]
    with CaptureQueriesContext(connection) as said:
        assert Client().get(there, headers={"If-None-Match": tag}).status_code == 304
        assert Client().get(there).status_code == 200
    assert not any("for share" in one["sql"] for one in said)
