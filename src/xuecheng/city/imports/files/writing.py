"""Tables to files, row by row. Every cell passes `safe_cell`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, BinaryIO

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from xuecheng.city.tables import safe_cell

from .columns import IS_TEXT, Column, Kind
from .values import hours_text, hundredths_text

_FLUSH_AT = 65_536


def cell_text(column: Column, value: Any) -> str:
    """A value as its column's cell reads; reading it back gives the value again."""
    if value is None or value == "":
        return ""
    if isinstance(value, date):
        return value.isoformat()
    match column.kind:
        case Kind.HOURS:
            return hours_text(value)
        case Kind.HUNDREDTHS:
            return hundredths_text(value)
        case _:
            return str(value)


def heading(columns: Sequence[Column], *, language: str | None = None) -> list[str]:
    """Titles of `columns` in `language` (the reader's unless told); an asterisk marks those that must be filled in."""
    language = language or get_language() or ""
    return [column.title_in(language) + ("*" if column.required else "") for column in columns]


# CSV


def csv_lines(rows: Iterable[Sequence[str]], *, encoding: str = "utf-8-sig") -> Iterator[bytes]:
    """Rows of text as CSV in pieces, for a response that streams. Cells are made safe, lines end as RFC 4180 says.

    Text that `encoding` cannot write does not exist in UTF-8 and GB18030, the two that we offer.
    """
    buffer = io.BytesIO()
    text = io.TextIOWrapper(buffer, encoding=encoding, newline="")
    write = csv.writer(text).writerow
    for cells in rows:
        write(list(map(safe_cell, cells)))
        if buffer.tell() > _FLUSH_AT:
            text.flush()
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    text.flush()
    yield buffer.getvalue()


def write_csv(
    sink: BinaryIO,
    rows: Iterable[Sequence[Any]],
    columns: Sequence[Column],
    *,
    encoding: str = "utf-8-sig",
    language: str | None = None,
) -> None:
    """Write a heading and `rows` of values, in the order of `columns`. Memory does not depend on how many there are."""
    sink.writelines(csv_lines(_with_heading(rows, columns, language), encoding=encoding))


def _with_heading(
    rows: Iterable[Sequence[Any]], columns: Sequence[Column], language: str | None
) -> Iterator[Sequence[str]]:
    yield heading(columns, language=language)
    for values in rows:
        yield [cell_text(column, value) for column, value in zip(columns, values, strict=True)]


# XLSX

EXAMPLE_FONT = Font(color="5F6F69")
_HEAD_FONT = Font(bold=True)
_HEAD_FILL = PatternFill("solid", fgColor="E6ECE8")
_AS_TEXT = "@"


def write_xlsx(
    sink: BinaryIO, rows: Iterable[Sequence[Any]], columns: Sequence[Column], *, language: str | None = None
) -> None:
    """As `write_csv`, into a workbook of one sheet. Dates and numbers are real ones; codes are text and keep zeros."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Data"))
    prepare(sheet, columns)
    sheet.append([styled(sheet, title, is_head=True) for title in heading(columns, language=language)])
    for values in rows:
        sheet.append([_typed(sheet, column, value) for column, value in zip(columns, values, strict=True)])
    book.save(sink)


def text_sheet(sink: BinaryIO, table: Iterable[Sequence[str]], columns: Sequence[Column]) -> None:
    """A workbook whose cells are all text; the first of `table` is the heading."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Data"))
    prepare(sheet, columns)
    for number, cells in enumerate(table):
        sheet.append([styled(sheet, cell, is_head=number == 0) if cell else None for cell in cells])
    book.save(sink)


def prepare(sheet: Worksheet, columns: Sequence[Column]) -> None:
    """Give the columns of a new sheet their widths and formats, and let the heading stand while rows scroll."""
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, start=1):
        dimension = sheet.column_dimensions[get_column_letter(number)]
        dimension.width = min(
            40, max(12, 2 * len(column.title_zh) + 4, len(column.title_en) + 2, len(column.example) + 4)
        )
        if column.kind in IS_TEXT:
            # Card and certificate numbers typed into such a column keep every digit.
            dimension.number_format = _AS_TEXT


def styled(sheet: Worksheet, text: str, *, is_head: bool = False, font: Font | None = None) -> Cell:
    """A cell of text, made safe."""
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("\ufffd", safe_cell(text)))
    cell.number_format = _AS_TEXT
    if is_head:
        cell.font, cell.fill = _HEAD_FONT, _HEAD_FILL
    elif font:
        cell.font = font
    return cell


def _typed(sheet: Worksheet, column: Column, value: Any) -> Cell | None:
    if value is None or value == "":
        return None
    if column.kind in (Kind.DATE, Kind.INTEGER, Kind.MINUTES):
        cell = WriteOnlyCell(sheet, value)
        if column.kind is Kind.DATE:
            cell.number_format = "yyyy-mm-dd"
        return cell
    return styled(sheet, cell_text(column, value))
