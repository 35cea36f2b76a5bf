"""Files that we hand to people to fill in: templates with an example row, and rejected rows with their reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from xuecheng.city.tables import original_cell

from .columns import Column, Kind
from .detecting import Format
from .matching import OUR_OWN
from .problems import CellProblem
from .writing import EXAMPLE_FONT, csv_lines, heading, prepare, styled, text_sheet

_ROWS_WITH_CHOICES = 5_000
"""Rows of a template in which the choices unfold."""


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that was not taken: its cells as they came, in the order of the columns, and what is wrong."""

    row_no: int
    cells: Sequence[str]
    problems: Sequence[CellProblem]


def write_template(
    sink: BinaryIO,
    columns: Sequence[Column],
    *,
    file_format: Format,
    language: str | None = None,
    encoding: str = "utf-8-sig",
) -> None:
    """A file to fill in: the heading, and one example row that is passed over when it comes back as it was.

    The workbook has a second sheet that explains each column, and unfolds the choices.
    """
    language = language or get_language() or ""
    titles = heading(columns, language=language)
    examples = [column.example for column in columns]
    if file_format is Format.CSV:
        sink.writelines(csv_lines([titles, examples], encoding=encoding))
        return
    with override(language):
        book = Workbook(write_only=True)
        sheet = book.create_sheet(gettext("Data"))
        prepare(sheet, columns)
        _offer_choices(sheet, columns, language=language)
        sheet.append([styled(sheet, title, is_head=True) for title in titles])
        sheet.append([styled(sheet, example, font=EXAMPLE_FONT) for example in examples])
        _explain(book.create_sheet(gettext("What goes where")), columns, language=language)
        book.save(sink)


def _offer_choices(sheet: Worksheet, columns: Sequence[Column], *, language: str) -> None:
    for number, column in enumerate(columns, start=1):
        titles = _choice_titles(column, language=language)
        listed = ",".join(titles)
        # The format has room for 255 characters, and no way to write a comma.
        if titles and len(listed) <= 255 and not any("," in title for title in titles):
            validation = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
            letter = get_column_letter(number)
            validation.add(f"{letter}2:{letter}{_ROWS_WITH_CHOICES}")
            sheet.data_validations.append(validation)


def _explain(sheet: Worksheet, columns: Sequence[Column], *, language: str) -> None:
    for letter, width in zip("ABCDE", (24, 20, 12, 28, 70), strict=True):
        sheet.column_dimensions[letter].width = width
    titles = (
        gettext("Column"),
        gettext("Name in files"),
        gettext("Must be filled in"),
        gettext("Example"),
        gettext("What goes into it"),
    )
    sheet.append([styled(sheet, title, is_head=True) for title in titles])
    for column in columns:
        hint = " ".join(filter(None, (str(column.hint), _format_hint(column, language=language))))
        cells = [
            styled(sheet, text)
            for text in (
                column.title_in(language),
                column.name,
                gettext("Yes") if column.required else "",
                column.example,
                hint,
            )
        ]
        cells[-1].alignment = Alignment(wrap_text=True, vertical="top")
        sheet.append(cells)


_FORMAT_HINTS = {
    Kind.DATE: _("A date, such as 2026-03-01."),
    Kind.HOURS: _("Hours, such as 24 or 1.5, or hours and minutes as 1:30."),
    Kind.MINUTES: _("Minutes as a number, or hours and minutes as 1:30."),
    Kind.INTEGER: _("A whole number."),
    Kind.HUNDREDTHS: _("A number with at most two digits after the point."),
}


def _format_hint(column: Column, *, language: str) -> str:
    if column.choices:
        joiner = ", " if language.startswith("en") else "、"
        return gettext("One of: %(choices)s.") % {"choices": joiner.join(_choice_titles(column, language=language))}
    return str(_FORMAT_HINTS.get(column.kind, ""))


def _choice_titles(column: Column, *, language: str) -> list[str]:
    return [choice.title_en if language.startswith("en") else choice.title_zh for choice in column.choices]


def write_rejected(
    sink: BinaryIO,
    rows: Iterable[RejectedRow],
    columns: Sequence[Column],
    *,
    file_format: Format,
    language: str | None = None,
    encoding: str = "utf-8-sig",
) -> None:
    """Rejected rows in the columns in which they came, with `row_no, error_code, error_zh, error_en` behind.

    To be mended and brought again as it is: the four columns are ours and passed over.
    """
    table = rejected_table(rows, columns, language=language)
    if file_format is Format.XLSX:
        text_sheet(sink, table, columns)
        return
    sink.writelines(csv_lines(table, encoding=encoding))


def rejected_table(
    rows: Iterable[RejectedRow], columns: Sequence[Column], *, language: str | None = None
) -> Iterator[list[str]]:
    """The table that `write_rejected` writes, its heading first."""
    yield [*heading(columns, language=language), *OUR_OWN]
    for row in rows:
        yield [
            *map(original_cell, row.cells),
            str(row.row_no),
            ";".join(dict.fromkeys(problem.code for problem in row.problems)),
            _joined(row.problems, columns, language="zh-hans", joiner="；"),
            _joined(row.problems, columns, language="en", joiner="; "),
        ]


def _joined(problems: Sequence[CellProblem], columns: Sequence[Column], *, language: str, joiner: str) -> str:
    titles = {column.name: column.title_in(language) for column in columns}
    colon = ": " if language == "en" else "："
    return joiner.join(
        (titles[problem.column] + colon if problem.column in titles else "") + problem.explained_in(language)
        for problem in problems
    )
