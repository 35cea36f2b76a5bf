"""What becomes of what is kept of a person when they are erased: filled from `apps.py` by each app for its own tables.

erasing.fate("identity.ContactPoint", "person", becomes=erasing.GOES)
erasing.when_erased(leave)            # takes away what goes, within the one transaction of the erasure
erasing.hindered_by(check)            # raises a refusal while something hinders it
erasing.identified_by(words)          # what would tell who it was if it stood in somebody's words

A test walks all fields that name a person, and finds a forgotten one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from uuid import UUID

from xuecheng.city.refusals import Refusal

SHORTEST_WORD = 2
"""A name of one sign stands in too many other words to be taken out of them."""

WORDS_GONE = "（已随注销删除 Erased）"
"""Stands where a person's own words stood that must not be empty, for readers of both languages."""


class Fate(Enum):
    """What becomes of rows that name an erased person by a field."""

    GOES = "the rows are deleted"
    BLANKED = "the rows stay, without what identifies"
    STAYS = "the rows stay as they are, under the pseudonym"


GOES, BLANKED, STAYS = Fate.GOES, Fate.BLANKED, Fate.STAYS


@dataclass(frozen=True)
class Leaver:
    """Who is being erased: every account of theirs, the kept one first; their rows are locked."""

    keys: tuple[int, ...]
    public_ids: tuple[UUID, ...]
    pseudonym: str
    words: tuple[str, ...]
    """What identifies them, the longest first: names, sign-in names, numbers, addresses, as they are and were."""
    at: datetime

    def without_words(self, text: str) -> str:
        """A text of somebody else's, in which the pseudonym stands for what identifies the person."""
        for word in self.words:
            text = text.replace(word, self.pseudonym)
        return text


Check = Callable[[Sequence[int], datetime], None]
Do = Callable[[Leaver], None]
Words = Callable[[Sequence[int]], Iterable[str]]


@dataclass
class _Registry:
    checks: list[Check] = field(default_factory=list)
    doings: list[Do] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    fates: dict[tuple[str, str], Fate] = field(default_factory=dict)


_registry = _Registry()


def fate(model: str, *fields: str, becomes: Fate) -> None:
    """Say what becomes of the rows of `model` that name a person by these fields."""
    for name in fields:
        _registry.fates[model, name] = becomes


def hindered_by(check: Check) -> None:
    """Let `check(keys, at)` raise a refusal, with its remedy, while these accounts may not be erased."""
    _registry.checks.append(check)


def when_erased(do: Do) -> None:
    """Let `do(leaver)` delete or blank the app's own rows, in the order in which apps are registered."""
    _registry.doings.append(do)


def identified_by(words: Words) -> None:
    """Let `words(keys)` name what identifies the person in free text."""
    _registry.words.append(words)


def hindrances(keys: Sequence[int], at: datetime) -> list[Refusal]:
    """Everything that hinders the erasure now; nothing hinders it if empty."""
    found = []
    for check in _registry.checks:
        try:
            check(keys, at)
        except Refusal as refusal:
            found.append(refusal)
    return found


def words_of(keys: Sequence[int]) -> tuple[str, ...]:
    """What identifies the person, each once, the longest first so that no part of one is left."""
    found = {word.strip() for words in _registry.words for word in words(keys)}
    return tuple(sorted((word for word in found if len(word) >= SHORTEST_WORD), key=lambda word: (-len(word), word)))


def do_all(leaver: Leaver) -> None:
    """Call what every app registered."""
    for do in _registry.doings:
        do(leaver)


def fates() -> dict[tuple[str, str], Fate]:
    """What was declared, by (model, field)."""
    return dict(_registry.fates)
