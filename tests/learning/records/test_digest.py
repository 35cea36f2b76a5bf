"""The digest of a row's content: equal for equal content, and for nothing else (C-11)."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from xuecheng.learning.records.entries import Entry

texts = st.text(alphabet=st.sampled_from("ab1\x1f\\\"'N龙𠮷 ,"), max_size=4)
numbers = st.none() | st.integers(0, 3)
days = st.none() | st.sampled_from([date(2026, 1, 1), date(2026, 1, 2)])
CONTENT: dict[str, st.SearchStrategy[Any]] = {
    "origin": st.sampled_from(["formal", "nonformal"]),
    "code": texts,
    "title": texts,
    "term": texts,
    "started_on": days,
    "ended_on": st.just(date(2026, 1, 3)),
    "minutes": st.integers(0, 3),
    "contact_minutes": numbers,
    "credits_local": numbers,
    "level": texts,
    "grade": texts,
    "grade_scale": texts,
    "status": st.sampled_from(["passed", "failed"]),
    "role": st.sampled_from(["learner", "teacher"]),
    "mode": texts,
    "attended_sessions": numbers,
    "held_sessions": numbers,
    "territory_code": texts,
    "valid_to": days,
    "evidence": texts,
    "note": texts,
}
rows = st.fixed_dictionaries(CONTENT)


def row(said: dict[str, Any], **rest: Any) -> Entry:
    return Entry(**({"institution_code": "TH", "record_key": "K", "person_ref": "1", "name": "陈"} | said | rest))


@given(rows, rows)
def test_equal_content_and_only_that_has_equal_digests(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert (row(one).digest() == row(other).digest()) == (one == other)


@given(rows, st.sampled_from(sorted(CONTENT)), st.data())
def test_each_column_of_the_content_changes_the_digest(one: dict[str, Any], column: str, data: st.DataObject) -> None:
    changed = one | {column: data.draw(CONTENT[column])}
    assert (row(one).digest() == row(changed).digest()) == (one[column] == changed[column])


@given(rows, texts)
def test_key_person_and_reason_are_no_content(said: dict[str, Any], text: str) -> None:
    names = ["institution_code", "record_key", "person_ref", "name", "reason"]
    assert row(said).digest() == row(said, **dict.fromkeys(names, text), replaces=4).digest()


def test_the_digest_is_the_same_for_ever() -> None:
    entry = Entry(
        "TH", "K", "1", "陈", "formal", "GY-101", "粤语", date(2026, 6, 28), grade="86", grade_scale="percent"
    )
    assert entry.digest().hex() == "660a68f388200d83ea7b8f57082b3e124f535e9f309f1271b204698b8409b23a"
