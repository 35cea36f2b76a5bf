"""What a learner record says its achievements are to each other (CLR 2.0, `association`): nothing counts twice."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.foreign.situations import (
    EMAIL,
    ISSUED,
    NOW,
    Key,
    World,
    a_badge,
    a_key,
    a_person,
    a_rule,
    brought,
    records_of,
)
from learning.foreign.test_looking import _outcomes, _shown
from xuecheng.learning.foreign.reading import Contents, Found, Holder, read
from xuecheng.learning.foreign.reading.hierarchy import Said, associations, linked
from xuecheng.learning.proofs.integrity import signed


def _part(key: Key, name: str) -> dict[str, Any]:
    """A badge whose achievement is called after it."""
    document: dict[str, Any] = json.loads(a_badge(key, name=name, number=f"urn:uuid:{uuid4()}"))
    document.pop("proof")
    document["credentialSubject"]["achievement"]["id"] = f"https://mooc.example/{name}"
    return signed(document, by=key, at=ISSUED)


def a_record(key: Key, parts: list[dict[str, Any]], *said: tuple[str, str, str]) -> bytes:
    """A CLR of these credentials; `said`: source, kind of association, target."""
    subject: dict[str, Any] = {
        "type": ["ClrSubject"],
        "identifier": [
            {"type": "IdentityObject", "hashed": False, "identityHash": EMAIL, "identityType": "emailAddress"}
        ],
        "verifiableCredential": parts,
        "achievement": [one["credentialSubject"]["achievement"] for one in parts],
        "association": [
            {"type": "Association", "associationType": kind, "sourceId": source, "targetId": target}
            for source, kind, target in said
        ],
    }
    document = {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": f"urn:uuid:{uuid4()}",
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": "Record",
        "issuer": {"id": key.did, "type": ["Profile"], "name": "Open courses"},
        "validFrom": "2026-05-01T00:00:00Z",
        "credentialSubject": subject,
    }
    return json.dumps(signed(document, by=key, at=ISSUED)).encode()


def _of(contents: Contents) -> list[tuple[str, tuple[str, ...]]]:
    titles = {one.place: one.title for one in contents.found}
    return [(one.title, tuple(titles[place] for place in one.wholes)) for one in contents.found]


def _id(name: str) -> str:
    return f"https://mooc.example/{name}"


def test_children_parts_and_parents_are_told_whoever_comes_first() -> None:
    key = a_key()
    parts = [_part(key, name) for name in ("Course", "Module", "Degree", "Alone")]
    data = a_record(
        key, parts, (_id("Course"), "isChildOf", _id("Degree")), (_id("Course"), "isParentOf", _id("Module")),
        (parts[3]["id"], "isPeerOf", parts[0]["id"]), (_id("Degree"), "isPartOf", _id("Module")),
    )  # fmt: skip
    # What closes the circle is passed over; wholes come before what is in them.
    found = _of(read(data, at=NOW))
    assert dict(found) == {"Degree": (), "Course": ("Degree",), "Module": ("Course",), "Alone": ()}
    order = [title for title, _wholes in found]
    assert order.index("Degree") < order.index("Course") < order.index("Module")


def test_the_same_credential_twice_in_a_file_is_one() -> None:
    key = a_key()
    one, other = _part(key, "Course"), _part(key, "Other")
    contents = read(a_record(key, [one, other, one], (_id("Other"), "isChildOf", one["id"])), at=NOW)
    assert _of(contents) == [("Course", ()), ("Other", ("Course",))]


@pytest.mark.django_db
def test_a_degree_and_its_courses_do_not_both_count(world: World) -> None:
    a_rule(world, issuer=world.platform, achievement="Degree")
    a_rule(world, issuer=world.platform, achievement="Course", unit=world.other_unit)
    key = world.key
    parts = [_part(key, "Course"), _part(key, "Degree")]
    data = a_record(key, parts, (_id("Course"), "isChildOf", _id("Degree")))
    learner = a_person("陈嘉敏", email=EMAIL)
    assert sorted(_outcomes(_shown(learner, data))) == [("Course", "part"), ("Degree", "counts")]
    brought(learner, data)
    assert sorted((one.title, one.wait or one.state) for one in records_of(learner)) == [
        ("Course", "part"),
        ("Degree", "credited"),
    ]


def test_what_is_no_association_is_passed_over() -> None:
    for nonsense in (None, "x", [1, {"associationType": "isChildOf"}], {"associationType": ["isChildOf"]}):
        assert list(associations(nonsense)) == []
    told = {"associationType": "isChildOf", "sourceId": "a", "targetId": "a"}
    assert list(associations(told)) == []


_NAMES = st.sampled_from("abcde")


@given(st.lists(st.tuples(_NAMES, _NAMES), max_size=12))
def test_whatever_is_said_there_is_an_order_without_circles(pairs: list[tuple[str, str]]) -> None:
    found = [
        Found(place=name, issuer_name="x", issuer_keys=(), title=name, holder=Holder(), identifier=name)
        for name in "abcde"
    ]
    made = linked(found, [Said(part, whole) for part, whole in pairs], {name: [name] for name in "abcde"})
    assert sorted(one.place for one in made) == list("abcde")
    wholes = {one.place: one.wholes for one in made}
    for start, above in wholes.items():
        edge, steps = list(above), 0
        while edge and steps < 200:
            place = edge.pop()
            assert place != start
            edge += wholes[place]
            steps += 1
