"""The folder of backups: what lies where, which backups are whole, and one writer at a time.

A backup is made under another name and renamed when everything in it is on the disk: what has its name is whole.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from . import sealing
from .refusals import BackupDamaged, BackupRuns, BackupTooNew, BackupUnknown, NoBackups
from .sealing import BackupKey

FORMAT = 1
_MAKING = ".making-"


@dataclass(frozen=True)
class Part:
    """A sealed file of a backup."""

    name: str
    byte_count: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup is. Readable without a key; `mark` proves to a holder of the key that nobody changed it."""

    id: str
    #: "base" of the embedded server, "dump" of an outside one.
    kind: str
    release: str
    #: Every applied migration, "app.name".
    migrations: list[str]
    server_version: int
    #: The database cluster's own number, and where in its log the backup begins and ends.
    system: str
    timeline: int
    first_segment: str
    last_segment: str
    began_at: str
    ended_at: str
    database_bytes: int
    parts: list[Part]
    file_count: int
    file_bytes: int
    #: Key-encryption keys that the data needs; they are not in the backup.
    keks: list[str]
    backup_key: str
    #: What was counted before the backup began and after it ended: the truth lies between.
    totals_before: dict[str, Any]
    totals_after: dict[str, Any]
    format: int = FORMAT
    mark: str = field(default="")

    @property
    def ended(self) -> datetime:
        return datetime.fromisoformat(self.ended_at)

    @property
    def byte_count(self) -> int:
        """What lies in the backup's own folder; files are shared with others."""
        return sum(part.byte_count for part in self.parts)

    def marked(self, key: BackupKey) -> Manifest:
        return Manifest(**{**_shallow(self), "mark": key.mark_of(_text(self))})

    def is_true(self, key: BackupKey) -> bool:
        return self.mark == key.mark_of(_text(self))


def _shallow(manifest: Manifest) -> dict[str, Any]:
    return {one.name: getattr(manifest, one.name) for one in fields(manifest)}


def _text(manifest: Manifest) -> str:
    """What is marked: everything but the mark, always in the same words."""
    return json.dumps({**asdict(manifest), "mark": ""}, sort_keys=True)


@dataclass(frozen=True)
class Backups:
    """The folder `root`."""

    root: Path

    def bases(self) -> Path:
        return self.root / "bases"

    def log(self, system: str) -> Path:
        return self.root / "log" / system

    def file(self, name: str) -> Path:
        return self.root / "files" / name[:2] / name

    def carried(self) -> Path:
        return self.root / "carried"

    def drills(self) -> Path:
        return self.root / "drills.jsonl"

    def whole(self) -> list[Manifest]:
        """Every whole backup that can be read, the newest first."""
        found = []
        for place in self.bases().glob("*/manifest.json"):
            try:
                found.append(read_manifest(place))
            except (BackupDamaged, BackupTooNew):
                continue
        return sorted(found, key=lambda one: one.ended, reverse=True)

    def named(self, name: str) -> Manifest:
        """Raises `BackupUnknown`, `BackupDamaged`, `BackupTooNew`."""
        place = self.bases() / name / "manifest.json"
        if name.startswith(".") or "/" in name or not place.is_file():
            raise BackupUnknown(name=name, folder=str(self.root))
        return read_manifest(place)

    def unreadable(self) -> list[str]:
        """Folders among the backups whose manifest cannot be read."""
        good = {one.id for one in self.whole()}
        every = self.bases().iterdir() if self.bases().is_dir() else ()
        return sorted(one.name for one in every if not one.name.startswith(".") and one.name not in good)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One at a time writes or tidies here. Raises `BackupRuns`."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.root / ".lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise BackupRuns(folder=str(self.root)) from error
            yield

    @contextmanager
    def making(self, name: str) -> Iterator[Path]:
        """A folder to make backup `name` in; it gets its name at the end, or goes. Earlier broken-off ones go first.

        The caller holds the lock.
        """
        self.bases().mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in self.bases().glob(f"{_MAKING}*"):
            shutil.rmtree(left, ignore_errors=True)
        draft = self.bases() / f"{_MAKING}{name}"
        draft.mkdir(mode=0o700)
        try:
            yield draft
            _flush(draft)
            draft.rename(self.bases() / name)
            _flush(self.bases())
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def at(given: Path) -> tuple[Backups, str | None]:
    """The folder of backups at `given`, which may also be one of its backups. Raises `NoBackups`."""
    given = given.resolve()
    if (given / "manifest.json").is_file() and given.parent.name == "bases":
        return Backups(given.parent.parent), given.name
    if not (given / "bases").is_dir():
        raise NoBackups(folder=str(given))
    return Backups(given), None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    with (folder / "manifest.json").open("w", encoding="utf-8") as file:
        json.dump(asdict(manifest), file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())


def read_manifest(place: Path) -> Manifest:
    """Raises `BackupDamaged`, `BackupTooNew`."""
    try:
        told = json.loads(place.read_text(encoding="utf-8"))
        if told["format"] > FORMAT:
            raise BackupTooNew(release=told.get("release", "?"))
        return Manifest(**{**told, "parts": [Part(**part) for part in told["parts"]]})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupDamaged(name=place.parent.name, what=_("its manifest cannot be read")) from error


def check_mark(manifest: Manifest, keys: Path) -> BackupKey:
    """The key of the backup, once the manifest is proven by it. Raises `BackupKeyMissing`, `BackupDamaged`."""
    key = sealing.key_named(manifest.backup_key, keys)
    if not manifest.is_true(key):
        raise BackupDamaged(
            name=manifest.id, what=_("its manifest was changed, or these are not the keys of that time")
        )
    return key


def check_sums(backups: Backups, manifest: Manifest) -> None:
    """Each part is there, whole and unchanged; needs no key. Raises `BackupDamaged`."""
    for part in manifest.parts:
        path, digest = backups.bases() / manifest.id / part.name, hashlib.sha256()
        if not path.is_file():
            raise BackupDamaged(name=manifest.id, what=_("%(part)s is gone") % {"part": part.name})
        for piece in sealing.pieces_of(path):
            digest.update(piece)
        if digest.hexdigest() != part.sha256:
            raise BackupDamaged(name=manifest.id, what=_("%(part)s was changed") % {"part": part.name})


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
