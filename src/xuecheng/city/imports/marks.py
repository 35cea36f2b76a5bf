"""Marks that came earlier in a file: a million of them in 16 MB, where a set takes a hundred bytes each."""

from __future__ import annotations

from array import array

_TABLES = 1 << 8
_SMALLEST = 1 << 4
_EMPTY = array("q", [0])


class Marks:
    """A growing set of whole numbers of 64 bits with a sign, as `hash()` makes them; nothing is ever taken out.

    Tables of eight bytes a place, each at most half full: a mark is looked for from its own place on until it or an
    empty place is found. Many small ones, so that what grows never stands twice in memory as a whole. 0 stands for an
    empty place, so 0 itself is kept apart.
    """

    def __init__(self) -> None:
        self._tables = [_EMPTY * _SMALLEST for _number in range(_TABLES)]
        self._counts = array("q", [0]) * _TABLES
        self._has_zero = False

    def __contains__(self, mark: int) -> bool:
        if mark == 0:
            return self._has_zero
        table = self._tables[mark & _TABLES - 1]
        return table[_place_of(mark, table)] == mark

    def __len__(self) -> int:
        return sum(self._counts) + self._has_zero

    def add(self, mark: int) -> None:
        """Remember a mark; raises `OverflowError` for one of more than 64 bits."""
        if mark == 0:
            self._has_zero = True
            return
        number = mark & _TABLES - 1
        table = self._tables[number]
        place = _place_of(mark, table)
        if table[place] == mark:
            return
        table[place] = mark
        self._counts[number] += 1
        if 2 * self._counts[number] > len(table):
            self._tables[number] = _grown(table)


def _place_of(mark: int, table: array[int]) -> int:
    """Where it stands, or the empty place where it would; by other bits than those that choose the table."""
    last = len(table) - 1
    place = (mark >> 8) & last
    while table[place] not in (0, mark):
        place = (place + 1) & last
    return place


def _grown(old: array[int]) -> array[int]:
    new = _EMPTY * (2 * len(old))
    for mark in old:
        if mark:
            new[_place_of(mark, new)] = mark
    return new
