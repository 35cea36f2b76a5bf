"""What a table is expected to hold: its columns, by name and title, and what may stand in them."""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import get_language

from xuecheng.city.refusals import Text


class Kind(enum.Enum):
    """What a column holds, and what its cells become."""

    TEXT = "text"
    """Words of people; trimmed, otherwise kept as they are. Becomes `str`."""
    CODE = "code"
    """An identifier: full-width characters become plain ones. Becomes `str`."""
    GRADE = "grade"
    """A mark of some scale, such as 优, A+ or 85; plain characters, not judged here. Becomes `str`."""
    CHOICE = "choice"
    """One of the column's `choices`, written as its value or title. Becomes the value."""
    DATE = "date"
    """A day; a time of day after it is dropped. Becomes `date`."""
    MINUTES = "minutes"
    """A length of time; a bare number counts minutes. Becomes whole minutes."""
    HOURS = "hours"
    """A length of time; a bare number counts hours. Becomes whole minutes, begun ones dropped."""
    INTEGER = "integer"
    HUNDREDTHS = "hundredths"
    """A number of at most two decimals, such as credits. Becomes hundredths: 1.5 → 150."""


IS_TEXT = frozenset({Kind.TEXT, Kind.CODE, Kind.GRADE, Kind.CHOICE})
"""Kinds whose empty cell is "" and not None."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One thing that may stand in a column of choices."""

    value: str
    title_zh: str
    title_en: str
    aliases: tuple[str, ...] = ()

    def spellings(self) -> Iterator[str]:
        yield from (self.value, self.title_zh, self.title_en, *self.aliases)


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of an import or export.

    A heading names it by `name`, by either title or by an alias. `least` and `most` bound numbers in the unit they
    become (minutes, hundredths); `max_length` bounds text. `example` stands in the template's example row.
    """

    name: str
    title_zh: str
    title_en: str
    kind: Kind = Kind.TEXT
    required: bool = False
    choices: tuple[Choice, ...] = ()
    max_length: int = 200
    least: int = 0
    most: int = 2_147_483_647
    example: str = ""
    hint: Text = ""
    aliases: tuple[str, ...] = ()
    is_secret: bool = False
    """Identifies people: never kept or shown whole, neither in problems nor in the file of rows to mend."""

    def __post_init__(self) -> None:
        if (self.kind is Kind.CHOICE) != bool(self.choices):
            raise ValueError(f"column {self.name}: choices and kind do not fit")

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return self.title_in(get_language() or "")

    def title_in(self, language: str) -> str:
        return self.title_en if language.startswith("en") else self.title_zh

    def spellings(self) -> Iterator[str]:
        yield from (self.name, self.title_zh, self.title_en, *self.aliases)


SHOWN_OF_SECRETS = 4


def masked(cell: str) -> str:
    """A secret cell as it may be kept and shown: its last four signs, none of a short one (SEC-03)."""
    text = cell.strip()
    shown = SHOWN_OF_SECRETS if len(text) >= 2 * SHOWN_OF_SECRETS else 0
    return "•" * (len(text) - shown) + text[len(text) - shown :]


_NOT_COMPARED = re.compile(r"[\s_*\u200b-\u200f\u2060\ufeff-]+")


def folded(text: str) -> str:
    """`text` as headings and choices are compared: NFKC, no case, blanks, hyphens, underscores or asterisks."""
    return _NOT_COMPARED.sub("", unicodedata.normalize("NFKC", text)).casefold()
