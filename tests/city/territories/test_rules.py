"""What a code list may hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuecheng.city.territories import rules

ROOT = rules.Row(2, "440100000000", "广州市", "city", "")
TIANHE = rules.Row(3, "440106000000", "天河区", "district", "440100000000")


def refused(*more: rules.Row, known: dict[str, str] | None = None) -> list[tuple[int, str]]:
    problems = rules.check_rows([ROOT, TIANHE, *more], known=known or {})
    return [(row_no, refusal.code) for row_no, refusal in problems]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (rules.Row(4, "44010600100", "五山街道", "street", "440106000000"), "code_wrong"),
        (rules.Row(4, "44010600100Ｏ", "五山街道", "street", "440106000000"), "code_wrong"),
        (rules.Row(4, "440106001000", "五山街道", "borough", "440106000000"), "level_unknown"),
        (rules.Row(4, "440106001001", "五山街道", "street", "440106000000"), "code_not_of_level"),
        (rules.Row(4, "440106000000", "五山街道", "street", "440106000000"), "code_not_of_level"),
        (rules.Row(4, "440106001000", "", "street", "440106000000"), "name_missing"),
        (rules.Row(4, "440106001000", "长" * 61, "street", "440106000000"), "name_too_long"),
        (rules.Row(4, "440106000000", "天河区", "district", "440100000000"), "code_twice"),
        (rules.Row(4, "440106001000", "五山街道", "street", ""), "parent_missing"),
        (rules.Row(4, "440106001000", "五山街道", "street", "440107000000"), "parent_unknown"),
        (rules.Row(4, "440107000000", "芳村区", "district", "440106000000"), "parent_not_above"),
        (rules.Row(4, "440117001000", "街口街道", "street", "440106000000"), "parent_foreign"),
        (rules.Row(4, "440300000000", "深圳市", "city", "440100000000"), "city_has_parent"),
    ],
)
def test_a_bad_row_is_named_with_its_number_and_reason(row, code):
    assert refused(row) == [(4, code)]


def test_good_rows_pass_and_each_bad_row_is_told_once():
    assert refused() == []
    assert refused(rules.Row(4, "x", "", "y", "z"), rules.Row(5, "440106001000", "", "street", "440106000000")) == [
        (4, "code_wrong"),
        (5, "name_missing"),
    ]


def test_a_parent_may_be_known_from_before_and_a_level_stays():
    street = rules.Row(4, "440117001000", "街口街道", "street", "440117000000")
    assert refused(street) == [(4, "parent_unknown")]
    assert refused(street, known={"440117000000": "district"}) == []
    assert refused(known={"440106000000": "street"}) == [(3, "level_known_otherwise")]


def test_a_street_of_a_city_without_districts_lies_directly_beneath_it():
    dongguan = [
        rules.Row(2, "441900000000", "东莞市", "city", ""),
        rules.Row(3, "441900003000", "东城街道", "street", "441900000000"),
    ]
    assert rules.check_rows(dongguan, known={}) == []


def test_a_city_under_the_state_itself_has_its_provinces_digits_only():
    shanghai = [
        rules.Row(2, "310000000000", "上海市", "city", ""),
        rules.Row(3, "310101000000", "黄浦区", "district", "310000000000"),
    ]
    assert rules.check_rows(shanghai, known={}) == []


@pytest.mark.parametrize(
    ("code", "level", "pseudo"),
    [
        ("440117399000", "street", False),
        ("440117400000", "street", True),
        ("440117599000", "street", True),
        ("440117600000", "street", False),
        ("440115105399", "community", False),
        ("440115105400", "community", True),
        ("440115105599", "community", True),
        ("440115105600", "community", False),
        ("440106000000", "district", False),
    ],
)
def test_the_code_itself_tells_what_is_no_division(code, level, pseudo):
    assert rules.is_pseudo(code, level) is pseudo


@given(st.sampled_from(rules.LEVELS), st.sampled_from(rules.LEVELS))
def test_a_parent_is_always_of_a_higher_level(above, below):
    try:
        rules.check_level_above(above, below)
    except rules.ParentNotAbove:
        assert rules.LEVELS.index(above) >= rules.LEVELS.index(below)
    else:
        assert rules.LEVELS.index(above) < rules.LEVELS.index(below)


@given(st.text(max_size=14), st.sampled_from([*rules.LEVELS, ""]))
def test_no_text_passes_for_a_code_but_twelve_digits(code, level):
    try:
        rules.check_code(code, level)
    except rules.Refusal:
        return
    assert len(code) == 12
    assert code.isdigit()
