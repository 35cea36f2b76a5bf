"""Numbers of the lifelong-learning card 终身学习卡 (C-82, C-83).

The number is random: no place, date or person is in it, and it cannot be counted through. The check digits catch
slips of the hand; they protect nothing.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal

PREFIX = "44"
_RANDOM_DIGITS = 12
_NUMBER = re.compile(rf"{PREFIX}[0-9]{{{_RANDOM_DIGITS + 2}}}")
# What people put between groups: blanks, and every dash there is.
_BETWEEN = re.compile(r"[\s\-‐-―−]+")


class CardNumberWrong(Refusal):
    message = _("This is not a card number.")
    remedy = _("Check the 16 digits on the card; they begin with 44.")
    field = "card_number"


def card_number(random_digits: str) -> str:
    """The 16 digits of a new card from 12 random ones: 44, the random digits, two check digits (ISO 7064 MOD 97-10)."""
    if len(random_digits) != _RANDOM_DIGITS or not (random_digits.isascii() and random_digits.isdigit()):
        raise ValueError("a card number is made from 12 random digits")
    body = PREFIX + random_digits
    return body + _mod_97_10(body)


def normalise_card_number(text: str) -> str:
    """The 16 digits a person meant: blanks, dashes and full-width digits are read.

    Raises `CardNumberWrong`, the same for every kind of slip.
    """
    digits = _BETWEEN.sub("", unicodedata.normalize("NFKC", text))
    # The check digits are compared, not the remainder: 01 and 98 leave the same one.
    if not _NUMBER.fullmatch(digits) or _mod_97_10(digits[:-2]) != digits[-2:]:
        raise CardNumberWrong
    return digits


def shown_card_number(digits: str) -> str:
    """As printed and read aloud: four groups of four."""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def _mod_97_10(body: str) -> str:
    return f"{98 - int(body) * 100 % 97:02}"


class ForeignScheme(StrEnum):
    """How card numbers of other cities and systems are checked when their holders' files are imported."""

    LUHN = "luhn"
    MOD_11_10 = "mod_11_10"
    DAMM = "damm"


def foreign_check_digit(body: str, scheme: ForeignScheme) -> str:
    """The one check digit that `scheme` puts after `body`, a string of digits."""
    digits = [int(digit) for digit in body]
    match scheme:
        case ForeignScheme.LUHN:
            doubled = (sum(divmod(2 * digit, 10)) for digit in digits[::-2])
            return str(-(sum(doubled) + sum(digits[-2::-2])) % 10)
        case ForeignScheme.MOD_11_10:
            check = 10
            for digit in digits:
                check = ((check + digit) % 10 or 10) * 2 % 11
            return str((11 - check) % 10)
        case ForeignScheme.DAMM:
            interim = 0
            for digit in digits:
                interim = int(_DAMM[interim][digit])
            return str(interim)


# The quasigroup of order 10 of H. Michael Damm's thesis.
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
