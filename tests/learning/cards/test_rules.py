"""The rotating code by its vectors, and what is read of what people scan and type (C-83 … C-86)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.cards.situations import VECTOR_SECRET
from xuecheng.learning.cards import rules

RFC_SECRET = b"12345678901234567890123456789012"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "46119246"), (1111111109, "68084774"), (1111111111, "67062674"), (1234567890, "91819424"),
        (2000000000, "90698825"), (20000000000, "77737706"),
    ],
)  # fmt: skip
def test_c84_the_digits_are_those_of_rfc_6238_with_sha_256(seconds: int, code: str) -> None:
    assert rules.spoken_code(RFC_SECRET, seconds // rules.STEP_SECONDS) == code


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (59849280, "XC1.4401234567890131.1.59849280.L4835xdpbZnF9A"),
        (59849281, "XC1.4401234567890131.1.59849281.QUsCbD4PTOdolg"),
    ],
)
def test_c85_the_picture_says_what_the_vectors_say(step: int, text: str) -> None:
    assert rules.qr_text(VECTOR_SECRET, card="4401234567890131", key_version=1, step=step) == text
    shown = rules.read_text(text)
    assert isinstance(shown, rules.Scanned)
    assert rules.is_genuine(shown, VECTOR_SECRET)
    assert not rules.is_genuine(shown, RFC_SECRET)


@pytest.mark.parametrize("changed", [
    "XC1.4401234567890131.2.59849280.L4835xdpbZnF9A", "XC1.4401234567890131.1.59849281.L4835xdpbZnF9A",
    "XC1.4401234567890131.1.059849280.L4835xdpbZnF9A", "XC1.4401234567890131.1.59849280.L4835xdpbZnF9B",
])  # fmt: skip
def test_c85_a_picture_with_anything_changed_is_not_genuine(changed: str) -> None:
    shown = rules.read_text(changed)
    assert isinstance(shown, rules.Scanned)
    assert not rules.is_genuine(shown, VECTOR_SECRET)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("4401 2345 6789 0131", rules.Printed("4401234567890131")),
        ("４４０１-２３４５-６７８９-０１３１", rules.Printed("4401234567890131")),
        ("https://xc.gz.gov.cn/account/card/4401234567890131/", rules.Printed("4401234567890131")),
        ("4401 2345 6789 0131 0080 4774", rules.Spoken("4401234567890131", "00804774")),
        ("4401234567890131，00804774", rules.Spoken("4401234567890131", "00804774")),
        ("4401 2345 6789 013", None), ("XC1.4401234567890131.1.59849280", None), ("", None), ("王小明", None),
    ],
)  # fmt: skip
def test_c83_what_people_type_is_read(typed: str, read: rules.Shown | None) -> None:
    assert rules.read_text(typed) == read


@pytest.mark.parametrize(("off", "minutes"), [
    (-1, 0), (0, 0), (1, 0), (-2, -1), (2, 1), (3, 2), (4, 2), (-20, -10), (2880, 1440),
])  # fmt: skip
def test_c86_half_a_minute_off_is_taken_and_more_is_said_in_minutes(off: int, minutes: int) -> None:
    assert rules.minutes_off(1000 + off, now=1000) == minutes


@given(st.binary(min_size=32, max_size=32), st.integers(rules.LOOKED_BACK, 2**31), st.integers(-1, 1))
def test_digits_of_the_window_are_found_at_their_step(secret: bytes, now: int, off: int) -> None:
    found = rules.step_spoken(rules.spoken_code(secret, now + off), secret, now=now)
    assert found is not None
    assert abs(found - now) <= 1


def test_an_address_is_one_short_uri_record_on_a_tag() -> None:
    """The example of the NFC Forum's URI record, and what a short record cannot hold."""
    assert rules.ndef_of("https://example.org") == bytes.fromhex("d1010c5504") + b"example.org"
    assert rules.ndef_of("tag:a")[:5] == bytes.fromhex("d101065500")
    with pytest.raises(ValueError, match="too long"):
        rules.ndef_of("https://" + "a" * 255)
