"""Where brought files lie: by their own digest, under the home folder, out of the web server's reach."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from django.conf import settings


class Stored(NamedTuple):
    """A file as it was stored: SHA-256 in hexadecimal, and its length in bytes."""

    sha256: str
    byte_count: int


def path_of(sha256: str) -> Path:
    """Where the file of this digest lies."""
    return Path(settings.FILES_ROOT) / "imports" / sha256[:2] / sha256


def store(chunks: Iterable[bytes]) -> Stored:
    """Write a file piece by piece, then give it its name: the same content twice is one file.

    Content first, row later (REL-32): a crash in between leaves a file that no row names, never a row without its file.
    """
    folder = Path(settings.FILES_ROOT) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    digest, length = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as draft:
        for chunk in chunks:
            digest.update(chunk)
            length += len(chunk)
            draft.write(chunk)
        draft.flush()
        os.fsync(draft.fileno())
    place = path_of(digest.hexdigest())
    place.parent.mkdir(parents=True, exist_ok=True)
    Path(draft.name).replace(place)
    return Stored(digest.hexdigest(), length)
