"""Keys that a long file has brought so far: a second row of one key is known already, or a mistake."""

from __future__ import annotations

from array import array
from bisect import bisect_left

from xuecheng.learning.records.entries import Entry
from xuecheng.learning.records.queries.arriving import Reporter

_RECENT = 50_000
_MARK_BITS = 27
_64_BITS = (1 << 64) - 1


class Seen:
    """Remembers each key in 10 bytes, and 16 MB beside once a file is long: a million rows stay nearly constant.

    Keys are told apart by 64 bits, contents by 16: one wrong "already there" in 65,536 repeated keys of other content,
    and only in a dry run; before writing, the database decides.

    The newest keys lie in a dictionary. When it is full they are filed: sorted, in a run of two arrays, to be found by
    halving. Nearly every key is new and would be looked for in vain in every run; a table of marks tells most of them.
    """

    def __init__(self, *, recent: int = _RECENT) -> None:
        self._most = recent
        self._recent: dict[int, int] = {}
        self._runs: list[tuple[array[int], array[int]]] = []
        self._marks = bytearray()

    def earlier(self, reporter: Reporter, entry: Entry, digest: bytes) -> bool | None:
        """None for a key not seen before, else whether it came with the same content; remembers it."""
        key = hash((reporter.id, entry.record_key, entry.replaces)) & _64_BITS
        content = int.from_bytes(digest[:2])
        known = self._recent.get(key)
        if known is None and self._runs:
            known = self._filed(key)
        if known is not None:
            return known == content
        self._recent[key] = content
        if len(self._recent) >= self._most:
            self._file()
        return None

    def _filed(self, key: int) -> int | None:
        place = key >> 64 - _MARK_BITS
        if not self._marks[place >> 3] >> (place & 7) & 1:
            return None
        for keys, contents in self._runs:
            at = bisect_left(keys, key)
            if at < len(keys) and keys[at] == key:
                return contents[at]
        return None

    def _file(self) -> None:
        if not self._marks:
            self._marks = bytearray(1 << _MARK_BITS - 3)
        keys = sorted(self._recent)
        for key in keys:
            place = key >> 64 - _MARK_BITS
            self._marks[place >> 3] |= 1 << (place & 7)
        self._runs.append((array("Q", keys), array("H", map(self._recent.__getitem__, keys))))
        self._recent.clear()
