"""Sealing what leaves the machine (REL-32), under keys that lie with the key-encryption keys and in no backup.

    "XCBK1" | suite (1 byte) | key (16) | length (2) | wrapped file key | frame | frame | …
    frame: length (4) | nonce, ciphertext, tag

Each file has a key of its own, wrapped under the backup key and bound to the file's name in the folder, so that no file
can stand in for another. Frames are bound to their number, the last one to being the last: nothing can be cut or moved.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from xuecheng.city.ids import uuid7
from xuecheng.city.vault.ciphers import BY_NUMBER, new_key, suite_named
from xuecheng.city.vault.providers import read_key, write_key
from xuecheng.city.vault.refusals import SealBroken

from .refusals import BackupKeyMissing

_MAGIC = b"XCBK1"
_FRAME_BYTES = 1024 * 1024
_LONGEST_FRAME = _FRAME_BYTES + 1024


@dataclass(frozen=True)
class BackupKey:
    """A key that seals backups, and the folder it lies in."""

    number: str
    material: bytes

    def name_of(self, text: str) -> str:
        """A name that tells nothing of `text` to whoever lacks the key, and is the same each time."""
        return hmac.new(self._for(b"names"), text.encode(), hashlib.sha256).hexdigest()

    def mark_of(self, text: str) -> str:
        """Proves that `text` was written by a holder of the key."""
        return hmac.new(self._for(b"manifest"), text.encode(), hashlib.sha256).hexdigest()

    def _for(self, use: bytes) -> bytes:
        return hmac.new(self.material, b"xuecheng backup " + use, hashlib.sha256).digest()


def keys_folder() -> Path:
    return Path(settings.VAULT_KEYS_FOLDER)


def current_key(folder: Path) -> BackupKey:
    """The newest backup key; made if there is none."""
    known = sorted(folder.glob("backup-*"))
    if known:
        return key_named(known[-1].name.removeprefix("backup-"), folder)
    number = uuid7().hex
    write_key(folder / f"backup-{number}", new_key())
    return key_named(number, folder)


def key_named(number: str, folder: Path) -> BackupKey:
    """Raises `BackupKeyMissing`."""
    path = folder / f"backup-{number}"
    if not path.exists():
        raise BackupKeyMissing(key=number[:12] + "…", folder=str(folder))
    return BackupKey(number, read_key(path))


@dataclass(frozen=True)
class Sealed:
    """A sealed file: its own digest and length, so that it can be checked without a key."""

    sha256: str
    byte_count: int


def seal(pieces: Iterable[bytes], target: Path, *, name: str, key: BackupKey) -> Sealed:
    """Write `pieces` sealed to `target`, under another name first: what has the name is whole and on the disk."""
    suite, file_key = suite_named(settings.VAULT_CIPHER_SUITE), new_key()
    wrapped = suite.seal(key.material, file_key, name.encode())
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    digest, count = hashlib.sha256(), 0
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            head = bytes([suite.number]) + bytes.fromhex(key.number) + len(wrapped).to_bytes(2, "big") + wrapped
            for number, (frame, is_last) in enumerate(_frames(pieces)):
                sealed = suite.seal(file_key, frame, _bound(number, is_last=is_last))
                written = (b"" if number else _MAGIC + head) + len(sealed).to_bytes(4, "big") + sealed
                file.write(written)
                digest.update(written)
                count += len(written)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return Sealed(digest.hexdigest(), count)


def _frames(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Frames of equal length; one is held back, since only the end tells which is the last."""
    kept = bytearray()
    for piece in pieces:
        kept += piece
        while len(kept) > _FRAME_BYTES:
            yield bytes(kept[:_FRAME_BYTES]), False
            del kept[:_FRAME_BYTES]
    yield bytes(kept), True


def _bound(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(8, "big") + (b"\1" if is_last else b"\0")


def opened(path: Path, *, name: str, keys: Path) -> Iterator[bytes]:
    """What was sealed, piece by piece, none before it is proven. Raises `SealBroken`, `BackupKeyMissing`."""
    with path.open("rb") as file:
        head = file.read(len(_MAGIC) + 19)
        suite = BY_NUMBER.get(head[len(_MAGIC)]) if len(head) == len(_MAGIC) + 19 else None
        if suite is None or not head.startswith(_MAGIC):
            raise SealBroken("not a file of a backup")
        key = key_named(head[len(_MAGIC) + 1 : -2].hex(), keys)
        file_key = suite.open(key.material, file.read(int.from_bytes(head[-2:], "big")), name.encode())
        number, length = 0, file.read(4)
        while length:
            size = int.from_bytes(length, "big")
            if size > _LONGEST_FRAME:
                raise SealBroken("altered")
            sealed, length = file.read(size), file.read(4)
            yield suite.open(file_key, sealed, _bound(number, is_last=not length))
            number += 1
        if not number:
            raise SealBroken("cut short")


class Reader(io.RawIOBase):
    """The opened file as one that can be read from, front to back."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._kept = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed asks for any buffer
        if not self._kept:
            self._kept = next(self._pieces, b"")
        part = self._kept[: len(buffer)]
        buffer[: len(part)] = part
        self._kept = self._kept[len(part) :]
        return len(part)


def pieces_of(path: Path) -> Iterator[bytes]:
    """A plain file, piece by piece."""
    with path.open("rb") as file:
        while piece := file.read(_FRAME_BYTES):
            yield piece
