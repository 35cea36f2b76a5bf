"""Cells that a spreadsheet program would run as a formula, made harmless in every export of the house (ASVS 1.2.10).

A cell that begins with = + - @ or their full-width forms, or with a tab or line end, gets an apostrophe in front.
Plain numbers stay as they are. `original_cell` takes it away again: `original_cell(safe_cell(x)) == x` for every x.
"""

from __future__ import annotations

import re

_RUNS = re.compile(r"(?:['\s]*[=+\-@＝＋－＠﹢﹣﹦﹫]|'*[\t\r\n])")
"""With each cell the set contains its escaped form: otherwise `'=x` could not be told from an escaped `=x`."""
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?%?\Z")


def safe_cell(text: str) -> str:
    """`text` as it may stand in a CSV or workbook that people open in a spreadsheet program."""
    if _RUNS.match(text) and not _NUMBER.match(text):
        return "'" + text
    return text


def original_cell(text: str) -> str:
    """What `safe_cell` was given. An apostrophe in front of anything else is left alone."""
    if text[:1] == "'" and _RUNS.match(text, 1):
        return text[1:]
    return text
