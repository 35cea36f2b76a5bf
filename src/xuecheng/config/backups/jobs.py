"""Backups in the background: each night a whole one, each minute what is new."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings

from xuecheng.city import clock
from xuecheng.city.jobs import services
from xuecheng.city.jobs.progress import Progress
from xuecheng.config import archiving, database

from . import carrying, keeping, making, sealing
from .folder import Backups

log = logging.getLogger(__name__)

BACK_UP = "backups.back_up"
_NIGHTS = UUID("8f3a2f0e-6d5b-4b57-9c0e-2f7a40a1d9c3")
#: The other routines wait meanwhile; what is left over is carried a minute later.
_LONGEST_S = 20
_REPORT_EVERY_S = 2


def back_up_tonight() -> None:
    """Start tonight's backup, once however often it is asked, where a folder is named."""
    if archiving.backups_folder() is None:
        return
    services.start(
        BACK_UP,
        at=clock.now(),
        title_zh="夜间备份",
        title_en="Nightly backup",
        arguments={},
        by=None,
        public_id=uuid5(_NIGHTS, clock.today().isoformat()),
    )


def back_up(progress: Progress) -> dict[str, Any]:
    """Make a backup, then forget those whose days are over. Broken off anywhere, nothing is left; it begins anew."""
    folder = archiving.backups_folder()
    if folder is None:
        return {}
    told_at = 0.0

    def report(_what: str, done: int, _total: int | None) -> None:
        nonlocal told_at
        if time.monotonic() - told_at > _REPORT_EVERY_S:
            told_at = time.monotonic()
            progress.done = max(progress.done, done // 1_000_000)
            progress.report()

    manifest = making.back_up(folder, home=Path(settings.HOME), report=report)
    gone = keeping.forget(
        Backups(folder),
        keys=sealing.keys_folder(),
        at=clock.now(),
        days=settings.BACKUP_KEEP_DAYS,
        least=settings.BACKUP_KEEP_LEAST,
    )
    return {"backup": manifest.id, "files": manifest.file_count, "forgotten": len(gone.backups)}


def carry() -> None:
    """Seal finished segments of the log and new files into the folder of backups."""
    folder = archiving.backups_folder()
    if folder is None or database.outside_url() is not None:
        return
    done = carrying.carry(
        Backups(folder),
        home=Path(settings.HOME),
        files_root=Path(settings.FILES_ROOT),
        system=carrying.system_of_database(),
        key=sealing.current_key(sealing.keys_folder()),
        at=clock.now(),
        limit_s=_LONGEST_S,
    )
    if done.left:
        log.warning("backups: %d segments of the log still wait", done.left)
