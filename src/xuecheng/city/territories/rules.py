"""The law of administrative codes: what a code tells, and which lines a code list may have.

Codes are those of the National Bureau of Statistics 统计用区划代码 (coding rules of 2009): 12 digits, two for the
province, two for the city, two for the district, three for the street or town, three for the community or village.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal

LEVELS = ("city", "district", "street", "community")
"""From the top down; a parent stands anywhere above its child (some cities have no districts)."""

_DIGITS = {"city": 4, "district": 6, "street": 9, "community": 12}
LONGEST_NAME = 60


class Row(NamedTuple):
    """One line of a code list. `row_no` counts as a spreadsheet does: the heading is row 1."""

    row_no: int
    code: str
    name: str
    level: str
    parent_code: str
    name_en: str = ""


class CodeWrong(Refusal):
    message = _("“%(code)s” is no code of a division.")
    remedy = _("Write its 12 digits.")
    field = "code"


class LevelUnknown(Refusal):
    message = _("“%(level)s” is no level.")
    remedy = _("Write city, district, street or community.")
    field = "level"


class CodeNotOfLevel(Refusal):
    message = _("The code %(code)s does not belong to the level “%(level)s”.")
    remedy = _("Codes of this level have their own digits in front and zeros from place %(place)d on.")
    field = "code"


class NameMissing(Refusal):
    message = _("The name is missing.")
    field = "name"


class NameTooLong(Refusal):
    message = _("The name is longer than %(most)d characters.")
    field = "name"


class CodeTwice(Refusal):
    message = _("The code %(code)s stands in row %(first)d already.")
    field = "code"


class LevelKnownOtherwise(Refusal):
    message = _("%(code)s is known at the level “%(level)s”.")
    remedy = _("A division keeps its level; a new one has a code of its own.")
    field = "level"


class ParentMissing(Refusal):
    message = _("Only a city stands alone.")
    remedy = _("Write the code of the division to which this one belongs.")
    field = "parent_code"


class CityHasParent(Refusal):
    message = _("A city has no parent here.")
    remedy = _("Leave the parent's code empty.")
    field = "parent_code"


class ParentUnknown(Refusal):
    message = _("The parent %(code)s is neither in this file nor known.")
    field = "parent_code"


class ParentNotAbove(Refusal):
    message = _("A division belongs to one of a higher level.")
    field = "parent_code"


class ParentForeign(Refusal):
    message = _("The code %(code)s does not begin with the digits of its parent %(parent)s.")
    remedy = _("Check both; a shifted column looks like this.")
    field = "parent_code"


def own_digits(code: str, level: str) -> str:
    """The digits with which the codes of all divisions beneath begin: `440106` of the district Tianhe.

    A city under the state itself 直辖市 has its province's two digits only: `31` of Shanghai.
    """
    digits = code[: _DIGITS[level]]
    return digits.removesuffix("00") if level == "city" else digits


def is_pseudo(code: str, level: str) -> bool:
    """Whether the code list itself marks a row as no division (a reservoir, a forest farm, a living area of one).

    The coding rules give "similar to a street" 400–599 at places 7–9 and "similar to a community" 400–599 at 10–12.
    """
    if level == "street":
        return "400" <= code[6:9] <= "599"
    return level == "community" and "400" <= code[9:12] <= "599"


def check_level_above(parent_level: str, level: str) -> None:
    """Raise `ParentNotAbove` unless a division of `level` may belong to one of `parent_level`."""
    if LEVELS.index(parent_level) >= LEVELS.index(level):
        raise ParentNotAbove


def check_code(code: str, level: str) -> None:
    """Raise `CodeWrong`, `LevelUnknown` or `CodeNotOfLevel`."""
    if not re.fullmatch(r"[0-9]{12}", code):
        raise CodeWrong(code=code)
    if level not in LEVELS:
        raise LevelUnknown(level=level)
    digits = _DIGITS[level]
    # Its own place is not empty; those above may be: a street of a city without districts has no district's digits.
    own_place = code[:2] if level == "city" else code[digits - (2 if level == "district" else 3) : digits]
    if code[digits:].strip("0") or not own_place.strip("0"):
        raise CodeNotOfLevel(code=code, level=level, place=digits + 1)


def check_name(name: str) -> None:
    """Raise `NameMissing` or `NameTooLong`."""
    if not name:
        raise NameMissing
    if len(name) > LONGEST_NAME:
        raise NameTooLong(most=LONGEST_NAME)


def check_rows(rows: Sequence[Row], *, known: Mapping[str, str]) -> list[tuple[int, Refusal]]:
    """What is wrong with a code list: at most one refusal per row. `known`: code → level of what is there."""
    levels = dict(known) | {row.code: row.level for row in rows}
    first: dict[str, int] = {}
    problems: list[tuple[int, Refusal]] = []
    for row in rows:
        try:
            check_code(row.code, row.level)
            check_name(row.name)
            if row.code in first:
                raise CodeTwice(code=row.code, first=first[row.code])
            if known.get(row.code, row.level) != row.level:
                raise LevelKnownOtherwise(code=row.code, level=known[row.code])
            _check_parent(row, levels)
        except Refusal as refusal:
            problems.append((row.row_no, refusal))
        first.setdefault(row.code, row.row_no)
    return problems


def _check_parent(row: Row, levels: Mapping[str, str]) -> None:
    if row.level == "city":
        if row.parent_code:
            raise CityHasParent
        return
    if not row.parent_code:
        raise ParentMissing
    parent_level = levels.get(row.parent_code)
    if parent_level is None:
        raise ParentUnknown(code=row.parent_code)
    if parent_level not in LEVELS:
        return  # the parent's own row says what is wrong
    check_level_above(parent_level, row.level)
    if not row.code.startswith(own_digits(row.parent_code, parent_level)):
        raise ParentForeign(code=row.code, parent=row.parent_code)
