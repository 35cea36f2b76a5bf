"""Sampling audits 抽查: sizes, strata, a draw that anybody can repeat, and what a finding says (C-76 … C-79).

Shares are parts of a million, integers; nothing here is a float, so that the same plan gives the same sample anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from hashlib import sha256
from math import comb, isqrt
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal

MILLION = 1_000_000
CONFIDENCES = (90, 95, 99)
_Z = {90: Fraction(1645, 1000), 95: Fraction(196, 100), 99: Fraction(2576, 1000)}
"""Two-sided quantiles as auditors' tables have them, so that our sizes are those of the tables."""

FIRST_OF_NEW = 30
"""Of a new issuer or a new rule the first so many are all looked at (C-79)."""

DISCOVERY_OF_NEW = 50_000
"""And after them as many as find a share of 5 % that is wrong (C-79)."""


class SharesMalformed(Refusal):
    message = _("A share lies between 0 and 100 %, and how exact it is to be above 0.")
    field = "error"


def size_to_estimate(population: int, *, expected: int, error: int, confidence: int = 95) -> int:
    """How many to look at to tell a share within ±`error`, both parts of a million (C-77).

    n0 = z²p(1−p)/e², n = ⌈n0/(1+(n0−1)/N)⌉. Raises `SharesMalformed`.
    """
    if not 0 < expected < MILLION or not 0 < error < MILLION:
        raise SharesMalformed
    if population <= 0:
        return 0
    p, e = Fraction(expected, MILLION), Fraction(error, MILLION)
    n0 = _Z[confidence] ** 2 * p * (1 - p) / e**2
    return min(population, _ceil(n0 / (1 + (n0 - 1) / population)))


def size_to_discover(population: int, *, share: int, confidence: int = 95) -> int:
    """How many to look at so that, if a share of at least `share` (parts of a million) is wrong, one is found (C-77).

    Exact, without replacement: the least n for which C(N−K, n)/C(N, n) ≤ 1 − confidence, K = ⌈rN⌉.
    """
    if not 0 < share <= MILLION:
        raise SharesMalformed
    if population <= 0:
        return 0
    wrong = -(-population * share // MILLION)
    missed, all_ = 100, 100 - confidence
    # missed/all_ compares the chance of missing all wrong ones with the risk, as whole numbers.
    for drawn in range(population - wrong):
        if missed <= all_:
            return drawn
        missed *= population - wrong - drawn
        all_ *= population - drawn
    return min(population, population - wrong + 1)


def upper_bound(found: int, looked_at: int, *, confidence: int = 95) -> int:
    """The one-sided upper bound of Clopper and Pearson, in parts of a million, rounded up (C-78).

    The least share p for which at most `found` wrong ones among `looked_at` would come with a chance of at most
    1 − confidence. Looked at nothing: everything may be wrong.
    """
    if looked_at <= 0 or found >= looked_at:
        return MILLION
    low, high = 0, MILLION
    while high - low > 1:
        middle = (low + high) // 2
        if _is_rare(found, looked_at, middle, confidence):
            high = middle
        else:
            low = middle
    return high


def _is_rare(found: int, n: int, share: int, confidence: int) -> bool:
    """Whether at most `found` of `n` have a chance of at most 1 − confidence at this share."""
    a, b = share, MILLION - share
    if b == 0:
        return True
    inner = sum(comb(n, i) * a**i * b ** (found - i) for i in range(found + 1))
    return bool(100 * inner * b ** (n - found) <= (100 - confidence) * MILLION**n)


class Stratum(NamedTuple):
    """A part of the population: how many there are, and the share that was wrong before (parts of a million)."""

    code: str
    size: int
    expected: int


def sizes_by_stratum(strata: Sequence[Stratum], total: int) -> dict[str, int]:
    """Neyman allocation n_h ∝ N_h√(p_h(1−p_h)), by largest remainder, never more than there are (C-79).

    A part that is not empty gets at least one. Raises `SharesMalformed`.
    """
    if any(not 0 < one.expected < MILLION for one in strata):
        raise SharesMalformed
    total = min(total, sum(one.size for one in strata))
    given: dict[str, int] = {}
    left = [one for one in strata if one.size]
    rest = total
    while left:
        weights = {one.code: _weight(one) for one in left}
        shares = _by_largest_remainder(weights, rest)
        full = [one for one in left if shares[one.code] >= one.size]
        if not full:
            given |= {one.code: max(1, shares[one.code]) for one in left}
            break
        for one in full:
            given[one.code] = one.size
            rest -= one.size
        left = [one for one in left if one not in full]
    return {one.code: given.get(one.code, 0) for one in strata}


def _weight(one: Stratum) -> int:
    return isqrt(one.size * one.size * one.expected * (MILLION - one.expected))


def _by_largest_remainder(weights: Mapping[str, int], total: int) -> dict[str, int]:
    whole = sum(weights.values())
    shares = {code: weight * total // whole for code, weight in weights.items()}
    rests = sorted(weights, key=lambda code: (-(weights[code] * total % whole), code))
    for code in rests[: total - sum(shares.values())]:
        shares[code] += 1
    return shares


def rank(seed: str, number: str) -> str:
    """Where an item stands in the order of the draw: the hexadecimal SHA-256 of `seed|number` (C-76)."""
    return sha256(f"{seed}|{number}".encode()).hexdigest()


def draw(seed: str, numbers: Iterable[str], size: int) -> list[str]:
    """The first `size` items by their ranks (C-76). Anybody with the list and the seed gets the same."""
    return sorted(numbers, key=lambda number: rank(seed, number))[:size]


class Part(NamedTuple):
    """What was found in a stratum."""

    code: str
    size: int
    looked_at: int
    wrong: int


class Verdict(NamedTuple):
    """What an audit says of the whole population, parts of a million. `is_census`: everything was looked at."""

    share: int
    bound: int
    is_census: bool


def verdict_of(parts: Sequence[Part], *, confidence: int = 95) -> Verdict:
    """Share found and its upper bound over all strata (C-78).

    Of one stratum: Clopper and Pearson. Of several: each stratum's bound at a risk divided by their number, weighted by
    size, which holds at least with the confidence said (Bonferroni). A stratum looked at whole has no bound above what
    was found.
    """
    asked = [one for one in parts if one.size]
    size = sum(one.size for one in asked)
    if not size:
        return Verdict(share=0, bound=0, is_census=True)
    share = sum((Fraction(one.size * one.wrong, one.looked_at) for one in asked if one.looked_at), Fraction(0)) / size
    open_ones = [one for one in asked if one.looked_at < one.size]
    bound = Fraction(0)
    for one in asked:
        if one.looked_at >= one.size:
            bound += Fraction(one.wrong * MILLION, 1)
        elif len(open_ones) == 1:
            bound += one.size * upper_bound(one.wrong, one.looked_at, confidence=confidence)
        else:
            bound += one.size * _bound_at_risk(one, confidence=confidence, among=len(open_ones))
    return Verdict(_ceil(share * MILLION), min(MILLION, _ceil(bound / size)), not open_ones)


def _bound_at_risk(one: Part, *, confidence: int, among: int) -> int:
    """As `upper_bound`, with the risk shared among so many."""
    if one.looked_at <= 0 or one.wrong >= one.looked_at:
        return MILLION
    low, high = 0, MILLION
    while high - low > 1:
        middle = (low + high) // 2
        inner = sum(
            comb(one.looked_at, i) * middle**i * (MILLION - middle) ** (one.wrong - i) for i in range(one.wrong + 1)
        )
        chance = 100 * among * inner * (MILLION - middle) ** (one.looked_at - one.wrong)
        if chance <= (100 - confidence) * MILLION**one.looked_at:
            high = middle
        else:
            low = middle
    return high


def shown_share(parts: int | None) -> str:
    """A share in parts of a million as people read it, to a thousandth of a percent: "4.951 %"."""
    if parts is None:
        return ""
    thousandths = (parts + 5) // 10
    return f"{thousandths // 1000}.{thousandths % 1000:03}\N{NO-BREAK SPACE}%"


def _ceil(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)
