"""Which column of a file is which: the heading is found and compared with what is expected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter

from .columns import Column, folded
from .detecting import Format
from .parsing import ParsedRow, RowParser
from .reading import Table
from .refusals import ColumnMissing, ColumnTwice, HeaderMissing, RowsMissing

_LOOKED_AT = 10
"""Forms of Chinese offices have a title, sometimes a note, above the heading."""

OUR_OWN = ("row_no", "error_code", "error_zh", "error_en")
"""Columns that we add to rejected rows. Whoever brings them back need not delete them."""
_OUR_OWN_FOLDED = frozenset(map(folded, OUR_OWN))


@dataclass(frozen=True)
class Matched:
    """A table whose heading has been found. Iterate for its rows, typed."""

    table: Table
    columns: tuple[Column, ...]
    heading_row: int
    unknown: tuple[str, ...]
    """Headings that no column explains; what stands beneath them is not read."""
    absent: tuple[Column, ...]
    """Columns, none of them required, that the file does not have."""
    _width: int
    _places: tuple[int, ...]

    def __iter__(self) -> Iterator[ParsedRow]:
        return self.rows()

    def rows(self, *, after: int = 0) -> Iterator[ParsedRow]:
        """The typed rows whose number is above `after`. The template's example row, left as it was, is passed over.

        Raises:
            RowsMissing: there is none at all.
            FileRefusal: the file breaks off at a row.
        """
        # A workbook's cells know their columns; in CSV a cell too many means that one of them is two.
        is_csv = self.table.format is Format.CSV
        parse = RowParser(self.columns, serial_dates=not is_csv).parse
        example = parse(0, tuple(column.example for column in self.columns)).values
        width = self._width
        pick = _picker(self._places)
        rows = self.table.rows()
        for row_no, _heading in rows:
            if row_no == self.heading_row:
                break
        found_any = False
        for row_no, cells in rows:
            beyond = ""
            if len(cells) == width:
                cells.append("")
            else:
                beyond = _fit(cells, width)
            row = parse(row_no, pick(cells), beyond if is_csv else "")
            if not found_any:
                if row.values == example:
                    example = ()  # only the first row may be it
                    continue
                found_any = True
            if row_no > after:
                yield row
        if not found_any:
            raise RowsMissing


def _fit(cells: list[str], width: int) -> str:
    """Make `cells` as many as the headings, and an empty one behind them; return what stood beyond."""
    beyond = next(filter(None, map(str.strip, cells[width:])), "")
    cells[width:] = [""] * (width + 1 - min(width, len(cells)))
    return beyond


def _picker(places: tuple[int, ...]) -> Callable[[list[str]], tuple[str, ...]]:
    """From the file's cells to ours, in the order of the columns."""
    if len(places) == 1:
        return lambda cells: (cells[places[0]],)
    return itemgetter(*places)


def match(table: Table, columns: Sequence[Column]) -> Matched:
    """Find the heading among the first rows: the one that names the most columns.

    Raises:
        HeaderMissing: no row names any column.
        ColumnMissing: required columns are not there; all of them are named.
        ColumnTwice: two headings name the same column.
    """
    expected = {folded(spelling): number for number, column in enumerate(columns) for spelling in column.spellings()}

    def named(numbered: tuple[int, list[str]]) -> int:
        return len({expected[key] for cell in numbered[1] if (key := folded(cell)) in expected})

    heading_row, heading = max(islice(table.rows(), _LOOKED_AT), key=named, default=(0, []))
    while heading and not heading[-1].strip():
        heading.pop()
    places: dict[int, int] = {}
    unknown: list[str] = []
    for place, cell in enumerate(heading):
        key = folded(cell)
        number = expected.get(key)
        if number is None:
            if key and key not in _OUR_OWN_FOLDED:
                unknown.append(cell.strip())
        elif number in places:
            raise ColumnTwice.of(columns[number])
        else:
            places[number] = place
    if not places:
        raise HeaderMissing
    absent = tuple(column for number, column in enumerate(columns) if number not in places)
    if missing := [column for column in absent if column.required]:
        raise ColumnMissing.of(missing)
    return Matched(
        table=table,
        columns=tuple(columns),
        heading_row=heading_row,
        unknown=tuple(unknown),
        absent=absent,
        _width=len(heading),
        # A column that the file lacks is read from the empty cell that `rows` puts behind the last.
        _places=tuple(places.get(number, len(heading)) for number in range(len(columns))),
    )
