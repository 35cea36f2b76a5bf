"""What becomes of backups: verified, kept for so many days and at least so many, forgotten with what only they need."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.utils.translation import gettext as _

from xuecheng.city.vault.refusals import SealBroken

from . import carrying, files, folder, sealing
from .folder import Backups, Manifest
from .found import Found
from .making import FILES_PART
from .refusals import BackupDamaged

#: A file of the store that was just carried may belong to a list that is being written.
_YOUNG = timedelta(days=1)


def verify(
    backups: Backups, manifest: Manifest, *, keys: Path, deep: bool, report: Callable[[str, int, int | None], None]
) -> list[Found]:
    """Sums, the manifest's mark, the log without a gap, every listed file there; `deep` opens all of them too.

    Raises `BackupKeyMissing` once what needs no key was found well, `BackupDamaged`.
    """
    report("Sums", 0, None)
    folder.check_sums(backups, manifest)
    found = [Found("sums", "pass", f"{len(manifest.parts)} parts, {manifest.byte_count / 1e6:,.1f} MB")]
    folder.check_mark(manifest, keys)
    found.append(Found("manifest", "pass", "nobody changed it"))
    if manifest.kind == "base":
        gap = carrying.gap_in(backups, manifest.system, manifest.first_segment)
        if gap:
            told = f"segment {gap} is missing: later moments cannot be restored from this backup"
            found.append(Found("log", "fail", told, "Take another backup now."))
        else:
            many = sum(1 for _one in carrying.segments_since(backups, manifest.system, manifest.first_segment))
            told = f"{many} segments without a gap" if many else "none was carried since: it restores to its own end"
            found.append(Found("log", "pass", told))
    if deep:
        for part in manifest.parts:
            report(f"Opening {part.name}", 0, part.byte_count)
            path = backups.bases() / manifest.id / part.name
            _open(manifest, part.name, sealing.opened(path, name=f"{manifest.id}/{part.name}", keys=keys))
    listed = _listed(backups, manifest, keys)
    missing = [one for one in listed if not backups.file(one.name).is_file()]
    if deep and not missing:
        for number, one in enumerate(listed):
            report("Opening files", number, len(listed))
            _open(manifest, one.path, files.opened(backups, one, keys=keys))
    if missing:
        found.append(Found("files", "fail", f"{len(missing)} of {len(listed)} files are missing: {missing[0].path}"))
    else:
        found.append(Found("files", "pass", f"{len(listed)} files are {'opened' if deep else 'there'}"))
    return found


def _open(manifest: Manifest, name: str, pieces: Iterator[bytes]) -> None:
    try:
        for _piece in pieces:
            pass
    except SealBroken as error:
        raise BackupDamaged(name=manifest.id, what=f"{name}: {error}") from error


def _listed(backups: Backups, manifest: Manifest, keys: Path) -> list[files.Kept]:
    path = backups.bases() / manifest.id / FILES_PART
    try:
        return files.read_list(path, name=f"{manifest.id}/{FILES_PART}", keys=keys)
    except (SealBroken, FileNotFoundError) as error:
        raise BackupDamaged(name=manifest.id, what=_("its list of files: %(why)s") % {"why": error}) from error


@dataclass(frozen=True)
class Forgotten:
    backups: list[str]
    segments: int
    files: int


def forget(backups: Backups, *, keys: Path, at: datetime, days: int, least: int, dry: bool = False) -> Forgotten:
    """Forget whole backups older than `days`, but never the newest `least`; then the log and the files none needs.

    Without any whole backup, or with a list that cannot be read, nothing else is touched. Raises `BackupRuns`,
    `BackupDamaged`, `BackupKeyMissing`.
    """
    with backups.locked():
        every = backups.whole()
        old = [one for one in every[max(least, 1) :] if one.ended < at - timedelta(days=days)]
        kept = [one for one in every if one not in old]
        if not kept:
            return Forgotten([], 0, 0)
        # Before anything goes: what the others need must be known.
        needed = {one.name for manifest in kept for one in _listed(backups, manifest, keys)}
        oldest = min(datetime.fromisoformat(one.began_at) for one in kept)
        needed |= {one.name for one in files.carried_since(backups, oldest, keys=keys)}
        if dry:
            return Forgotten([one.id for one in old], 0, 0)
        for one in old:
            # Renamed first: what is half gone has no backup's name.
            going = backups.bases() / f".making-{one.id}"
            (backups.bases() / one.id).rename(going)
            shutil.rmtree(going)
        return Forgotten(
            [one.id for one in old],
            _forget_log(backups, kept) + _forget_lists(backups, oldest),
            _forget_files(backups, needed, before=(at - _YOUNG).timestamp()),
        )


def _forget_log(backups: Backups, kept: list[Manifest]) -> int:
    """The log before the oldest kept backup of each cluster; histories of time lines are small and stay."""
    count = 0
    for system in {one.system for one in kept if one.kind == "base"}:
        first = min(one.first_segment[8:] for one in kept if one.system == system)
        for path in backups.log(system).glob("0*"):
            if path.suffix != ".history" and path.name[8:24] < first:
                path.unlink()
                count += 1
    return count


def _forget_lists(backups: Backups, oldest: datetime) -> int:
    count = 0
    for path in backups.carried().glob("*Z"):
        if path.name < files.carried_name(oldest):
            path.unlink()
            count += 1
    return count


def _forget_files(backups: Backups, needed: set[str], *, before: float) -> int:
    count = 0
    for path in (backups.root / "files").glob("*/*"):
        if path.name not in needed and path.stat().st_mtime < before:
            path.unlink()
            count += 1
    return count
