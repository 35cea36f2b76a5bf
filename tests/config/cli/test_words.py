"""What hinders a command is told in words: files, users, disks (OPS-08)."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from xuecheng.config.backups import outside
from xuecheng.config.backups.refusals import DatabasesDiffer
from xuecheng.config.cli import words


def told(error: BaseException) -> str:
    found = words.in_words(error)
    assert found is not None
    return found[1]


def test_a_file_that_is_another_users_names_them(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("XUECHENG_HOME", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    text = told(PermissionError(errno.EACCES, "Permission denied", "/etc/xuecheng/keys/kek-1"))
    assert text.startswith("/etc/xuecheng/keys/kek-1 may not be opened")
    assert "runuser -u " in text


def test_full_and_closed_disks_are_told_with_their_section() -> None:
    assert "Disk full" in told(OSError(errno.ENOSPC, "No space left on device"))
    assert "ReadWritePaths" in told(OSError(errno.EROFS, "Read-only file system", "/srv/backups/.lock"))
    assert words.in_words(OSError("whatever else")) is None


def test_root_is_sent_to_the_user_whose_home_it_is(monkeypatch: Any) -> None:
    theirs: Any = SimpleNamespace(stat=lambda: SimpleNamespace(st_uid=65_534))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert "runuser -u " in words.of_another(theirs)
    monkeypatch.setattr(os, "geteuid", lambda: 65_534)
    assert words.of_another(theirs) == ""


def test_a_dump_is_not_looked_at_in_another_database_than_it_was_brought_into(monkeypatch: Any) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://owner@127.0.0.1:9/empty")
    monkeypatch.setenv("DATABASE_APP_URL", "postgresql://site@127.0.0.1:9/living")
    with pytest.raises(DatabasesDiffer):
        outside.restore(iter([]))
