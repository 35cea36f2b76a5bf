"""How opinions become a decision: two that agree, else a third; a panel by majority (C-47, C-48)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum


class Word(StrEnum):
    """What an assessor says of a unit."""

    YES = "yes"
    TASK = "task"
    NOT_YET = "not_yet"


class Vote(StrEnum):
    """What a member of an appeal panel says."""

    UPHOLD = "uphold"
    CHANGE = "change"
    REASSESS = "reassess"


PANEL = 3
"""Members of an appeal panel (ours)."""


def verdict_of(words: Sequence[Word], *, needed: int) -> Word | None:
    """The decision that opinions come to, in the order of the assessors' places; None while somebody is to speak.

    `needed` is 1 or 2. Two that differ wait for a third, who decides.
    """
    if len(words) < needed:
        return None
    if len(set(words[:needed])) == 1:
        return words[0]
    return words[needed] if len(words) > needed else None


def vote_of(votes: Sequence[Vote]) -> Vote | None:
    """What a panel of three decided: the majority; three different votes mean that it is assessed anew."""
    if len(votes) < PANEL:
        return None
    vote, n = Counter(votes).most_common(1)[0]
    return vote if n > 1 else Vote.REASSESS
