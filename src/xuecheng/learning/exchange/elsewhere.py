"""Credit that something above has used up, so that no institution takes it any more (filled in `apps.py` above)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

_ASKED: list[Callable[[Sequence[int]], set[UUID]]] = []


def register(used: Callable[[Sequence[int]], set[UUID]]) -> None:
    """Called from `apps.py` of the app above: the postings of a person (all keys) whose credit is held or used up."""
    if used not in _ASKED:
        _ASKED.append(used)


def used_elsewhere(keys: Sequence[int]) -> set[UUID]:
    """Postings that cannot be exchanged, because they serve something else. One query for each app above."""
    return {posting for ask in _ASKED for posting in ask(keys)}
