"""Making a backup of the embedded server: database first, then files, then the log up to now; whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

import xuecheng
from xuecheng.city import clock

from . import carrying, files, looking, outside, sealing, server
from .folder import Backups, Manifest, Part, write_manifest
from .refusals import NoRoom
from .sealing import BackupKey

Report = Callable[[str, int, int | None], None]
FILES_PART = "files"


@dataclass(frozen=True)
class _Database:
    """What was taken of the database, and what the manifest says of it."""

    parts: list[Part]
    facts: dict[str, Any]


def back_up(root: Path, *, home: Path, report: Report) -> Manifest:
    """Make a whole backup in the folder `root`; what `report` raises ends it, and nothing is left of it.

    `report` gets what is being done, how much of it is done and how much there is (None: unknown), in bytes.
    Raises `BackupRuns`, `NoRoom`, `ToolMissing`, `BackupDamaged`.
    """
    backups, key = Backups(root), sealing.current_key(sealing.keys_folder())
    with backups.locked():
        began_at = clock.now()
        name = f"{began_at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{os.urandom(2).hex()}"
        before = looking.totals()
        with backups.making(name) as draft:
            take = _dump if outside.is_outside() else _base_backup
            taken = take(draft, name=name, home=home, key=key, report=report)
            after = looking.totals()
            ended_at = clock.now()
            root_of_files = Path(settings.FILES_ROOT)
            held = files.take(
                backups,
                root_of_files,
                files.lying(root_of_files),
                key=key,
                report=lambda _count, total: report("Files", total, None),
            )
            listed = files.write_list(draft / FILES_PART, held, name=f"{name}/{FILES_PART}", key=key)
            manifest = Manifest(
                id=name,
                release=xuecheng.__version__,
                migrations=looking.migrations(),
                began_at=began_at.isoformat(),
                ended_at=ended_at.isoformat(),
                parts=[*taken.parts, Part(FILES_PART, listed.byte_count, listed.sha256)],
                file_count=len(held),
                file_bytes=sum(one.byte_count for one in held),
                keks=looking.keks(),
                backup_key=key.number,
                totals_before=before,
                totals_after=after,
                **taken.facts,
            ).marked(key)
            write_manifest(draft, manifest)
    return manifest


def _base_backup(draft: Path, *, name: str, home: Path, key: BackupKey, report: Report) -> _Database:
    """Copied to a scratch folder on this machine, verified there, sealed into the draft; nothing plain leaves."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select (select sum(pg_database_size(oid))::bigint from pg_database), "
            "current_setting('server_version_num')::int / 10000"
        )
        size, major = cursor.fetchone()
    scratch = scratch_folder(home, needed=size // 2)
    try:
        server.base_backup(
            Path(connection.settings_dict["HOST"]),
            major,
            scratch,
            report=lambda count: report("Database", count, None),
        )
        report("Verifying", 0, None)
        server.verify_packed(scratch, name)
        span = server.span_of((scratch / "backup_manifest").read_bytes(), name)
        parts = []
        for part in server.PARTS:
            report(f"Sealing {part}", 0, None)
            done = sealing.seal(sealing.pieces_of(scratch / part), draft / part, name=f"{name}/{part}", key=key)
            parts.append(Part(part, done.byte_count, done.sha256))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return _Database(
        parts,
        {
            "kind": "base",
            "server_version": major,
            "system": carrying.system_of_database(),
            "timeline": span.timeline,
            "first_segment": span.first_segment,
            "last_segment": span.last_segment,
            "database_bytes": size,
        },
    )


def _dump(draft: Path, *, name: str, home: Path, key: BackupKey, report: Report) -> _Database:
    del home
    report("Database", 0, None)
    done = outside.dump(draft / outside.PART, name=f"{name}/{outside.PART}", key=key)
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_database_size(current_database()), current_setting('server_version_num')::int / 10000"
        )
        size, major = cursor.fetchone()
    facts = {"kind": "dump", "server_version": major, "system": "", "timeline": 0, "first_segment": "",
             "last_segment": "", "database_bytes": size}  # fmt: skip
    return _Database([Part(outside.PART, done.byte_count, done.sha256)], facts)


def scratch_folder(home: Path, *, needed: int) -> Path:
    """A folder of this process alone for what is not sealed yet; what dead processes left goes. Raises `NoRoom`."""
    above = home / "scratch"
    above.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in above.iterdir():
        if left.name.isdigit() and not Path(f"/proc/{left.name}").exists():
            shutil.rmtree(left, ignore_errors=True)
    if shutil.disk_usage(above).free < needed:
        raise NoRoom(place=str(above), needed=f"{needed / 1e9:.1f}")
    made = above / str(os.getpid())
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(mode=0o700)
    return made
