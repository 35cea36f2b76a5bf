"""Phone numbers and e-mail addresses: one way to write each, whatever was typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuecheng.city.identity.rules import addresses
from xuecheng.city.refusals import Refusal


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13800138000", "+8613800138000"),
        ("138 0013 8000", "+8613800138000"),
        ("138-0013-8000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("+86 138 0013 8000", "+8613800138000"),
        ("0086 13800138000", "+8613800138000"),
        ("8613800138000", "+8613800138000"),
        ("+852 9123 4567", "+85291234567"),
        ("00852-9123-4567", "+85291234567"),
        ("+853 6612 3456", "+85366123456"),
        ("+886 912 345 678", "+886912345678"),
        ("+886 0912 345 678", "+886912345678"),
        ("+44 7911 123456", "+447911123456"),
        ("+1 (415) 555-0123", "+14155550123"),
    ],
)
def test_a_phone_number_is_kept_in_one_way(typed, kept):
    assert addresses.normalise_phone(typed) == kept
    assert addresses.normalise_phone(kept) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "", "1380013800", "138001380000", "12800138000", "02087654321", "020-8765-4321", "91234567", "+85212345678",
        "+853 2871 1234", "+886 2 2345 6789", "+0 123 456 789", "+861380013800", "+44 79", "+" + "1" * 16,
        "13800138000a", "13800138000\n", "13800138000\r\nBcc: x", "++8613800138000",
    ],
)  # fmt: skip
def test_what_is_no_mobile_number_is_refused(typed):
    with pytest.raises(addresses.PhoneWrong):
        addresses.normalise_phone(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Chen@Example.COM", "chen@example.com"),
        (" chen.jiamin+xc@mail.example.cn ", "chen.jiamin+xc@mail.example.cn"),
        ("chen＠example.com", "chen@example.com"),
        ("chen@例子.中国", "chen@xn--fsqu00a.xn--fiqs8s"),
    ],
)
def test_an_email_address_is_kept_in_one_way(typed, kept):
    assert addresses.read_address(typed) == addresses.Address("email", kept)


@pytest.mark.parametrize(
    "typed",
    [
        "@", "chen@", "@example.com", "chen@example", "chen@@example.com", "chen.@example.com", ".chen@example.com",
        "che..n@example.com", "chen jia@example.com", "chen@example.com\nBcc: all@example.com",
        "chen@example.com\r\nSubject: x", "chen\n@example.com", "chen@-example.com", "chen@example.com,li@example.com",
        "<chen@example.com>", "陈@example.com", f"{'a' * 65}@example.com", f"a@{'b' * 64}.com",
        f"a@{'.'.join(['b' * 60] * 5)}.com",
    ],
)  # fmt: skip
def test_what_is_no_email_address_is_refused(typed):
    with pytest.raises(addresses.EmailWrong):
        addresses.read_address(typed)


def test_nothing_at_all_is_told_as_missing():
    with pytest.raises(addresses.AddressMissing):
        addresses.read_address("  ")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("13800138000", "138****8000"),
        ("+85291234567", "+852 ****567"),
        ("+447911123456", "+4 ****456"),
        ("zhang.san@example.com", "z***@example.com"),
    ],
)
def test_it_is_shown_masked_and_prints_masked(typed, shown):
    address = addresses.read_address(typed)
    assert address.masked == shown
    assert address.text not in f"{address} {address!r}"


@given(st.text(max_size=40))
def test_reading_refuses_or_keeps_the_same_again_and_never_a_line_end(typed):
    try:
        address = addresses.read_address(typed)
    except Refusal:
        return
    assert addresses.read_address(address.text) == address
    assert not set(address.text) & set("\r\n \0,;<>")
