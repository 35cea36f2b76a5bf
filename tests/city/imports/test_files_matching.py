"""Headings: which column is which, and which row they stand in."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.utils.translation import override

from city.imports.expected import COLUMNS, END, HOURS, KEY, NAME, SHORT
from city.imports.workbooks import text_cell, workbook
from xuecheng.city.imports.files import Matched, match, open_table, refusals
from xuecheng.city.refusals import Refusal


def matched(text: str, columns=SHORT) -> Matched:
    return match(open_table(io.BytesIO(text.encode())), columns)


def refused(text: str, columns=SHORT) -> Refusal:
    with pytest.raises(refusals.FileRefusal) as caught:
        list(matched(text, columns))
    return caught.value


@pytest.mark.parametrize(
    "heading",
    [
        "record_key,name,end_date",
        "记录编号,姓名,结束日期",
        "Record key,NAME,End Date",
        "*记录编号, 姓名* ,结束日期＊",
        "ｒｅｃｏｒｄ＿ｋｅｙ,姓　名,End-date",
        '"记录\n编号",姓名,结束日期',
    ],
)
def test_headings_are_told_by_name_or_title(heading):
    (row,) = matched(f"{heading}\n LW-1 ,陈惠芬,2026-06-30\n")
    assert row.values == ("LW-1", "陈惠芬", date(2026, 6, 30))
    assert row.row_no == 2


def test_columns_come_in_our_order_and_absent_ones_are_empty():
    found = matched("结束日期,备注,姓名,记录编号\n2026-06-30,x,陈惠芬,LW-1\n", (*SHORT, HOURS))
    (row,) = found
    assert row.values == ("LW-1", "陈惠芬", date(2026, 6, 30), None)
    assert row.cells == ("LW-1", "陈惠芬", "2026-06-30", "")
    assert found.unknown == ("备注",)
    assert found.absent == (HOURS,)


def test_an_alias_names_a_column_too():
    assert matched("记录编号,姓名,结束日期,学时\nLW-1,陈,2026-06-30,24\n", (*SHORT, HOURS)).absent == ()


def test_a_title_above_the_heading_is_passed_over():
    (row,) = matched("2026年春季结业名单,,\n,,\n填表人：黄晓彤,,\n记录编号,姓名,结束日期\nLW-1,陈惠芬,2026-06-30\n")
    assert row.row_no == 5


def test_one_column_is_a_table_too():
    assert [row.values for row in matched("姓名\n陈惠芬\n", (NAME,))] == [("陈惠芬",)]


def test_our_own_columns_of_rejected_rows_are_not_called_unknown():
    found = matched("记录编号,姓名,结束日期,row_no,error_code,error_zh,error_en\nLW-1,陈,2026-06-30,17,x,y,z\n")
    assert found.unknown == ()


def test_missing_columns_are_all_named_in_the_readers_language():
    refusal = refused("姓名,班级\n陈惠芬,1\n")
    assert isinstance(refusal, refusals.ColumnMissing)
    with override("en"):
        assert "Record key, End date" in str(refusal)
    with override("zh-hans"):
        assert "记录编号、结束日期" in str(refusal)


def test_a_column_that_stands_there_twice_is_refused():
    assert isinstance(refused("记录编号,姓名,Name,结束日期\n1,2,3,4\n"), refusals.ColumnTwice)


def test_headings_that_we_do_not_know_may_stand_there_twice():
    assert matched("记录编号,姓名,结束日期,x,x\n1,2,2026-06-30,4,5\n").unknown == ("x", "x")


@pytest.mark.parametrize("text", ["a,b,c\n1,2,3\n", "陈惠芬,2026-06-30\n", "\n\n,,\n"])
def test_a_file_without_heading_is_refused(text):
    assert isinstance(refused(text), refusals.HeaderMissing)


@pytest.mark.parametrize("tail", ["", "\r\n", "\r\n,,\r\n  ,,\r\n"])
def test_a_heading_without_rows_is_refused(tail):
    assert isinstance(refused(f"记录编号,姓名,结束日期{tail}"), refusals.RowsMissing)


def test_rows_shorter_than_the_heading_are_filled_up():
    (row,) = matched("记录编号,姓名,结束日期,总学时\nLW-1,陈惠芬,2026-06-30\n", (*SHORT, HOURS))
    assert row.values[-1] is None


def test_a_cell_too_many_in_csv_is_a_problem_of_the_row():
    good, bad = matched("记录编号,姓名,结束日期\nLW-1,陈,2026-06-30,,\nLW-2,陈,2026-06-30,,x\n")
    assert not good.problems
    assert [(problem.column, problem.value, problem.code) for problem in bad.problems] == [("", "x", "cells_beyond")]


def test_notes_beside_a_table_in_a_workbook_are_none():
    heading = "".join(text_cell(f"{letter}1", column.name) for letter, column in zip("ABC", SHORT, strict=True))
    cells = text_cell("A2", "LW-1") + text_cell("B2", "陈") + text_cell("C2", "2026-06-30") + text_cell("H2", "旁注")
    (row,) = match(open_table(workbook(f'<row r="1">{heading}</row><row r="2">{cells}</row>')), SHORT)
    assert not row.problems


EXAMPLE = ",".join(column.example for column in SHORT)


def test_the_templates_example_row_is_passed_over_when_it_comes_first():
    text = f"记录编号,姓名,结束日期\n{EXAMPLE}\nLW-9,陈,2026-06-30\n{EXAMPLE}\n"
    assert [row.row_no for row in matched(text)] == [3, 4]
    assert isinstance(refused(f"记录编号,姓名,结束日期\n{EXAMPLE}\n"), refusals.RowsMissing)


def test_the_example_row_is_known_however_a_program_rewrote_its_date():
    assert END.example == "2026-06-30"
    text = f"记录编号,姓名,结束日期\n{KEY.example},{NAME.example},2026/6/30\nLW-9,陈,2026-06-30\n"
    assert [row.row_no for row in matched(text)] == [3]


def test_reading_goes_on_after_a_row():
    text = "记录编号,姓名,结束日期\n" + "".join(f"LW-{number},陈,2026-06-30\n" for number in range(2, 6))
    found = matched(text)
    assert [row.row_no for row in found.rows(after=3)] == [4, 5]
    assert [row.row_no for row in found.rows(after=9)] == []


def test_all_columns_can_be_matched_in_both_languages():
    for language in ("zh-hans", "en"):
        heading = ",".join(column.title_in(language) for column in COLUMNS)
        assert matched(heading + "\nx" + "," * (len(COLUMNS) - 1), COLUMNS).absent == ()
