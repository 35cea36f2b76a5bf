"""Names that are safe to hand on, and how long a document is kept."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuecheng.city.documents.rules import LONGEST_NAME, Retention, clean_name

PDF = (".pdf",)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("结业证书.pdf", "结业证书.pdf"),
        ("签到表 2026.3.5.pdf", "签到表 2026.3.5.pdf"),
        ("REPORT.PDF", "REPORT.pdf"),
        ("bill.pdf.exe", "bill.pdf"),
        ("bill.exe.pdf", "bill.pdf"),
        ("bill.html.svg", "bill.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\evil\\x.pdf", "x.pdf"),
        ("/etc/cron.d/x", "x.pdf"),
        ("cert\u202efdp.exe", "certfdp.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ('a";filename="b.exe', "a_;filename=_b.pdf"),
        ("\x00\x01", "file.pdf"),
        ("", "file.pdf"),
        (".pdf", "pdf.pdf"),
        ("...", "file.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("长" * 300 + ".pdf", "长" * (LONGEST_NAME - 4) + ".pdf"),
    ],
)
def test_a_name_is_made_safe_and_keeps_what_people_wrote(given_name: str, kept: str) -> None:
    assert clean_name(given_name, extensions=PDF) == kept


@given(st.text(max_size=300))
def test_whatever_is_sent_the_name_ends_as_its_type_and_holds_nothing_dangerous(text: str) -> None:
    shown = clean_name(text, extensions=(".jpg", ".jpeg"))

    assert shown.lower().endswith((".jpg", ".jpeg"))
    assert 4 < len(shown) <= LONGEST_NAME
    assert not set(shown) & set('/\\<>:"|?*\r\n\t\0\u202e\u2066\u200f')
    assert not shown.startswith(".")
    assert clean_name(shown, extensions=(".jpg", ".jpeg")) == shown


@pytest.mark.parametrize(
    ("came_on", "years", "until"),
    [
        (date(2026, 11, 23), 3, date(2029, 11, 23)),
        (date(2024, 2, 29), 1, date(2025, 3, 1)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
    ],
)
def test_a_document_is_kept_for_whole_years(came_on: date, years: int, until: date) -> None:
    assert Retention(years, "").keep_until(came_on) == until
