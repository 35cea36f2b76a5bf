"""Draws that anybody can compute again: order by a digest of a published seed, take the first (C-76, C-80)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256


def order_of(seed: str, ids: Iterable[str]) -> list[str]:
    """The ids by SHA-256 of "seed|id": the order is fixed by the seed alone, however they came."""
    return sorted(ids, key=lambda one: (sha256(f"{seed}|{one}".encode()).digest(), one))


def draw(seed: str, ids: Iterable[str], n: int) -> list[str]:
    """The first `n` of that order."""
    return order_of(seed, ids)[:n]


def is_in_sample(seed: str, key: str, *, percent: int) -> bool:
    """Whether a case of a group gets a second assessor: by its own digest, so that nobody need know the others."""
    return int.from_bytes(sha256(f"{seed}|second|{key}".encode()).digest()[:4], "big") % 100 < percent


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who is free and without conflict. `is_expert`: their fields cover every unit of the application."""

    id: str
    is_expert: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """Who was drawn, in their order, from which candidates; enough to draw again."""

    seed: str
    candidates: tuple[str, ...]
    chosen: tuple[str, ...]


def draw_assessors(seed: str, candidates: Sequence[Candidate], n: int, *, needs_expert: bool) -> Drawn | None:
    """`n` of the candidates at random, one of them an expert of the subject where that is needed (C-45).

    The first expert of the order takes the first place; the rest follow in the order. None where there are too few.
    """
    order = order_of(seed, [one.id for one in candidates])
    experts = {one.id for one in candidates if one.is_expert}
    chosen: list[str] = []
    if needs_expert:
        first = next((one for one in order if one in experts), None)
        if first is None:
            return None
        chosen.append(first)
    chosen += [one for one in order if one not in chosen][: n - len(chosen)]
    return Drawn(seed, tuple(order), tuple(chosen)) if len(chosen) == n else None
