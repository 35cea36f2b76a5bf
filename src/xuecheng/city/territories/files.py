"""Reading the code list: a CSV file with the columns code, name, level, parent_code and, where known, name_en."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city.refusals import Refusal

from .rules import Row

# Where the numbers of residents come from, as the shipped files say it and pages translate it.
KNOWN_SOURCES = (
    gettext_noop("7th census 2020"),
    gettext_noop("7th census 2020 (to be confirmed against the bulletin)"),
)
SHIPPED = Path(__file__).parent / "data"
"""One folder per city that comes with the package."""


class Population(NamedTuple):
    """How many live in a division, and who says so."""

    residents: int
    source: str


class FileNotText(Refusal):
    message = _("This file is no text in UTF-8 or GB18030.")
    remedy = _("Save the table as CSV and try again.")


class ColumnsMissing(Refusal):
    message = _("The heading lacks: %(columns)s.")
    remedy = _("The first row names the columns: code, name, level, parent_code.")


class PopulationWrong(Refusal):
    message = _("Row %(row)d: “%(text)s” is no number of residents.")
    remedy = _("Write a whole number.")


def read_territories(content: bytes) -> list[Row]:
    """The rows of a code list. Raises `FileNotText`, `ColumnsMissing`."""
    return [
        Row(
            row_no=row_no,
            code=cells["code"],
            name=cells["name"],
            level=cells["level"],
            parent_code=cells["parent_code"],
            name_en=cells.get("name_en", ""),
        )
        for row_no, cells in _table(content, {"code", "name", "level", "parent_code"})
    ]


def read_populations(content: bytes) -> dict[str, Population]:
    """Residents by code, from the columns code, population_2020 (or any population_YEAR) and population_source.

    Raises `FileNotText`, `ColumnsMissing`, `PopulationWrong`.
    """
    found: dict[str, Population] = {}
    for row_no, cells in _table(content, {"code", "population_source"}):
        text = next((cells[name] for name in cells if name.startswith("population_2")), None)
        if text is None:
            raise ColumnsMissing(columns="population_YEAR")
        if not text.isascii() or not text.isdigit():
            raise PopulationWrong(row=row_no, text=text)
        found[cells["code"]] = Population(residents=int(text), source=cells["population_source"])
    return found


def read_english_names(content: bytes) -> dict[str, str]:
    """English names by code, from the columns code and name_en. Raises `FileNotText`, `ColumnsMissing`."""
    return {cells["code"]: cells["name_en"] for _row_no, cells in _table(content, {"code", "name_en"})}


def _table(content: bytes, needed: set[str]) -> list[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(_text(content), newline=""))
    heading = [(name or "").strip() for name in reader.fieldnames or []]
    reader.fieldnames = heading
    if missing := needed - set(heading):
        raise ColumnsMissing(columns=", ".join(sorted(missing)))
    return [
        (reader.line_num, {name: (cell or "").strip() for name, cell in cells.items() if isinstance(name, str)})
        for cells in reader
        if any(cells.values())
    ]


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileNotText
