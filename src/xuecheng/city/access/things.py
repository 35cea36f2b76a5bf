"""What the page "who can see this, and why" can be asked about. Filled by the `apps.py` of higher apps.

A thing has a title, and places: scopes with the acts that let somebody read it there. A person has several: their
residence, and each institution that holds records of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from xuecheng.city.rights import Scope

if TYPE_CHECKING:
    from xuecheng.city.people.models import Person


@dataclass(frozen=True)
class Place:
    """Where a thing belongs, and by which acts it is read there."""

    scope: Scope
    acts: tuple[str, ...]


@dataclass(frozen=True)
class Thing:
    """One thing that can be asked about; `person` is whose own it is."""

    title: str
    places: tuple[Place, ...]
    url: str = ""
    person: Person | None = None


@dataclass(frozen=True)
class Sharer:
    """Somebody who sees a person's things by no role: a helper or guardian. `until` may be missing."""

    name: str
    how: str
    acts: tuple[str, ...]
    granted_by: str
    until: datetime | None


Find = Callable[[str], Thing | None]
MorePlaces = Callable[["Person"], list[Place]]
Sharers = Callable[["Person", datetime], list[Sharer]]


@dataclass
class _Things:
    finders: dict[str, Find] = field(default_factory=dict)
    places: list[MorePlaces] = field(default_factory=list)
    sharers: list[Sharers] = field(default_factory=list)


_things = _Things()


def register(kind: str, find: Find) -> None:
    """Let the page find things of `kind` ("record") by their public number. Two queries at most."""
    _things.finders[kind] = find


def register_places(places: MorePlaces) -> None:
    """Let `places(person)` say where else a person's things lie, such as their records' institutions. One query."""
    if places not in _things.places:
        _things.places.append(places)


def register_sharers(sharers: Sharers) -> None:
    """Let `sharers(person, at)` say who else sees a person's things, such as helpers. Two queries at most."""
    if sharers not in _things.sharers:
        _things.sharers.append(sharers)


def find(kind: str, number: str) -> Thing | None:
    """The thing, or None where there is none or no such kind."""
    finder = _things.finders.get(kind)
    return finder(number) if finder else None


def more_places(person: Person) -> list[Place]:
    """Where else a person's things lie."""
    return [place for ask in _things.places for place in ask(person)]


def sharers_of(person: Person, at: datetime) -> list[Sharer]:
    """Who else sees a person's things."""
    return [one for ask in _things.sharers for one in ask(person, at)]
