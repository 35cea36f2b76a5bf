"""Where files lie: by their own SHA-256 under the home folder, out of the web server's reach.

    documents/drafts/…          while they are received and judged
    documents/contents/ab/abcd… what rows name; the same content twice is one file
    documents/quarantine/abcd…  found infected: handed to nobody
    documents/previews/ab/abcd….jpg

File first, row later (REL-32): a process that is killed in between leaves a file that no row names, never a row without
its file. Whoever writes a row for a content, or removes the content, holds the content's lock (`lock_content`).
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from .rules import FileEmpty, FileTooLarge

_FOLDERS = ("contents", "previews", "quarantine")


def _root() -> Path:
    return Path(settings.FILES_ROOT) / "documents"


def path_of(sha256: str) -> Path:
    """Where the content of this digest lies."""
    return _root() / "contents" / sha256[:2] / sha256


def preview_of(sha256: str) -> Path:
    return _root() / "previews" / sha256[:2] / f"{sha256}.jpg"


def quarantine_of(sha256: str) -> Path:
    return _root() / "quarantine" / sha256


class Draft(NamedTuple):
    """A file that was received whole and is not kept yet."""

    path: Path
    sha256: str
    byte_count: int

    def keep(self) -> Path:
        """Give it its place; safe against a crash before the caller's row is committed."""
        return _put(self.path, path_of(self.sha256))


def _put(path: Path, place: Path) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    path.replace(place)
    os.utime(place)  # the collector of orphans gives young files time for their row
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return place


@contextmanager
def receiving(chunks: Iterable[bytes], *, most_bytes: int) -> Iterator[Draft]:
    """Write a file piece by piece; what is not kept by the end is gone. It stops reading once the limit is passed.

    Raises `FileTooLarge`, `FileEmpty`.
    """
    folder = _root() / "drafts"
    folder.mkdir(parents=True, exist_ok=True)
    digest, length = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as draft:
        path = Path(draft.name)
        try:
            for chunk in chunks:
                length += len(chunk)
                if length > most_bytes:
                    raise FileTooLarge(limit=most_bytes // 1_000_000)
                digest.update(chunk)
                draft.write(chunk)
            if not length:
                raise FileEmpty
            draft.flush()
            os.fsync(draft.fileno())
            path.chmod(0o640)
            yield Draft(path, digest.hexdigest(), length)
        finally:
            path.unlink(missing_ok=True)


def write_preview(sha256: str, picture: bytes) -> None:
    place = preview_of(sha256)
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as draft:
        draft.write(picture)
    Path(draft.name).replace(place)


def lock_content(sha256: str) -> None:
    """In the caller's transaction: nobody else adds rows for this content or removes it."""
    key = int.from_bytes(bytes.fromhex(sha256)[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [key])


def into_quarantine(sha256: str) -> None:
    """Take an infected content out of reach. Again, nothing changes."""
    preview_of(sha256).unlink(missing_ok=True)
    if path_of(sha256).exists():
        _put(path_of(sha256), quarantine_of(sha256))


def erase(sha256: str) -> None:
    """Remove a content with all that was made of it. The caller holds its lock and has seen that no row needs it."""
    for path in (path_of(sha256), preview_of(sha256), quarantine_of(sha256)):
        path.unlink(missing_ok=True)


class Lying(NamedTuple):
    """A file as it lies in the store; `sha256` is empty for a draft."""

    path: Path
    sha256: str


def lying(*, before: float) -> Iterator[Lying]:
    """Every file of the store that was last touched before the Unix time `before`, drafts too."""
    for folder in ("drafts", *_FOLDERS):
        top = _root() / folder
        for place, _folders, names in os.walk(top):
            for name in names:
                path = Path(place) / name
                try:
                    if path.stat().st_mtime < before:
                        stem = name.removesuffix(".jpg")
                        yield Lying(path, stem if folder != "drafts" and len(stem) == 64 else "")
                except FileNotFoundError:
                    continue
