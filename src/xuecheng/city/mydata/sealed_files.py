"""A file that is sealed while it is written and opened while it is read; no more than a frame is held at a time.

    frame 0 | frame 1 | …     each: length (4 bytes) | ciphertext | tag

AES-256-GCM under a key that seals this one file and no other; the nonce counts the frames and marks the last one, so
that frames cannot be moved, and a file that was cut short does not open.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

FRAME_BYTES = 64 * 1024
_LENGTH_BYTES = 4


class FileBroken(Exception):
    """The file was altered, cut short, or belongs to another key."""


def folder() -> Path:
    return Path(settings.FILES_ROOT) / "mydata"


def new_key() -> bytes:
    return secrets.token_bytes(32)


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(8, "big") + (b"\0\0\0\1" if is_last else b"\0\0\0\0")


class SealedWriter:
    """A file to write to, front to back. `close` makes it whole; a file that was not closed opens nowhere."""

    def __init__(self, path: Path, key: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._cipher, self._number, self._kept = AESGCM(key), 0, bytearray()
        self.byte_count = 0

    def write(self, data: bytes) -> int:
        self._kept += data
        # One frame is always held back: only `close` knows which is the last.
        while len(self._kept) > FRAME_BYTES:
            self._frame(bytes(self._kept[:FRAME_BYTES]), is_last=False)
            del self._kept[:FRAME_BYTES]
        self.byte_count += len(data)
        return len(data)

    def flush(self) -> None:
        """Asked for by `zipfile`; a frame is written when it is full."""

    def _frame(self, plain: bytes, *, is_last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number, is_last=is_last), plain, None)
        self._file.write(len(sealed).to_bytes(_LENGTH_BYTES, "big") + sealed)
        self._number += 1

    def close(self) -> None:
        self._frame(bytes(self._kept), is_last=True)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def abandon(self) -> None:
        self._file.close()


def opened(path: Path, key: bytes) -> Iterator[bytes]:
    """What was written, frame by frame. Raises `FileBroken`, before the frame that does not fit is handed out."""
    cipher, number = AESGCM(key), 0
    with path.open("rb") as file:
        head = file.read(_LENGTH_BYTES)
        while head:
            sealed = file.read(int.from_bytes(head, "big"))
            head = file.read(_LENGTH_BYTES)
            try:
                yield cipher.decrypt(_nonce(number, is_last=not head), sealed, None)
            except InvalidTag as error:
                raise FileBroken from error
            number += 1
    if not number:
        raise FileBroken
