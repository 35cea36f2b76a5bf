"""Numbers of vouchers: ten digits, short enough to be read aloud, with one that catches slips of hand and ear.

The number opens nothing by itself: only staff of who offers it can hand out against it, and they see to whom.
"""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal
from xuecheng.learning.creditbank.rules.cards import ForeignScheme, foreign_check_digit

RANDOM_DIGITS = 9
_BETWEEN = re.compile(r"[\s\-‐-―−]+")


class VoucherNumberWrong(Refusal):
    message = _("This is not a voucher number.")
    remedy = _("Check the 10 digits on the voucher, or type the number of the learning card.")
    field = "code"


def voucher_number(random_digits: str) -> str:
    """The ten digits of a voucher from nine random ones; the last catches every slip of one digit and every swap."""
    if len(random_digits) != RANDOM_DIGITS or not (random_digits.isascii() and random_digits.isdigit()):
        raise ValueError("a voucher number is made from nine random digits")
    return random_digits + foreign_check_digit(random_digits, ForeignScheme.DAMM)


def normalise_voucher(text: str) -> str:
    """The ten digits a person meant: blanks, dashes and full-width digits are read. Raises `VoucherNumberWrong`."""
    digits = _BETWEEN.sub("", unicodedata.normalize("NFKC", text))
    if not re.fullmatch(r"[0-9]{10}", digits) or voucher_number(digits[:-1]) != digits:
        raise VoucherNumberWrong
    return digits


def shown_voucher(digits: str) -> str:
    """As printed and read aloud: 384 1927 506."""
    return f"{digits[:3]} {digits[3:7]} {digits[7:]}"
