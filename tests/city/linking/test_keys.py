"""Service keys: what they may, for how long, and that nobody learns their secret."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from city.api.programs import Program, Town, a_town, record_body
from city.situations import TODAY
from xuecheng.city import clock
from xuecheng.city.access.queries import standing_of
from xuecheng.city.access.services import Denied
from xuecheng.city.ids import uuid7
from xuecheng.city.linking import services
from xuecheng.city.linking.models import ServiceKey
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import FormUsedBefore


@pytest.fixture
def town(db: None, settings: Any) -> Town:
    settings.API_PER_MINUTE = 10_000
    return a_town()


def make(town: Town, *, by: str = "O", **more: Any) -> tuple[ServiceKey, Program]:
    now = clock.now()
    wish = {
        "name": "教务系统", "holder": town.people["R"], "scopes": ["records.read", "records.write"],
        "begins_at": now, "ends_at": now + timedelta(days=90), "organisation": town.desk.college,
    } | more  # fmt: skip
    key, secret = services.make_key(
        actor=standing_of(town.people[by], today=TODAY), public_id=uuid7(), wish=services.KeyWish(**wish), reason="接入"
    )
    return key, Program(secret)


def test_a_key_does_what_its_holder_may_within_its_scopes(town: Town) -> None:
    key, program = make(town)
    assert program.post("/records", record_body(town)).status_code == 201
    assert len(program.get("/records").json()["items"]) == 1
    assert program.get("/results").json()["code"] == "scope_missing"
    key.refresh_from_db()
    assert key.last_used_at is not None


def test_only_a_keyed_hash_and_the_first_signs_are_kept(town: Town) -> None:
    key, program = make(town)
    kept = str(ServiceKey.objects.filter(pk=key.pk).values().get())
    assert program.credential not in kept
    assert program.credential.startswith(key.prefix)
    assert program.credential.isalnum()
    assert len(key.digest) == 64


def test_a_scope_beyond_the_holders_role_gives_nothing(town: Town) -> None:
    _key, program = make(town, scopes=["people.write", "people.read", "rules.read", "ledger.read"])
    assert program.get("/people").json()["items"] == []
    assert program.get("/rule-versions").status_code == 403
    assert program.get("/ledger/health").status_code == 403


def test_a_key_at_one_organisation_reaches_no_other_though_its_holder_may(town: Town) -> None:
    """The officer's role is over the city, the key at the college: only the college's records are seen."""
    from learning.records.situations import a_desk, a_learner

    elsewhere = a_desk(name="别的学院")
    record = elsewhere.record(a_learner("黄小明"))
    mine = town.desk.record(town.learner)
    _key, program = make(town, holder=town.people["C"], scopes=["records.read"])
    assert [one["number"] for one in program.get("/records").json()["items"]] == [mine.pk]
    assert program.get(f"/records/{record.pk}").status_code == 404


def test_what_is_the_holders_own_is_out_of_reach(town: Town) -> None:
    _key, program = make(town, holder=town.learner, scopes=["account.read", "records.read", "transcripts.read"])
    assert program.get("/me/account").status_code == 403
    assert program.get("/me/transcripts").json()["items"] == []
    assert program.get("/me/records").json()["items"] == []


def test_a_key_works_in_its_period_only_and_ends_at_once_when_revoked(town: Town) -> None:
    now = clock.now()
    key, program = make(town, begins_at=now + timedelta(hours=1), ends_at=now + timedelta(hours=2))
    assert program.get("/records").status_code == 401
    with time_machine.travel(now + timedelta(hours=1, minutes=1), tick=False):
        assert program.get("/records").status_code == 200
        services.revoke_key(actor=standing_of(town.people["O"], today=TODAY), key=key, at=clock.now(), reason="泄露")
        assert program.get("/records").status_code == 401
    other, second = make(town)
    with time_machine.travel(other.ends_at - timedelta(seconds=1), tick=False):
        assert second.get("/records").status_code == 200
    with time_machine.travel(other.ends_at, tick=False):
        assert second.get("/records").status_code == 401


def test_a_rotated_key_works_beside_the_new_one_for_the_overlap(town: Town) -> None:
    key, old = make(town)
    operator, now = standing_of(town.people["O"], today=TODAY), clock.now()
    made, secret = services.rotate_key(
        actor=operator, public_id=uuid7(), key=key, at=now, overlap=timedelta(days=7), reason="定期更换"
    )
    new = Program(secret)
    assert (old.get("/records").status_code, new.get("/records").status_code) == (200, 200)
    with time_machine.travel(now + timedelta(days=7, seconds=1), tick=False):
        assert (old.get("/records").status_code, new.get("/records").status_code) == (401, 200)
    assert made.scopes == key.scopes
    with pytest.raises(services.KeyEnded):
        services.rotate_key(actor=operator, public_id=uuid7(), key=key, at=now, overlap=timedelta(), reason="再来一次")


def test_a_closed_account_and_a_lost_role_end_what_the_key_may(town: Town) -> None:
    _key, program = make(town)
    town.people["R"].role_holdings.all().delete()
    assert program.get("/records").json()["items"] == []
    assert program.post("/records", record_body(town)).status_code == 403
    Person.objects.filter(pk=town.people["R"].pk).update(is_active=False)
    assert program.get("/records").status_code == 401


def test_nobody_but_an_operator_makes_keys_and_none_twice(town: Town) -> None:
    with pytest.raises(Denied):
        make(town, by="R")
    with pytest.raises(services.ScopeUnknown):
        make(town, scopes=["everything"])
    with pytest.raises(services.KeyPeriodWrong):
        make(town, ends_at=clock.now() + timedelta(days=500))
    key, _program = make(town)
    with pytest.raises(FormUsedBefore):
        services.make_key(
            actor=standing_of(town.people["O"], today=TODAY),
            public_id=key.public_id,
            wish=services.KeyWish(
                name="x", holder=town.people["R"], scopes=["records.read"], organisation=town.desk.college,
                begins_at=clock.now(), ends_at=clock.now() + timedelta(days=1),
            ),
            reason="x",
        )  # fmt: skip


class TestPages:
    def test_an_operator_makes_a_key_on_a_page_and_sees_its_secret_once(self, town: Town) -> None:
        browser = Client()
        browser.force_login(town.people["O"])
        form = {
            "public_id": str(uuid7()), "name": "教务系统", "holder": town.people["R"].sign_in_name,
            "organisation": town.desk.college.pk, "scopes": ["records.write"], "reason": "接入",
            "ends_on": (clock.today() + timedelta(days=30)).isoformat(),
        }  # fmt: skip
        made = browser.post("/programs/keys/new/", form)
        secret = next(word for word in made.content.decode().split("<code>")[1:] if word.startswith("xck"))[:51]
        assert Program(secret).post("/records", record_body(town)).status_code == 201
        assert browser.post("/programs/keys/new/", form).status_code == 422
        listed = browser.get("/programs/keys/").content.decode()
        assert secret not in listed
        assert secret[:9] in listed
        key = ServiceKey.objects.get()
        assert browser.post(f"/programs/keys/{key.public_id}/rotate/", {
            "public_id": str(uuid7()), "overlap_days": 7, "reason": "更换"}).status_code == 200  # fmt: skip
        assert browser.post(f"/programs/keys/{key.public_id}/revoke/", {"reason": "泄露"}).status_code == 302
        assert Program(secret).get("/records").status_code == 401

    def test_an_operator_registers_a_site_and_ends_it(self, town: Town) -> None:
        browser = Client()
        browser.force_login(town.people["O"])
        form = {
            "public_id": str(uuid7()), "name_zh": "学友网", "name_en": "Friends", "purpose_zh": "看", "purpose_en": "See",
            "organisation": town.desk.college.pk, "redirect_uris": "http://evil.example/back", "holder": "",
            "scopes": ["openid", "records.read"], "reason": "接入",
        }  # fmt: skip
        assert browser.post("/programs/sites/new/", form).status_code == 422
        made = browser.post("/programs/sites/new/", form | {"redirect_uris": "https://friends.example/back"})
        assert made.status_code == 200
        listed = browser.get("/programs/sites/")
        assert "学友网" in listed.content.decode()
        from xuecheng.city.linking.models import LinkedSite

        site = LinkedSite.objects.get(name_zh="学友网", purpose_zh="看")
        assert site.client_id.isalnum()
        assert browser.post(f"/programs/sites/{site.public_id}/secret/", {"reason": "换"}).status_code == 200
        assert browser.post(f"/programs/sites/{site.public_id}/end/", {"reason": "停"}).status_code == 302
        site.refresh_from_db()
        assert site.ended_at is not None
