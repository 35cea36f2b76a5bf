"""The vectors of sampling audits (C-76 … C-79)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuecheng.learning.supervision import rules
from xuecheng.learning.supervision.rules import Part, Stratum

P = 500_000
PERCENT = 10_000


def test_the_draw_is_that_of_the_guide() -> None:
    numbers = [f"P{n:04}" for n in range(1, 21)]
    expected = ["P0020", "P0007", "P0018", "P0008", "P0001"]
    assert rules.draw("2026Q4:7f3a", numbers, 5) == expected
    assert rules.draw("2026Q4:7f3a", reversed(numbers), 5) == expected


@pytest.mark.parametrize(
    ("population", "expected", "error", "size"),
    [
        (200, P, 5 * PERCENT, 132), (1_000, P, 5 * PERCENT, 278), (10_000, P, 5 * PERCENT, 370),
        (1_000_000, P, 5 * PERCENT, 385), (50_000, 2 * PERCENT, PERCENT, 742), (0, P, 5 * PERCENT, 0),
        (3, P, 5 * PERCENT, 3),
    ],
)  # fmt: skip
def test_sizes_to_estimate(population: int, expected: int, error: int, size: int) -> None:
    assert rules.size_to_estimate(population, expected=expected, error=error) == size


@pytest.mark.parametrize(
    ("share", "confidence", "population", "size"),
    [
        (5 * PERCENT, 95, 60, 38), (5 * PERCENT, 95, 100, 45), (5 * PERCENT, 95, 10_000, 59),
        (PERCENT, 95, 1_000, 258), (PERCENT, 95, 10_000, 294), (PERCENT, 95, 1_000_000, 299),
        (PERCENT, 99, 10_000, 448), (5 * PERCENT, 95, 0, 0), (5 * PERCENT, 95, 1, 1), (100 * PERCENT, 95, 10, 1),
    ],
)  # fmt: skip
def test_sizes_to_discover(share: int, confidence: int, population: int, size: int) -> None:
    assert rules.size_to_discover(population, share=share, confidence=confidence) == size


@pytest.mark.parametrize(
    ("found", "looked_at", "thousandths"),
    [
        (0, 59, 4_951),
        (0, 299, 997),
        (1, 299, 1_577),
        (3, 299, 2_573),
        (2, 100, 6_162),
        (5, 5, 100_000),
        (0, 0, 100_000),
    ],
)
def test_upper_bounds(found: int, looked_at: int, thousandths: int) -> None:
    """In thousandths of a percent, as a report says it."""
    assert round(rules.upper_bound(found, looked_at) / 10) == thousandths


def test_neyman() -> None:
    strata = [Stratum("a", 60_000, PERCENT), Stratum("b", 25_000, 3 * PERCENT), Stratum("c", 15_000, 8 * PERCENT)]
    assert rules.sizes_by_stratum(strata, 400) == {"a": 167, "b": 119, "c": 114}
    small = [Stratum("a", 10, 8 * PERCENT), Stratum("b", 1_000, PERCENT), Stratum("c", 0, PERCENT)]
    assert (
        rules.sizes_by_stratum(small, 200) == {"a": 10, "b": 190, "c": 0}
        or sum(rules.sizes_by_stratum(small, 200).values()) == 200
    )


@given(
    st.lists(st.tuples(st.integers(0, 5_000), st.integers(1, 999_999)), min_size=1, max_size=5), st.integers(1, 2_000)
)
def test_no_stratum_gives_more_than_it_has(sizes: list[tuple[int, int]], total: int) -> None:
    strata = [Stratum(str(n), size, p) for n, (size, p) in enumerate(sizes)]
    given_ = rules.sizes_by_stratum(strata, total)
    assert all(given_[one.code] <= one.size and (given_[one.code] >= 1) == (one.size >= 1) for one in strata)
    asked = min(total, sum(one.size for one in strata))
    assert asked <= sum(given_.values()) <= asked + len(strata)


def test_a_verdict_over_strata() -> None:
    (one,) = [Part("all", 10_000, 59, 0)]
    assert rules.verdict_of([one]).bound == rules.upper_bound(0, 59)
    assert rules.verdict_of([Part("all", 30, 30, 3)]) == rules.Verdict(100_000, 100_000, True)
    two = rules.verdict_of([Part("new", 30, 30, 3), Part("rest", 970, 59, 0)])
    assert (two.share, two.is_census) == (3_000, False)
    # 3 of 1,000 for certain, and at most 4.951 % of 970.
    assert two.bound == 3_000 + -(-970 * rules.upper_bound(0, 59) // 1_000)
    both = rules.verdict_of([Part("a", 500, 59, 0), Part("b", 500, 59, 0)])
    assert both.bound > rules.upper_bound(0, 59)
