"""How far two assessors agree beyond chance: Cohen's κ (C-47)."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

ALARM = Fraction(6, 10)
"""Below this κ the moderators look at a family of units (ours)."""


class Pairs(NamedTuple):
    """How often two assessors said yes or no to the same unit: first word the first assessor's."""

    yes_yes: int = 0
    yes_no: int = 0
    no_yes: int = 0
    no_no: int = 0


class Kappa(NamedTuple):
    """Observed agreement and κ, both exact; κ is None where chance alone explains everything, or nothing was seen."""

    n: int
    observed: Fraction | None
    kappa: Fraction | None

    @property
    def is_alarming(self) -> bool:
        return self.kappa is not None and self.kappa < ALARM


def kappa_of(pairs: Pairs) -> Kappa:
    """κ = (p_o − p_e) ÷ (1 − p_e). Not available where p_e = 1: both said only one thing."""
    n = sum(pairs)
    if not n:
        return Kappa(0, None, None)
    observed = Fraction(pairs.yes_yes + pairs.no_no, n)
    first_yes, second_yes = pairs.yes_yes + pairs.yes_no, pairs.yes_yes + pairs.no_yes
    expected = Fraction(first_yes * second_yes + (n - first_yes) * (n - second_yes), n * n)
    if expected == 1:
        return Kappa(n, observed, None)
    return Kappa(n, observed, (observed - expected) / (1 - expected))
