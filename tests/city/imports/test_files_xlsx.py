"""Workbooks: honest ones as people see them, hostile ones refused before they cost anything."""

from __future__ import annotations

import contextlib
import gc
import io
import struct
import tracemalloc
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from city.imports.workbooks import HEAD, MAIN, text_cell, workbook
from xuecheng.city.imports.files import Limits, open_table, refusals
from xuecheng.city.imports.files.workbook import Style, style_of
from xuecheng.city.imports.files.xlsx_reading import number_text


def rows_of(source: io.BytesIO, **limits: int) -> list[tuple[int, list[str]]]:
    return list(open_table(source, limits=Limits(**limits)).rows())


def saved(*rows: list[object], formats: dict[str, str] | None = None) -> io.BytesIO:
    """Rows as another program (openpyxl) saves them."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    for reference, code in (formats or {}).items():
        sheet[reference].number_format = code
    sink = io.BytesIO()
    book.save(sink)
    sink.seek(0)
    return sink


# What people see


def test_cells_come_as_a_person_sees_them():
    row: list[object] = [
        "𠮷田·䶮", 24, 24.0, 1.5, -3, 0.1 + 0.2, True, date(2026, 3, 1), datetime(2026, 3, 1, 9, 30),
        time(9, 30), timedelta(hours=30, minutes=5), 0.855, "00123", None, "末",
    ]  # fmt: skip
    ((number, cells),) = rows_of(saved(row, formats={"L1": "0.0%"}))
    assert number == 1
    assert cells == [
        "𠮷田·䶮", "24", "24", "1.5", "-3", "0.3", "TRUE", "2026-03-01", "2026-03-01 09:30",
        "09:30", "30:05", "85.5%", "00123", "", "末",
    ]  # fmt: skip


def test_a_number_of_18_digits_that_the_program_rounded_shows_that_it_was():
    source = workbook(
        '<row r="1"><c r="A1"><v>4.40106199001011E+17</v></c><c r="B1"><v>440106199001011234</v></c></row>'
    )
    assert rows_of(source) == [(1, ["4.40106199001011E+17", "440106199001011234"])]


def test_rows_keep_their_numbers_and_blank_ones_do_not_come():
    source = workbook(
        f'<row r="2">{text_cell("B2", "标题")}</row><row r="3"/><row r="4"><c r="A4" s="1"/></row>'
        f'<row r="7">{text_cell("A7", "  ")}</row><row r="9">{text_cell("C9", "值")}</row>'
        '<row r="1048576"><c r="XFD1048576"/></row>'
    )
    assert rows_of(source) == [(2, ["", "标题"]), (9, ["", "", "值"])]


def test_cells_and_rows_without_references_follow_one_another():
    source = workbook("<row><c><v>1</v></c><c/><c><v>3</v></c></row><row><c><v>4</v></c></row>")
    assert rows_of(source) == [(1, ["1", "", "3"]), (2, ["4"])]


def test_shared_texts_keep_their_runs_without_their_reading_aids():
    shared = (
        "<si><t>甲</t></si>"
        "<si><r><t>太</t></r><r><t xml:space='preserve'>极 拳</t></r><rPh sb='0' eb='1'><t>タイ</t></rPh></si>"
        "<si><t>第一行_x000D_\n二_xD842__xDFB7_</t></si>"
    )
    cells = "".join(f'<c r="{letter}1" t="s"><v>{number}</v></c>' for number, letter in enumerate("ABC"))
    assert rows_of(workbook(f'<row r="1">{cells}</row>', shared=shared)) == [(1, ["甲", "太极 拳", "第一行\r\n二𠮷"])]


def test_formulas_come_as_their_last_value_and_errors_as_their_name():
    source = workbook(
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>"a"&amp;"b"</f><v>ab</v></c>'
        '<c r="C1" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="D1"><f>1+1</f></c></row>'
    )
    assert rows_of(source) == [(1, ["2", "ab", "#DIV/0!"])]


def test_the_first_visible_sheet_of_cells_is_read():
    second = f'<worksheet xmlns="{MAIN}"><sheetData><row><c><v>2</v></c></row></sheetData></worksheet>'
    source = workbook(
        "",
        book='<sheets><sheet name="C" sheetId="3" r:id="r5"/><sheet name="H" sheetId="1" state="hidden" r:id="r1"/>'
        '<sheet name="V" sheetId="2" r:id="r4"/></sheets>',
        more={"xl/worksheets/sheet2.xml": second},
    )
    assert rows_of(source) == [(1, ["2"])]


def test_other_namespaces_and_prefixes_of_the_same_standard_are_read():
    sheet = (
        '<x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"><x:sheetData>'
        '<x:row r="1"><x:c r="A1"><x:v>7</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    assert rows_of(workbook("", more={"xl/worksheets/sheet1.xml": sheet})) == [(1, ["7"])]


def test_a_workbook_of_charts_only_is_named():
    source = workbook("", book='<sheets><sheet name="C" sheetId="3" r:id="r5"/></sheets>')
    with pytest.raises(refusals.NotATable) as caught:
        open_table(source)
    assert caught.value.values == {"what": refusals.What.CHARTS}


@pytest.mark.parametrize(
    ("number", "code", "style"),
    [
        (0, None, Style()),
        (14, None, Style(is_date=True)),
        (31, None, Style(is_date=True)),
        (57, None, Style(is_date=True)),
        (46, None, Style(is_elapsed=True)),
        (10, None, Style(is_percent=True)),
        (164, 'yyyy"年"m"月"d"日";@', Style(is_date=True)),
        (165, "[$-804]aaaa;@", Style()),
        (166, "[DBNum1][$-804]yyyy\\年m\\月", Style(is_date=True)),
        (167, '0.00"小时(hours)"', Style()),
        (168, "[h]:mm", Style(is_elapsed=True)),
        (169, "[Red]0.0%", Style(is_percent=True)),
        (170, "General", Style()),
        (171, "#,##0.00_);(#,##0.00)", Style()),
        (172, "yyyy/m/d h:mm", Style(is_date=True)),
    ],
)
def test_number_formats_are_understood(number, code, style):
    assert style_of(number, code) == style


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("46082", "2026-03-01"),
        ("46082.395833333336", "2026-03-01 09:30"),
        ("1", "1900-01-01"),
        ("59", "1900-02-28"),
        ("61", "1900-03-01"),
        ("0.99999", "23:59:59"),
        ("46081.999999999", "2026-03-01"),
        ("-1", "-1"),
        ("99999999", "99999999"),
    ],
)
def test_serial_days_are_dates(raw, text):
    assert number_text(raw, Style(is_date=True)) == text


def test_workbooks_that_count_from_1904_are_four_years_later():
    assert number_text("44620", Style(is_date=True), counts_from_1904=True) == "2026-03-01"


@given(st.decimals(min_value="-1e14", max_value="1e14", places=4))
def test_numbers_lose_no_digit_below_15(number):
    shown = number_text(str(number))
    assert "E" not in shown
    rounded = Decimal(f"{number:.15g}")
    assert Decimal(shown) == rounded


@given(st.dates(min_value=date(1900, 3, 1), max_value=date(2199, 12, 31)))
def test_every_day_is_its_own_serial_number(day):
    serial = (day - date(1899, 12, 30)).days
    assert number_text(str(serial), Style(is_date=True)) == day.isoformat()


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.lists(
            st.one_of(
                st.none(),
                st.integers(-(10**14), 10**14),
                st.dates(min_value=date(1900, 3, 1), max_value=date(2199, 1, 1)),
                st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1).filter(
                    lambda text: text.strip() and text[0] != "=" and "_x" not in text
                ),
            ),
            min_size=1,
            max_size=4,
        ).filter(lambda row: row[-1] is not None),
        min_size=1,
        max_size=5,
    )
)
def test_what_another_program_saves_is_what_we_read(rows):
    texts = [["" if cell is None else cell if isinstance(cell, str) else str(cell) for cell in row] for row in rows]
    assert rows_of(saved(*rows)) == list(enumerate(texts, start=1))


# What attackers send


def test_definitions_of_entities_are_refused_before_any_laughs():
    laughs = '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    with pytest.raises(refusals.ForbiddenXml):
        rows_of(workbook('<row r="1"><c r="A1" t="str"><v>&b;</v></c></row>', head=HEAD + laughs))


def test_a_reference_to_another_file_is_refused():
    outside = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    with pytest.raises(refusals.ForbiddenXml):
        rows_of(workbook('<row r="1"><c r="A1" t="str"><v>&f;</v></c></row>', head=HEAD + outside))


def test_a_part_that_is_packed_too_well_is_refused_before_it_is_unpacked():
    source = workbook(" " * 30_000_000)
    assert len(source.getvalue()) < 60_000
    tracemalloc.start()
    with pytest.raises(refusals.ZipBomb):
        open_table(source)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


def test_a_directory_that_understates_a_part_unpacks_no_further():
    """zipfile stops at the size that the directory states; the rest does not exist for us."""
    source = workbook(f'<row r="1">{text_cell("A1", "x" * 50_000)}</row>')
    packed = bytearray(source.getvalue())
    place = packed.rfind(b"xl/worksheets/sheet1.xml") - 46
    assert packed[place : place + 4] == b"PK\x01\x02"
    packed[place + 24 : place + 28] = struct.pack("<L", 500)
    with pytest.raises(refusals.FileDamaged):
        rows_of(io.BytesIO(bytes(packed)))


def test_all_parts_together_have_a_limit():
    with pytest.raises(refusals.ZipBomb):
        rows_of(workbook('<row r="1"/>' * 2_000), unpacked_bytes=20_000)


def test_parts_have_a_limit_in_number():
    more: dict[str, str | bytes] = {f"xl/media/{number}": b"" for number in range(60)}
    with pytest.raises(refusals.ZipBomb):
        rows_of(workbook("", more=more), parts=50)


def test_a_directory_larger_than_any_is_refused_before_it_is_read():
    packed = bytearray(workbook("").getvalue())
    place = packed.rfind(b"PK\x05\x06")
    packed[place + 12 : place + 16] = struct.pack("<L", 50_000_000)
    with pytest.raises(refusals.ZipBomb):
        rows_of(io.BytesIO(bytes(packed)))


def test_an_encrypted_part_is_named():
    packed = bytearray(workbook("").getvalue())
    place = packed.find(b"PK\x01\x02")
    packed[place + 8] |= 1
    with pytest.raises(refusals.SheetEncrypted):
        rows_of(io.BytesIO(bytes(packed)))


def test_more_shared_texts_than_allowed_are_refused():
    source = workbook('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', shared="<si/>" * 200)
    with pytest.raises(refusals.ZipBomb):
        rows_of(source, shared_texts=100)


@pytest.mark.parametrize(
    "sheet",
    [
        f'<row r="1">{text_cell("A1", "x" * 2_000)}</row>',
        f'<row r="1"><c r="A1" t="inlineStr"><is>{"<r><t>xxxxxxxxxx</t></r>" * 200}</is></c></row>',
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>0</v></c><c r="C1" t="s"><v>0</v></c></row>',
    ],
)
def test_a_row_has_a_limit_of_characters_however_they_come(sheet):
    with pytest.raises(refusals.RowTooLong):
        rows_of(workbook(sheet, shared=f"<si><t>{'y' * 400}</t></si>"), row_chars=1_000)


@pytest.mark.parametrize(
    "sheet",
    [
        '<row r="5"/><row r="4"/>',
        '<row r="1048577"/>',
        '<row r="9999999999999"/>',
        '<row r="x"/>',
        '<row r="1"><c r="ZZZZ1"><v>1</v></c></row>',
        '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>5</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>-1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>x</v></c></row>',
        '<row r="1"><c r="A1"><v>one</v></c></row>',
        '<row r="1"><c r="A1"><v>NaN</v></c></row>',
        '<row r="1"><c r="A1">',
        "<a>" * 100 + "</a>" * 100,
    ],
)
def test_what_no_program_writes_is_damage(sheet):
    with pytest.raises(refusals.FileDamaged):
        rows_of(workbook(sheet))


@pytest.mark.parametrize("raw", ["1E+999999", "-1E+999999", "1E-999999", "9" * 4_000])
@pytest.mark.parametrize("style", [Style(), Style(is_date=True), Style(is_elapsed=True), Style(is_percent=True)])
def test_monstrous_numbers_cost_nothing(raw, style):
    assert len(number_text(raw, style)) <= 4_001


def test_columns_beyond_the_limit_are_refused_when_something_stands_there():
    assert rows_of(workbook('<row r="1"><c r="A1"><v>1</v></c><c r="D1"/></row>'), columns=3)
    with pytest.raises(refusals.TooManyColumns):
        rows_of(workbook('<row r="1"><c r="D1"><v>1</v></c></row>'), columns=3)


def test_rows_beyond_the_limit_are_refused():
    with pytest.raises(refusals.TooManyRows):
        rows_of(workbook("<row><c><v>1</v></c></row>" * 3), rows=2)


HONEST = saved(["k", "n"], ["甲", 1], ["乙", date(2026, 3, 1)]).getvalue()


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_workbook_with_flipped_bytes_is_read_or_refused(data):
    source = bytearray(HONEST)
    for _ in range(data.draw(st.integers(1, 4))):
        source[data.draw(st.integers(4, len(source) - 1))] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(refusals.FileRefusal):
        rows_of(io.BytesIO(bytes(source)))


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=300))
def test_noise_in_the_place_of_a_sheet_is_read_or_refused(noise):
    for part in ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"):
        with contextlib.suppress(refusals.FileRefusal):
            rows_of(workbook("", more={part: noise}))


def test_an_old_packing_method_is_not_taken():
    source = workbook("", compression=zipfile.ZIP_BZIP2)
    with pytest.raises(refusals.ZipBomb):
        rows_of(source)


def peak_of(count: int) -> int:
    """Memory while reading `count` rows whose texts are all different, as the table of shared texts has them."""
    shared = "".join(f"<si><t>{number:08}{'陈惠芬' * 60}</t></si>" for number in range(count))
    rows = "".join(
        f'<row r="{number}"><c r="A{number}" t="s"><v>{number - 1}</v></c><c r="B{number}"><v>{number}</v></c></row>'
        for number in range(1, count + 1)
    )
    source = workbook(rows, shared=shared)
    del shared, rows
    gc.collect()
    tracemalloc.start()
    try:
        assert sum(1 for _ in open_table(source).rows()) == count
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_grows_by_eight_bytes_a_text_and_nothing_else():
    # The first 4 MB of texts stay in memory; both sizes, of 550 bytes a text, are beyond that.
    # What else is allocated in this process meanwhile only adds to a peak: the least of three is the reader's own.
    few, many = (min(peak_of(count) for _turn in range(3)) for count in (8_000, 20_000))
    assert many - few < 12_000 * 8 * 2 + 300_000


def test_crc_is_checked():
    packed = bytearray(workbook(f'<row r="1">{text_cell("A1", "x")}</row>', compression=zipfile.ZIP_STORED).getvalue())
    place = packed.find(b"<t>x</t>") + 3
    packed[place] = ord("y")
    assert zlib.crc32(b"x") != zlib.crc32(b"y")
    with pytest.raises(refusals.FileDamaged):
        rows_of(io.BytesIO(bytes(packed)))
