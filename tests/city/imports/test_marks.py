"""Marks of a file's earlier rows: the same answers as a set, in a fifth of its memory."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuecheng.city.imports.marks import Marks

NUMBERS = st.integers(min_value=-(2**63), max_value=2**63 - 1)


@given(
    st.lists(st.one_of(NUMBERS, st.integers(-3, 3), st.sampled_from([1 << 10, 1 << 11, -(1 << 10)])), max_size=3_000)
)
def test_it_answers_as_a_set_does(numbers: list[int]) -> None:
    marks, known = Marks(), set[int]()
    for number in numbers:
        assert (number in marks) == (number in known)
        marks.add(number)
        known.add(number)
        assert number in marks
    assert len(marks) == len(known)


def test_numbers_that_fall_on_one_place_are_all_found() -> None:
    marks = Marks()
    for number in range(1, 600):
        marks.add(number << 20)
    assert len(marks) == 599
    assert (600 << 20) not in marks
    assert all(number << 20 in marks for number in range(1, 600, 97))


def test_what_is_no_mark_is_refused() -> None:
    with pytest.raises(OverflowError):
        Marks().add(2**63)


def test_a_hundred_thousand_take_two_megabytes() -> None:
    tracemalloc.start()
    marks = Marks()
    for number in range(100_000):
        marks.add(hash(("number", str(number))))
    size, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size < 3_000_000, f"{size:,} bytes"
    assert peak < 3_000_000, f"{peak:,} bytes while it grew"
