"""Uploaded files into the folder of backups and back: each content once, under a name that tells nothing.

A file of the store never changes under its name, so name, length and time of change say which content it is. Files
are taken after the database, so that no row is without its file (REL-32).
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from pathlib import Path

from xuecheng.city.vault.refusals import SealBroken

from . import sealing
from .folder import Backups
from .sealing import BackupKey

#: What is not kept yet, and what a moment later has its own name.
_PASSING = ("documents/drafts/", "imports/tmp")


@dataclass(frozen=True, order=True)
class Kept:
    """A file of the store: its path within, its bytes, when it was last changed (nanoseconds since 1970)."""

    path: str
    byte_count: int
    changed_ns: int
    #: Its name in the folder of backups, once it is held there.
    name: str = ""

    @property
    def identity(self) -> str:
        return f"{self.path}\n{self.byte_count}\n{self.changed_ns}"


def lying(root: Path, *, since: float = 0) -> Iterator[Kept]:
    """Every file of the store; with `since`, those in folders and with times not older than that Unix time."""
    for place, _folders, names in os.walk(root):
        folder = Path(place)
        if since and names and folder.stat().st_mtime < since:
            continue
        for name in sorted(names):
            path = folder / name
            relative = path.relative_to(root).as_posix()
            if relative.startswith(_PASSING):
                continue
            try:
                seen = path.stat()
            except FileNotFoundError:
                continue
            if seen.st_mtime >= since:
                yield Kept(relative, seen.st_size, seen.st_mtime_ns)


def take(
    backups: Backups, root: Path, files: Iterable[Kept], *, key: BackupKey, report: Callable[[int, int], None]
) -> list[Kept]:
    """Seal what the folder of backups does not hold yet; answers what it holds now. A file that went is left."""
    held, total = [], 0
    for one in files:
        name = key.name_of(one.identity)
        target = backups.file(name)
        if not target.exists():
            try:
                sealing.seal(sealing.pieces_of(root / one.path), target, name=f"files/{name}", key=key)
            except FileNotFoundError:
                continue
        held.append(replace(one, name=name))
        total += one.byte_count
        report(len(held), total)
    return held


def write_list(target: Path, files: Iterable[Kept], *, name: str, key: BackupKey) -> sealing.Sealed:
    text = "\n".join(json.dumps(astuple(one)) for one in files)
    return sealing.seal([gzip.compress(text.encode())], target, name=name, key=key)


def read_list(path: Path, *, name: str, keys: Path) -> list[Kept]:
    """Raises `SealBroken`, `BackupKeyMissing`."""
    text = gzip.decompress(b"".join(sealing.opened(path, name=name, keys=keys))).decode()
    return [Kept(*json.loads(line)) for line in text.splitlines()]


def carried_name(at: datetime) -> str:
    """The list of what was carried at a moment; in the order of time."""
    return at.strftime("%Y%m%dT%H%M%S.%fZ")


def carried_since(backups: Backups, since: datetime, *, keys: Path) -> list[Kept]:
    """What came after a moment, minute by minute."""
    found: list[Kept] = []
    for path in sorted(backups.carried().glob("*Z")):
        if path.name >= carried_name(since):
            found += read_list(path, name=f"carried/{path.name}", keys=keys)
    return found


def give_back(
    backups: Backups, files: Iterable[Kept], root: Path, *, keys: Path, report: Callable[[int, int], None]
) -> list[str]:
    """Write files back to where they lay; answers the paths that are missing or damaged in the folder of backups."""
    missing, done, total = [], 0, 0
    for one in files:
        if not _give_back(backups, one, root, keys=keys):
            missing.append(one.path)
        done, total = done + 1, total + one.byte_count
        report(done, total)
    os.sync()
    return missing


def _give_back(backups: Backups, one: Kept, root: Path, *, keys: Path) -> bool:
    target = root / one.path
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    try:
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640), "wb") as file:
            for piece in opened(backups, one, keys=keys):
                digest.update(piece)
                file.write(piece)
    except (FileNotFoundError, SealBroken):
        target.unlink(missing_ok=True)
        return False
    os.utime(target, ns=(one.changed_ns, one.changed_ns))
    # The store names contents by their digest.
    return not one.path.startswith("documents/contents/") or target.name == digest.hexdigest()


def opened(backups: Backups, one: Kept, *, keys: Path) -> Iterator[bytes]:
    """A kept file, piece by piece. Raises `FileNotFoundError`, `SealBroken`, `BackupKeyMissing`."""
    return sealing.opened(backups.file(one.name), name=f"files/{one.name}", keys=keys)
