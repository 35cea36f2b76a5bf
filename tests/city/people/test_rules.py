"""Names as their bearers write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuecheng.city.people import rules


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("陈嘉敏", "陈嘉敏"),
        (" 陈 嘉敏 ", "陈嘉敏"),
        ("王　芳", "王芳"),
        ("买买提•吐尔逊", "买买提·吐尔逊"),
        ("买买提・吐尔逊", "买买提·吐尔逊"),
        ("买买提 ‧ 吐尔逊", "买买提·吐尔逊"),
        ("买买提．吐尔逊", "买买提·吐尔逊"),
        ("买买提.吐尔逊", "买买提·吐尔逊"),
        ("买买提·吐尔逊·艾力", "买买提·吐尔逊·艾力"),
        ("Zoe\u0308 O’Brien-Smith", "Zoë O'Brien-Smith"),
        ("ＳＭＩＴＨ，Ｊ", None),
        ("Nguyễn Văn An", "Nguyễn Văn An"),
        ("𬱖㛃", "𬱖㛃"),
        ("〇一", "〇一"),
        ("\ue863某", "\ue863某"),
        ("\uf9d1\uf900", "\uf9d1\uf900"),
        ("刘\u200b洋", "刘洋"),
        ("J. R. Smith", "J. R. Smith"),
    ],
)
def test_a_name_is_kept_as_its_bearer_writes_it(typed, kept):
    if kept is None:
        with pytest.raises(rules.NameHasSign):
            rules.normalise_name(typed)
    else:
        assert rules.normalise_name(typed) == kept


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("", rules.NameMissing),
        (" · ", rules.NameMissing),
        ("---", rules.NameMissing),
        ("王5", rules.NameHasSign),
        ("王芳☺", rules.NameHasSign),
        ("<b>王</b>", rules.NameHasSign),
        ("=王芳", rules.NameHasSign),
        ("王\x00芳", rules.NameHasSign),
        ("长" * 81, rules.NameTooLong),
    ],
)
def test_what_no_name_can_hold_is_refused(typed, refusal):
    with pytest.raises(refusal):
        rules.normalise_name(typed)


@given(st.text(max_size=100))
def test_a_kept_name_is_kept_the_same_again(typed):
    try:
        kept = rules.normalise_name(typed)
    except rules.Refusal:
        return
    assert rules.normalise_name(kept) == kept
    assert 0 < len(kept) <= rules.LONGEST_NAME


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("Chen.JiaMin", "chen.jiamin"), (" r0000001 ", "r0000001"), ("ａｂｃ", "abc"), ("a" * 64, "a" * 64)],
)
def test_sign_in_names_are_small_letters(typed, kept):
    assert rules.normalise_sign_in_name(typed) == kept


@pytest.mark.parametrize("typed", ["", "ab", ".abc", "a b c", "陈嘉敏", "a" * 65, "abc/d"])
def test_other_sign_in_names_are_refused(typed):
    with pytest.raises(rules.SignInNameWrong):
        rules.normalise_sign_in_name(typed)


@pytest.mark.parametrize(("year", "good"), [(None, True), (1899, False), (1900, True), (2026, True), (2027, False)])
def test_a_year_of_birth_lies_within_living_memory(year, good):
    if good:
        rules.check_birth_year(year, this_year=2026)
    else:
        with pytest.raises(rules.BirthYearWrong):
            rules.check_birth_year(year, this_year=2026)
