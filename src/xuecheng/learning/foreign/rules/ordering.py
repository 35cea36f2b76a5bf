"""In which order what came together is credited: caps are filled by last day (C-23), a whole before its parts."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import date
from typing import TypeVar

Name = TypeVar("Name", bound=Hashable)


def in_order(
    names: Sequence[Name], *, whole_of: Mapping[Name, Name], ended_on: Mapping[Name, date | None]
) -> list[Name]:
    """By the last day of the outermost whole, what names no day last; within one whole, wholes before their parts.
    Otherwise the order of `names` is kept.
    """
    place = {name: number for number, name in enumerate(names)}

    def above(name: Name) -> list[Name]:
        chain = [name]
        while (whole := whole_of.get(chain[-1])) is not None and whole in place and whole not in chain:
            chain.append(whole)
        return chain

    def rank(name: Name) -> tuple[date, int, int, int]:
        chain = above(name)
        return ended_on.get(chain[-1]) or date.max, place[chain[-1]], len(chain), place[name]

    return sorted(names, key=rank)
