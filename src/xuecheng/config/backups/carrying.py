"""Every minute: finished segments of the log and new files are sealed and carried into the folder of backups.

Log first, then files, so that no row is without its file at any moment that can be restored (REL-32).
"""

from __future__ import annotations

import gzip
import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection

from xuecheng.config import archiving

from . import files, sealing
from .folder import Backups
from .sealing import BackupKey

#: PostgreSQL's bytes in a segment of the log, as the embedded server is made.
SEGMENT_BYTES = 16 * 1024 * 1024
_A_FILE = 2**32 // SEGMENT_BYTES
#: A file may be seen a little late: its folder was read before it came.
_MARGIN = timedelta(minutes=5)


class AnotherLog(Exception):
    """The folder of backups holds another segment of this name: two servers of one origin write to it."""


@dataclass(frozen=True)
class Carried:
    segments: int
    files: int
    #: How many segments still wait.
    left: int


def system_of_database() -> str:
    """The number that a database cluster got when it was made; copies share it."""
    with connection.cursor() as cursor:
        cursor.execute("select system_identifier from pg_control_system()")
        return str(cursor.fetchone()[0])


def carry(
    backups: Backups, *, home: Path, files_root: Path, system: str, key: BackupKey, at: datetime, limit_s: float
) -> Carried:
    """Seal what waits, for at most `limit_s`; what is left is carried next time. Raises `AnotherLog`."""
    deadline = time.monotonic() + limit_s
    segments = 0
    waiting = sorted(archiving.waiting_room(home).glob("*.gz"))
    for path in waiting:
        if time.monotonic() > deadline:
            break
        carry_segment(backups, path, system=system, key=key)
        segments += 1
    carried = _carry_files(backups, files_root, home=home, key=key, at=at)
    return Carried(segments=segments, files=carried, left=len(waiting) - segments)


def carry_segment(backups: Backups, path: Path, *, system: str, key: BackupKey) -> None:
    """One packed segment; carried before, it must be the same. Raises `AnotherLog`."""
    name = path.name.removesuffix(".gz")
    target = backups.log(system) / name
    bound = log_name(system, name)
    if target.exists():
        with gzip.open(path) as file:
            fresh = hashlib.sha256(file.read()).digest()
        there = b"".join(sealing.opened(target, name=bound, keys=sealing.keys_folder()))
        if hashlib.sha256(gzip.decompress(there)).digest() != fresh:
            raise AnotherLog(f"{target} is there already and is another one; {path} is kept")
    else:
        sealing.seal(sealing.pieces_of(path), target, name=bound, key=key)
    path.unlink()


def log_name(system: str, segment: str) -> str:
    return f"log/{system}/{segment}"


def _carry_files(backups: Backups, files_root: Path, *, home: Path, key: BackupKey, at: datetime) -> int:
    note = home / "run" / "files-carried"
    since = datetime.fromisoformat(note.read_text()) if note.exists() else at
    held = files.take(
        backups,
        files_root,
        files.lying(files_root, since=(since - _MARGIN).timestamp()),
        key=key,
        report=lambda _count, _bytes: None,
    )
    # Those of the margin are listed twice, which harms nobody; a minute without new files writes no list.
    fresh = [one for one in held if one.changed_ns >= (since - _MARGIN).timestamp() * 1e9]
    if fresh:
        name = files.carried_name(at)
        files.write_list(backups.carried() / name, fresh, name=f"carried/{name}", key=key)
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(at.isoformat())
    return len(fresh)


def segments_since(backups: Backups, system: str, first: str) -> Iterator[Path]:
    """The carried log from a segment on, all time lines, in order of its names; histories of time lines too."""
    for path in sorted(backups.log(system).glob("0*")):
        if path.suffix == ".history" or path.name[8:24] >= first[8:]:
            yield path


def gap_in(backups: Backups, system: str, first: str) -> str | None:
    """The first segment that is missing between `first` and the newest of its time line; None if none is."""
    log = backups.log(system)
    names = sorted(path.name for path in log.glob(f"{first[:8]}*") if len(path.name) == 24 and path.name >= first)
    expected = number_of(first)
    for name in names:
        if number_of(name) != expected:
            return f"{first[:8]}{expected // _A_FILE:08X}{expected % _A_FILE:08X}"
        expected += 1
    return None


def number_of(segment: str) -> int:
    """The how-manieth segment of its time line."""
    return int(segment[8:16], 16) * _A_FILE + int(segment[16:24], 16)
