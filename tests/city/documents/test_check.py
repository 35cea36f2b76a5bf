"""`xuecheng check` finds documents without a file, files without a row, and a calendar that is missing."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override

from city.documents.clamd import FakeClamd
from city.documents.toy import Toy
from xuecheng.city.documents import storage
from xuecheng.city.workdays.models import SpecialDay
from xuecheng.config.cli import check


def test_a_document_whose_file_is_gone_fails_the_check(toy: Toy) -> None:
    version = toy.add()
    assert check._files().state == "pass"
    storage.path_of(version.sha256).unlink()
    point = check._files()
    with override("en"):
        assert (point.state, str(point.found)) == ("fail", "1 files of documents are gone")


def test_a_file_in_quarantine_is_not_gone(toy: Toy) -> None:
    storage.into_quarantine(toy.add().sha256)
    assert check._files().state == "pass"


def test_files_that_nobody_collected_for_two_days_are_a_warning(toy: Toy, store: Path) -> None:
    toy.add()
    lost = storage.path_of("0" * 64)
    lost.parent.mkdir(parents=True)
    lost.write_bytes(b"x")
    assert check._files().state == "pass", "the routine has a day"
    os.utime(lost, (0, 0))
    assert check._files().state == "warn"


@pytest.mark.parametrize(
    ("now", "gone", "state"),
    [
        (datetime(2026, 11, 30, 4, tzinfo=UTC), 1999, "pass"),
        (datetime(2026, 12, 1, 4, tzinfo=UTC), 1999, "warn"),
        (datetime(2027, 1, 1, 4, tzinfo=UTC), 1999, "fail"),
        (datetime(2026, 6, 1, 4, tzinfo=UTC), 2026, "fail"),
    ],
)
def test_a_calendar_that_is_missing_is_said_in_time(
    db: None, time_machine: Any, now: datetime, gone: int, state: str
) -> None:
    SpecialDay.objects.filter(on__year=gone, holiday="national").delete()
    time_machine.move_to(now)
    assert check._workdays().state == state


def test_a_scanner_that_is_set_must_answer(settings: Any) -> None:
    assert check._scanner().state == "pass"
    settings.MALWARE_SCANNER = "tcp://127.0.0.1:1"
    assert check._scanner().state == "fail"
    daemon = FakeClamd()
    settings.MALWARE_SCANNER = daemon.address
    assert check._scanner().state == "pass"
    daemon.close()
