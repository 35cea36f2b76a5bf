"""The sender of the demonstration: each message becomes a file that only its owner reads. Nothing leaves here."""

from __future__ import annotations

import os
from pathlib import Path

from . import Parcel


class FileSender:
    """Writes `MESSAGE-ID.txt` into a folder. The same message again finds its file and changes nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, parcel: Parcel) -> str:
        """Write the file, whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        place = self._folder / f"{parcel.message_id}.txt"
        draft = place.with_suffix(f".{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f"{parcel.address}\n{parcel.subject}\n\n{parcel.text}\n")
        try:
            os.link(draft, place)
        except FileExistsError:
            return "again"
        finally:
            draft.unlink()
        return place.name
