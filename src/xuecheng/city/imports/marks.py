"""Marks that came earlier in a file: a million of them in 16 MB, where a set takes a hundred bytes each."""

from __future__ import annotations

from array import array

_SMALLEST = 1 << 10
_EMPTY = array("q", [0])


class Marks:
    """A growing set of whole numbers of 64 bits with a sign, as `hash()` makes them; nothing is ever taken out.

    One table of eight bytes a place, at most half full: looked for from the mark's own place on until it or an empty
    place is found. 0 stands for an empty place, so 0 itself is kept apart.
    """

    def __init__(self) -> None:
        self._table = _EMPTY * _SMALLEST
        self._count = 0
        self._has_zero = False

    def __contains__(self, mark: int) -> bool:
        return self._has_zero if mark == 0 else self._table[self._place_of(mark)] == mark

    def __len__(self) -> int:
        return self._count + self._has_zero

    def add(self, mark: int) -> None:
        """Remember a mark; raises `OverflowError` for one of more than 64 bits."""
        if mark == 0:
            self._has_zero = True
            return
        place = self._place_of(mark)
        if self._table[place] == mark:
            return
        self._table[place] = mark
        self._count += 1
        if 2 * self._count > len(self._table):
            self._grow()

    def _place_of(self, mark: int) -> int:
        """Where it stands, or the empty place where it would."""
        last = len(self._table) - 1
        place = mark & last
        while self._table[place] not in (0, mark):
            place = (place + 1) & last
        return place

    def _grow(self) -> None:
        old = self._table
        self._table = _EMPTY * (2 * len(old))
        for mark in old:
            if mark:
                self._table[self._place_of(mark)] = mark
