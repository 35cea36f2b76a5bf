"""A linter over the ledger's SQL and its callers for the rules of a cluster (ledger.md §4.3 "How to call", §5 test 21;
scale-out.md §4 rule 11). All of them are free on one server; broken, they are found only on a cluster, some by a crash.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from learning.creditbank.ledger.bank import sql
from learning.creditbank.ledger.test_catalogue import BOOK_TABLES
from xuecheng.learning.creditbank import ledger

#: They ask all books or none, and run on the coordinator.
OF_THE_CITY = {"publish_city_head", "note_anchor", "move_begin", "refuse"}
#: Pure functions of their arguments.
ARITHMETIC = {"book_of", "part_key", "row_bytes", "seal_hash", "city_hash", "pieces"}
FUNCTIONS = "|".join(
    [
        "lock_book",
        "open_account",
        "open_accounts",
        "set_state",
        "set_floor",
        "post",
        "post_batch",
        "reverse",
        "hold_open",
        "hold_close",
        "move_begin",
        "seal_one",
    ]
)
PYTHON = sorted(Path(ledger.__file__).parent.glob("*.py"))


def functions() -> dict[str, tuple[list[str], list[str], str]]:
    """Name → (names of arguments, types of arguments, body without comments)."""
    rows = sql(
        """
        select
            proname, coalesce(proargnames, '{}'), array(select format_type(t, null) from unnest(proargtypes) t), prosrc
        from pg_proc where pronamespace = 'ledger'::regnamespace"""
    )
    return {name: (names, types, re.sub(r"--[^\n]*", "", body)) for name, names, types, body in rows}


def of_books() -> dict[str, tuple[list[str], list[str], str]]:
    return {name: one for name, one in functions().items() if name not in OF_THE_CITY | ARITHMETIC}


def statements(body: str) -> list[str]:
    """Statements of a body that read or write a table of books."""
    tables = "|".join(sorted(BOOK_TABLES))
    touching = re.compile(rf"\b(from|join|update|into)\s+(ledger\.)?({tables})\b(?!\s*\()(?!\s*:=)")
    return [part for part in re.split(r";|\bthen\s*\n|\bloop\s*\n", body) if touching.search(part)]


def test_the_book_comes_first_in_every_function_of_a_book() -> None:
    for name, (names, types, _body) in of_books().items():
        assert (names[0], types[0]) == ("p_book", "integer"), name


def test_every_statement_names_its_book() -> None:
    seen = 0
    for name, (_names, _types, body) in of_books().items():
        for statement in statements(body):
            seen += 1
            if statement.strip().startswith("insert"):
                assert "p_book" in statement, (name, statement)
            else:
                named = re.search(r"\bbook\s*=\s*p_book\b|\bbook\) = \([^)]*p_book\)", statement)
                assert named, (name, statement)
    assert seen > 30


def test_every_writer_takes_the_head_row_first() -> None:
    for name, (_names, _types, body) in of_books().items():
        writes = re.search(r"\b(insert into|update) ", body)
        if not writes:
            continue
        first = statements(body)[0] if name != "hold_open" else "for no key update"  # hold_open begins with post
        assert "for no key update" in first, name


def test_no_function_takes_a_whole_row() -> None:
    for name, (_names, types, body) in functions().items():
        assert not any(one.startswith("ledger.") or one in BOOK_TABLES or one == "record" for one in types), name
        assert not re.search(r"\bledger\.\w+\(\s*[a-z]\s*\)", body), name


def test_no_case_compares_with_a_parameter_in_short_form() -> None:
    """`case account_id when p_debit` becomes "bigint = boolean" on a cluster."""
    for name, (_names, _types, body) in functions().items():
        for subject in re.findall(r"\bcase\s+(\S+)", body):
            assert subject == "when", (name, subject)


def test_no_ledger_function_stands_beside_another_item_in_from() -> None:
    """`from (values …) v, lateral ledger.post(…)` ends every session of a cluster's server."""
    for source in [body for _, _, body in functions().values()] + [path.read_text() for path in PYTHON]:
        assert not re.search(rf"(,|\bjoin|\blateral)\s+(lateral\s+)?(ledger\.)?({FUNCTIONS})\s*\(", source)


def test_what_changes_rows_is_called_alone_with_plain_values() -> None:
    calls = []
    for path in PYTHON:
        text = re.sub(r'"\s*\n\s*"', "", path.read_text())
        calls += re.findall(rf'"([^"\n]*ledger\.(?:{FUNCTIONS})\(.*?)"', text)
    assert len(calls) >= 10
    plain = re.compile(rf"select ledger\.(?:{FUNCTIONS})\((?:%s(?:::[a-z]+(?:\[\])?)?(?:, ?|\)))+")
    for call in calls:
        assert plain.fullmatch(call), call


def test_serials_and_account_numbers_come_from_the_head_row_only() -> None:
    for name, (_names, _types, body) in functions().items():
        assert not re.search(r"nextval|generated|max\(\s*(seq|id)\s*\)", body), name


def test_no_lock_but_rows() -> None:
    """Advisory locks belong to one node and exclude nobody on another."""
    for source in [body for _, _, body in functions().values()] + [path.read_text() for path in PYTHON]:
        assert "pg_advisory" not in source


def test_reads_of_books_name_their_book() -> None:
    text = " ".join((Path(ledger.__file__).parent / name).read_text() for name in ("reading.py", "posting.py"))
    for match in re.finditer(r"from ledger\.(transfer|balance|account|seal|reversal)\b(?P<rest>[^;]{0,220})", text):
        assert re.search(r"\bbook\b", match["rest"]), match[0]


@pytest.mark.parametrize(
    "bad",
    [
        "select * from balance where account_id = p_account",
        "update balance set floor = 0 where account_id = p_account",
    ],
)
def test_the_linter_would_notice(bad: str) -> None:
    [statement] = statements(f"begin {bad}; end")
    assert "p_book" not in statement
