"""Sealing, opening, and finding by keyed hash: the vault's public face.

A sealed value is `1 | suite | key number (8 bytes) | nonce (12) | ciphertext | tag (16)`, bound to table, column, row
and key: it opens nowhere else (SEC-01). A keyed hash is `key number (4 bytes) | 32 bytes` (SEC-02).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .ciphers import BY_NUMBER
from .keyring import Material, active_key, key_numbered, look_up_keys
from .refusals import SealBroken
from .registry import SealedColumn, column_of

FORM = 1
HEAD_BYTES = 10
KEY_PLACE, KEY_LENGTH = 3, 8
"""Where in a sealed value its key's number stands, as SQL's `substring` counts."""
HASH_KEY_LENGTH = 4


def seal(purpose: str, row: str, text: str, *, owner: str = "") -> bytes:
    """`text` sealed for the row of that name. Call it in the change that writes the row. One query.

    `owner` is whose key it is, for purposes with a key per owner.
    """
    (sealed,) = seal_many(purpose, [(row, text)], owner=owner)
    return sealed


def seal_many(purpose: str, items: Iterable[tuple[str, str]], *, owner: str = "") -> list[bytes]:
    """Many (row, text) at once. One query."""
    column = column_of(purpose)
    if column.per_owner != bool(owner):
        raise ValueError(f"{purpose}: an owner is given for purposes with a key per owner, and for those only")
    key = active_key("seal", purpose, owner)
    return [_sealed(column, key, row, text) for row, text in items]


def _sealed(column: SealedColumn, key: Material, row: str, text: str) -> bytes:
    head = bytes([FORM, key.suite.number]) + key.id.to_bytes(KEY_LENGTH, "big")
    return head + key.suite.seal(key.key, text.encode(), _bound(column, row, key.id))


def open_sealed(purpose: str, row: str, blob: bytes) -> str:
    """What was sealed for that row. No query when the key is known to this process.

    Raises `KeyMissing` (naming which), `SealBroken` if it was altered or belongs to another row.
    """
    (text,) = open_many(purpose, [(row, blob)])
    return text


def open_many(purpose: str, items: Iterable[tuple[str, bytes]]) -> list[str]:
    """Many (row, sealed) at once."""
    column = column_of(purpose)
    return [_opened(column, row, bytes(blob)) for row, blob in items]


def _opened(column: SealedColumn, row: str, blob: bytes) -> str:
    if len(blob) < HEAD_BYTES or blob[0] != FORM or blob[1] not in BY_NUMBER:
        raise SealBroken("not a sealed value")
    key_id = int.from_bytes(blob[2:HEAD_BYTES], "big")
    key = key_numbered(key_id, column.purpose)
    if key.suite.number != blob[1]:
        raise SealBroken("sealed by another suite than its key's")
    return key.suite.open(key.key, blob[HEAD_BYTES:], _bound(column, row, key_id)).decode()


def _bound(column: SealedColumn, row: str, key_id: int) -> bytes:
    return f"{column.table}|{column.column}|{row}|{key_id}".encode()


def look_up_hash(purpose: str, text: str) -> bytes:
    """The keyed hash to store with a row. In the change that writes the row, before its rivals are looked for.

    Then no row under another key can come up unseen: replacing a look-up key waits for the changes that hold it.
    """
    (found,) = look_up_hash_many(purpose, [text])
    return found


def look_up_hash_many(purpose: str, texts: Iterable[str]) -> list[bytes]:
    """Many at once. One query."""
    column, key = column_of(purpose), active_key("look_up", purpose)
    return [_hashed(column, key, text) for text in texts]


def look_up_hashes(purpose: str, text: str) -> list[bytes]:
    """All hashes under which rows with this text may stand: two while a look-up key is being replaced. One query."""
    return look_up_hashes_many(purpose, [text])[0]


def look_up_hashes_many(purpose: str, texts: Sequence[str]) -> list[list[bytes]]:
    """The same for many texts, in their order. One query."""
    column, keys = column_of(purpose), look_up_keys(purpose)
    return [[_hashed(column, key, text) for key in keys] for text in texts]


def _hashed(column: SealedColumn, key: Material, text: str) -> bytes:
    if not column.look_up:
        raise ValueError(f"{column.purpose} declares no look-up column")
    named = key.id.to_bytes(HASH_KEY_LENGTH, "big")
    return named + key.suite.keyed_hash(key.key, column.normalise(text).encode())
