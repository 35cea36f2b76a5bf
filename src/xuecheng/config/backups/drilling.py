"""The restore drill (REL-31): a backup into a folder that goes again, everything looked at, and a note of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from . import restoring
from .folder import Backups
from .making import scratch_folder
from .notes import note


def drill(
    backups: Backups, *, home: Path, keys: Path, name: str | None, to_time: datetime | None, at: datetime,
    report: Callable[[str, int, int | None], None],
) -> restoring.Restored:  # fmt: skip
    """Restore beside the living home, look, note, throw away. A drill that is refused or breaks is noted too."""
    manifest = restoring.choose(backups, name=name, to_time=to_time)
    into = scratch_folder(home, needed=manifest.database_bytes + manifest.file_bytes)
    try:
        done = restoring.restore(backups, manifest, into=into, keys=keys, to_time=to_time, report=report)
    except Exception as error:
        note(backups, {"at": at.isoformat(), "backup": manifest.id, "seconds": 0, "state": "fail",
                       "wrong": [str(error)[:300]]})  # fmt: skip
        raise
    finally:
        shutil.rmtree(into, ignore_errors=True)
    note(
        backups,
        {
            "at": at.isoformat(), "backup": done.backup, "seconds": done.seconds, "state": done.state,
            "reached": done.reached, "to_time": to_time.isoformat() if to_time else "",
            "wrong": [f"{one.what}: {one.found}" for one in done.found if one.state != "pass"],
            "found": [asdict(one) for one in done.found],
        },
    )  # fmt: skip
    return done
