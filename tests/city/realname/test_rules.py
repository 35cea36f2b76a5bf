"""The law of numbers: check sign, birth date, area, formats of the other documents, masking, names."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from city.realname.numbers import a_number
from xuecheng.city.realname import rules
from xuecheng.city.realname.areas import is_known_area
from xuecheng.city.realname.matching import same_name
from xuecheng.city.realname.rules import (
    BirthDateWrong,
    CheckDigitWrong,
    NumberFormWrong,
    NumberMasked,
    NumberMissing,
    read_number,
)

TODAY = date(2026, 11, 28)


def read(text, kind=rules.RESIDENT):
    return read_number(kind, text, today=TODAY)


def test_the_example_of_the_standard_is_right():
    assert rules.check_sign("11010519491231002") == "X"
    found = read("11010519491231002X")
    assert (found.birth_on, found.area) == (date(1949, 12, 31), "110105")


def test_small_x_full_width_and_blanks_are_read():
    for text in ("11010519491231002x", "１１０１０５１９４９１２３１００２Ｘ", " 110105 19491231 002X "):
        assert read(text).number == "11010519491231002X"


@given(st.integers(0, 999), st.dates(date(1900, 1, 1), TODAY), st.integers(0, 16))
def test_one_mistyped_digit_is_always_found(count, born, place):
    number = a_number(count, born=born)
    for digit in "0123456789":
        if digit != number[place]:
            wrong = number[:place] + digit + number[place + 1 :]
            with pytest.raises((CheckDigitWrong, BirthDateWrong)):
                read(wrong)


@given(st.integers(0, 999), st.integers(0, 15))
def test_two_neighbours_that_changed_places_are_always_found(count, place):
    number = a_number(count)
    one, other = number[place], number[place + 1]
    if one != other:
        with pytest.raises((CheckDigitWrong, BirthDateWrong)):
            read(number[:place] + other + one + number[place + 2 :])


def test_both_sides_of_the_birth_date():
    assert read(a_number(born=date(1900, 1, 1))).birth_on == date(1900, 1, 1)
    assert read(a_number(born=TODAY)).birth_on == TODAY
    for digits in ("18991231", "20261129", "19900230", "19901301"):
        body = f"440106{digits}001"
        with pytest.raises(BirthDateWrong):
            read(body + rules.check_sign(body))


@pytest.mark.parametrize("text", ["", "   ", "\u200b"])
def test_nothing_is_no_number(text):
    with pytest.raises(NumberMissing):
        read(text)


@pytest.mark.parametrize(
    "text", ["1234", "44010619580315001", "4401061958031500199", "A40106195803150011", "٤٤٠١٠٦١٩٥٨٠٣١٥٠٠١١"[:5]]
)
def test_other_lengths_and_signs_are_refused_by_form(text):
    with pytest.raises(NumberFormWrong) as wrong:
        read(text)
    with override("en"):
        assert text not in str(wrong.value), "the refusal never repeats the number"


def test_a_masked_number_is_told_from_a_wrong_one():
    with pytest.raises(NumberMasked):
        read("••••••••••••••1234")


@pytest.mark.parametrize(
    ("kind", "good", "wrong"),
    [
        (rules.PASSPORT, "E12345678", "E12"),
        (rules.PASSPORT, "ab1234567", "E1234567890123"),
        (rules.HKM_PERMIT, "H12345678", "K12345678"),
        (rules.HKM_PERMIT, "M1234567800", "H1234567"),
        (rules.TAIWAN_PERMIT, "12345678", "1234567"),
        (rules.TAIWAN_PERMIT, "1234567890A", "A2345678"),
        (rules.HKMT_RESIDENCE, "830000199001010" + "01", a_number()),
    ],
)
def test_each_document_has_its_form(kind, good, wrong):
    if kind == rules.HKMT_RESIDENCE:
        good += rules.check_sign(good)
    assert read(good, kind).number == good.upper()
    with pytest.raises(NumberFormWrong):
        read(wrong, kind)


def test_every_format_says_where_it_is_from_and_how_sure():
    assert set(rules.FORMATS) == {"resident_id", "passport", "hkm_permit", "hkmt_residence", "taiwan_permit"}
    assert all(one.source and one.sure in ("K", "S") for one in rules.FORMATS.values())


def test_of_a_number_the_last_four_signs_are_shown_and_of_a_short_one_none():
    assert rules.masked("11010519491231002X") == "••••••••••••••002X"
    assert rules.masked("E123456") == "•••••••"


def test_areas_are_known_or_marked():
    assert is_known_area("440106")
    assert is_known_area("810000")
    assert not is_known_area("990106")
    assert not is_known_area("440199")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("王芳", "王芳"),
        ("王芳", "WANG FANG"),
        ("王芳", "Fang Wang"),
        ("曾国明", "ZENG, GUOMING"),
        ("吕丽", "LYU LI"),
        ("买买提·吐尔逊", "买买提吐尔逊"),
        ("买买提·吐尔逊", "买买提•吐尔逊"),
        ("José García", "GARCIA JOSE"),
        ("O'Brien Mary", "obrien mary"),
    ],
)
def test_these_are_one_name(one, other):
    assert same_name(one, other)
    assert same_name(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("王芳", "汪方"), ("王芳", "WANG FENG"), ("Mary Wong", "Mary Wang"), ("王芳", "王芳芳")]
)
def test_these_are_two_names(one, other):
    assert not same_name(one, other)
