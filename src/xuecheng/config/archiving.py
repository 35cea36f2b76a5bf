"""Continuous archiving of the embedded database's log: switched on by `XUECHENG_BACKUPS`, off by a command.

PostgreSQL hands each finished segment, at the latest after a minute, to a shell line that packs it into the waiting
room `log-out/` of the home folder; the routines worker seals it from there into the folder of backups. The line runs as
the server's own system user and holds no key.
"""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path

from . import environment

#: A segment is handed over after so long although it is not full.
TIMEOUT_S = 60


def backups_folder() -> Path | None:
    """The folder of backups that the settings name."""
    given = environment.optional_text(
        "XUECHENG_BACKUPS", "Folder of backups, on another disk or machine: nightly backup and log archive when set"
    )
    return Path(given).resolve() if given else None


def waiting_room(home: Path) -> Path:
    """Where segments wait until they are sealed and carried away."""
    return home / "log-out"


def is_on(home: Path) -> bool:
    """Whether the server archives from its next start on. A start without the settings leaves what was on, on.

    The settings mean the home of this installation and no other that is started beside it, such as a restored one.
    """
    is_wanted = backups_folder() is not None and home.resolve() == environment.home()
    return is_wanted or waiting_room(home).exists()


def prepare(home: Path, system_user: str | None) -> None:
    """Make the waiting room, which the server's system user alone writes to."""
    room = waiting_room(home)
    room.mkdir(mode=0o700, exist_ok=True)
    if system_user is not None and os.geteuid() == 0:
        shutil.chown(room, system_user, system_user)


def switch_off(home: Path) -> None:
    """From the next start on the server archives nothing; what waited is gone."""
    shutil.rmtree(waiting_room(home), ignore_errors=True)


def parameters(home: Path) -> dict[str, str]:
    """Settings of PostgreSQL. Packed under another name first, flushed, then renamed: never half a segment."""
    # A percent sign in the path would be taken for a placeholder.
    room = shlex.quote(str(waiting_room(home)).replace("%", "%%"))
    draft, place = f"{room}/%f.part", f"{room}/%f.gz"
    return {
        "archive_mode": "on",
        "archive_command": f"gzip -1 -c %p > {draft} && sync {draft} && mv {draft} {place}",
        "archive_timeout": f"{TIMEOUT_S}s",
    }
