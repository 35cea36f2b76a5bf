"""What can be wrong with a cell, in words: what is so, and how to mend it.

A problem is stored as its code and the values that its sentences need, and read in the reader's language. Apps add
their own codes with `define` when they load.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Text

JsonValue = str | int | dict[str, str]
"""A value of a problem. `{"zh": …, "en": …}` is shown in the reader's language."""


@dataclass(frozen=True)
class Sentences:
    """What one code says, with named placeholders; `label` is its short name as a filter."""

    message: Text
    remedy: Text
    label: Text


SENTENCES: dict[str, Sentences] = {}


def define(code: str, *, message: Text, remedy: Text, label: Text) -> str:
    """Make `code` known, such as "learner_unknown"; returns it. A second meaning for a code is our mistake."""
    known = SENTENCES.setdefault(code, Sentences(message=message, remedy=remedy, label=label))
    if known.message is not message and str(known.message) != str(message):
        raise ValueError(f"problem {code} is defined twice")
    return code


def _in_language(values: Mapping[str, JsonValue]) -> dict[str, str | int]:
    language = "en" if (get_language() or "").startswith("en") else "zh"
    return {name: value[language] if isinstance(value, dict) else value for name, value in values.items()}


def message_of(code: str, values: Mapping[str, JsonValue]) -> str:
    """What is wrong, in the reader's language. A code that no app defines any more is shown as it is."""
    if code not in SENTENCES:
        return code
    return str(SENTENCES[code].message) % _in_language(values)


def remedy_of(code: str, values: Mapping[str, JsonValue]) -> str:
    """How to mend it, in the reader's language; may be empty."""
    if code not in SENTENCES:
        return ""
    return str(SENTENCES[code].remedy) % _in_language(values)


def label_of(code: str) -> str:
    """The short name of a kind of problem, in the reader's language."""
    return str(SENTENCES[code].label) if code in SENTENCES else code


@dataclass(frozen=True, slots=True)
class CellProblem:
    """One thing wrong with one row: in which column (by name; "" is the whole row), what stood there, and why not."""

    column: str
    value: str
    code: str
    values: dict[str, JsonValue] = field(default_factory=dict)

    @property
    def message(self) -> str:
        return message_of(self.code, self.values)

    @property
    def remedy(self) -> str:
        return remedy_of(self.code, self.values)

    def explained_in(self, language: str) -> str:
        """Message and remedy as one text in `language`."""
        with override(language):
            joiner = " " if language.startswith("en") else ""
            return joiner.join(filter(None, (self.message, self.remedy)))


VALUE_MISSING = define("value_missing", label=_("Empty"), message=_("This cell is empty."), remedy=_("Fill it in."))
TOO_LONG = define(
    "too_long",
    label=_("Too long"),
    message=_("This has %(length)s characters; %(most)s fit."),
    remedy=_("Shorten it."),
)
UNREADABLE = define(
    "unreadable_character",
    label=_("Unreadable characters"),
    message=_("There are characters in it that cannot be read."),
    remedy=_("Type it anew."),
)
SPREADSHEET_ERROR = define(
    "spreadsheet_error",
    label=_("Formula error"),
    message=_("The spreadsheet program shows an error here."),
    remedy=_("Replace the formula by what it should give."),
)
DIGITS_LOST = define(
    "digits_lost",
    label=_("Digits lost"),
    message=_("The spreadsheet program turned this number into a rounded one; its last digits are lost."),
    remedy=_("Set the format of the column to text and enter the number again."),
)
NOT_A_DATE = define(
    "not_a_date",
    label=_("Date"),
    message=_("This cannot be read as a date."),
    remedy=_("Write it as 2026-03-01."),
)
DATE_UNREAL = define(
    "date_does_not_exist",
    label=_("Date"),
    message=_("There is no such day."),
    remedy=_("Compare it with a calendar."),
)
DATE_FAR_OFF = define(
    "date_far_off",
    label=_("Date"),
    message=_("This date is before 1900 or after 2199."),
    remedy=_("Check the year."),
)
NOT_A_DURATION = define(
    "not_a_duration",
    label=_("Hours"),
    message=_("This cannot be read as a length of time."),
    remedy=_("Write the number only, such as 24 or 1.5, or 1小时30分."),
)
NOT_A_NUMBER = define(
    "not_a_number",
    label=_("Number"),
    message=_("This cannot be read as a number."),
    remedy=_("Write digits only, such as 24."),
)
NOT_WHOLE = define(
    "not_whole",
    label=_("Number"),
    message=_("This must be a whole number."),
    remedy=_("Leave out what stands after the point."),
)
TOO_PRECISE = define(
    "too_precise",
    label=_("Number"),
    message=_("This has more than two digits after the point."),
    remedy=_("Round it to two digits."),
)
TOO_SMALL = define(
    "too_small",
    label=_("Number"),
    message=_("This is less than %(least)s."),
    remedy=_("Check the number."),
)
TOO_GREAT = define(
    "too_great",
    label=_("Number"),
    message=_("This is more than %(most)s."),
    remedy=_("Check the number."),
)
NOT_A_CHOICE = define(
    "not_a_choice",
    label=_("Choice"),
    message=_("Only these may stand here: %(choices)s."),
    remedy=_("Choose one of them."),
)
CELLS_BEYOND = define(
    "cells_beyond",
    label=_("Too many cells"),
    message=_("This row has more cells than the heading. Perhaps a text with a comma in it is not in quotation marks."),
    remedy=_("Put the text in quotation marks, or save the file anew as .xlsx."),
)
