"""What comes in: encodings, delimiters, quotes, row numbers, and files that are no tables."""

from __future__ import annotations

import codecs
import contextlib
import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from city.imports.expected import SHORT
from xuecheng.city.imports.files import Format, Limits, match, open_table, refusals
from xuecheng.city.refusals import Refusal

HEADING = "记录编号,姓名,结束日期\r\n"


def rows_of(content: bytes, **limits: int) -> list[tuple[int, list[str]]]:
    return list(open_table(io.BytesIO(content), limits=Limits(**limits)).rows())


def refused(content: bytes, **limits: int) -> Refusal:
    with pytest.raises(refusals.FileRefusal) as caught:
        rows_of(content, **limits)
    return caught.value


# 𠮷 and 䶮 are four bytes and two in GB18030; three dots stand in minorities' and foreign names; ü and é in passports.
NAMES = [
    "𠮷田美子",
    "龚䶮",
    "阿依古丽·买买提",
    "约翰•史密斯",
    "ジョン・スミス",
    "吕Lü José",
    "欧阳㵐",
    "龴㐆",
    "O’Brien",
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_names_come_through_every_encoding_that_is_taken(encoding):
    content = (HEADING + "".join(f"LW-{n},{name},2026-06-30\r\n" for n, name in enumerate(NAMES))).encode(encoding)
    table = open_table(io.BytesIO(content))
    assert table.format is Format.CSV
    assert table.encoding == encoding
    assert [cells[1] for _, cells in table.rows()] == ["姓名", *NAMES]


def test_the_encoding_is_told_by_the_whole_file_and_not_by_its_beginning():
    plain = "LW-1,Chen Huifen,2026-06-30\r\n" * 30_000
    content = ("record_key,name,end_date\r\n" + plain + "LW-9,陈惠芬,2026-06-30\r\n").encode("gb18030")
    table = open_table(io.BytesIO(content))
    assert table.encoding == "gb18030"
    assert list(table.rows())[-1] == (30_002, ["LW-9", "陈惠芬", "2026-06-30"])


def test_characters_that_gb18030_moved_in_2022_are_the_ones_that_are_meant():
    content = HEADING.encode("gb18030") + b"LW-1," + bytes.fromhex("fe59fe9fa6d9") + b",2026-06-30\r\n"
    assert rows_of(content)[1][1][1] == "龴䶮\ufe10"


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Co", "Cc"])), min_size=1))
def test_gb18030_keeps_every_character_of_unicode(texts):
    content = "\n".join(f'"{text.replace(chr(34), "")}x"' for text in ["é", *texts]).encode("gb18030")
    table = open_table(io.BytesIO(content))
    if table.encoding == "gb18030":  # else these bytes were UTF-8 as well
        assert [cells[0] for _, cells in table.rows()] == [f"{text.replace(chr(34), '')}x" for text in ["é", *texts]]


def test_bytes_that_are_neither_are_refused_with_their_line():
    content = (HEADING + "LW-1,陈惠芬,2026-06-30\r\n").encode("gb18030") + b"LW-2,\xff\xff,2026-06-30\r\n"
    refusal = refused(content)
    assert isinstance(refusal, refusals.EncodingUnknown)
    assert refusal.values == {"line": 3}


def test_a_character_cut_off_at_the_end_is_refused():
    assert isinstance(refused((HEADING + "LW-1,陈惠").encode()[:-1] + b"\xff"), refusals.EncodingUnknown)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", refusals.FileEmpty),
        (b"%PDF-1.7 ...", refusals.NotATable),
        (b"\x89PNG\r\n\x1a\n", refusals.NotATable),
        (b"\xff\xd8\xff\xe0 jpeg", refusals.NotATable),
        (b"\0\0\0\x18ftypheic", refusals.NotATable),
        (b"{\\rtf1 text}", refusals.NotATable),
        (b"Rar!\x1a\x07\0", refusals.NotATable),
        (b"  <html><table><tr><td>a</td></tr></table></html>", refusals.NotATable),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook>', refusals.NotATable),
        ("<table>".encode("utf-16"), refusals.NotATable),
        (b"a,b\0,c\n", refusals.NotATable),
        (codecs.BOM_UTF32_LE + "a,b".encode("utf-32-le"), refusals.EncodingUnknown),
        (b"\x80\x80\x80", refusals.EncodingUnknown),
        (b"PK\x03\x04 not a package", refusals.FileDamaged),
    ],
)
def test_what_is_no_table_is_named(content, refusal):
    caught = refused(content)
    assert type(caught) is refusal
    assert caught.sentence()
    assert caught.advice()


def ole(stream: str) -> bytes:
    """An OLE container whose directory, in the first sector, names one stream."""
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    head[30:32] = (9).to_bytes(2, "little")
    return bytes(head) + stream.encode("utf-16-le").ljust(512, b"\0")


@pytest.mark.parametrize(
    ("stream", "refusal"),
    [
        ("Workbook", refusals.OldSpreadsheet),
        ("EncryptedPackage", refusals.SheetEncrypted),
        ("WordDocument", refusals.NotATable),
    ],
)
def test_the_old_office_formats_and_passwords_are_told_apart(stream, refusal):
    assert type(refused(ole(stream))) is refusal


def test_noise_never_breaks_us():
    """Random bytes are either a table of sorts or refused; nothing else is raised."""

    @given(st.binary(max_size=2_000), st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06", ole("x")[:512], b"a,b\n"]))
    def read(noise, head):
        with contextlib.suppress(refusals.FileRefusal):
            rows_of(head + noise)

    read()


class Untouchable(io.RawIOBase):
    """Two hundred megabytes that must not be read."""

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return 200_000_000 if whence == 2 else offset

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("read")


def test_200_megabytes_are_refused_unread():
    with pytest.raises(refusals.TooLarge) as caught:
        open_table(Untouchable())
    assert caught.value.values == {"size": 200, "limit": 100}


def test_a_file_of_just_the_limit_is_taken():
    content = b"a,b\r\n1,2\r\n"
    assert rows_of(content, bytes=len(content))
    assert isinstance(refused(content, bytes=len(content) - 1), refusals.TooLarge)


# Rows


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_delimiters_and_line_ends_are_detected(delimiter, line_end):
    lines = [f"记录编号{delimiter}姓名{delimiter}结束日期", f"LW-1{delimiter}陈惠芬{delimiter}2026-06-30"]
    content = (line_end.join(lines) + line_end).encode()
    assert rows_of(content) == [(1, ["记录编号", "姓名", "结束日期"]), (2, ["LW-1", "陈惠芬", "2026-06-30"])]


def test_what_stands_in_quotes_does_not_decide_the_delimiter():
    assert rows_of(b'"a,b,c,d";"e"\r\n') == [(1, ["a,b,c,d", "e"])]


def test_the_separator_line_of_spreadsheet_programs_is_obeyed_and_not_counted():
    assert rows_of("sep=;\r\na,b;c\r\n".encode("utf-8-sig")) == [(1, ["a,b", "c"])]


def test_rfc_4180_quotes_hold_delimiters_line_ends_and_quotes():
    assert rows_of(b'a,b\r\n"1,""x""\r\ny",2\r\n') == [(1, ["a", "b"]), (2, ['1,"x"\r\ny', "2"])]


def test_rows_are_numbered_as_a_spreadsheet_shows_them():
    """A cell of three lines is one row; blank rows count but do not come."""
    content = b'k,n\r\n1,"x\r\ny\r\nz"\r\n\r\n,\r\n  , \r\n2,w\r\n,,\r\n\r\n'
    assert [(number, cells[0]) for number, cells in rows_of(content)] == [(1, "k"), (2, "1"), (6, "2")]


def test_a_quote_that_is_never_closed_is_refused_at_its_row():
    content = b'k,n\r\n1,x\r\n2,"y\r\n' + b"3,z\r\n" * 50
    assert refused(content).values == {"row": 3}
    assert isinstance(refused(content), refusals.QuoteBroken)
    long = refused(content, row_chars=100)
    assert isinstance(long, refusals.RowTooLong)
    assert long.values == {"row": 3, "limit": 100}


def test_text_behind_a_closing_quote_is_refused_at_its_row():
    assert refused(b'k,n\r\n1,"x"y\r\n').values == {"row": 2}


def test_a_line_without_end_is_refused_in_the_first_walk():
    with pytest.raises(refusals.RowTooLong):
        open_table(io.BytesIO(b"x" * 3_000_000))


def test_rows_and_columns_have_limits():
    assert len(rows_of(b"1\n2\n3\n", rows=3)) == 3
    assert isinstance(refused(b"1\n2\n3\n", rows=2), refusals.TooManyRows)
    assert len(rows_of(b"1,2,3,,\n", columns=3)) == 1
    assert isinstance(refused(b"1,2,3,,4\n", columns=3), refusals.TooManyColumns)


def test_a_table_can_be_read_twice_and_leaves_the_callers_stream_open(tmp_path: Path):
    source = io.BytesIO(HEADING.encode())
    with open_table(source) as table:
        assert list(table.rows()) == list(table.rows())
    assert not source.closed
    path = tmp_path / "表.csv"
    path.write_bytes(HEADING.encode())
    with open_table(path) as table:
        assert len(list(table.rows())) == 1


class Endless(io.RawIOBase):
    """A file of `count` rows that is made as it is read."""

    ROW = 'LW-{:08},陈惠芬,2026-06-30,"太极拳, 入门"\r\n'

    def __init__(self, count: int) -> None:
        self.heading = "记录编号,姓名,结束日期,课程\r\n".encode()
        self.width = len(self.ROW.format(0).encode())
        self.size = len(self.heading) + count * self.width
        self.place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self.place = self.size if whence == 2 else offset
        return self.place

    def read(self, size: int = -1) -> bytes:
        end = min(self.size, self.place + size)
        first = max(0, self.place - len(self.heading)) // self.width
        last = max(0, end - len(self.heading)) // self.width + 1
        whole = (self.heading if self.place < len(self.heading) else b"") + b"".join(
            self.ROW.format(number).encode() for number in range(first, last)
        )
        begins = 0 if self.place < len(self.heading) else len(self.heading) + first * self.width
        piece = whole[self.place - begins : end - begins]
        self.place = end
        return piece

    read1 = read


def peak_of(count: int) -> int:
    tracemalloc.start()
    try:
        with open_table(Endless(count)) as table:
            assert sum(1 for row in match(table, SHORT) if not row.problems) == count
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_file():
    """Four times the rows, the same peak (a tenth more is allowed for chance)."""
    peak_of(1_000)
    few, many = peak_of(10_000), peak_of(40_000)
    assert many < few * 1.1 + 50_000
