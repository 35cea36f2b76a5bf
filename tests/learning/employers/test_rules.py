"""What a cell names, and which names are equal (C-90): no database."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from xuecheng.learning.badges import addresses
from xuecheng.learning.employers.rules import Cell, Kind, Known, Row, Told, read_cell, same_name, told_of_ours

ROOT = "https://xc.example"
NUMBER = "018f0000-0000-7000-8000-000000000000"
KNOWN = Known(
    learner_id=1, names={"阿依古丽·买买提"}, titles=["电工", "Electrician"], days={date(2026, 10, 20)}, holds=True
)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        (f"{ROOT}/credentials/{NUMBER}", Cell(Kind.NUMBER, NUMBER)),
        (f" {NUMBER.upper()} ", Cell(Kind.NUMBER, NUMBER)),
        (f"{ROOT}/verify/M6SH-CDC2-YJ8J/", Cell(Kind.CODE, "M6SH-CDC2-YJ8J")),
        ("m6sh cdc2 yj8j", Cell(Kind.CODE, "m6sh cdc2 yj8j")),
        (f"{ROOT}/share/{'a1' * 20}/?from=qr", Cell(Kind.SHARE, "a1" * 20)),
        ('{"id": "x"}', Cell(Kind.DOCUMENT, '{"id": "x"}')),
        (f"{'a' * 40}.{'b' * 40}.{'c' * 40}", Cell(Kind.DOCUMENT, f"{'a' * 40}.{'b' * 40}.{'c' * 40}")),
        (f"https://other.example/credentials/{NUMBER}", Cell(Kind.NONE)),
        (f"{ROOT}.evil.example/credentials/{NUMBER}", Cell(Kind.NONE)),
        (f"{ROOT}/credentials/", Cell(Kind.NONE)),
        ("", Cell(Kind.NONE)),
    ],
)
def test_what_a_cell_names(text: str, cell: Cell) -> None:
    assert read_cell(text, root=ROOT) == cell


@pytest.mark.parametrize("here", ["https://localhost", "http://localhost:8000", "http://127.0.0.1:8770"])
def test_a_city_on_this_machine_knows_its_links_by_any_of_its_names(here: str, settings: Any) -> None:
    shared = f"{here}/share/{'a1' * 20}/"
    settings.SITE_ADDRESS = ""
    assert read_cell(addresses.as_signed(shared), root=addresses.root()) == Cell(Kind.SHARE, "a1" * 20)
    settings.SITE_ADDRESS = ROOT
    assert read_cell(addresses.as_signed(shared), root=addresses.root()) == Cell(Kind.NONE)


@pytest.mark.parametrize("name", ["阿依古丽•买买提", "阿依古丽・买买提", " 阿依古丽·买买提 ", "阿依古丽･买买提"])
def test_names_are_equal_whatever_the_middle_dot(name: str) -> None:
    assert same_name(name, "阿依古丽·买买提")


def test_latin_names_are_equal_whatever_the_case_and_nothing_is_fuzzy() -> None:
    assert same_name("ＭＡＲＩＡ Kowalska", "Maria kowalska")
    assert not same_name("Maria Kowalski", "Maria Kowalska")
    assert not same_name("Maria  Kowalska", "Maria Kowalska")
    assert not same_name("陈惠芬", "陈惠芳")
    assert not same_name("", ""), "an empty name is nobody's"


def test_the_answer_to_a_row_of_ours() -> None:
    row = Row(2, NUMBER, "阿依古丽・买买提", "electrician", date(2026, 10, 20))

    def of(*, given: Row = row, known: Known | None = KNOWN, is_agreed: bool = True) -> Told:
        return told_of_ours(given, known, is_agreed=is_agreed)

    assert of() is Told.CONFIRMED
    assert of(given=Row(2, NUMBER, row.name)) is Told.CONFIRMED, "what was not claimed is not compared"
    assert of(given=Row(2, NUMBER, "别人", "electrician")) is Told.NAME_DIFFERS
    assert of(given=Row(2, NUMBER, row.name, "焊工")) is Told.NOT_CONFIRMED
    assert of(given=Row(2, NUMBER, row.name, "", date(2026, 10, 21))) is Told.NOT_CONFIRMED
    assert of(is_agreed=False) is of(known=None) is Told.NOT_CONFIRMED
    off = {"learner_id": 1, "names": KNOWN.names, "titles": KNOWN.titles, "days": KNOWN.days}
    assert of(known=Known(**off, holds=False)) is Told.CHANGED
    assert of(known=Known(**off, holds=True, is_genuine=False)) is Told.NOT_CONFIRMED
    assert of(known=Known(**off, holds=True, may_be_told=False)) is Told.NOT_CONFIRMED
