"""Where key-encryption keys live: outside the database. Files here; an HSM behind the same face.

Key-encryption keys wrap few data keys. Old ones stay until no key is wrapped by them and no backup needs them: whoever
has a backup of the data and not the keys of its day has noise (`docs/operations.md` "Keys").
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from xuecheng.city.ids import uuid7

from .ciphers import BY_NUMBER, KEY_BYTES, new_key, suite_named
from .refusals import KekMissing, KeyFolderOpen, OwnerSecretMissing, SealBroken


class KeyProvider(Protocol):
    """What the vault asks of whatever keeps the key-encryption keys. An HSM wraps inside and gives no key away."""

    def ids(self) -> list[str]:
        """All key-encryption keys that are here, the oldest first."""

    def current(self) -> str:
        """The one that wraps from now on; made if there is none."""

    def add(self) -> str:
        """A new one, current from now on."""

    def wrap(self, plain: bytes, bound: bytes, *, owner_key: str = "") -> tuple[str, bytes]:
        """`plain` under the current key (mixed with the secret of `owner_key`, which is made): its id, the wrapped."""

    def unwrap(self, kek: str, wrapped: bytes, bound: bytes, *, owner_key: str = "") -> bytes:
        """What `wrap` was given. Raises `KekMissing`, `OwnerSecretMissing`, `SealBroken`."""

    def forget_owner(self, owner_key: str) -> None:
        """Destroy the secret of one owner's key. What it wrapped is lost, in backups of the database too (SEC-05)."""


class FileProvider:
    """Keys as files of their owner (mode 600) in a folder of its own (mode 700), beside nothing else.

    `kek-<id>` are key-encryption keys, the last by name is current; `owners/<xx>/<key>` the secrets for shredding.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path(settings.VAULT_KEYS_FOLDER)

    def ids(self) -> list[str]:
        return sorted(path.name.removeprefix("kek-") for path in self.folder.glob("kek-*"))

    def current(self) -> str:
        ids = self.ids()
        return ids[-1] if ids else self.add()

    def add(self) -> str:
        # Time first, so that the order of names is that of age. Of two first starts at once both keys stay usable.
        kek = uuid7().hex
        write_key(self.folder / f"kek-{kek}", new_key())
        return kek

    def wrap(self, plain: bytes, bound: bytes, *, owner_key: str = "") -> tuple[str, bytes]:
        kek, suite = self.current(), suite_named(settings.VAULT_CIPHER_SUITE)
        key = self._kek(kek, owner_key)
        if owner_key:
            path = self._owner_path(owner_key)
            if not path.exists():
                write_key(path, new_key())
            key = suite.mixed(key, read_key(path))
        return kek, bytes([suite.number]) + suite.seal(key, plain, bound)

    def unwrap(self, kek: str, wrapped: bytes, bound: bytes, *, owner_key: str = "") -> bytes:
        suite = BY_NUMBER.get(wrapped[0]) if wrapped else None
        if suite is None:
            raise SealBroken("a wrapped key of no known suite")
        key = self._kek(kek, owner_key)
        if owner_key:
            path = self._owner_path(owner_key)
            if not path.exists():
                raise OwnerSecretMissing(key=owner_key)
            key = suite.mixed(key, read_key(path))
        return suite.open(key, wrapped[1:], bound)

    def forget_owner(self, owner_key: str) -> None:
        path = self._owner_path(owner_key)
        with suppress(FileNotFoundError):
            # Overwritten first; on disks that write elsewhere the folder's own encryption must do the rest.
            path.write_bytes(new_key())
            path.unlink()

    def _kek(self, kek: str, key: str) -> bytes:
        path = self.folder / f"kek-{kek}"
        if not path.exists():
            raise KekMissing(kek=kek, key=key or "?")
        return read_key(path)

    def _owner_path(self, owner_key: str) -> Path:
        return self.folder / "owners" / f"{int(owner_key) % 256:02x}" / owner_key


def provider() -> KeyProvider:
    """The one that the settings name."""
    made: KeyProvider = import_string(settings.VAULT_KEY_PROVIDER)()
    return made


def write_key(path: Path, key: bytes) -> None:
    """Never half a key: written aside, flushed, then given its name; never over another."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{uuid7().hex[-8:]}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    try:
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()


def read_key(path: Path) -> bytes:
    for one in (path, path.parent):
        mode = stat.S_IMODE(one.stat().st_mode)
        if mode & 0o077:
            raise KeyFolderOpen(path=str(one), mode=f"{mode:o}")
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise SealBroken(f"{path.name} is no key of 256 bits")
    return key
