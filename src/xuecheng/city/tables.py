"""Tables that leave the house as CSV files, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, override

Cell = str | int | None

# What spreadsheets take for the beginning of a formula, in full-width forms too (ASVS 1.2.10). The escaped form of each
# is in the set: otherwise `'=x` could not be told from an escaped `=x`.
_RUNS = re.compile(r"(?:['\s]*[=+\-@＝＋－＠﹢﹣﹦﹫]|'*[\t\r\n])")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?%?\Z")


def safe_cell(value: Cell) -> str:
    """`value` as text that no spreadsheet runs: what would be a formula gets an apostrophe in front."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value)
    return f"'{value}" if _RUNS.match(value) and not _NUMBER.match(value) else value


def original_cell(text: str) -> str:
    """What `safe_cell` was given. An apostrophe in front of anything else is left alone."""
    return text[1:] if text[:1] == "'" and _RUNS.match(text, 1) else text


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(header: Sequence[Cell], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The table line by line as UTF-8, with the mark at the front without which Excel shows Chinese as rubbish."""
    writer = csv.writer(_Echo())
    yield b"\xef\xbb\xbf"
    for row in chain([header], rows):
        yield writer.writerow([safe_cell(cell) for cell in row]).encode()


def _in_language(language: str | None, lines: Iterator[bytes]) -> Iterator[bytes]:
    """The lines, each made in that language; between two of them the thread keeps its own."""
    while True:
        with override(language):
            line = next(lines, None)
        if line is None:
            return
        yield line


def csv_response(name: str, header: Sequence[Cell], rows: Iterable[Sequence[Cell]]) -> HttpResponseBase:
    """`rows` as a download called `name`, sent as they are read, never all in memory.

    They are read when the request has ended, and with it the reader's language: it is kept for them.
    """
    lines = _in_language(get_language(), csv_lines([str(one) for one in header], rows))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["Cache-Control"] = "no-store"
    return response
