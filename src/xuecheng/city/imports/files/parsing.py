"""Rows of text to rows of values, with everything that is wrong said at once."""

from __future__ import annotations

from collections.abc import Sequence
from operator import getitem
from typing import Any, NamedTuple

from . import problems
from .columns import IS_TEXT, Column
from .problems import CellProblem
from .values import BadCell, Convert, converter

_KEPT = 4_096
"""Values kept per column: dates, codes of courses and grades come again and again."""


class ParsedRow(NamedTuple):
    """One row: its number as a spreadsheet counts, its cells and values in the order of the columns, its problems.

    Where a cell has a problem its value is None (or "" in columns of text).
    """

    row_no: int
    cells: tuple[str, ...]
    values: tuple[Any, ...]
    problems: tuple[CellProblem, ...]


class _Values(dict[str, Any]):
    """Values of one column by their cells. Asked for a cell it has not seen, it converts it."""

    def __init__(self, convert: Convert) -> None:
        super().__init__()
        self._convert = convert

    def __missing__(self, cell: str) -> Any:
        value = self._convert(cell)
        if len(self) < _KEPT:
            self[cell] = value
        return value


class RowParser:
    """Types rows whose cells stand in the order of `columns`. Made once per file."""

    def __init__(self, columns: Sequence[Column], *, serial_dates: bool = False) -> None:
        self.columns = tuple(columns)
        self._values = [_Values(converter(column, serial_dates=serial_dates)) for column in self.columns]

    def parse(self, row_no: int, cells: tuple[str, ...], beyond: str = "") -> ParsedRow:
        """`cells` as values. `beyond` is what stood to the right of the last heading."""
        try:
            # One pass in C for the rows without a problem, which are nearly all.
            values = tuple(map(getitem, self._values, cells))
        except BadCell:
            return self._with_problems(row_no, cells, beyond)
        if beyond:
            return ParsedRow(row_no, cells, values, (_beyond(beyond),))
        # As `ParsedRow(…)` does, without its Python function in between: a tenth of the whole row's time.
        return tuple.__new__(ParsedRow, (row_no, cells, values, ()))

    def _with_problems(self, row_no: int, cells: tuple[str, ...], beyond: str) -> ParsedRow:
        values: list[Any] = []
        found: list[CellProblem] = []
        for column, of_cell, cell in zip(self.columns, self._values, cells, strict=True):
            try:
                values.append(of_cell[cell])
            except BadCell as bad:
                values.append("" if column.kind in IS_TEXT else None)
                found.append(CellProblem(column.name, cell.strip(), bad.code, bad.values))
        if beyond:
            found.append(_beyond(beyond))
        return ParsedRow(row_no, cells, tuple(values), tuple(found))


def _beyond(cell: str) -> CellProblem:
    return CellProblem("", cell, problems.CELLS_BEYOND)
