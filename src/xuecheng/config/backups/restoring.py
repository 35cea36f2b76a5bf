"""Restoring: into a new folder, to the end of the log or to a moment, and then everything that must hold is looked at.

Keys are in no backup; they are brought first (`xuecheng backup keys --open`) or named by XUECHENG_KEYS.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psutil
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from xuecheng.city import clock
from xuecheng.city.vault.refusals import SealBroken
from xuecheng.config import archiving, embedded, environment

from . import carrying, files, folder, outside, sealing, server
from .folder import Backups, Manifest
from .found import Found
from .making import FILES_PART
from .refusals import BackupDamaged, BackupTooNew, NoBackups, NoRoom, PlaceRuns, PlaceTaken, TooEarly

Report = Callable[[str, int, int | None], None]
_SERVER = "18"


@dataclass(frozen=True)
class Restored:
    """What was restored, from where, to which moment, and what was found then."""

    backup: str
    into: str
    #: The last change that the log held; empty if it held none after the backup.
    reached: str
    verified_by: str
    files: int
    seconds: float
    found: list[Found]

    @property
    def state(self) -> str:
        return max((one.state for one in self.found), key=["pass", "warn", "fail"].index, default="fail")


def choose(backups: Backups, *, name: str | None, to_time: datetime | None) -> Manifest:
    """The named backup, or the newest that ended before the moment. Raises `BackupUnknown`, `TooEarly`, `NoBackups`."""
    if name is not None:
        chosen = backups.named(name)
        if to_time is not None and chosen.ended > to_time:
            raise TooEarly(time=_shown(to_time), earliest=_shown(chosen.ended))
        return chosen
    every = backups.whole()
    if not every:
        raise NoBackups(folder=str(backups.root))
    fitting = [one for one in every if to_time is None or one.ended <= to_time]
    if not fitting:
        raise TooEarly(time=_shown(to_time), earliest=_shown(every[-1].ended))
    return fitting[0]


def _shown(at: datetime | None) -> str:
    return at.astimezone(clock.zone()).isoformat(sep=" ", timespec="seconds") if at else ""


def restore(
    backups: Backups, manifest: Manifest, *, into: Path, keys: Path, to_time: datetime | None, report: Report,
    replace: bool = False, patience_s: float = 24 * 3600,
) -> Restored:  # fmt: skip
    """Bring a backup back into `into`. What is there already is moved aside with `replace`, never deleted.

    Raises `PlaceTaken`, `PlaceRuns`, `BackupDamaged`, `BackupTooNew`, `BackupKeyMissing`, `TooLate`, `NoRoom`.
    """
    began = time.monotonic()
    _check_release(manifest)
    folder.check_mark(manifest, keys)
    report("Sums", 0, None)
    folder.check_sums(backups, manifest)
    aside = _make_place(into, needed=manifest.database_bytes + manifest.file_bytes, replace=replace)
    made = [into / "database", into / "files", into / "restoring"]
    try:
        verified_by, reached = "", ""
        if manifest.kind == "base":
            verified_by, reached = _database(backups, manifest, into, keys=keys, to_time=to_time, report=report,
                                             patience_s=patience_s)  # fmt: skip
        else:
            report("Database", 0, None)
            outside.restore(_opened(backups, manifest, outside.PART, keys))
        listed = _files(backups, manifest, keys)
        report("Files", 0, manifest.file_bytes)
        missing = files.give_back(
            backups, listed, into / "files", keys=keys,
            report=lambda _count, total: report("Files", total, manifest.file_bytes),
        )  # fmt: skip
    except BaseException:
        # Half a restore is none, and what was there is there again.
        for one in made:
            shutil.rmtree(one, ignore_errors=True)
        for one in aside.glob("*"):
            one.rename(into / one.name)
        raise
    shutil.rmtree(into / "restoring", ignore_errors=True)
    report("Looking", 0, None)
    found = _missing(missing) + list(look(backups, manifest, into, keys=keys))
    return Restored(
        backup=manifest.id, into=str(into), reached=reached, verified_by=verified_by, files=len(listed) - len(missing),
        seconds=round(time.monotonic() - began, 1), found=found,
    )  # fmt: skip


def _missing(paths: list[str]) -> list[Found]:
    if not paths:
        return []
    told = f"{len(paths)} uploaded files are missing or damaged in the folder of backups, the first: {paths[0]}"
    return [Found("uploads", "fail", told, "Look for them in another backup.")]


def _check_release(manifest: Manifest) -> None:
    """A database of a newer release has migrations that this one does not know."""
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if set(manifest.migrations) - known:
        raise BackupTooNew(release=manifest.release)


def _make_place(into: Path, *, needed: int, replace: bool) -> Path:
    """The folder to restore into, with room and without data; answers where those that were there lie now."""
    data = into / "database" / _SERVER
    note = data / "postmaster.pid"
    if note.exists() and psutil.pid_exists(int(note.read_text().split("\n", 1)[0])):
        raise PlaceRuns(place=str(into))
    taken = [one for one in (into / "database", into / "files") if one.exists() and any(one.rglob("*"))]
    if taken and not replace:
        raise PlaceTaken(place=str(into))
    above = next(one for one in (into, *into.parents) if one.exists())
    if shutil.disk_usage(above).free < needed:
        raise NoRoom(place=str(into), needed=f"{needed / 1e9:.1f}")
    into.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = into / f"replaced-{clock.now():%Y%m%dT%H%M%S}"
    for one in taken:
        aside.mkdir(exist_ok=True, mode=0o700)
        one.rename(aside / one.name)
    (into / "run" / "schema.json").unlink(missing_ok=True)
    return aside


def _database(
    backups: Backups, manifest: Manifest, into: Path, *, keys: Path, to_time: datetime | None, report: Report,
    patience_s: float,
) -> tuple[str, str]:  # fmt: skip
    data = into / "database" / _SERVER
    data.mkdir(parents=True, mode=0o700)
    name = manifest.id
    for part, place in (("base.tar.gz", data), ("pg_wal.tar.gz", data / "pg_wal")):
        report(f"Unpacking {part}", 0, None)
        _unpack(_opened(backups, manifest, part, keys), place, name)
    (data / "backup_manifest").write_bytes(b"".join(_opened(backups, manifest, "backup_manifest", keys)))
    report("Verifying", 0, None)
    verified_by = server.verify_unpacked(data, name)
    server.tidy(data)
    report("Fetching the log", 0, None)
    log = _fetch_log(backups, manifest, into / "restoring" / "log", keys)
    report("Playing the log", 0, None)
    reached = server.recover(
        data, log_folder=log, to_time=to_time.isoformat() if to_time else None, note=into / "restoring.log",
        patience_s=patience_s,
    )  # fmt: skip
    _keep_histories(data, into)
    return verified_by, reached


def _opened(backups: Backups, manifest: Manifest, part: str, keys: Path) -> Iterator[bytes]:
    """A part of a backup, piece by piece. Raises `BackupDamaged`, `BackupKeyMissing`."""
    try:
        yield from sealing.opened(backups.bases() / manifest.id / part, name=f"{manifest.id}/{part}", keys=keys)
    except (SealBroken, FileNotFoundError) as error:
        raise BackupDamaged(name=manifest.id, what=f"{part}: {error}") from error


def _unpack(pieces: Iterator[bytes], place: Path, name: str) -> None:
    try:
        # The log's archive is packed in several streams, which only `gzip` reads on from.
        with (
            io.BufferedReader(sealing.Reader(pieces), 1 << 20) as packed,
            gzip.GzipFile(fileobj=packed) as plain,
            tarfile.open(fileobj=plain, mode="r|") as archive,
        ):
            archive.extractall(place, filter="data")
    except (tarfile.TarError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise BackupDamaged(name=name, what=str(error)) from error


def _fetch_log(backups: Backups, manifest: Manifest, place: Path, keys: Path) -> Path:
    """The carried log from the backup's beginning on, opened, where the recovering server may read it."""
    place.mkdir(parents=True)
    for one in carrying.segments_since(backups, manifest.system, manifest.first_segment):
        with (place / f"{one.name}.gz").open("wb") as file:
            for piece in sealing.opened(one, name=carrying.log_name(manifest.system, one.name), keys=keys):
                file.write(piece)
    server.lend(place)
    return place


def _keep_histories(data: Path, into: Path) -> None:
    """The new time line's history goes the way of the log, so that a later restore finds where it branched off."""
    if archiving.backups_folder() is None:
        return
    room = archiving.waiting_room(into)
    room.mkdir(mode=0o700, exist_ok=True)
    for history in (data / "pg_wal").glob("*.history"):
        (room / f"{history.name}.gz").write_bytes(gzip.compress(history.read_bytes()))


def _files(backups: Backups, manifest: Manifest, keys: Path) -> list[files.Kept]:
    """What the backup lists and what was carried since: later ones than wanted are orphans, which a routine removes."""
    try:
        listed = files.read_list(
            backups.bases() / manifest.id / FILES_PART, name=f"{manifest.id}/{FILES_PART}", keys=keys
        )
        since = files.carried_since(backups, datetime.fromisoformat(manifest.began_at), keys=keys)
    except (SealBroken, FileNotFoundError) as error:
        raise BackupDamaged(name=manifest.id, what=_("its list of files: %(why)s") % {"why": error}) from error
    return sorted({one.path: one for one in [*listed, *since]}.values())


def look(backups: Backups, manifest: Manifest, into: Path, *, keys: Path) -> Iterator[Found]:
    """Everything that must hold, in a process that lives in the restored home; its database is stopped afterwards."""
    command = [
        sys.executable, "-W", "ignore", "-m", "xuecheng.config.cli.look",
        str(backups.bases() / manifest.id / "manifest.json"),
    ]  # fmt: skip
    inherited = {name: value for name, value in os.environ.items() if name != "XUECHENG_BACKUPS"}
    if manifest.kind == "base":
        inherited.pop("DATABASE_URL", None)
        inherited.pop("DATABASE_APP_URL", None)
    mine = {"XUECHENG_HOME": str(into), "XUECHENG_KEYS": str(keys), "XUECHENG_IDENTITY": "application"}
    # Signing keys are keys: none is made here in place of those that are kept apart.
    for file, name in environment.SIGNING.items():
        if name not in inherited and f"{name}_FILE" not in inherited and not (into / file).exists():
            mine[name] = environment.stand_in()
    done = subprocess.run(command, env=inherited | mine, capture_output=True, text=True, check=False)
    for line in done.stdout.splitlines():
        yield Found(**json.loads(line))
    if done.returncode:
        told = (done.stderr.strip().splitlines() or ["no word"])[-1]
        yield Found("look", "fail", f"could not be looked at: {told}")
    if manifest.kind == "base":
        embedded.stop(into)
