"""What becomes of a record that arrives, and who may take one back (C-11, C-15)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuecheng.learning.records.rules import (
    Arrival,
    OnlyOwnReportsAreWithdrawn,
    RecordConflict,
    arrival,
    check_withdrawal,
    content_digest,
)

ROW = {"name": "陈美玲", "course_code": "CS101", "grade": "85", "minutes": 2880, "term": ""}
values = st.none() | st.text(max_size=8) | st.integers() | st.booleans()
rows = st.dictionaries(st.text(max_size=8), values, max_size=6)


def arrives(known: str | None, digest: str) -> Arrival:
    return arrival(institution="4401-OU", record_key="R1", known=known, digest=digest)


def test_c11_a_new_key_is_new_and_the_same_content_is_already_there() -> None:
    digest = content_digest(ROW)
    assert arrives(None, digest) is Arrival.NEW
    assert arrives(digest, digest) is Arrival.ALREADY_THERE


@pytest.mark.parametrize("change", [{"grade": "86"}, {"name": "陈美琳"}, {"minutes": 2881}, {"term": "2026-1"}])
def test_c11_other_content_under_the_same_key_is_a_conflict(change: dict[str, object]) -> None:
    with pytest.raises(RecordConflict) as refused:
        arrives(content_digest(ROW), content_digest(ROW | change))
    assert refused.value.field == "record_key"
    assert "R1" in refused.value.sentence()


def test_c11_empty_columns_order_and_blanks_around_say_nothing() -> None:
    same = {"minutes": 2880, "grade": " 85 ", "course_code": "CS101", "name": "陈美玲\t", "mode": None}
    assert content_digest(same) == content_digest(ROW)


@given(rows, rows)
def test_c11_digests_are_equal_exactly_when_the_rows_say_the_same(
    one: dict[str, object], other: dict[str, object]
) -> None:
    def said(row: dict[str, object]) -> dict[str, str]:
        trimmed = {name: value.strip() if isinstance(value, str) else value for name, value in row.items()}
        return {name: repr(value) for name, value in trimmed.items() if value is not None and value != ""}

    assert (content_digest(one) == content_digest(other)) is (said(one) == said(other))  # type: ignore[arg-type]


def test_c15_a_learner_takes_back_only_a_non_formal_report_of_their_own() -> None:
    check_withdrawal(origin="nonformal", self_declared=True, institution="4401-OU")
    for origin, self_declared in (("nonformal", False), ("formal", True), ("certificate", True)):
        with pytest.raises(OnlyOwnReportsAreWithdrawn):
            check_withdrawal(origin=origin, self_declared=self_declared, institution="4401-OU")
