"""How long codes live, how browsers are called, and which passwords are guessed first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuecheng.city.identity.rules import browsers, codes, passwords

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("age", "tries", "is_proved", "counts"),
    [
        (timedelta(0), 0, False, True),
        (codes.CODE_LIFE - SECOND, 4, False, True),
        (codes.CODE_LIFE, 0, False, False),
        (timedelta(0), 5, False, False),
        (timedelta(0), 0, True, False),
        (-codes.CLOCK_SLACK, 0, False, True),
        (-codes.CLOCK_SLACK - SECOND, 0, False, False),
    ],
)
def test_a_code_counts_ten_minutes_five_tries_and_once(age, tries, is_proved, counts):
    def look():
        codes.check_code_counts(asked_at=NOON, tries=tries, is_proved=is_proved, at=NOON + age)

    if counts:
        look()
    else:
        with pytest.raises(codes.CodeOver):
            look()


@pytest.mark.parametrize(
    ("proved_at", "is_spent", "counts"),
    [
        (NOON, False, True),
        (NOON - codes.PROVED_LIFE + SECOND, False, True),
        (NOON - codes.PROVED_LIFE, False, False),
        (NOON, True, False),
        (None, False, False),
        (NOON + timedelta(hours=1), False, False),
    ],
)
def test_a_proof_counts_half_an_hour_and_once(proved_at, is_spent, counts):
    if counts:
        codes.check_proof_counts(proved_at=proved_at, is_spent=is_spent, at=NOON)
    else:
        with pytest.raises(codes.ProofOver):
            codes.check_proof_counts(proved_at=proved_at, is_spent=is_spent, at=NOON)


@pytest.mark.parametrize(("age_s", "recent"), [(0, True), (599, True), (600, False), (-60, True), (-61, False)])
def test_a_fresh_proof_is_of_the_last_minutes_and_never_of_the_future(age_s, recent):
    assert codes.is_recent(NOON.timestamp() - age_s, at=NOON, minutes=10) is recent


def test_codes_are_six_digits_and_names_eight_that_are_no_phone_number():
    made = {codes.new_code() for _number in range(200)}
    assert len(made) > 190
    assert all(len(code) == 6 and code.isdigit() for code in made)
    names = {codes.new_sign_in_name() for _number in range(200)}
    assert len(names) == 200
    assert all(len(name) == 8 and name.isdigit() and name[0] in "23456789" for name in names)
    assert codes.in_fours("48217730") == "4821 7730"


@pytest.mark.parametrize("typed", ["123 456", "１２３４５６", " 123-456 "])
def test_a_code_is_read_however_it_is_typed(typed):
    assert codes.read_digits(typed) == "123456"


def test_a_claim_is_read_in_small_letters_and_groups_too():
    claim = codes.new_claim()
    assert codes.read_claim(codes.in_fours(claim).lower()) == claim


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) MicroMessenger/8.0.40", ("wechat", "iphone")),
        ("Mozilla/5.0 (Linux; Android 13; M2102) AppleWebKit Chrome/120 Mobile Safari/537.36", ("chrome", "android")),
        ("Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit Chrome/120 Safari/537 Edg/120.0", ("edge", "windows")),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) AppleWebKit Version/17.0 Safari/605", ("safari", "mac")),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0", ("firefox", "linux")),
        ("", ("other", "other")),
        ("curl/8\r\nX: y", ("other", "other")),
    ],
)
def test_a_browser_is_told_in_plain_words(told, words):
    assert browsers.browser_of(told) == words


@given(st.text(max_size=600))
def test_whatever_a_browser_says_it_gets_a_word(told):
    browser, device = browsers.browser_of(told)
    assert browser in browsers.BROWSERS
    assert device in browsers.DEVICES


@pytest.mark.parametrize(
    "password",
    [
        "guangzhou", "Guangzhou2026", "xuecheng123", "woaini1314", "woaini520", "12345678", "87654321", "11111111",
        "20101010", "13800138000", "abcdefgh", "1qaz2wsx", "qwerty123", "广州2026", "学城学城学城", "aaaaaaaa",
        "guangzhou!", "mamababa1",
    ],
)  # fmt: skip
def test_passwords_that_are_guessed_first_are_known(password):
    assert passwords.is_guessed_first(password)


@pytest.mark.parametrize(
    "password",
    [
        "trees and rivers",
        "hills and clouds",
        "xuecheng-demo-2026",
        "早上七点打太极",
        "learn-for-life-2026",
        "Kx7-pq9-Zm2",
    ],
)
def test_a_short_sentence_is_none_of_them(password):
    assert not passwords.is_guessed_first(password)
