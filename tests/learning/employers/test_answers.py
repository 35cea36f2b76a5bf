"""Each answer to a row (C-89); and that without consent it is the answer to what does not exist."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from learning.account import makers
from learning.badges.situations import asked, of, shared
from learning.employers.situations import (
    NAME,
    NOW,
    TITLE,
    UNKNOWN,
    World,
    a_row,
    agreed,
    answers,
    asked_of,
    brought,
    checked,
    told,
)
from learning.foreign.situations import Key, a_badge, a_key
from xuecheng.config.demo.load import Hand
from xuecheng.learning.badges import addresses
from xuecheng.learning.badges import services as badges
from xuecheng.learning.badges.models import Badge
from xuecheng.learning.credentials import services as credentials
from xuecheng.learning.credentials.rules import transcript_code
from xuecheng.learning.employers import services
from xuecheng.learning.employers.models import CheckedList, Inquiry
from xuecheng.learning.employers.services import documents
from xuecheng.learning.proofs.verdicts import Finding, Outcome, Verdict

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def number(world: World) -> str:
    return str(world.badge.public_id)


def test_a_credential_is_confirmed_and_what_is_wrong_in_the_row_is_not(world: World) -> None:
    agreed(world)
    assert told(
        world,
        a_row(addresses.credential(world.badge.public_id)),
        a_row(number(world), title="", day=""),
        a_row(number(world), day="2026-11-23"),
        a_row(number(world), name="陈惠芳"),
        a_row(number(world), title="书法"),
        a_row(number(world), day="2026-10-21"),
        a_row(UNKNOWN),
        a_row("https://other.example/x"),
        a_row(number(world), name=""),
        a_row(number(world), day="去年"),
        a_row("M6SH-CDC2"),
    ) == [
        "confirmed", "confirmed", "confirmed", "name_differs", "not_confirmed", "not_confirmed", "not_confirmed",
        "malformed", "malformed", "malformed", "malformed",
    ]  # fmt: skip


def test_what_was_revoked_since_is_told_as_changed(world: World) -> None:
    agreed(world)
    badges.revoke_badge(actor=makers.registrar(world.school), badge=world.badge, why="有误", at=NOW)
    assert told(world, a_row(number(world))) == ["confirmed_but_changed"]


def test_a_transcript_by_its_code_however_it_was_typed(world: World) -> None:
    agreed(world)
    code = world.transcript.code
    rows = [
        a_row(code.lower().replace("-", " ")), a_row(code, day="2026-11-23"), a_row(code, title="书法"),
        a_row(f"{addresses.root()}/verify/{code}/"),
    ]  # fmt: skip
    assert told(world, *rows) == ["confirmed", "confirmed", "not_confirmed", "confirmed"]
    credentials.revoke_transcript(actor=world.holder, transcript=world.transcript, at=NOW, why="重开")
    assert told(world, a_row(code)) == ["confirmed_but_changed"]


def test_without_consent_answers_counts_and_work_are_those_of_what_does_not_exist(world: World) -> None:
    """Indistinguishable: the same answers, the same counts, the same statements sent."""
    unknown_code = transcript_code(bytes(range(8)))
    theirs = [a_row(number(world)), a_row(world.transcript.code), a_row(number(world), name="别人")]
    nobodys = [a_row(UNKNOWN), a_row(unknown_code), a_row(UNKNOWN, name="别人")]
    checked(world, *nobodys)  # whatever is asked once only is asked here
    seen: list[list[str]] = []
    for rows in (nobodys, theirs):
        row = brought(world, *rows)
        with CaptureQueriesContext(connection) as sent:
            done = services.check_list(row, Hand(), now=lambda: NOW)
        shapes = [re.sub(r"s\d+_x\d+", "", one["sql"])[:40] for one in sent.captured_queries]
        assert answers(done) == ["not_confirmed"] * 3
        assert (done.not_confirmed, done.confirmed, done.name_differs) == (3, 0, 0)
        seen.append(shapes)
    assert seen[0] == seen[1]


def test_the_person_sees_that_it_was_asked_and_that_nothing_was_told(world: World) -> None:
    row = checked(world, a_row(number(world)), a_row(world.transcript.code), a_row(UNKNOWN))
    mine = asked_of(world.learner)
    assert [(one.what, one.code, one.was_agreed, one.answer) for one in mine] == [
        ("credential", number(world), False, "not_confirmed"),
        ("transcript", world.transcript.code, False, "not_confirmed"),
    ]
    assert {one.organisation for one in mine} == {world.company}
    assert {one.list_id for one in mine} == {row.public_id}
    assert Inquiry.objects.count() == 2


def test_a_consent_is_one_employers_and_ends(world: World) -> None:
    consent = agreed(world, days=30)
    assert told(world, a_row(number(world)), at=NOW + 29 * DAY) == ["confirmed"]
    assert told(world, a_row(number(world)), at=NOW + 30 * DAY) == ["not_confirmed"]
    row = brought(world, a_row(number(world)), actor=world.stranger, organisation=world.other_company)
    assert answers(services.check_list(row, Hand(), now=lambda: NOW)) == ["not_confirmed"]
    services.withdraw_consent(actor=world.holder, consent=consent, at=NOW)
    assert told(world, a_row(number(world))) == ["not_confirmed"]


def test_a_live_link_with_the_name_is_consent_for_what_it_shows_and_no_more(world: World) -> None:
    makers.credit(world.learner, 100, title="书法", institution=world.school)
    other = asked(world.learner)
    shown = shared(world.learner, world.badge, shows_name=True)
    nameless = shared(world.learner, world.badge)
    link, without = (f"{addresses.root()}/share/{badges.token_of(one.public_id)}/" for one in (shown, nameless))
    rows = [
        a_row(link), a_row(number(world), share=link), a_row(link, title="书法"),
        a_row(str(other.public_id), title="书法", day="", share=link), a_row(without), a_row(number(world), share=without),
        a_row(number(world), share="https://other.example/share/1"),
    ]  # fmt: skip
    assert told(world, *rows) == [
        "confirmed", "confirmed", "not_confirmed", "not_confirmed", "not_confirmed", "not_confirmed", "malformed",
    ]  # fmt: skip
    badges.withdraw_share(actor=of(world.learner), share=shown, at=NOW)
    assert told(world, a_row(link), a_row(number(world), share=link)) == ["not_confirmed"] * 2


def test_a_whole_credential_of_ours_needs_consent_too_and_its_signature(world: World) -> None:
    """The file alone says nothing of what its holder agreed to; a changed one confirms nothing even with consent."""
    document = Badge.objects.get(pk=world.badge.pk).document
    changed = json.loads(document)
    changed["credentialSubject"]["creditsEarned"] = 9
    rows = [a_row(document), a_row(json.dumps(changed)), a_row(badges.jwt_of(world.badge, at=NOW))]
    assert told(world, *rows) == ["not_confirmed"] * 3
    agreed(world)
    assert told(world, *rows) == ["confirmed", "not_confirmed", "confirmed"]


def of_others(key: Key, **more: Any) -> str:
    return a_badge(key, **more).decode()


def test_credentials_of_others_are_verified_by_themselves(world: World) -> None:
    """A key that names itself proves the signature and not whose it is: that is not confirmed."""
    key = a_key()
    assert told(world, a_row(of_others(key, holder=NAME), title="Data analysis", day="")) == ["not_confirmed"]
    assert not Inquiry.objects.exists()


def test_the_answer_to_others_by_what_their_proof_says(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where whose key it is is proven: name, title and day of the credential itself decide."""

    def verdict_with(**outcomes: Outcome) -> Any:
        def verify(given: bytes, *, at: Any, fetch: Any) -> Verdict:
            del at, fetch
            told_of = {"signature": Outcome.PROVEN, "issuer": Outcome.PROVEN, "time": Outcome.PROVEN} | outcomes
            return Verdict("x", tuple(Finding(*one, "") for one in told_of.items()), json.loads(given))

        return verify

    good = of_others(a_key(), holder=NAME)
    monkeypatch.setattr(documents, "verify", verdict_with())
    hashed = json.loads(good)
    hashed["credentialSubject"]["identifier"] = [
        {"type": "IdentityObject", "hashed": True, "identityType": "name", "salt": "盐", "identityHash":
         "sha256$" + hashlib.sha256((NAME + "盐").encode()).hexdigest()}
    ]  # fmt: skip
    assert told(
        world,
        a_row(good, title="data analysis", day="2026-05-01"),
        a_row(good, name="别人", title="", day=""),
        a_row(good, title="别的", day=""),
        a_row(json.dumps(hashed), title="", day=""),
        a_row(json.dumps(hashed), name="别人", title="", day=""),
        a_row(of_others(a_key(), holder=None), title="", day=""),
    ) == ["confirmed", "name_differs", "not_confirmed", "confirmed", "name_differs", "not_confirmed"]
    for outcomes, answer in (
        ({"status": Outcome.FAILED}, "confirmed_but_changed"),
        ({"time": Outcome.FAILED}, "confirmed_but_changed"),
        ({"status": Outcome.UNPROVEN}, "not_confirmed"),
        ({"signature": Outcome.FAILED}, "not_confirmed"),
        ({"issuer": Outcome.UNPROVEN}, "not_confirmed"),
    ):
        monkeypatch.setattr(documents, "verify", verdict_with(**outcomes))
        assert told(world, a_row(good, title="", day="")) == [answer], outcomes


def test_a_finished_list_counts_its_answers(world: World) -> None:
    agreed(world)
    row = checked(world, a_row(number(world)), a_row(UNKNOWN), a_row("？"), a_row(number(world), name="别人"))
    row = CheckedList.objects.get(pk=row.pk)
    assert (row.confirmed, row.not_confirmed, row.malformed, row.name_differs, row.row_count) == (1, 1, 1, 1, 4)
    assert row.state == "done"
    assert TITLE not in str(row.__dict__)
    assert NAME.encode() not in bytes(row.sealed)
