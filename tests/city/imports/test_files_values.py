"""From cells to values: what is accepted, what is refused and in which words."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from city.imports import expected
from city.imports.expected import COLUMNS, CREDITS, END, GRADE, HOURS, KEY, MINUTES, NAME, SESSIONS, STATUS
from xuecheng.city.imports.files import Choice, Column, Kind, RowParser, problems
from xuecheng.city.imports.files.problems import message_of, remedy_of


def value_of(column: Column, cell: str, *, serial_dates: bool = False) -> object:
    """The value, or the code of the problem in brackets."""
    row = RowParser([column], serial_dates=serial_dates).parse(2, (cell,))
    return f"[{row.problems[0].code}]" if row.problems else row.values[0]


MARCH = date(2026, 3, 1)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-03-01",
        "2026-3-1",
        "2026/3/1",
        "2026/03/01",
        "2026.3.1",
        "2026年3月1日",
        "2026 年 3 月 1 日",
        "20260301",
        "２０２６－０３－０１",
        "２０２６年３月１日",
        "　2026-03-01　",
        "2026-03-01 00:00:00",
        "2026/3/1 0:00",
        "2026-03-01T09:30",
        "2026年3月1日（周日）",
        "2026年3月1日星期日",
        "2026年3月1日 上午9:30",
        "'2026-03-01",
        '="2026-03-01"',
        "2026–03–01",
    ],
)
def test_dates_are_read_as_people_write_them(cell):
    assert value_of(END, cell) == MARCH


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2026-02-30", "[date_does_not_exist]"),
        ("2025-02-29", "[date_does_not_exist]"),
        ("2026-13-01", "[date_does_not_exist]"),
        ("20261301", "[date_does_not_exist]"),
        ("3/1/2026", "[not_a_date]"),
        ("26-03-01", "[not_a_date]"),
        ("2026-03", "[not_a_date]"),
        ("2026-W01-1", "[not_a_date]"),
        ("2026-03-01T09:30+00:00", "[not_a_date]"),
        ("三月一日", "[not_a_date]"),
        ("2026-03-01" + " " * 200 + "x", "[not_a_date]"),
        ("0206-03-01", "[date_far_off]"),
        ("2200-01-01", "[date_far_off]"),
        ("1899-12-31", "[date_far_off]"),
        ("", "[value_missing]"),
        ("　", "[value_missing]"),
        ("#N/A", "[spreadsheet_error]"),
    ],
)
def test_what_is_no_date_is_refused(cell, code):
    assert value_of(END, cell) == code


def test_both_sides_of_the_believable_years():
    assert value_of(END, "1900-01-01") == date(1900, 1, 1)
    assert value_of(END, "2199-12-31") == date(2199, 12, 31)


def test_serial_days_are_dates_in_workbooks_only():
    assert value_of(END, "46082", serial_dates=True) == MARCH
    assert value_of(END, "46082.75", serial_dates=True) == MARCH
    assert value_of(END, "46082") == "[not_a_date]"
    assert value_of(END, "460822", serial_dates=True) == "[not_a_date]"


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [
        ("24", 1440),
        ("1.5", 90),
        ("0.25", 15),
        ("24小时", 1440),
        ("1小时30分", 90),
        ("1小时30分钟", 90),
        ("90分钟", 90),
        ("1.5小时", 90),
        ("２４", 1440),
        ("24 学时", 1440),
        ("1:30", 90),
        ("30:05:59", 1805),
        ("1.5h", 90),
        ("2 hours", 120),
        ("45min", 45),
        ("0", 0),
        ("0.33", 19),
        ("1.999", 119),
        ("3个小时", 180),
    ],
)
def test_hours_become_whole_minutes_and_begun_ones_are_dropped(cell, minutes):
    assert value_of(HOURS, cell) == minutes


@pytest.mark.parametrize(("cell", "minutes"), [("90", 90), ("1小时30分", 90), ("1:30", 90), ("90.0", 90), ("90.9", 90)])
def test_a_bare_number_in_a_column_of_minutes_counts_minutes(cell, minutes):
    assert value_of(MINUTES, cell) == minutes


@pytest.mark.parametrize("cell", ["两小时", "- ", "1:75", "1,5", "24课时", "1小时半", "9" * 100])
def test_what_is_no_length_of_time_is_refused(cell):
    assert value_of(HOURS, cell) == "[not_a_duration]"


@pytest.mark.parametrize("cell", ["-1", "−90", "-0.5"])
def test_a_length_of_time_below_zero_is_told_as_that(cell):
    assert value_of(HOURS, cell) == "[too_small]"
    assert value_of(MINUTES, cell) == "[too_small]"


def test_the_fields_hour_has_no_minutes_of_its_own():
    assert value_of(MINUTES, "24学时") == "[not_a_duration]"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("12", 12),
        ("12.0", 12),
        ("1,286", "[too_great]"),
        ("400", 400),
        ("401", "[too_great]"),
        ("-5", -5),
        ("−5", -5),
        ("-6", "[too_small]"),
        ("12.5", "[not_whole]"),
        ("１２", 12),
        ("12,34", "[not_a_number]"),
        ("十二", "[not_a_number]"),
        ("1e3", "[not_a_number]"),
        ("", None),
        ("0x10", "[not_a_number]"),
        ("9" * 5_000, "[not_a_number]"),
    ],
)
def test_whole_numbers(cell, value):
    assert value_of(SESSIONS, cell) == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("3", 300),
        ("3.5", 350),
        ("3.05", 305),
        ("0.01", 1),
        ("3.000", 300),
        ("3.005", "[too_precise]"),
        ("100", 10_000),
        ("100.01", "[too_great]"),
        ("-0.01", "[too_small]"),
        ("1,00", "[not_a_number]"),
        (".5", "[not_a_number]"),
        ("3.", 300),
    ],
)
def test_hundredths_are_exact(cell, value):
    assert value_of(CREDITS, cell) == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("LW-0001", "LW-0001"),
        ("ＬＷ－０００１", "LW-0001"),
        ("　LW-1 ", "LW-1"),
        ("00123", "00123"),
        ("'00123", "00123"),
        ('="00123"', "00123"),
        ("440106199001011234", "440106199001011234"),
        ("4.40106E+17", "[digits_lost]"),
        ("4.40106199001011E+17", "[digits_lost]"),
        ("3E12", "3E12"),
        ("x" * 40, "x" * 40),
        ("x" * 41, "[too_long]"),
        ("", "[value_missing]"),
        ("LW\u200b-1\ufeff", "LW-1"),
        ("LW\x00", "[unreadable_character]"),
        ("LW\x1f1", "[unreadable_character]"),
        ("𠮷1", "𠮷1"),
        ("LW 1", "LW 1"),
        ("#REF!", "[spreadsheet_error]"),
        ("#12", "#12"),
        ("-LW", "-LW"),
        ("'-LW", "-LW"),
    ],
)
def test_codes_are_plain_characters(cell, value):
    assert value_of(KEY, cell) == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("陈惠芬", "陈惠芬"),
        ("　陈 惠芬　", "陈 惠芬"),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("约翰•史密斯", "约翰•史密斯"),
        ("ジョン・スミス", "ジョン・スミス"),
        ("𠮷田䶮", "𠮷田䶮"),
        ("José", "José"),
        ("Jose\u0301", "José"),
        ("第一行\r\n第二行", "第一行 第二行"),
        ("（一）ＡＢ", "（一）ＡＢ"),
        ("陈\ufffd芬", "[unreadable_character]"),
        ("陈\x07", "[unreadable_character]"),
        ("'=1+1", "=1+1"),
        ("\ue000", "\ue000"),
        ("人" * 60, "人" * 60),
        ("人" * 61, "[too_long]"),
        ("人 ", "人"),
        ("\u202e陈", "陈"),
        ("'Aho'eitu", "'Aho'eitu"),
    ],
)
def test_names_are_kept_as_people_write_them(cell, value):
    assert value_of(NAME, cell) == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [("优", "优"), ("Ａ＋", "A+"), ("85", "85"), ("90%", "90%"), ("1E+05", "1E+05"), ("", "")],
)
def test_grades_are_plain_characters_and_not_judged(cell, value):
    assert value_of(GRADE, cell) == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("passed", "passed"),
        ("PASSED", "passed"),
        ("合格", "passed"),
        (" 合 格 ", "passed"),
        ("通过", "passed"),
        ("not passed", "failed"),
        ("not-passed", "failed"),
        ("不合格", "failed"),
        ("及格", "[not_a_choice]"),
        ("", ""),
    ],
)
def test_choices_are_told_by_value_or_title(cell, value):
    assert value_of(STATUS, cell) == value


def test_all_problems_of_a_row_are_told_at_once_and_name_what_stands_there():
    row = RowParser(COLUMNS).parse(17, ("", "陈惠芬", "2026-02-30", "x", "", "", "", "", "maybe"), "more")
    assert [(problem.column, problem.value, problem.code) for problem in row.problems] == [
        ("record_key", "", "value_missing"),
        ("end_date", "2026-02-30", "date_does_not_exist"),
        ("hours_total", "x", "not_a_duration"),
        ("status", "maybe", "not_a_choice"),
        ("", "more", "cells_beyond"),
    ]
    assert row.values == ("", "陈惠芬", None, None, None, None, None, "", "")
    assert row.row_no == 17


def test_a_problem_speaks_the_readers_language_with_its_choices():
    (problem,) = RowParser([STATUS]).parse(2, ("及格",)).problems
    with override("en"):
        assert problem.message == "Only these may stand here: passed, not passed."
    with override("zh-hans"):
        assert "合格、不合格" in problem.message


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_problem_says_what_and_how_to_mend_it(language):
    values = {"length": 9, "most": 8, "least": 1, "choices": {"zh": "甲", "en": "A"}}
    # Higher floors define codes of their own with other values; those are tested there.
    ours = [code for name, code in vars(problems).items() if name.isupper() and isinstance(code, str)]
    assert ours
    with override(language):
        for code in ours:
            assert message_of(code, values)
            assert remedy_of(code, values)


def test_a_code_that_nobody_defines_any_more_is_shown_as_it_is():
    assert message_of("gone", {}) == "gone"
    assert remedy_of("gone", {}) == ""


@given(st.text(max_size=80))
def test_no_text_breaks_any_kind_of_column(cell):
    for column in COLUMNS:
        row = RowParser([column], serial_dates=True).parse(2, (cell,))
        assert bool(row.problems) or row.values[0] is None or isinstance(row.values[0], str | int | date)


def test_a_value_seen_before_is_the_same_value():
    parser = RowParser([KEY, END])
    first, second = parser.parse(2, ("LW-1", "2026年3月1日")), parser.parse(3, ("LW-1", "2026年3月1日"))
    assert first.values == second.values == ("LW-1", MARCH)


def test_a_column_of_choices_has_choices():
    with pytest.raises(ValueError, match="choices"):
        Column(name="x", title_zh="x", title_en="x", kind=Kind.CHOICE)
    with pytest.raises(ValueError, match="choices"):
        Column(name="x", title_zh="x", title_en="x", choices=(Choice(value="1", title_zh="1", title_en="1"),))


def test_one_of_each_kind_is_tested_here():
    assert {column.kind for column in COLUMNS} == set(Kind)
    assert expected.SHORT
