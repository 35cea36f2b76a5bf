"""A table out of a file: rows in constant memory, whatever the file is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from .csv_reading import csv_rows
from .detecting import Format, TextShape, format_of, text_shape
from .limits import Limits
from .xlsx_reading import XlsxSheet


class Table:
    """Rows of text. Each iteration reads the file anew from its beginning; one at a time."""

    def __init__(self, source: BinaryIO, *, limits: Limits, closes: bool = False) -> None:
        self._source = source
        self._closes = closes
        self._limits = limits
        self._sheet: XlsxSheet | None = None
        self._shape: TextShape | None = None
        self.format = format_of(source, limits=limits)
        if self.format is Format.XLSX:
            self._sheet = XlsxSheet(source, limits=limits)
        else:
            self._shape = text_shape(source, limits=limits)

    @property
    def encoding(self) -> str:
        """How the text is encoded, as Python names it; "" for workbooks."""
        return self._shape.encoding if self._shape else ""

    @property
    def delimiter(self) -> str:
        return self._shape.delimiter if self._shape else ""

    @property
    def row_estimate(self) -> int | None:
        """About how many rows there are, for progress only."""
        if self._shape:
            return self._shape.lines + 1
        return self._sheet.row_estimate if self._sheet else None

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """`(row number, cells)` of every row that is not blank, numbered as a spreadsheet program does, from 1."""
        if self._sheet is not None:
            return self._sheet.rows()
        assert self._shape is not None
        return csv_rows(self._source, self._shape, limits=self._limits)

    def close(self) -> None:
        if self._closes:
            self._source.close()

    def __enter__(self) -> Table:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_table(source: BinaryIO | Path, *, limits: Limits | None = None) -> Table:
    """Tell what `source` is and open it. Close it, or use it as a context; a stream of the caller's stays open.

    The content decides, not the name. CSV is read once to tell its encoding, a workbook's directory is checked before
    anything is unpacked.

    Raises:
        FileRefusal: one of `refusals`, when the file as a whole cannot be read.
    """
    limits = limits or Limits()
    if not isinstance(source, Path):
        return Table(source, limits=limits)
    stream = source.open("rb")
    try:
        return Table(stream, limits=limits, closes=True)
    except BaseException:
        stream.close()
        raise
