"""A helper's program does what was entrusted to the helper, for whom it names; the trace and the log say by whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from pghistory.models import Context

from city.api.programs import Program, Town, a_site, a_token
from city.situations import a_person
from learning.account import makers
from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.queries import Standing
from xuecheng.city.api.declared import OPERATIONS
from xuecheng.city.care import services as care
from xuecheng.city.care.models import Deed, Proxy
from xuecheng.city.care.rules import ACTS
from xuecheng.city.ids import uuid7
from xuecheng.city.linking import services as linking
from xuecheng.learning.credentials.models import Transcript
from xuecheng.learning.records.models import Dispute

HEADER = "Acting-For"


class Helped:
    """The learner chose a helper for some tasks; the helper linked a site to their own account."""

    def __init__(self, town: Town, *tasks: str, scopes: tuple[str, ...] | None = None) -> None:
        self.town, self.helper = town, a_person("冯嘉敏")
        self.proxy = care.grant_proxy(
            actor=Standing(person=town.learner), public_id=uuid7(), helper=self.helper, tasks=tasks,
            ends_on=clock.today() + timedelta(days=3), at=clock.now(),
        )  # fmt: skip
        site = a_site(town.desk.college)
        self.program = Program(a_token(self.helper, site, **({"scopes": scopes} if scopes else {})))
        self.headers = {HEADER: str(self.proxy.public_id)}


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


def test_what_was_entrusted_is_the_persons_and_the_log_says_who_read(town: Town) -> None:
    makers.credit(town.learner, 150, title="太极拳初级")
    helped = Helped(town, "account")
    account = helped.program.get("/me/account", **helped.headers).json()
    assert account["learner"] == str(town.learner.public_id)
    assert [one["credits"] for one in account["holdings"]] == [150]
    assert helped.program.get("/me/account").json()["learner"] == str(helped.helper.public_id)
    (seen,) = Reading.objects.filter(person=town.learner)
    assert (seen.reader_id, seen.via, seen.via_id) == (helped.helper.pk, "proxy", helped.proxy.public_id)


def test_a_transcript_is_the_persons_the_deed_the_helpers_and_the_program_is_named(town: Town) -> None:
    makers.credit(town.learner, 150, title="太极拳初级")
    helped = Helped(town, "transcript")
    made = helped.program.post("/me/transcripts", {}, **helped.headers)
    assert made.status_code == 201, made.content.decode()
    assert Transcript.objects.get().learner == town.learner
    (deed,) = Deed.objects.all()
    assert (deed.person_id, deed.helper_id, deed.why) == (town.learner.pk, helped.helper.pk, "A transcript was issued")
    said = Context.objects.get(metadata__for=str(town.learner.public_id)).metadata
    assert (said["by"], said["via"], said["via_id"]) == (
        str(helped.helper.public_id), "proxy", str(helped.proxy.public_id),
    )  # fmt: skip
    assert said["program"].startswith("site:")
    paper = helped.program.get(f"/transcripts/{made.json()['code']}/paper", **helped.headers)
    assert (paper.status_code, paper["Content-Type"], paper.content[:5]) == (200, "application/pdf", b"%PDF-")


def test_an_objection_by_a_helper_is_the_persons(town: Town) -> None:
    record = town.desk.record(town.learner)
    helped = Helped(town, "object")
    answer = helped.program.post(f"/records/{record.pk}/disputes", {"complaint": "学时写少了"}, **helped.headers)
    assert answer.status_code == 201
    dispute = Dispute.objects.get()
    assert dispute.learner == town.learner
    assert helped.program.get("/me/disputes", **helped.headers).json()["items"][0]["number"] == dispute.pk
    assert helped.program.get("/me/disputes").json()["items"] == []
    back = helped.program.post(f"/disputes/{dispute.pk}/withdrawal", **helped.headers)
    assert back.status_code == 200
    assert set(Deed.objects.values_list("helper_id", flat=True)) == {helped.helper.pk}


class TestDenials:
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "/me/account"), ("GET", "/me/account/lines"), ("GET", "/me/transcripts"),
            ("POST", "/me/transcripts"), ("GET", "/me/disputes"),
        ],
    )  # fmt: skip
    def test_what_was_not_entrusted_is_denied(self, town: Town, method: str, path: str) -> None:
        helped = Helped(town, "records")
        body = {} if method == "POST" else None
        assert code_of(helped.program.ask(method, path, body, **helped.headers)) == (403, "not_entrusted")
        assert helped.program.get("/me/records", **helped.headers).status_code == 200

    def test_what_nobody_can_entrust_is_denied_whatever_was(self, town: Town) -> None:
        helped = Helped(town, "account", "records", "object", "transcript")
        for method, path, body in (
            ("GET", "/me", None), ("GET", "/me/notices", None), ("GET", "/me/helpers", None), ("GET", "/roles", None),
            ("GET", "/people", None), ("GET", "/figures", None), ("POST", "/records", {}),
            ("POST", "/me/helpers", {}), ("POST", "/transcripts/AB2C/revocation", {"why": "x"}),
        ):  # fmt: skip
            assert code_of(helped.program.ask(method, path, body, **helped.headers)) == (403, "not_entrusted"), path

    def test_operations_that_are_open_to_helpers_are_those_that_can_be_entrusted(self) -> None:
        assert {one.entrusted for one in OPERATIONS.values()} - {""} <= frozenset().union(*ACTS.values())

    def test_a_stranger_the_person_and_somebody_elses_helper_have_no_such_help(self, town: Town) -> None:
        helped = Helped(town, "account")
        other = Program(a_token(a_person("路人"), a_site(town.desk.college)))
        for program in (other, town["L"], town["O"], town["R"]):
            assert code_of(program.get("/me/account", **helped.headers)) == (403, "not_entrusted")
        assert code_of(helped.program.get("/me/account", **{HEADER: str(uuid7())})) == (403, "not_entrusted")
        assert code_of(town["A"].get("/me/account", **helped.headers))[0] == 401

    def test_a_word_that_is_no_id_is_not_passed_over(self, town: Town) -> None:
        for word in ("", "me", str(town.learner.public_id)[:-1]):
            assert code_of(town["L"].get("/me/account", **{HEADER: word})) == (422, "invalid")

    def test_the_programs_scopes_hold_for_whom_it_acts_too(self, town: Town) -> None:
        helped = Helped(town, "account", "records", scopes=("openid", "records.read"))
        assert code_of(helped.program.get("/me/account", **helped.headers)) == (403, "scope_missing")
        assert helped.program.get("/me/records", **helped.headers).status_code == 200

    def test_a_service_key_acts_for_nobody(self, town: Town) -> None:
        helped = Helped(town, "account")
        now = clock.now()
        from xuecheng.city.access.queries import standing_of

        _key, secret = linking.make_key(
            actor=standing_of(town.people["O"], today=clock.today()),
            public_id=uuid7(),
            wish=linking.KeyWish(
                name="教务系统", holder=helped.helper, scopes=["account.read"], organisation=town.desk.college,
                begins_at=now, ends_at=now + timedelta(days=1),
            ),
            reason="接入",
        )  # fmt: skip
        assert code_of(Program(secret).get("/me/account", **helped.headers)) == (403, "not_entrusted")

    def test_help_that_ended_or_ran_out_is_over_with_the_next_request(self, town: Town) -> None:
        helped = Helped(town, "account")
        last = Proxy.objects.get().during.upper
        with time_machine.travel(last - timedelta(seconds=1), tick=False):
            fresh = Program(a_token(helped.helper, a_site(town.desk.college)))
            assert fresh.get("/me/account", **helped.headers).status_code == 200
        with time_machine.travel(last, tick=False):
            assert code_of(fresh.get("/me/account", **helped.headers)) == (403, "not_entrusted")
        assert helped.program.get("/me/account", **helped.headers).status_code == 200
        care.end_proxy(actor=Standing(person=town.learner), proxy=helped.proxy, at=clock.now())
        assert code_of(helped.program.get("/me/account", **helped.headers)) == (403, "not_entrusted")

    def test_a_kept_answer_is_not_given_to_whoever_acts_for_somebody_else_or_no_more(self, town: Town) -> None:
        makers.credit(town.learner, 150, title="太极拳初级")
        helped = Helped(town, "transcript")
        first = helped.program.post("/me/transcripts", {}, key="for-her-0001", **helped.headers)
        again = helped.program.post("/me/transcripts", {}, key="for-her-0001", **helped.headers)
        assert (first.status_code, again["Idempotent-Replayed"]) == (201, "true")
        assert code_of(helped.program.post("/me/transcripts", {}, key="for-her-0001")) == (422, "key_used")
        care.end_proxy(actor=Standing(person=town.learner), proxy=helped.proxy, at=clock.now())
        over = helped.program.post("/me/transcripts", {}, key="for-her-0001", **helped.headers)
        assert code_of(over) == (403, "not_entrusted")


def test_a_helper_finds_the_id_to_name_in_their_own_list(town: Town) -> None:
    helped = Helped(town, "account")
    (row,) = helped.program.get("/me/helped").json()["items"]
    assert (row["id"], row["via"], row["person"], row["is_open"]) == (
        str(helped.proxy.public_id), "proxy", town.learner.name, True,
    )  # fmt: skip
