"""Rows of a workbook's first visible sheet, one at a time, as the text that a person sees in the cells."""

from __future__ import annotations

import re
import tempfile
import zipfile
from array import array
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from types import TracebackType
from typing import BinaryIO

from .limits import Limits
from .refusals import FileDamaged, RowTooLong, TooManyColumns, TooManyRows, ZipBomb
from .workbook import PLAIN, End, PartReader, Start, Style, Workbook, describe, open_package, unpacking

_CHUNK = 65_536
_LAST_ROW = 1_048_576
_LAST_COLUMN = 16_384
_LAST_DAY = 2_957_000
"""Serial numbers of days end with the year 9995, whichever year they begin in."""
_KEPT = 8_192
"""Texts and numbers kept in memory because they may come again."""
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DIMENSION = re.compile(rb'<(?:\w+:)?dimension ref="[A-Z]+\d+:[A-Z]+(\d+)"')


class XlsxSheet:
    """A workbook that passed the checks of `open_package`. Iterating unpacks its sheet as it goes."""

    def __init__(self, source: BinaryIO, *, limits: Limits) -> None:
        self._limits = limits
        with unpacking():
            self._package = open_package(source, limits=limits)
            self._book = describe(self._package, limits=limits)
            with self._package.open(self._book.sheet) as stream:
                said = _DIMENSION.search(stream.read(4096))
        self.row_estimate = int(said[1]) if said else None
        """Number of the last row, as the workbook says; programs are known to be wrong about it."""

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Every row that is not blank, with the number that it has in the spreadsheet program.

        Raises:
            TooManyRows, TooManyColumns, RowTooLong, ZipBomb, ForbiddenXml, FileDamaged: where it is found.
        """
        with unpacking(), SharedTexts(limits=self._limits) as texts:
            if self._book.shared_texts is not None:
                texts.load(self._package, self._book.shared_texts)
            filled = 0
            sheet = _SheetReader(self._book, texts, limits=self._limits)
            with self._package.open(self._book.sheet) as stream:
                for chunk in iter(lambda: stream.read(_CHUNK), b""):
                    for numbered in sheet.feed(chunk):
                        filled += 1
                        if filled > self._limits.rows:
                            raise TooManyRows(limit=self._limits.rows)
                        yield numbered
                # The end of the part proves its checksum and that every element was closed.
                yield from sheet.feed(b"")


class SharedTexts:
    """The workbook's table of texts, on disk: memory holds where each begins, and the latest ones."""

    def __init__(self, *, limits: Limits) -> None:
        self._ends = array("Q", [0])
        self._kept: dict[int, str] = {}
        self._file = tempfile.SpooledTemporaryFile(max_size=4_000_000)  # noqa: SIM115  # closed by __exit__
        self._parts: list[str] | None = None
        self._chars = 0
        self._in_text = False
        self._in_phonetic = False
        self._limits = limits

    def load(self, package: zipfile.ZipFile, part: str) -> None:
        handlers = {"si": (self._start_item, self._end_item), "t": (self._start_text, self._end_text)}
        handlers["rPh"] = (self._start_phonetic, self._end_phonetic)
        self._reader = PartReader(handlers.get, most_chars=self._limits.row_chars)
        with package.open(part) as stream:
            for chunk in iter(lambda: stream.read(_CHUNK), b""):
                self._reader.feed(chunk)
            self._reader.feed(b"")

    def __enter__(self) -> SharedTexts:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def _start_item(self, _attributes: dict[str, str]) -> None:
        if self._parts is not None:
            raise FileDamaged
        self._parts = []
        self._chars = 0

    def _start_text(self, _attributes: dict[str, str]) -> None:
        if self._parts is None or self._in_text:
            raise FileDamaged
        self._in_text = True
        self._reader.text.clear()

    def _end_text(self) -> None:
        self._in_text = False
        if self._in_phonetic or self._parts is None:
            return
        part = "".join(self._reader.text)
        self._chars += len(part)
        if self._chars > self._limits.row_chars:
            raise ZipBomb
        self._parts.append(part)

    def _start_phonetic(self, _attributes: dict[str, str]) -> None:
        if self._in_phonetic:
            raise FileDamaged
        self._in_phonetic = True

    def _end_phonetic(self) -> None:
        self._in_phonetic = False

    def _end_item(self) -> None:
        if len(self._ends) > self._limits.shared_texts:
            raise ZipBomb
        packed = unescaped("".join(self._parts or ())).encode()
        self._parts = None
        self._file.write(packed)
        self._ends.append(self._ends[-1] + len(packed))

    def __getitem__(self, number: int) -> str:
        text = self._kept.get(number)
        if text is None:
            if not 0 <= number < len(self._ends) - 1:
                raise FileDamaged
            begin, end = self._ends[number], self._ends[number + 1]
            self._file.seek(begin)
            text = self._file.read(end - begin).decode()
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[number] = text
        return text


def unescaped(text: str) -> str:
    """OOXML writes characters that XML cannot hold as `_x000D_`."""
    if "_x" not in text:
        return text
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text).replace("\0", "\ufffd")
    # Characters beyond the BMP come as two escapes.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class _SheetReader:
    """Turns the sheet's XML into rows. The handlers are called for each cell: they do no more than they must."""

    def __init__(self, book: Workbook, texts: SharedTexts, *, limits: Limits) -> None:
        self._book = book
        self._texts = texts
        self._limits = limits
        self._numbers: dict[tuple[str, str], str] = {}
        self._columns: dict[str, int] = {}
        self._done: list[tuple[int, list[str]]] = []
        self._row_number = 0
        self._in_row = self._in_text = self._in_phonetic = False
        self._cells: list[str] = []
        self._chars = 0
        self._column = -1
        self._type = ""
        self._style = ""
        self._parts: list[str] = []
        handlers: dict[str, tuple[Start, End]] = {
            "c": (self._start_cell, self._end_cell),
            "v": (self._start_text, self._end_text),
            "t": (self._start_text, self._end_text),
            "row": (self._start_row, self._end_row),
            "rPh": (self._start_phonetic, self._end_phonetic),
        }
        self._reader = PartReader(handlers.get, most_chars=limits.row_chars)
        self._text = self._reader.text

    def feed(self, chunk: bytes) -> list[tuple[int, list[str]]]:
        """The rows that end in `chunk`."""
        self._done = []
        self._reader.feed(chunk, row=self._row_number)
        return self._done

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = int(attributes.get("r", self._row_number + 1))
        if self._in_row or not self._row_number < number <= _LAST_ROW:
            raise FileDamaged
        self._in_row = True
        self._row_number = number
        self._cells = []
        self._chars = 0
        self._column = -1

    def _start_cell(self, attributes: dict[str, str]) -> None:
        if self._type or not self._in_row:
            raise FileDamaged
        self._type = attributes.get("t", "n") or "n"
        self._style = attributes.get("s", "")
        self._column = self._place(attributes.get("r"))

    def _start_text(self, _attributes: dict[str, str]) -> None:
        if self._in_text:
            raise FileDamaged
        self._in_text = True
        self._text.clear()

    def _end_text(self) -> None:
        self._in_text = False
        if self._in_phonetic or not self._type:
            return
        part = "".join(self._text)
        self._count(part)
        self._parts.append(part)

    def _end_cell(self) -> None:
        if self._parts:
            raw = "".join(self._parts)
            self._parts.clear()
            if raw:
                self._keep(raw)
        self._type = ""

    def _end_row(self) -> None:
        self._in_row = False
        if any(map(str.strip, self._cells)):
            self._done.append((self._row_number, self._cells))

    def _start_phonetic(self, _attributes: dict[str, str]) -> None:
        if self._in_phonetic:
            raise FileDamaged
        self._in_phonetic = True

    def _end_phonetic(self) -> None:
        self._in_phonetic = False

    def _place(self, reference: str | None) -> int:
        """Column of a cell from 0; without a reference, the one after the last."""
        if reference is None:
            return self._column + 1
        letters = reference.rstrip("0123456789")
        place = self._columns.get(letters)
        if place is None:
            place = 0
            for letter in letters:
                place = place * 26 + ord(letter) - 64
            if not 0 < place <= _LAST_COLUMN:
                raise FileDamaged
            place = self._columns[letters] = place - 1
        return place

    def _keep(self, raw: str) -> None:
        if self._column >= self._limits.columns:
            raise TooManyColumns(row=self._row_number, limit=self._limits.columns)
        cells = self._cells
        if self._column < len(cells):
            raise FileDamaged
        while len(cells) < self._column:
            cells.append("")
        match self._type:
            case "s":
                text = self._texts[int(raw)]
                self._count(text)
            case "n":
                text = self._number(raw)
            case "b":
                text = "TRUE" if raw == "1" else "FALSE"
            case "d":
                text = raw.removesuffix("T00:00:00").removesuffix("T00:00:00.000")
            case "str" | "inlineStr":
                text = unescaped(raw)
            case _:  # "e": an error of the spreadsheet program, such as #REF!
                text = raw
        cells.append(text)

    def _count(self, text: str) -> None:
        self._chars += len(text)
        if self._chars > self._limits.row_chars:
            raise RowTooLong(row=self._row_number, limit=self._limits.row_chars)

    def _number(self, raw: str) -> str:
        key = (raw, self._style)
        text = self._numbers.get(key)
        if text is None:
            number = int(self._style or "0")
            style = self._book.styles[number] if 0 <= number < len(self._book.styles) else PLAIN
            text = number_text(raw, style, counts_from_1904=self._book.counts_from_1904)
            if len(self._numbers) >= _KEPT:
                self._numbers.clear()
            self._numbers[key] = text
        return text


def number_text(raw: str, style: Style = PLAIN, *, counts_from_1904: bool = False) -> str:
    """A stored number as a person sees it: dates as ISO text, no ".0", percent with its sign.

    Numbers beyond 15 digits that the spreadsheet program rounded keep their scientific form, 4.40106199001011E+17: who
    reads them as a code must see that digits are lost.
    """
    if style is PLAIN and raw.isdecimal():
        return raw
    try:
        number = Decimal(raw)
    except InvalidOperation as error:
        raise FileDamaged from error
    if not number.is_finite():
        raise FileDamaged
    if number.adjusted() > 15:
        return _plain(number)
    if style.is_elapsed:
        return _elapsed_text(number)
    if style.is_date and 0 <= number < _LAST_DAY:
        return _date_text(number, counts_from_1904=counts_from_1904)
    if style.is_percent:
        return _plain(number * 100) + "%"
    return _plain(number)


def _plain(number: Decimal) -> str:
    if number == number.to_integral_value() and abs(number) < 10**15:
        return str(int(number))
    shortened = Decimal(f"{number:.15g}")
    if abs(number) >= 10**15 or abs(number) < Decimal("1e-15"):
        return f"{shortened.normalize():E}"
    return f"{shortened.normalize():f}"


def _date_text(number: Decimal, *, counts_from_1904: bool) -> str:
    seconds = int((number * 86_400).to_integral_value())
    days, rest = divmod(seconds, 86_400)
    clock = f"{rest // 3600:02}:{rest // 60 % 60:02}" + (f":{rest % 60:02}" if rest % 60 else "")
    if days == 0 and not counts_from_1904:
        return clock
    return serial_date(days, counts_from_1904=counts_from_1904).isoformat() + (f" {clock}" if rest else "")


def serial_date(days: int, *, counts_from_1904: bool = False) -> date:
    """The day that a spreadsheet counts as `days`. Day 60 is its 29 February 1900, which never was."""
    if counts_from_1904:
        return date(1904, 1, 1) + timedelta(days=days)
    return date(1899, 12, 30 if days >= 60 else 31) + timedelta(days=days)


def _elapsed_text(number: Decimal) -> str:
    seconds = int((number * 86_400).to_integral_value())
    minutes, rest = divmod(abs(seconds), 60)
    return ("-" if seconds < 0 else "") + f"{minutes // 60}:{minutes % 60:02}" + (f":{rest:02}" if rest else "")
