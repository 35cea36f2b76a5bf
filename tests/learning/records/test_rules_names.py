"""Matching of names (C-90; pitfall 30)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuecheng.learning.records.rules import name_key, same_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("陈美玲", " 陈美玲　"),
        ("买买提·吐尔逊", "买买提•吐尔逊"),
        ("买买提·吐尔逊", "买买提・吐尔逊"),
        ("买买提·吐尔逊", "买买提･吐尔逊"),
        ("ZHANG SAN", "Zhang San"),
        ("ＺＨＡＮＧ　ＳＡＮ", "zhang san"),
        ("𠮷田", "𠮷田"),
        ("䶮", "䶮"),
        ("Madonna", "MADONNA"),
    ],
)
def test_c90_writings_of_one_name_match(one: str, other: str) -> None:
    assert same_name(one, other)
    assert same_name(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("陈美玲", "陈美琳"),
        ("𠮷田", "吉田"),
        ("买买提·吐尔逊", "买买提吐尔逊"),
        ("Zhang San", "San Zhang"),
        ("", ""),
        (" ", "　"),
    ],
)
def test_c90_nothing_is_guessed(one: str, other: str) -> None:
    assert not same_name(one, other)


@given(st.text(max_size=12))
def test_c90_the_key_of_a_key_is_itself(name: str) -> None:
    key = name_key(name)
    assert name_key(key) == key
