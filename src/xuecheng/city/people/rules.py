"""The law of names and sign-in names: written as their bearers write them, refused only for what no name can hold."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal

LONGEST_NAME = 80
SHORTEST_SIGN_IN_NAME, LONGEST_SIGN_IN_NAME = 3, 64
EARLIEST_BIRTH_YEAR = 1900

MIDDLE_DOT = "\u00b7"
# What keyboards and old systems put for the dot between the parts of a name (买买提·吐尔逊); GB 18030 has the first.
_DOTS = "\u2022\u2027\u2219\u22c5\u30fb\uff65\uff0e\u2024\u2e31\u0387\u16eb\uff61\u25cf\u318d"
_DOT_VARIANTS = re.compile(rf"\s*[{_DOTS}{MIDDLE_DOT}]\s*|(?<=[\u3400-\u9fff])\s*\.\s*(?=[\u3400-\u9fff])")
_APOSTROPHES = "\u2018\u2019\u02bc\u0060\u00b4\uff07"
# Compatibility ideographs are signs of names: normalising would put another sign in their place.
_KEPT = re.compile(r"([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF21, 0xFF5B)} | {
    0x3000: 0x20,
    0xFF0D: 0x2D,
    0xFF08: 0x28,
    0xFF09: 0x29,
}
_ALLOWED_MARKS = {" ", "-", "'", MIDDLE_DOT, ",", "(", ")", "."}
_BETWEEN = {" ", "-", "'", "\u2019", MIDDLE_DOT, ".", *_DOTS}
# Letters, marks on letters, letter-like numbers (〇), and signs that our table lacks: rare characters are names too.
_ALLOWED_CATEGORIES = {"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nl", "Co", "Cn"}


class NameMissing(Refusal):
    message = _("The name is missing.")
    field = "name"


class NameTooLong(Refusal):
    message = _("The name is longer than %(most)d characters.")
    remedy = _("Write it as the identity document prints it.")
    field = "name"


class NameHasSign(Refusal):
    message = _("A name cannot hold “%(sign)s”.")
    remedy = _("Write it as the identity document prints it; parts of a name are joined with ·.")
    field = "name"


class SignInNameWrong(Refusal):
    message = _("“%(name)s” cannot be a sign-in name.")
    remedy = _("Use 3 to 64 small letters, digits, dots, hyphens or underscores, beginning with a letter or digit.")
    field = "sign_in_name"


class BirthYearWrong(Refusal):
    message = _("The year of birth lies between %(first)d and %(last)d.")
    field = "birth_year"


class AccountErased(Refusal):
    message = _("This person has left, and what identified them was erased.")
    remedy = _("Nothing of the account changes any more. Whoever comes back opens a new one.")


SHORTEST_PART = 2
"""So many signs of a name are asked for: one alone is a surname, and half a city bears it."""


def words_of(text: str) -> str:
    """The part of a name, pinyin or initials that somebody typed, as the index has it; "" where it can be none.

    Letters only, small, without blanks, dots, tones and accents: “Zhāng Míng”, “zhang1 ming2” → zhangming. So it may
    stand between quotation marks.
    """
    kept = "".join(sign for sign in text.translate(_WIDE).lower() if sign not in _BETWEEN)
    if re.search("[a-z]", kept):
        apart = unicodedata.normalize("NFKD", re.sub(r"[1-5]", "", kept))
        kept = "".join(sign for sign in apart if not unicodedata.combining(sign))
    is_word = all(unicodedata.category(sign) in _ALLOWED_CATEGORIES for sign in kept)
    return kept[:LONGEST_NAME] if is_word and len(kept) >= SHORTEST_PART else ""


PSEUDONYM = "已注销居民 {code} Former resident"
"""What stands in the place of a name that was erased, for readers of both languages."""


def pseudonym(code: str) -> str:
    """The name of somebody who left: it tells one from another, and nobody who it was."""
    return PSEUDONYM.format(code=code)


def check_stands(erased_at: datetime | None) -> None:
    """Raise `AccountErased` for the account of somebody who left."""
    if erased_at is not None:
        raise AccountErased


def normalise_name(text: str) -> str:
    """A name as it is kept: variants of the middle dot made one (U+00B7), blanks single, Latin letters half-width.

    Never refused for a rare character. Raises `NameMissing`, `NameTooLong`, `NameHasSign` (digits, symbols, controls).
    """
    name = "".join(
        part if _KEPT.fullmatch(part) else unicodedata.normalize("NFC", part)
        for part in _KEPT.split(text.translate(_WIDE))
    )
    name = "".join("'" if sign in _APOSTROPHES else sign for sign in name if unicodedata.category(sign) != "Cf")
    name = _DOT_VARIANTS.sub(MIDDLE_DOT, name)
    name = re.sub(r"\s+", " ", name).strip(f" {MIDDLE_DOT}")
    # Typists set two-character names apart (王 芳); between Han characters a blank is no part of a name.
    name = re.sub(r"(?<=[\u3400-\u9fff\U00020000-\U0003ffff]) (?=[\u3400-\u9fff\U00020000-\U0003ffff])", "", name)
    if not any(unicodedata.category(sign) in _ALLOWED_CATEGORIES for sign in name):
        raise NameMissing
    if len(name) > LONGEST_NAME:
        raise NameTooLong(most=LONGEST_NAME)
    for sign in name:
        if sign not in _ALLOWED_MARKS and unicodedata.category(sign) not in _ALLOWED_CATEGORIES:
            raise NameHasSign(sign=sign if sign.isprintable() else f"U+{ord(sign):04X}")
    return name


def normalise_sign_in_name(text: str) -> str:
    """A sign-in name as it is kept and looked up: small letters. Raises `SignInNameWrong`."""
    name = unicodedata.normalize("NFKC", text).strip().lower()
    if not re.fullmatch(rf"[a-z0-9][a-z0-9._-]{{{SHORTEST_SIGN_IN_NAME - 1},{LONGEST_SIGN_IN_NAME - 1}}}", name):
        raise SignInNameWrong(name=text)
    return name


def check_birth_year(year: int | None, *, this_year: int) -> None:
    """Raise `BirthYearWrong` for a year before 1900 or after this one; none at all is allowed."""
    if year is not None and not EARLIEST_BIRTH_YEAR <= year <= this_year:
        raise BirthYearWrong(first=EARLIEST_BIRTH_YEAR, last=this_year)
