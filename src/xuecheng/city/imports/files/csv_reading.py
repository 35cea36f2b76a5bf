"""Rows of a CSV file (RFC 4180), one at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from .detecting import TextShape
from .gb18030 import MOVED
from .limits import Limits
from .refusals import QuoteBroken, RowTooLong, TooManyColumns, TooManyRows


@dataclass
class _Current:
    """The row being read: its number, and its characters so far."""

    number: int = 1
    chars: int = 0


def csv_rows(source: BinaryIO, shape: TextShape, *, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """Every row that is not blank, with its number. A row counts once, over however many lines its cells run.

    Raises:
        QuoteBroken, RowTooLong, TooManyColumns, TooManyRows: at the row where it is found.
    """
    source.seek(0)
    stream = io.TextIOWrapper(source, encoding=shape.encoding, newline="")
    row = _Current()
    try:
        if shape.has_separator_line:
            stream.readline()
        reader = csv.reader(_lines(stream, shape, row, limits=limits), delimiter=shape.delimiter, strict=True)
        yield from _filled(reader, row, limits=limits)
    except csv.Error as error:
        if "field larger" in str(error):  # the csv module's own bound, should the limit be set above it
            raise RowTooLong(row=row.number, limit=limits.row_chars) from error
        raise QuoteBroken(row=row.number) from error
    finally:
        stream.detach()


def _lines(stream: io.TextIOWrapper, shape: TextShape, row: _Current, *, limits: Limits) -> Iterator[str]:
    lines: Iterator[str] = stream
    if shape.has_moved_characters:
        lines = (line.translate(MOVED) for line in lines)
    return _bounded(lines, row, limits=limits) if shape.has_quotes else lines


def _bounded(lines: Iterator[str], row: _Current, *, limits: Limits) -> Iterator[str]:
    # A quotation mark that is never closed would swallow the rest of the file. Single lines were measured before.
    for line in lines:
        row.chars += len(line)
        if row.chars > limits.row_chars:
            raise RowTooLong(row=row.number, limit=limits.row_chars)
        yield line


def _filled(rows: Iterable[list[str]], row: _Current, *, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    most_rows, most_columns = limits.rows, limits.columns
    filled = 0
    for number, cells in enumerate(rows, start=1):
        row.number = number + 1
        row.chars = 0
        if not (cells and (cells[0].strip() or any(map(str.strip, cells)))):
            continue
        filled += 1
        if filled > most_rows:
            raise TooManyRows(limit=most_rows)
        if len(cells) > most_columns and any(cells[most_columns:]):
            raise TooManyColumns(row=number, limit=most_columns)
        yield number, cells
