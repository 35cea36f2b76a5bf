"""Card numbers: made, checked, read as people write them (C-82, C-83)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import damm, luhn
from stdnum.iso7064 import mod_11_10, mod_97_10

from xuecheng.learning.creditbank.rules import (
    CardNumberWrong,
    ForeignScheme,
    card_number,
    foreign_check_digit,
    normalise_card_number,
    shown_card_number,
)

random_digits = st.text("0123456789", min_size=12, max_size=12)


@pytest.mark.parametrize(
    ("body", "check"),
    [("44012345678901", "31"), ("44987654321098", "10"), ("44000000000001", "91"), ("44100000000000", "79")],
)
def test_c82_check_digits_are_mod_97_10(body: str, check: str) -> None:
    assert card_number(body[2:]) == body + check
    assert int(body + check) % 97 == 1


def test_c82_it_is_printed_in_fours() -> None:
    assert shown_card_number(card_number("012345678901")) == "4401 2345 6789 0131"


@given(random_digits)
def test_c82_every_number_made_is_read_back_and_agrees_with_an_independent_judge(digits: str) -> None:
    number = card_number(digits)
    assert normalise_card_number(shown_card_number(number)) == number
    assert mod_97_10.is_valid(number)


@given(random_digits, st.integers(0, 15), st.integers(1, 9))
def test_c82_one_wrong_digit_is_caught(digits: str, place: int, shift: int) -> None:
    number = card_number(digits)
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    with pytest.raises(CardNumberWrong):
        normalise_card_number(wrong)


@given(random_digits, st.integers(0, 14))
def test_c82_two_neighbours_exchanged_are_caught(digits: str, place: int) -> None:
    number = card_number(digits)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        with pytest.raises(CardNumberWrong):
            normalise_card_number(swapped)


@pytest.mark.parametrize(
    "written",
    [
        "4401234567890131",
        " 4401 2345 6789 0131 ",
        "4401-2345-6789-0131",
        "４４０１　２３４５　６７８９　０１３１",
        "4401–2345—6789−0131",
    ],
)
def test_c83_blanks_dashes_and_full_width_digits_are_read(written: str) -> None:
    assert normalise_card_number(written) == "4401234567890131"


@pytest.mark.parametrize(
    "written",
    ["", "440123456789013", "44012345678901310", "4401234567890130", "5401234567890131", "44O1234567890131", "四四"],
)
def test_c83_anything_else_is_refused_alike(written: str) -> None:
    with pytest.raises(CardNumberWrong) as refused:
        normalise_card_number(written)
    assert refused.value.values == {}


def test_c82_a_check_that_only_leaves_the_same_remainder_is_refused() -> None:
    number = next(card for n in range(1000) if (card := card_number(f"{n:012}"))[-2:] == "98")
    assert int(number[:-2] + "01") % 97 == 1
    with pytest.raises(CardNumberWrong):
        normalise_card_number(number[:-2] + "01")


@pytest.mark.parametrize("digits", ["", "01234567890", "0123456789012", "01234567890x", "０１２３４５６７８９０１"])
def test_a_card_is_made_from_twelve_digits(digits: str) -> None:
    with pytest.raises(ValueError, match="12 random digits"):
        card_number(digits)


@pytest.mark.parametrize(
    ("scheme", "digit"), [(ForeignScheme.LUHN, "9"), (ForeignScheme.MOD_11_10, "3"), (ForeignScheme.DAMM, "2")]
)
def test_c82_foreign_cards_have_check_digits_of_their_own(scheme: ForeignScheme, digit: str) -> None:
    assert foreign_check_digit("440100012345678", scheme) == digit


@given(st.text("0123456789", min_size=1, max_size=24))
def test_c82_foreign_schemes_agree_with_an_independent_judge(body: str) -> None:
    assert foreign_check_digit(body, ForeignScheme.LUHN) == luhn.calc_check_digit(body)
    assert foreign_check_digit(body, ForeignScheme.MOD_11_10) == mod_11_10.calc_check_digit(body)
    assert foreign_check_digit(body, ForeignScheme.DAMM) == damm.calc_check_digit(body)
