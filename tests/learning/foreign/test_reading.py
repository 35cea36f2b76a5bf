"""Files from outside as what they say: ELMO by its schema and nothing dangerous in it, badges as `proofs` judges them."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.foreign.situations import DATA, NOW, a_badge, a_key, course, transcript
from xuecheng.city.refusals import Refusal
from xuecheng.learning.foreign.reading import FileRefusal, read
from xuecheng.learning.foreign.reading.refusals import (
    FileBroken,
    FileUnknown,
    FileUnsafe,
    NotAsTheSchema,
    NotPassed,
    NotProven,
)

EXAMPLE = (DATA / "elmo-example.xml").read_bytes()


def test_the_example_of_emrex_is_read_as_the_tree_that_it_is() -> None:
    found = {one.code: one for one in read(EXAMPLE, at=NOW).found}
    degree, compilers = found["MNM2-BIO"], found["1000-217bMRJ"]
    assert (degree.kind, degree.credits, degree.scheme, degree.ended_on) == (
        "Degree Programme", 12_000, "ECTS", date(2009, 6, 15),
    )  # fmt: skip
    assert found["EKSTERN"].part_of == degree.place
    assert (compilers.title, compilers.grade, compilers.credits) == ("Compiler construction", "45.1", 600)
    assert compilers.issuer_keys == ("pic:999572294", "schac:uw.edu.pl", "erasmus:PL WARSZAW01")
    assert compilers.holder.names[0] == "Wojciech Łukasz Rygielski"
    assert not any(one.is_verified for one in found.values())


def test_a_signature_of_xml_is_said_to_be_there_and_not_to_be_verified() -> None:
    signed, plain = read(EXAMPLE, at=NOW).found[0], read(transcript(course()), at=NOW).found[0]
    assert "not verified" in signed.findings[0].en
    assert "not signed" in plain.findings[0].en


BOMB = b"""<?xml version="1.0"?><!DOCTYPE elmo [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>"""
XXE = b"""<?xml version="1.0"?><!DOCTYPE elmo [<!ENTITY x SYSTEM "file:///etc/passwd">]>"""
WHOLE = transcript(course())
BODY = WHOLE.split(b"?>", 1)[1]


@pytest.mark.parametrize("head", [BOMB, XXE, b'<?xml version="1.0"?><!DOCTYPE elmo SYSTEM "http://x/y.dtd">'])
def test_files_that_refer_to_others_are_not_read(head: bytes) -> None:
    with pytest.raises(FileUnsafe):
        read(head + BODY, at=NOW)


def test_a_doctype_that_hides_in_another_encoding_is_found_all_the_same() -> None:
    text = (XXE + BODY).decode().replace('version="1.0"', 'version="1.0" encoding="UTF-16"', 1)
    # The namespace is not seen in UTF-16: nothing that can be read.
    with pytest.raises(FileRefusal):
        read(text.encode("utf-16"), at=NOW)


def test_what_is_not_as_the_schema_says_is_refused_with_its_line() -> None:
    with pytest.raises(NotAsTheSchema) as refused:
        read(transcript(course(ects="six")), at=NOW)
    assert refused.value.values["line"] == 9
    assert "six" in str(refused.value)
    with pytest.raises(FileBroken):
        read(WHOLE[:-20], at=NOW)


def test_what_was_not_passed_is_left_out_and_its_parts_stand_alone() -> None:
    inner = course("PART", "Part")
    contents = read(transcript(course("ALL", "All", status="failed", parts=inner)), at=NOW)
    assert [(one.code, one.part_of) for one in contents.found] == [("PART", "")]
    assert [type(one.refusal) for one in contents.bad] == [NotPassed]
    assert contents.bad[0].place == "1 / ALL"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damage_to_a_file_breaks_the_reader(data: st.DataObject) -> None:
    source = data.draw(st.sampled_from([WHOLE, EXAMPLE[:9000], b'{"type": ["VerifiableCredential"]}']))
    start = data.draw(st.integers(0, len(source)))
    end = data.draw(st.integers(start, min(len(source), start + 40)))
    broken = source[:start] + data.draw(st.binary(max_size=30)) + source[end:]
    try:
        contents = read(broken, at=NOW)
    except Refusal:
        return
    for one in contents.found:
        assert one.title
        assert len(one.title) <= 200
        assert len(one.claim) == len(one.digest) == 32


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    field=st.sampled_from(["id", "issuer", "credentialSubject", "validFrom", "validUntil", "credentialStatus", "proof",
                           "type", "@context", "name"]),
    value=_JSON,
)  # fmt: skip
def test_wrong_types_in_a_credential_are_answered_and_never_a_fault(field: str, value: object) -> None:
    document = json.loads(_badge())
    document[field] = value
    try:
        contents = read(json.dumps(document).encode(), at=NOW)
    except Refusal:
        return
    assert not any(one.is_verified for one in contents.found)


KEY = a_key()
_KEPT: dict[str, bytes] = {}


def _badge() -> bytes:
    return _KEPT.setdefault("badge", a_badge(KEY))


def test_a_signed_badge_is_verified_and_a_changed_one_refused_with_the_reason() -> None:
    found = read(_badge(), at=NOW).found[0]
    assert found.is_verified
    assert found.signed_by == KEY.verification_method
    assert (found.title, found.code, found.credits, found.ended_on) == ("Data analysis", "DA-1", 300, date(2026, 5, 1))
    changed = _badge().replace(b"Twelve weeks", b"Twelve years")
    (bad,) = read(changed, at=NOW).bad
    assert isinstance(bad.refusal, NotProven)
    assert bad.failed == {"signature"}


def test_what_is_no_file_of_learning_is_refused() -> None:
    for data in (b"hello", b"\x89PNG\r\n\x1a\n", b"<html/>"):
        with pytest.raises((FileUnknown, FileRefusal)):
            read(data, at=NOW)


@pytest.mark.parametrize("end", ["9999-12-31T23:59:59Z", "9999-12-31T16:00:00Z"])
def test_the_last_year_there_is_means_no_end(end: str) -> None:
    (found,) = read(a_badge(KEY, validUntil=end), at=NOW).found
    assert (found.valid_to, found.is_verified) == (None, True)
