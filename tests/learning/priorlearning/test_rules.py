"""The arithmetic of recognising prior learning, by the vectors of the domain guide (C-45 … C-48, C-76)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuecheng.learning.priorlearning.rules import (
    Candidate,
    Pairs,
    Piece,
    Ticks,
    Vote,
    Word,
    draw,
    draw_assessors,
    is_in_sample,
    kappa_of,
    missing_in,
    verdict_of,
    vote_of,
)
from xuecheng.learning.priorlearning.rules.evidence import months_before

ON = date(2026, 11, 23)
ALL = Ticks(True, True, True, True)


def test_the_draw_is_the_one_of_the_guide() -> None:
    """C-76."""
    ids = [f"P{number:04}" for number in range(1, 21)]
    assert draw("2026Q4:7f3a", ids, 5) == ["P0020", "P0007", "P0018", "P0008", "P0001"]
    assert draw("2026Q4:7f3a", reversed(ids), 5) == draw("2026Q4:7f3a", ids, 5)


def test_one_of_the_drawn_is_an_expert() -> None:
    """C-45: whatever the seed, the first place is an expert's; without one nobody is drawn."""
    people = [Candidate(f"A{number}", is_expert=number == 7) for number in range(10)]
    for seed in map(str, range(20)):
        drawn = draw_assessors(seed, people, 2, needs_expert=True)
        assert drawn is not None
        assert drawn.chosen[0] == "A7"
        assert len(set(drawn.chosen)) == 2
    assert draw_assessors("x", people[:7], 2, needs_expert=True) is None
    assert draw_assessors("x", people[:1], 2, needs_expert=False) is None


def test_the_sample_for_a_second_assessor_is_about_its_share() -> None:
    assert not any(is_in_sample("s", str(n), percent=0) for n in range(200))
    assert all(is_in_sample("s", str(n), percent=100) for n in range(200))
    assert 200 < sum(is_in_sample("s", str(n), percent=30) for n in range(1000)) < 400


def piece(outcome: int, source: str = "社区护士", ticks: Ticks = ALL, dated_on: date | None = None) -> Piece:
    return Piece(outcome, source, ticks, dated_on)


def missing(*pieces: Piece, outcomes: int = 2, sources: int = 2) -> tuple[tuple[int, ...], int]:
    found = missing_in(pieces, outcomes=outcomes, sources_least=sources, on=ON, currency_months=48)
    return found.outcomes, found.sources


def test_every_outcome_has_a_piece_with_four_ticks_and_a_unit_two_sources() -> None:
    """C-46."""
    assert missing() == ((1, 2), 2)
    assert missing(piece(1), piece(2)) == ((), 1)
    assert missing(piece(1), piece(2, "学员本人")) == ((), 0)
    assert missing(piece(1), piece(1, "学员本人")) == ((2,), 0)
    for lacking in range(4):
        three = Ticks(*[place != lacking for place in range(4)])
        assert missing(piece(1), piece(2, "学员本人", three)) == ((2,), 1)


def test_what_is_older_than_four_years_is_not_current() -> None:
    """C-46: the day itself still counts, the day before does not; a day that the month lacks is clamped."""
    assert months_before(ON, 48) == date(2022, 11, 23)
    assert missing(piece(1, dated_on=date(2022, 11, 23)), outcomes=1, sources=1) == ((), 0)
    assert missing(piece(1, dated_on=date(2022, 11, 22)), outcomes=1, sources=1) == ((1,), 1)
    assert months_before(date(2024, 2, 29), 12) == date(2023, 2, 28)
    assert months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert months_before(date(2026, 1, 15), 2) == date(2025, 11, 15)


def test_two_that_agree_decide_and_a_third_where_they_differ() -> None:
    """C-47."""
    yes, task, no = Word.YES, Word.TASK, Word.NOT_YET
    assert verdict_of([], needed=2) is None
    assert verdict_of([yes], needed=2) is None
    assert verdict_of([yes], needed=1) is yes
    assert verdict_of([yes, yes], needed=2) is yes
    assert verdict_of([yes, task], needed=2) is None
    assert verdict_of([yes, no, task], needed=2) is task


def test_a_panel_decides_by_majority_and_anew_where_all_differ() -> None:
    """C-48."""
    up, change, anew = Vote.UPHOLD, Vote.CHANGE, Vote.REASSESS
    assert vote_of([up, up]) is None
    assert vote_of([up, change, up]) is up
    assert vote_of([change, change, anew]) is change
    assert vote_of([up, change, anew]) is anew


@pytest.mark.parametrize(
    ("pairs", "observed", "kappa", "alarms"),
    [((40, 5, 7, 48), "0.88", 0.7586, False), ((45, 5, 4, 6), "0.85", 0.4808, True)],
)
def test_kappa_is_the_one_of_the_guide(pairs: tuple[int, ...], observed: str, kappa: float, alarms: bool) -> None:
    """C-47."""
    found = kappa_of(Pairs(*pairs))
    assert found.observed == Fraction(observed)
    assert found.kappa is not None
    assert round(float(found.kappa), 4) == kappa
    assert found.is_alarming is alarms


def test_kappa_is_not_available_where_chance_explains_everything() -> None:
    assert kappa_of(Pairs()) == (0, None, None)
    assert kappa_of(Pairs(12, 0, 0, 0)) == (12, Fraction(1), None)
    assert not kappa_of(Pairs(12, 0, 0, 0)).is_alarming


@given(st.tuples(*[st.integers(0, 60)] * 4))
def test_kappa_is_one_only_where_both_always_agree(pairs: tuple[int, int, int, int]) -> None:
    found = kappa_of(Pairs(*pairs))
    if found.kappa is not None:
        assert found.kappa <= 1
        assert (found.kappa == 1) == (pairs[1] + pairs[2] == 0)
