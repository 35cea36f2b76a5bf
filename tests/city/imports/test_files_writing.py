"""What goes out: exports that no spreadsheet program runs, templates, and rejected rows that come back."""

from __future__ import annotations

import csv
import io
import tracemalloc
from datetime import date

import openpyxl
import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from city.imports.expected import COLUMNS, CREDITS, HOURS, KEY, NAME, SHORT
from xuecheng.city.imports.files import (
    CellProblem,
    Column,
    Format,
    RejectedRow,
    match,
    open_table,
    original_cell,
    safe_cell,
    write_csv,
    write_rejected,
    write_template,
    write_xlsx,
)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+1+1", "'+1+1"),
        ("-1+1", "'-1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n", "'\n"),
        (" =1", "' =1"),
        ("　=1", "'　=1"),
        ("＝1+1", "'＝1+1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠x", "'＠x"),
        ("'=1", "''=1"),
        ("-5", "-5"),
        ("-5.25", "-5.25"),
        ("-5%", "-5%"),
        ("+8613800000000", "'+8613800000000"),
        ("−5", "−5"),
        ("陈=惠芬", "陈=惠芬"),
        ("'quoted'", "'quoted'"),
        ("2026-03-01", "2026-03-01"),
        ("", ""),
    ],
)
def test_formulas_are_made_harmless_and_numbers_stay(text, safe):
    assert safe_cell(text) == safe
    assert original_cell(safe) == text


@given(st.text(st.sampled_from("'=+-@＝－\t\r\n 　1a.%") | st.characters(codec="utf-8")))
def test_escaping_can_be_undone_for_every_text(text):
    assert original_cell(safe_cell(text)) == text
    assert not safe_cell(text).lstrip(" 　").startswith(("=", "@", "＝", "＠"))


def through(
    file_format: Format, rows: list[tuple[object, ...]], columns=COLUMNS, **how: str
) -> list[tuple[object, ...]]:
    """Write rows, read them again."""
    sink = io.BytesIO()
    if file_format is Format.CSV:
        write_csv(sink, rows, columns, **how)
    else:
        write_xlsx(sink, rows, columns, **how)
    found = list(match(open_table(sink), columns))
    assert [row.problems for row in found] == [()] * len(rows)
    return [row.values for row in found]


def texts(column: Column) -> st.SearchStrategy[str]:
    """Texts that stay as they are when their ends are trimmed and what cannot be seen is dropped."""
    visible = st.characters(codec="utf-8", categories=["L", "N", "P", "S"], exclude_characters="\ufffd'\ufeff")
    written = st.text(visible | st.just(" "), min_size=1, max_size=column.max_length)
    alike = "NFKC" if column.kind.value != "text" else "NFC"

    def settled(text: str) -> str:
        import unicodedata

        return unicodedata.normalize(alike, text).strip()[: column.max_length].strip() or "甲"

    return written.map(settled).filter(lambda text: settled(text) == text and not text.startswith(("#", '="')))


ROWS = st.lists(
    st.tuples(
        texts(KEY).filter(lambda key: "E+" not in key.upper()),
        texts(NAME),
        st.dates(min_value=date(1900, 3, 1), max_value=date(2199, 12, 31)),
        st.none() | st.integers(0, 2_147_483_647),
        st.none() | st.integers(0, 2_147_483_647),
        st.none() | st.integers(0, 10_000),
        st.none() | st.integers(-5, 400),
        st.just("") | st.sampled_from(["优", "A+", "-", "=1", "+A"]),
        st.sampled_from(["", "passed", "failed"]),
    ),
    min_size=1,
    max_size=4,
)


@settings(deadline=None)
@given(ROWS, st.sampled_from(["utf-8-sig", "gb18030", "utf-8"]), st.sampled_from(["zh-hans", "en"]))
def test_csv_gives_back_what_was_written(rows, encoding, language):
    assert through(Format.CSV, rows, encoding=encoding, language=language) == rows


@settings(deadline=None, max_examples=40)
@given(ROWS)
def test_a_workbook_gives_back_what_was_written(rows):
    assert through(Format.XLSX, rows) == rows


def test_csv_opens_in_a_spreadsheet_program_with_safe_cells():
    sink = io.BytesIO()
    write_csv(sink, [("=cmd|'/c calc'!A1", "@x", date(2026, 3, 1))], SHORT, language="en")
    assert sink.getvalue().startswith(b"\xef\xbb\xbf")
    text = sink.getvalue().decode("utf-8-sig")
    assert text == "Record key*,Name*,End date*\r\n'=cmd|'/c calc'!A1,'@x,2026-03-01\r\n"


def test_a_workbook_holds_real_dates_and_numbers_and_codes_as_text():
    sink = io.BytesIO()
    row = ("00123", "=1+1", date(2026, 3, 1), 90, 90, 350, 4, "85", "passed")
    write_xlsx(sink, [row], COLUMNS, language="zh-hans")
    sheet = openpyxl.load_workbook(sink).worksheets[0]
    cells = list(sheet[2])
    assert [cell.data_type for cell in cells] == ["s", "s", "d", "s", "n", "s", "n", "s", "s"]
    assert cells[0].number_format == "@"
    assert cells[1].value == "'=1+1"
    assert sheet.freeze_panes == "A2"
    assert sheet["A1"].value == "记录编号*"


@pytest.mark.parametrize("file_format", list(Format))
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_template_can_be_filled_in_and_brought_back(file_format, language):
    sink = io.BytesIO()
    write_template(sink, COLUMNS, file_format=file_format, language=language)
    table = open_table(sink)
    rows = list(table.rows())
    assert rows[0][1] == [column.title_in(language) + ("*" if column.required else "") for column in COLUMNS]
    assert rows[1][1] == [column.example for column in COLUMNS][: len(rows[1][1])]
    assert match(table, COLUMNS).absent == ()


def test_the_workbook_template_explains_columns_and_unfolds_choices():
    sink = io.BytesIO()
    write_template(sink, COLUMNS, file_format=Format.XLSX, language="en")
    book = openpyxl.load_workbook(sink)
    first, second = book.worksheets
    (validation,) = first.data_validations.dataValidation
    assert validation.formula1 == '"passed,not passed"'
    assert first.column_dimensions["A"].number_format == "@"
    explained = {row[1]: row[-1] for row in second.iter_rows(min_row=2, values_only=True)}
    assert set(explained) == {column.name for column in COLUMNS}
    assert "2026-03-01" in explained["end_date"]
    assert "passed, not passed" in explained["status"]


REJECTED = [
    RejectedRow(17, ("LW-1", "=陈", "2026-02-30"), (CellProblem("end_date", "2026-02-30", "date_does_not_exist"),)),
    RejectedRow(
        42,
        ("", "'=陈", "x"),
        (CellProblem("record_key", "", "value_missing"), CellProblem("end_date", "x", "not_a_date")),
    ),
]


@pytest.mark.parametrize("file_format", list(Format))
def test_rejected_rows_come_in_the_same_columns_with_their_reasons(file_format):
    sink = io.BytesIO()
    with override("zh-hans"):
        write_rejected(sink, REJECTED, SHORT, file_format=file_format)
    heading, first, second = [cells for _, cells in open_table(sink).rows()]
    assert heading == ["记录编号*", "姓名*", "结束日期*", "row_no", "error_code", "error_zh", "error_en"]
    assert first[:5] == ["LW-1", "'=陈", "2026-02-30", "17", "date_does_not_exist"]
    assert first[6] == "End date: There is no such day. Compare it with a calendar."
    assert first[5].startswith("结束日期：")
    assert second[3:5] == ["42", "value_missing;not_a_date"]
    assert second[6].count("; ") == 1


def test_mended_rows_can_be_brought_back_as_they_are():
    """An apostrophe that we put there, or that came from us before, is gone when the row is read."""
    sink = io.BytesIO()
    write_rejected(sink, REJECTED, SHORT, file_format=Format.CSV)
    found = match(open_table(sink), SHORT)
    assert found.unknown == ()
    assert [row.values[1] for row in found] == ["=陈", "=陈"]


def test_text_that_a_workbook_cannot_hold_is_marked():
    sink = io.BytesIO()
    write_rejected(sink, [RejectedRow(2, ("a\x07b", "", ""), ())], SHORT, file_format=Format.XLSX)
    assert list(open_table(sink).rows())[1][1][0] == "a\ufffdb"


def test_hours_and_credits_are_written_as_people_write_them():
    sink = io.BytesIO()
    write_csv(sink, [(90, 350), (1440, 5)], (HOURS, CREDITS), encoding="utf-8")
    assert list(csv.reader(io.StringIO(sink.getvalue().decode())))[1:] == [["1:30", "3.50"], ["24", "0.05"]]


class Nowhere(io.RawIOBase):
    def writable(self) -> bool:
        return True

    def write(self, piece: object) -> int:
        return len(piece)  # type: ignore[arg-type]


def peak_of(count: int) -> int:
    tracemalloc.start()
    try:
        write_csv(Nowhere(), ((f"LW-{number}", "陈惠芬", date(2026, 3, 1)) for number in range(count)), SHORT)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_writing_takes_the_same_memory_for_any_number_of_rows():
    peak_of(100)
    assert peak_of(20_000) < peak_of(5_000) * 1.1 + 20_000
