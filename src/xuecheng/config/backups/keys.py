"""Keeping the keys elsewhere: a deliberate step of its own, one file under a passphrase (REL-32).

"XCKEYS1" | salt (16) | nonce (12) | AES-256-GCM of a tar archive, under scrypt of the passphrase
"""

from __future__ import annotations

import io
import os
import secrets
import tarfile
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from xuecheng.config import environment

from .refusals import KeyThere, PassphraseShort, PassphraseWrong

_MAGIC = b"XCKEYS1"
_LEAST_CHARACTERS = 16


def pack(target: Path, *, home: Path, keys: Path, passphrase: str, with_owners: bool) -> list[str]:
    """Write the keys into one file that the passphrase opens; answers their names, never their material.

    Owners' secrets are left out unless asked for: a copy of them that outlives an erasure undoes it.
    """
    if len(passphrase) < _LEAST_CHARACTERS:
        raise PassphraseShort
    named = {f"keys/{path.relative_to(keys).as_posix()}": path for path in sorted(keys.rglob("*")) if path.is_file()}
    if not with_owners:
        named = {name: path for name, path in named.items() if not name.startswith("keys/owners/")}
    contents = {name: path.read_bytes() for name, path in named.items() if not path.name.startswith(".")}
    contents |= environment.signing_keys(home)
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as archive:
        for name, content in contents.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o600
            archive.addfile(member, io.BytesIO(content))
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    sealed = AESGCM(_key(passphrase, salt)).encrypt(nonce, sink.getvalue(), _MAGIC)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(_MAGIC + salt + nonce + sealed)
        file.flush()
        os.fsync(file.fileno())
    return list(contents)


def unpack(source: Path, *, into: Path, passphrase: str) -> list[str]:
    """Bring the keys of such a file into a home. Another key of the same name is never written over.

    Raises `PassphraseWrong`, `KeyThere`.
    """
    text = source.read_bytes()
    salt, nonce, sealed = text[7:23], text[23:35], text[35:]
    try:
        if not text.startswith(_MAGIC):
            raise PassphraseWrong
        plain = AESGCM(_key(passphrase, salt)).decrypt(nonce, sealed, _MAGIC)
    except InvalidTag as error:
        raise PassphraseWrong from error
    with tarfile.open(fileobj=io.BytesIO(plain)) as archive:
        found = {member.name: archive.extractfile(member) for member in archive if member.isfile()}
        contents = {name: file.read() for name, file in found.items() if file is not None}
    for name, content in contents.items():
        if ".." in name or not name.startswith(("keys/", *environment.SIGNING)):
            raise ValueError(f"{name} is no key")
        if (into / name).exists() and (into / name).read_bytes() != content:
            raise KeyThere(path=str(into / name))
    for name, content in contents.items():
        path = into / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
    return list(contents)


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=2**16, r=8, p=1).derive(passphrase.encode())
