"""Codes of transcripts, read as people write them, and the digest of what was certified (C-88)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuecheng.learning.credentials.rules import (
    TranscriptCodeWrong,
    normalise_transcript_code,
    snapshot_digest,
    transcript_code,
)

CODE = "M6SH-CDC2-YJ8J"


@pytest.mark.parametrize(
    ("random_bytes", "code"),
    [
        (bytes(8), "0000-0000-0000"),
        (b"\xff" * 8, "ZZZZ-ZZZZ-ZZZZ"),
        (b"\x0f" + b"\xff" * 7, "ZZZZ-ZZZZ-ZZZZ"),
        (b"\xf0" + bytes(7), "0000-0000-0000"),
        (bytes(7) + b"\x01", "0000-0000-0001"),
        (bytes(7) + b"\x20", "0000-0000-0010"),
    ],
)
def test_c88_sixty_bits_in_three_groups_of_four(random_bytes: bytes, code: str) -> None:
    assert transcript_code(random_bytes) == normalise_transcript_code(code) == code


def test_c88_the_guides_own_code_is_sixty_bits_of_crockford() -> None:
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    number = 0
    for sign in CODE.replace("-", ""):
        number = number * 32 + alphabet.index(sign)
    assert transcript_code(number.to_bytes(8)) == CODE


@given(st.binary(min_size=8, max_size=8), st.binary(min_size=8, max_size=8))
def test_c88_different_bits_make_different_codes(one: bytes, other: bytes) -> None:
    alike = int.from_bytes(one) % 2**60 == int.from_bytes(other) % 2**60
    assert (transcript_code(one) == transcript_code(other)) is alike


@pytest.mark.parametrize(
    "written",
    [
        "M6SH-CDC2-YJ8J",
        "m6sh-cdc2-yj8j",
        "M6SHCDC2YJ8J",
        " M6SH CDC2　YJ8J ",
        "Ｍ６ＳＨ－ＣＤＣ２－ＹＪ８Ｊ",
        "M6SH–CDC2—YJ8J",
        "M6SH−CDC2‐YJ8J",
    ],
)
def test_c88_case_blanks_dashes_and_width_do_not_matter(written: str) -> None:
    assert normalise_transcript_code(written) == CODE


def test_c88_letters_that_look_like_digits_are_read_as_digits() -> None:
    assert normalise_transcript_code("oOiI-lL01-abcd") == "0011-1101-ABCD"


@pytest.mark.parametrize(
    "written",
    ["", "M6SH-CDC2-YJ8", "M6SH-CDC2-YJ8JX", "M6SH-CDC2-YJ8U", "M6SH_CDC2_YJ8J", "学" * 12],
)
def test_c88_anything_else_is_refused_alike(written: str) -> None:
    with pytest.raises(TranscriptCodeWrong) as refused:
        normalise_transcript_code(written)
    assert refused.value.values == {}


@pytest.mark.parametrize("random_bytes", [b"", bytes(7), bytes(9)])
def test_c88_a_code_needs_its_randomness(random_bytes: bytes) -> None:
    with pytest.raises(ValueError, match="8 random bytes"):
        transcript_code(random_bytes)


LINES = [{"title": "太极拳", "credits": 300}, {"title": "书法"}]
CONTENT = {"name": "陈美玲", "issued_on": "2026-09-01", "lines": LINES}


def test_c88_a_digest_is_of_the_content_and_not_of_its_order_of_keys() -> None:
    turned = dict(reversed(CONTENT.items()))
    assert snapshot_digest(turned) == snapshot_digest(CONTENT)
    assert len(snapshot_digest(CONTENT)) == 64


@pytest.mark.parametrize("change", [{"name": "陈美琳"}, {"lines": LINES[::-1]}, {"lines": []}, {"extra": None}])
def test_c88_any_change_of_content_changes_the_digest(change: dict[str, Any]) -> None:
    assert snapshot_digest(CONTENT | change) != snapshot_digest(CONTENT)


@pytest.mark.parametrize("wrong", [3.0, date(2026, 9, 1), b"x", {1: "x"}, {"a": [{"b": 1.5}]}])
def test_c88_what_would_digest_differently_elsewhere_is_our_own_mistake(wrong: object) -> None:
    with pytest.raises(TypeError):
        snapshot_digest({"content": wrong})
