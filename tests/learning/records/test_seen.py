"""Keys of a long file: the newest in a dictionary, the others filed in runs; a key is known wherever it lies."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuecheng.learning.records.entries import Entry
from xuecheng.learning.records.queries.arriving import Reporter
from xuecheng.learning.records.services import Seen

COLLEGE = Reporter(1, "LW-SQXY", "荔湾区社区学院", "", None)
OTHER = COLLEGE._replace(id=2, code="YX-SQXY")


def entry(key: str, *, replaces: int | None = None) -> Entry:
    return Entry(
        institution_code="LW-SQXY",
        record_key=key,
        person_ref="1",
        name="陈丽华",
        origin="nonformal",
        code="A",
        title="A",
        ended_on=date(2026, 6, 1),
        replaces=replaces,
    )


def content(number: int) -> bytes:
    return sha256(str(number).encode()).digest()


@pytest.mark.parametrize("recent", [1, 2, 3, 50_000])
def test_a_key_of_another_institution_or_for_another_version_is_another_key(recent: int) -> None:
    seen = Seen(recent=recent)
    rows = [(COLLEGE, entry("1")), (OTHER, entry("1")), (COLLEGE, entry("1", replaces=1))]

    assert [seen.earlier(reporter, row, content(1)) for reporter, row in rows] == [None, None, None]
    assert [seen.earlier(reporter, row, content(1)) for reporter, row in rows] == [True, True, True]
    assert [seen.earlier(reporter, row, content(2)) for reporter, row in rows] == [False, False, False]


@given(rows=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 3)), max_size=120), recent=st.integers(1, 30))
def test_it_answers_as_a_dictionary_would(rows: list[tuple[int, int]], recent: int) -> None:
    seen, first = Seen(recent=recent), dict[int, int]()
    for key, number in rows:
        known = first.setdefault(key, -1)
        if known == -1:
            first[key] = number
        expected = None if known == -1 else known == number
        assert seen.earlier(COLLEGE, entry(str(key)), content(number)) is expected
