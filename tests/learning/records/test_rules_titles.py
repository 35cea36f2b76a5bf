"""Titles in one form, and one learning reported twice (C-12); the title vectors of the Korean rule set."""

from __future__ import annotations

import json
from datetime import date
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuecheng.learning.records.rules import Record, double_reports, may_be_same_learning, title_key

VECTORS = files("xuecheng.learning.recognition").joinpath("data/rulesets/vectors.jsonl").read_text("utf-8")
TITLES = [case for case in map(json.loads, VECTORS.splitlines()) if case["name"] == "title key"]


@pytest.mark.parametrize("case", TITLES, ids=lambda case: case["given"])
def test_c12_titles_have_one_key_and_another_where_the_first_part_has_no_number(case: dict[str, object]) -> None:
    title = str(case["given"])
    assert [title_key(title), title_key(title, first_ordinal_equals_none=True)] == case["want"]


def test_c12_three_writings_are_one_title_and_differ_from_the_bare_one() -> None:
    assert {title_key(title) for title in ("计算机基础(一)", "计算机基础 I", "计算机基础1")} == {"计算机基础#1"}
    assert title_key("计算机基础") == "计算机基础"


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("ＰＨＯＴＯＳＨＯＰ 入门", "photoshop入门"),
        ("大学英语（上）", "大学英语#1"),
        ("大学英语（中）", "大学英语#中"),
        ("大学英语 IV", "大学英语#4"),
        ("合唱（二十一）", "合唱#21"),
        ("合唱十二", "合唱#12"),
        ("摄影课程（二）", "摄影#2"),
        ("摄影（二）课", "摄影#2"),
        # What only looks like an ordinal or a suffix.
        ("Taxi", "taxi"),
        ("Hawaii", "hawaii"),
        ("Office 2016", "office2016"),
        ("高中", "高中"),
        ("一", "一"),
        ("课程", "课程"),
        ("C#", "c#"),
        ("C++", "c++"),
        ("", ""),
    ],
)
def test_c12_what_counts_as_an_ordinal(title: str, key: str) -> None:
    assert title_key(title) == key


signs = st.sampled_from("计算机基础课程一二十上中下高（）()·-# 　12０ⅠⅡIVXixaC+.")


@given(st.text(signs, max_size=14) | st.text(max_size=10))
def test_c12_the_key_of_a_key_is_itself(title: str) -> None:
    key = title_key(title)
    assert title_key(key) == key
    in_korea = title_key(title, first_ordinal_equals_none=True)
    assert title_key(in_korea, first_ordinal_equals_none=True) == in_korea
    assert in_korea == key or key.endswith("#1")


def record(key: str, started_on: str | None, ended_on: str, **changes: object) -> Record:
    made = Record(
        key=key,
        learner=1,
        institution="4401-OU",
        origin="formal",
        code="CS1",
        title="计算机基础（一）",
        ended_on=date.fromisoformat(ended_on),
        started_on=date.fromisoformat(started_on) if started_on else None,
    )
    return made._replace(**changes)


def test_c12_dates_that_share_four_fifths_of_the_shorter_make_a_candidate() -> None:
    ten_days = record("a", "2026-03-01", "2026-03-10")
    assert may_be_same_learning(ten_days, record("b", "2026-03-03", "2026-04-30", title="计算机基础 I"))
    assert not may_be_same_learning(ten_days, record("b", "2026-03-04", "2026-04-30"))
    assert may_be_same_learning(record("b", None, "2026-03-10"), ten_days)
    assert not may_be_same_learning(record("b", None, "2026-03-11"), ten_days)


@pytest.mark.parametrize("change", [{"learner": 2}, {"title": "计算机基础"}, {"key": "a"}])
def test_c12_another_learner_title_or_the_same_record_is_no_candidate(change: dict[str, object]) -> None:
    one = record("a", "2026-03-01", "2026-03-10")
    assert not may_be_same_learning(one, record("b", "2026-03-01", "2026-03-10")._replace(**change))


def test_c12_candidates_are_pairs_in_the_order_of_keys() -> None:
    records = [record(key, "2026-03-01", "2026-03-10") for key in "cab"] + [record("d", "2025-03-01", "2025-03-10")]
    assert [(one.key, other.key) for one, other in double_reports(records)] == [("a", "b"), ("a", "c"), ("b", "c")]
