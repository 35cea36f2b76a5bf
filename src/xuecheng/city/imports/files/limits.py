"""How much a file may ask of us. Every limit is checked before the memory or time that it bounds is spent."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds of one file. The defaults take a million learning records."""

    bytes: int = 100_000_000
    """The file as it was brought."""
    rows: int = 1_048_576
    """Rows that are not blank, the heading included. A spreadsheet has no more."""
    columns: int = 200
    row_chars: int = 100_000
    """Characters of one row with all its cells. An unclosed quotation mark runs into this one."""
    parts: int = 2_000
    """Entries in the directory of a workbook."""
    unpacked_bytes: int = 1_000_000_000
    """All parts of a workbook unpacked."""
    unpack_ratio: int = 200
    """Unpacked to packed size. Sheets of real data reach about 40; deflate could be made to reach 1,032."""
    shared_texts: int = 10_000_000
    """Different texts of a workbook; each costs eight bytes of memory, its text lies on disk."""
