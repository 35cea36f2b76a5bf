"""Every verb of the house, cut at each of its statements, leaves nothing half-written. A verb without a row fails here."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from pathlib import Path
from typing import Any

import pytest

import xuecheng
from faults.each_statement import town as table
from faults.statements import fails_whole_at_each_statement

for _module in pkgutil.iter_modules([str(Path(__file__).parent)]):
    if not _module.name.startswith("test_"):
        importlib.import_module(f"faults.each_statement.{_module.name}")

pytestmark = pytest.mark.django_db

ELSEWHERE = {"xuecheng.city.people.merging", "xuecheng.city.people.duplicates"}
"""Modules of verbs beside an app's `services`."""

WHOSE = {"actor", "reader"}
"""Whoever does something."""

OPENS = re.compile(r"trace\.change\(|transaction\.atomic\(")

BEHIND_ANOTHER = {"city.access.load_shipped_roles", "learning.transfers.tend"}
"""Open their change in a function of their own, so that the signs do not find them."""

NO_ROW = {
    "city.access.note_reading": "one statement, safe to repeat",
    "city.access.noted": "each slice of an export is noted before it leaves: tests/city/access/test_readings.py",
    "city.realname.find_by_number": "reads",
    "coordination.classes.give_back": "within the change of the verbs that call it, which have rows",
    "coordination.facilities.require_reach": "asks for a right: book_space has a row",
    "coordination.facilities.require_with": "the same: cancel_booking has one",
    "coordination.facilities.require_with_series": "the same: cancel_series has one",
    "coordination.facilities.require_with_wait": "the same: leave_room_line has one",
    "coordination.facilities.loans_in_reach": "reads",
    "coordination.volunteers.require_ours": "the same: record_training has one",
    "coordination.classes.arranged": "within the change of the verbs that call it, which have rows",
    "coordination.teaching.mark_within": "the same",
    "coordination.teaching.decide_anew": "the same",
    "coordination.classes.try_sessions": "does and takes back: tests/coordination/classes/test_sessions.py",
    "city.vault.destroy_unused": "each key in a transaction of its own: tests/city/vault/test_rotation.py",
    "city.documents.erase_unneeded": "removes files and writes no row",
    "city.imports.remove_personal_files": "each file in a transaction of its own: tests/city/imports/test_files_values.py",
    "city.jobs.enqueue_lost": "each job in a transaction of its own, and again after a crash",
    "city.mydata.keep_archive": "within a slice of its job: tests/city/mydata/test_archive.py",
    "city.mydata.remove_expired": "each archive in a transaction of its own: tests/city/mydata/test_archive.py",
    "city.identity.take": "one statement: tests/city/identity/test_codes.py",
    "city.identity.tidy": "each deletion stands alone, and the rest comes the next day",
    "learning.creditbank.load_frameworks": "a release's own, loaded again at the next start",
    "learning.creditbank.credit_class": "one row, found or made",
    "learning.collectives.check_no_member": "reads",
    "learning.collectives.require_keeper": "asks for a right: the verbs of keepers have rows",
    "learning.employers.check_list": "cut between and within slices: tests/learning/employers/test_lists.py",
    "learning.foreign.start_trial": "within the change of the verbs that call it, which have rows",
    "learning.foreign.give": "within the change of the verbs that call it, which have rows",
    "learning.foreign.match_waiting": "each record within a slice of its job: tests/learning/foreign/test_bringing.py",
    "learning.foreign.take_in": "within a slice of its job: tests/learning/foreign/test_bringing.py",
    "learning.foreign.recheck": "each record in a transaction of its own: tests/learning/foreign/test_bringing.py",
    "learning.foreign.check_decides": "reads",
    "learning.badges.issue_batch": "broken off between and within slices: tests/learning/badges/test_batches.py",
    "learning.badges.jwt_of": "reads; a key is made on first use, by a statement of its own",
    "learning.badges.record_of": "the same",
    "learning.badges.status_list_text": "reads what is published",
    "learning.priorlearning.check_other": "reads",
    "learning.priorlearning.post_credit": "within the change of the verbs that call it, which have rows",
    "learning.network.roll_up": "figures that are counted anew every hour",
}
"""Found by the signs below, and cut nowhere here; why."""


def verbs() -> set[str]:
    """Every public function of a `services` module that somebody does, or that opens a change or a transaction."""
    found = set(BEHIND_ANOTHER)
    for module in pkgutil.walk_packages(xuecheng.__path__, "xuecheng."):
        parts = module.name.split(".")
        is_services = len(parts) >= 4 and parts[3] == "services"
        if not (is_services or module.name in ELSEWHERE):
            continue
        for name, thing in inspect.getmembers(importlib.import_module(module.name), inspect.isfunction):
            own = thing.__module__.startswith(".".join(parts[:4]))
            if own and not name.startswith("_") and _is_verb(thing):
                found.add(f"{parts[1]}.{parts[2]}.{name}")
    return found


def _is_verb(thing: Any) -> bool:
    return bool(WHOSE & set(inspect.signature(thing).parameters) or OPENS.search(inspect.getsource(thing)))


def test_every_verb_has_a_row() -> None:
    assert verbs() - set(table.ROWS) - set(NO_ROW) == set(), "say in this folder in which situation these are cut"
    assert set(table.ROWS) - verbs() == set()
    assert set(NO_ROW) - verbs() == set()
    assert set(NO_ROW) & set(table.ROWS) == set()


@pytest.fixture(scope="module")
def ground(around_the_module: None) -> table.Ground:
    return table.Ground()


@pytest.mark.parametrize("name", sorted(table.ROWS))
def test_cut_at_any_statement_it_leaves_everything_as_it_was(
    ground: table.Ground, name: str, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with table.a_town(ground, monkeypatch, settings, tmp_path) as town:
        verb = table.ROWS[name](town)
        assert fails_whole_at_each_statement(verb, apart=table.APART[name]) > 0
