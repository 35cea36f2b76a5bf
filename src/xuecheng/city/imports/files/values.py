"""From the text of a cell to its value. One function per kind of column, made once per file.

The first lines of each take what a clean file holds; what follows is for files as people make them: full-width digits,
ideographic blanks, 2026年3月1日, 1小时30分.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from xuecheng.city.tables import original_cell

from . import problems
from .columns import Column, Kind, folded
from .problems import JsonValue
from .xlsx_reading import serial_date

Convert = Callable[[str], Any]


class BadCell(Exception):
    """A cell cannot become a value: the code of the problem and what its sentences need."""

    def __init__(self, code: str, **values: JsonValue) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def converter(column: Column, *, serial_dates: bool = False) -> Convert:
    """The function that types a cell of `column`, or raises `BadCell`.

    `serial_dates`: a bare number in a column of dates is the day as a spreadsheet counts them.
    """
    if column.kind is Kind.DATE:
        return _date(column, serial_dates=serial_dates)
    return _MAKERS[column.kind](column)


# What the spreadsheet programs write for a formula that failed.
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"})
# A way to keep leading zeros in CSV, known to people and to exporting programs: ="00123"
_KEPT_AS_TEXT = re.compile(r'="([^"]*)"\Z')
# Blanks without width and marks of direction: invisible, and they make equal things different.
_INVISIBLE = dict.fromkeys([0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF])
_LINE_BREAKS = re.compile(r"[\t\r\n\u2028\u2029]+")


def _bare(cell: str) -> str:
    """The cell without what programs and keyboards put around it."""
    value = cell.strip()
    if value[:1] in ("'", "="):
        value = original_cell(value)
        if wrapped := _KEPT_AS_TEXT.match(value):
            value = wrapped[1].strip()
    elif value in _ERRORS:
        raise BadCell(problems.SPREADSHEET_ERROR)
    if not value.isprintable():
        value = _LINE_BREAKS.sub(" ", value.translate(_INVISIBLE)).strip()
        if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in value):
            raise BadCell(problems.UNREADABLE)
    if "\ufffd" in value:
        raise BadCell(problems.UNREADABLE)
    return value


def _plain(cell: str) -> str:
    """`_bare` in plain characters: full-width digits and letters become the usual ones."""
    value = _bare(cell)
    if not value.isascii():
        value = unicodedata.normalize("NFKC", value).strip()
    return value.lstrip("'")


def _text(column: Column) -> Convert:
    most, required = column.max_length, column.required
    is_clean = re.compile(rf"(?!.* \Z)[0-9A-Za-z\u4e00-\u9fff][ -~\u4e00-\u9fff]{{0,{most - 1}}}\Z").match

    def convert(cell: str) -> str:
        if is_clean(cell):
            return cell
        value = _bare(cell)
        if not value:
            if required:
                raise BadCell(problems.VALUE_MISSING)
            return ""
        if not value.isascii():
            value = unicodedata.normalize("NFC", value)
        if len(value) > most:
            raise BadCell(problems.TOO_LONG, length=len(value), most=most)
        return value

    return convert


_ROUNDED = re.compile(r"[0-9](?:\.[0-9]+)?E\+[0-9]{2}\Z", re.IGNORECASE)


def _code(column: Column) -> Convert:
    most, required, is_code = column.max_length, column.required, column.kind is Kind.CODE
    is_clean = re.compile(rf"[0-9A-Za-z][0-9A-Za-z._/-]{{0,{most - 1}}}\Z").match

    def convert(cell: str) -> str:
        if is_clean(cell):
            return cell
        value = _plain(cell)
        if not value:
            if required:
                raise BadCell(problems.VALUE_MISSING)
            return ""
        if len(value) > most:
            raise BadCell(problems.TOO_LONG, length=len(value), most=most)
        if is_code and _ROUNDED.match(value):
            raise BadCell(problems.DIGITS_LOST)
        return value

    return convert


def _choice(column: Column) -> Convert:
    required = column.required
    values = {folded(spelling): choice.value for choice in column.choices for spelling in choice.spellings()}
    listed: JsonValue = {
        "zh": "、".join(choice.title_zh for choice in column.choices),
        "en": ", ".join(choice.title_en for choice in column.choices),
    }

    def convert(cell: str) -> str:
        value = _plain(cell)
        if not value:
            if required:
                raise BadCell(problems.VALUE_MISSING)
            return ""
        try:
            return values[folded(value)]
        except KeyError:
            raise BadCell(problems.NOT_A_CHOICE, choices=listed) from None

    return convert


_LONGEST = 60
"""Nothing longer is a date or number; patterns that try many ways never see it."""
_CLOCK = r"(?:[ T]*(?:上午|下午)?\s*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
_WEEKDAY = r"\s*(?:\(?(?:周|星期)[一二三四五六日天]\)?)?\s*"
_WRITTEN_DATE = re.compile(
    r"([0-9]{4})\s*(?:[-/.–—]|年)\s*([0-9]{1,2})\s*(?:[-/.–—]|月)\s*([0-9]{1,2})\s*日?" + _WEEKDAY + _CLOCK + r"\Z"
)
_PACKED_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})\Z")
_SERIAL_DATE = re.compile(r"([1-9][0-9]{3,4})(?:\.[0-9]+)?\Z")


def _date(column: Column, *, serial_dates: bool) -> Convert:
    required = column.required

    def convert(cell: str) -> date | None:
        if len(cell) == 10 and cell[4] == cell[7] == "-":
            try:
                return _believable(date.fromisoformat(cell))
            except ValueError:
                pass  # said better below
        value = _plain(cell)
        if not value:
            if required:
                raise BadCell(problems.VALUE_MISSING)
            return None
        written = None if len(value) > _LONGEST else _WRITTEN_DATE.match(value) or _PACKED_DATE.match(value)
        if written is None:
            if serial_dates and (serial := _SERIAL_DATE.match(value)):
                return _believable(serial_date(int(serial[1])))
            raise BadCell(problems.NOT_A_DATE)
        try:
            return _believable(date(int(written[1]), int(written[2]), int(written[3])))
        except ValueError:
            raise BadCell(problems.DATE_UNREAL) from None

    return convert


def _believable(day: date) -> date:
    if not 1900 <= day.year < 2200:
        raise BadCell(problems.DATE_FAR_OFF)
    return day


_BARE_DURATION = re.compile(r"([0-9]+)(?:\.([0-9]+))?\Z")
_CLOCK_DURATION = re.compile(r"([0-9]+):([0-5][0-9])(?::[0-5][0-9])?\Z")
_WORDED_DURATION = re.compile(
    r"(?:([0-9]+)(?:\.([0-9]+))?(?:小时|个小时|钟头|个钟头|时|h|hrs?|hours?))?"
    r"(?:([0-9]+)(?:分|分钟|m|mins?|minutes?))?\Z",
    re.IGNORECASE,
)


def _duration(column: Column, *, minutes_per_bare_unit: int) -> Convert:
    required, least, most = column.required, column.least, column.most

    def convert(cell: str) -> int | None:
        value = cell if cell.isascii() and cell.isdigit() else "".join(_plain(cell).split())
        if not value:
            if required:
                raise BadCell(problems.VALUE_MISSING)
            return None
        if len(value) > _LONGEST:
            raise BadCell(problems.NOT_A_DURATION)
        if value[0] in "-−" and _BARE_DURATION.match(value[1:]):
            raise BadCell(problems.TOO_SMALL, least=_as_duration(minutes_per_bare_unit)(least))
        if bare := _BARE_DURATION.match(value):
            minutes = _scaled(bare[1], bare[2], minutes_per_bare_unit)
        elif clock := _CLOCK_DURATION.match(value):
            minutes = int(clock[1]) * 60 + int(clock[2])
        elif minutes_per_bare_unit == 60 and value.endswith("学时") and (bare := _BARE_DURATION.match(value[:-2])):
            # 学时 is the field's hour; in a column of minutes nobody could say how long it is.
            minutes = _scaled(bare[1], bare[2], 60)
        elif worded := _WORDED_DURATION.match(value):
            minutes = _scaled(worded[1] or "0", worded[2], 60) + int(worded[3] or 0)
        else:
            raise BadCell(problems.NOT_A_DURATION)
        return _within(minutes, least=least, most=most, shown=_as_duration(minutes_per_bare_unit))

    return convert


def _as_duration(minutes_per_bare_unit: int) -> Callable[[int], str]:
    if minutes_per_bare_unit == 1:
        return str
    return hours_text


def hours_text(minutes: int) -> str:
    """Whole minutes as an hours column writes them: 24, or 1:30."""
    hours, rest = divmod(minutes, 60)
    return f"{hours}:{rest:02}" if rest else str(hours)


def _scaled(whole: str, fraction: str | None, by: int) -> int:
    """`whole.fraction × by`, floored, in integers."""
    digits = fraction or ""
    return int(whole + digits) * by // int("1" + "0" * len(digits))


def _within(number: int, *, least: int, most: int, shown: Callable[[int], str] = str) -> int:
    if number < least:
        raise BadCell(problems.TOO_SMALL, least=shown(least))
    if number > most:
        raise BadCell(problems.TOO_GREAT, most=shown(most))
    return number


_NUMBER = re.compile(r"([-+−]?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]*))?\Z")


def _number(value: str) -> tuple[bool, str, str]:
    """Whether it is negative, its whole digits, and its digits after the point without closing zeros."""
    found = _NUMBER.match(value)
    if found is None or len(value) > _LONGEST:
        raise BadCell(problems.NOT_A_NUMBER)
    return found[1] in ("-", "−"), found[2].replace(",", ""), (found[3] or "").rstrip("0")


def _integer(column: Column) -> Convert:
    required, least, most = column.required, column.least, column.most

    def convert(cell: str) -> int | None:
        value = _plain(cell)
        if not value:
            if required:
                raise BadCell(problems.VALUE_MISSING)
            return None
        is_negative, whole, fraction = _number(value)
        if fraction:
            raise BadCell(problems.NOT_WHOLE)
        return _within(-int(whole) if is_negative else int(whole), least=least, most=most)

    return convert


def _hundredths(column: Column) -> Convert:
    required, least, most = column.required, column.least, column.most

    def convert(cell: str) -> int | None:
        value = _plain(cell)
        if not value:
            if required:
                raise BadCell(problems.VALUE_MISSING)
            return None
        is_negative, whole, fraction = _number(value)
        if len(fraction) > 2:
            raise BadCell(problems.TOO_PRECISE)
        number = int(whole) * 100 + int(fraction.ljust(2, "0"))
        return _within(-number if is_negative else number, least=least, most=most, shown=hundredths_text)

    return convert


def hundredths_text(hundredths: int) -> str:
    """Whole hundredths as a column of them writes it: 150 → 1.50."""
    sign = "-" if hundredths < 0 else ""
    return f"{sign}{abs(hundredths) // 100}.{abs(hundredths) % 100:02}"


_MAKERS: dict[Kind, Callable[[Column], Convert]] = {
    Kind.TEXT: _text,
    Kind.CODE: _code,
    Kind.GRADE: _code,
    Kind.CHOICE: _choice,
    Kind.MINUTES: partial(_duration, minutes_per_bare_unit=1),
    Kind.HOURS: partial(_duration, minutes_per_bare_unit=60),
    Kind.INTEGER: _integer,
    Kind.HUNDREDTHS: _hundredths,
}
