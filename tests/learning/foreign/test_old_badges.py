"""Open Badges 2.0: what a badge is and who issued it say the documents behind it, never the badge itself."""

from __future__ import annotations

import json
from typing import Any

from learning.foreign.situations import NOW
from learning.proofs.samples import World
from xuecheng.learning.foreign.reading import Contents, read

FAMOUS = "https://famous.example/issuer"
EVIL = "https://evil.example"
HERE = {"@context": "https://w3id.org/openbadges/v2"}


def an_issuer(address: str, name: str) -> dict[str, Any]:
    return HERE | {"id": address, "type": "Issuer", "name": name, "url": address}


def a_class(address: str, issuer: str, **more: Any) -> dict[str, Any]:
    plain = {
        "id": address,
        "type": "BadgeClass",
        "name": "Robotics",
        "description": "x",
        "criteria": {"narrative": "y"},
    }
    return HERE | plain | {"issuer": issuer} | more


def an_assertion(host: str = EVIL, **more: Any) -> dict[str, Any]:
    return HERE | {
        "id": f"{host}/a/1", "type": "Assertion", "recipient": {"type": "email", "hashed": False, "identity": "a@x.cn"},
        "badge": f"{host}/badge", "verification": {"type": "hosted"}, "issuedOn": "2026-05-01T00:00:00Z",
    } | more  # fmt: skip


def looked_at(assertion: dict[str, Any], *, host: str = EVIL, issuer: str = f"{EVIL}/issuer") -> tuple[Contents, World]:
    world = World({
        assertion["id"]: assertion, f"{host}/badge": a_class(f"{host}/badge", issuer), issuer: an_issuer(issuer, "Whoever"),
        FAMOUS: an_issuer(FAMOUS, "Famous University"),
    })  # fmt: skip
    return read(json.dumps(assertion).encode(), at=NOW, fetch=world), world


def test_the_issuer_that_a_badge_writes_into_itself_is_nobody() -> None:
    subject = {"achievement": {"name": "Doctor of everything", "id": "x"}, "creditsEarned": 999}
    inline = a_class(f"{EVIL}/badge", FAMOUS, name="Doctor of everything")
    for forged in (
        {"issuer": FAMOUS}, {"issuer": {"id": FAMOUS, "name": "Famous University"}}, {"credentialSubject": subject},
        {"badge": inline, "issuer": FAMOUS}, {"issuer": FAMOUS, "credentialSubject": subject, "name": "陈嘉敏"},
    ):  # fmt: skip
        (found,) = looked_at(an_assertion(**forged))[0].found
        assert (found.issuer_keys, found.issuer_name, found.title) == ((f"{EVIL}/issuer",), "Whoever", "Robotics")
        assert (found.credits, found.holder.names, found.holder.emails) == (None, (), ("a@x.cn",))


def test_a_class_in_the_name_of_a_famous_issuer_at_another_address_fails() -> None:
    contents, _world = looked_at(an_assertion(), issuer=FAMOUS)
    assert not contents.found
    assert contents.bad[0].failed == {"issuer"}


def test_a_badge_that_only_names_addresses_comes_in_with_what_lies_there_and_each_is_asked_once() -> None:
    contents, world = looked_at(an_assertion("https://famous.example"), host="https://famous.example", issuer=FAMOUS)
    (found,) = contents.found
    assert (found.is_verified, found.title, found.issuer_keys) == (True, "Robotics", (FAMOUS,))
    assert (found.is_of_holder, found.has_status) == (True, True)
    assert len(world.asked) == len(set(world.asked)) == 3


def test_what_cannot_be_asked_says_where_it_lies_and_what_was_revoked_says_so() -> None:
    unread = read(json.dumps(an_assertion()).encode(), at=NOW)
    assert [one.refusal.code for one in unread.bad] == ["content_elsewhere"]
    revoked = World({f"{EVIL}/a/1": an_assertion(revoked=True)})
    (bad,) = read(json.dumps(an_assertion()).encode(), at=NOW, fetch=revoked).bad
    assert bad.failed == {"status"}
