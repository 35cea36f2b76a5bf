"""The law of identity documents: what a number must look like, and what it tells (GB 11643; formats are parameters)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.refusals import Refusal

RESIDENT, PASSPORT, HKM_PERMIT, HKMT_RESIDENCE, TAIWAN_PERMIT = (
    "resident_id",
    "passport",
    "hkm_permit",
    "hkmt_residence",
    "taiwan_permit",
)
SHOWN = 4
"""So many signs of a number are shown (SEC-03)."""
_WEIGHTS = [2**place % 11 for place in range(17, 0, -1)]
_CHECK_SIGNS = "10X98765432"
_PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for code in range(first, last + 1)
)
_EARLIEST_BIRTH = date(1900, 1, 1)


class NumberMissing(Refusal):
    message = _("The number is missing.")
    field = "number"


class NumberMasked(Refusal):
    message = _("The number is masked.")
    remedy = _("Files of rows to mend never hold whole numbers. Fill it in again from your own list.")
    field = "number"


class NumberFormWrong(Refusal):
    message = _("This is no number of a %(kind)s.")
    remedy = _("It looks like %(looks)s. Compare it with the document.")
    field = "number"


class CheckDigitWrong(Refusal):
    message = _("The last character does not fit the others.")
    remedy = _("One character is mistyped, or two have changed places. Compare it with the document.")
    field = "number"


class BirthDateWrong(Refusal):
    message = _("The date of birth in the number does not exist or lies in the future.")
    remedy = _("Compare characters 7 to 14 with the document.")
    field = "number"


class DocumentExpired(Refusal):
    message = _("This document was valid until %(on)s.")
    remedy = _("Ask for the new one.")
    field = "valid_until"


@dataclass(frozen=True)
class Format:
    """One kind of document: what its number looks like, and how sure that is (K: known, S: from a secondary source)."""

    kind: str
    label: Promise
    pattern: re.Pattern[str]
    looks: str
    source: str
    sure: str


def _format(kind: str, label: Promise, *, pattern: str, looks: str, source: str, sure: str) -> Format:
    return Format(kind, label, re.compile(pattern), looks, source, sure)


FORMATS: dict[str, Format] = {
    one.kind: one
    for one in (
        _format(
            RESIDENT,
            pgettext_lazy("document", "resident identity card"),
            pattern=r"\d{17}[\dX]",
            looks="44010619900101123X",
            source="GB 11643-1999",
            sure="K",
        ),
        _format(
            PASSPORT,
            pgettext_lazy("document", "passport"),
            pattern=r"[A-Z0-9]{5,12}",
            looks="E12345678",
            source="ICAO Doc 9303-4: at most nine signs; some states print more",
            sure="K",
        ),
        _format(
            HKM_PERMIT,
            pgettext_lazy("document", "mainland travel permit for Hong Kong and Macao residents"),
            pattern=r"[HM]\d{8}(\d{2})?",
            looks="H12345678",
            source="Card since 2012: letter and eight digits; before, two more for the renewal",
            sure="S",
        ),
        _format(
            HKMT_RESIDENCE,
            pgettext_lazy("document", "residence permit for Hong Kong, Macao and Taiwan residents"),
            pattern=r"8[123]0000\d{11}[\dX]",
            looks="81000019900101123X",
            source="国办发〔2018〕81号; built as GB 11643, areas 810000, 820000, 830000",
            sure="K",
        ),
        _format(
            TAIWAN_PERMIT,
            pgettext_lazy("document", "mainland travel permit for Taiwan residents"),
            pattern=r"\d{8}|\d{10}[A-Z0-9]{0,2}",
            looks="12345678",
            source="Card since 2015: eight digits; the booklet before: ten digits and a letter",
            sure="S",
        ),
    )
}
_LIKE_RESIDENT = frozenset({RESIDENT, HKMT_RESIDENCE})


class Facts(NamedTuple):
    """What a number tells by itself; None and "" where it tells nothing."""

    number: str
    birth_on: date | None = None
    area: str = ""


def normalise_number(text: str) -> str:
    """A number as it is kept, hashed and compared: plain capital signs, no blanks or hyphens (SEC-02)."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return re.sub(r"[\s\u00b7.\-\u2010-\u2015\u200b-\u200f\ufeff]", "", plain)


def read_number(kind: str, text: str, *, today: date) -> Facts:
    """Check a number of a kind of document and read what it tells.

    Raises `NumberMissing`, `NumberMasked`, `NumberFormWrong`, `CheckDigitWrong`, `BirthDateWrong`.
    """
    number = normalise_number(text)
    if not number:
        raise NumberMissing
    if "*" in number or "•" in number:
        raise NumberMasked
    form = FORMATS[kind]
    if not form.pattern.fullmatch(number):
        raise NumberFormWrong(kind=form.label, looks=form.looks)
    if kind not in _LIKE_RESIDENT:
        return Facts(number)
    if number[17] != check_sign(number[:17]):
        raise CheckDigitWrong
    birth_on = _birth(number[6:14])
    if birth_on is None or not _EARLIEST_BIRTH <= birth_on <= today:
        raise BirthDateWrong
    return Facts(number, birth_on, number[:6])


def check_sign(first_17: str) -> str:
    """The check sign of ISO 7064 MOD 11-2 for 17 digits."""
    return _CHECK_SIGNS[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_17, strict=True)) % 11]


def _birth(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def is_province(area: str) -> bool:
    """Whether the first two digits of an area code are those of a province (GB/T 2260)."""
    return area[:2] in _PROVINCES


def masked(text: str) -> str:
    """A number as people see it: its last four signs, none of a short one (SEC-03)."""
    number = normalise_number(text)
    if len(number) < 2 * SHOWN:
        return "•" * len(number)
    return "•" * (len(number) - SHOWN) + number[-SHOWN:]


def check_validity(valid_until: date | None, *, today: date) -> None:
    """Raise `DocumentExpired` for a document whose last day is over; none given means valid for good."""
    if valid_until is not None and valid_until < today:
        raise DocumentExpired(on=valid_until)
