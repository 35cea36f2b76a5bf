"""Each night one backup is started, where a folder for it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from xuecheng.city.jobs.models import Job
from xuecheng.config.backups import jobs


def test_without_a_folder_nothing_is_started_and_with_one_once_a_night(
    db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("XUECHENG_BACKUPS", raising=False)
    jobs.back_up_tonight()
    jobs.carry()
    assert not Job.objects.filter(kind=jobs.BACK_UP).exists()
    monkeypatch.setenv("XUECHENG_BACKUPS", str(tmp_path))
    jobs.back_up_tonight()
    jobs.back_up_tonight()
    assert Job.objects.filter(kind=jobs.BACK_UP).count() == 1
