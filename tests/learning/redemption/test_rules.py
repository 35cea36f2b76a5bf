"""Parts, fees, periods and voucher numbers: exact, both sides of each boundary (C-40, C-42)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuecheng.learning.redemption import rules


@given(st.integers(1, 50), st.integers(1, 10**6), st.booleans(), st.data())
def test_c40_of_a_hold_nothing_is_lost(left: int, points: int, keeps: bool, data: st.DataObject) -> None:
    items = data.draw(st.integers(1, left))
    split = rules.split_rest(left=left, items=items, points=points, keeps_rest=keeps)
    assert sum(split) == left * points
    assert split.taken == items * points
    assert (split.kept if not keeps else split.freed) == 0


@pytest.mark.parametrize("items", [0, 4])
def test_nothing_and_more_than_is_left_is_no_part(items: int) -> None:
    with pytest.raises(ValueError, match="handed out"):
        rules.split_rest(left=3, items=items, points=1, keeps_rest=True)


@given(st.integers(1, 5000), st.integers(1, 3000), st.lists(st.integers(1, 700), max_size=12))
def test_in_however_many_steps_exactly_the_points_of_a_voucher_come_back(
    face: int, points: int, steps: list[int]
) -> None:
    before = back = 0
    for step in [*steps, face]:
        fen = min(step, face - before)
        if fen <= 0:
            continue
        back += rules.given_back_for(fen=fen, fen_before=before, face_fen=face, points=points)
        before += fen
        assert back <= points
    assert (before, back) == (face, points)


@pytest.mark.parametrize(("owed", "items"), [(999, 0), (1000, 1), (2999, 2), (3000, 3), (9000, 3)])
def test_whole_vouchers_only(owed: int, items: int) -> None:
    assert rules.items_for_fee(owed_fen=owed, face_fen=1000, left=3) == items


@pytest.mark.parametrize(
    ("period", "begins"),
    [("ever", None), ("year", date(2026, 1, 1)), ("half", date(2026, 7, 1)), ("month", date(2026, 11, 1))],
)
def test_c42_limits_count_from_the_first_day_of_their_period(period: str, begins: date | None) -> None:
    assert rules.begins_of(period, date(2026, 11, 29)) == begins


def test_the_first_half_begins_in_january() -> None:
    assert rules.begins_of("half", date(2026, 6, 30)) == date(2026, 1, 1)
    assert rules.begins_of("half", date(2026, 7, 1)) == date(2026, 7, 1)


@given(st.integers(0, 10**9 - 1), st.integers(0, 9), st.integers(1, 9))
def test_a_slip_of_one_digit_is_caught(number: int, place: int, by: int) -> None:
    good = rules.voucher_number(f"{number:09}")
    spoilt = good[:place] + str((int(good[place]) + by) % 10) + good[place + 1 :]
    with pytest.raises(rules.VoucherNumberWrong):
        rules.normalise_voucher(spoilt)
    assert rules.normalise_voucher(rules.shown_voucher(good)) == good


@pytest.mark.parametrize("text", ["", "12345", "44 0000 0000 0000 0000", "一二三"])
def test_what_is_no_voucher(text: str) -> None:
    with pytest.raises(rules.VoucherNumberWrong):
        rules.normalise_voucher(text)
