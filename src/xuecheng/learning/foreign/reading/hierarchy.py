"""What a learner record (CLR 2.0) says of its achievements among each other: which is part of which.

`association` links achievements or credentials by their identifiers. What it says only ever takes credit away (a whole
and its parts do not both count), so it is followed whoever wrote it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from xuecheng.learning.foreign.rules import in_order

from .found import Found

_PART: Final = frozenset({"isChildOf", "isPartOf"})
_WHOLE: Final = frozenset({"isParentOf"})
_SAME: Final = frozenset({"exactMatchOf"})
"""Two names of one thing: one of them counts, as if one were part of the other."""


class Said(NamedTuple):
    """One association: `part` lies in `whole`, both as the record names them."""

    part: str
    whole: str


def associations(said: object) -> Iterator[Said]:
    """Those that make a hierarchy; others (`isPeerOf`, `precedes` …) say nothing of what counts twice."""
    for one in said if isinstance(said, list) else [said]:
        if not isinstance(one, dict):
            continue
        kind, source, target = (one.get(name) for name in ("associationType", "sourceId", "targetId"))
        if not (isinstance(source, str) and isinstance(target, str)) or source == target:
            continue
        if kind in _PART or kind in _SAME:
            yield Said(source, target)
        elif kind in _WHOLE:
            yield Said(target, source)


def linked(found: Sequence[Found], said: Sequence[Said], places_of: Mapping[str, Sequence[str]]) -> tuple[Found, ...]:
    """Each achievement once, wholes before their parts, and each with what it is part of.

    The same credential twice in a file, alone and within another record, is one. What goes round in a circle is passed
    over where it would close.
    """
    once, instead = _once(found)
    wholes: dict[str, list[str]] = defaultdict(list)
    for one in once:
        wholes[one.place] += [instead.get(place, place) for place in one.wholes]
    here = {one.place for one in once}
    for part, whole in said:
        for below in places_of.get(part, ()):
            for above in places_of.get(whole, ()):
                _put(wholes, instead.get(below, below), instead.get(above, above), here)
    by_place = {
        one.place: replace(
            one, part_of=next(iter(wholes[one.place]), ""), further_wholes=tuple(wholes[one.place][1:])
        )
        for one in once
    }  # fmt: skip
    first = {place: above[0] for place, above in wholes.items() if above}
    return tuple(by_place[place] for place in in_order(list(by_place), whole_of=first, ended_on={}))


def _once(found: Sequence[Found]) -> tuple[list[Found], dict[str, str]]:
    """Those that say something of their own, and the place of the first of each for those that do not."""
    first: dict[tuple[bytes, bytes], str] = {}
    once: list[Found] = []
    instead: dict[str, str] = {}
    for one in found:
        key = (one.claim, one.digest)
        if key in first:
            instead[one.place] = first[key]
        else:
            first[key] = one.place
            once.append(one)
    return once, instead


def _put(wholes: dict[str, list[str]], part: str, whole: str, here: set[str]) -> None:
    if part == whole or not {part, whole} <= here or whole in wholes[part]:
        return
    seen, edge = set(), [whole]
    while edge:
        place = edge.pop()
        if place == part:
            return
        if place not in seen:
            seen.add(place)
            edge += wholes.get(place, [])
    wholes[part].append(whole)
