"""Books, account numbers and keys: arithmetic that never changes (ledger.md §4.1 "Books", "Keys"; scale-out.md §4)."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

#: Number of books, for ever: it is part of every account number.
BOOKS = 256

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_TIME_BYTES = 6
_HASH_BYTES = 10


def book_of(learner_id: int) -> int:
    """The book of a learner, 0 to 255, for ever. `ledger.book_of` in SQL is the same."""
    if learner_id < 0:
        raise ValueError(f"A learner's number is never negative; got {learner_id}.")
    return learner_id % BOOKS


def book_of_account(account: int) -> int:
    """The book in which the account lies: its number carries it."""
    return account >> 40


def derive_key(*, at: datetime, source_system: str, source_id: str, purpose: str) -> UUID:
    """The key of a posting, the same for the same record for ever: 48 bits of the event's time, 74 bits of SHA-256.

    `at` is the aware time of the event (not of the import), to the millisecond; what was before 1970 counts as 1970.
    Keys of one time lie side by side in the index, and a range of keys is a range of time. A key is unique in its book
    only: the importer binds (source system, source id) to one learner before it posts.
    """
    # Lengths in front, so that no two different triples make the same bytes.
    parts = [part.encode() for part in (source_system, source_id, purpose)]
    content = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return _with_time(_milliseconds(at).to_bytes(_TIME_BYTES, "big"), content)


def part_key(key: UUID, part: int) -> UUID:
    """The key of part `part` of a larger request; keeps the 48 bits of time. `ledger.part_key` in SQL is the same."""
    return _with_time(key.bytes[:_TIME_BYTES], key.bytes + part.to_bytes(4, "big", signed=True))


def call_key(like: UUID, content: bytes) -> UUID:
    """The key of a batch call with `content`, at the time of `like`, which is the key of one of its transfers."""
    return _with_time(like.bytes[:_TIME_BYTES], content)


def fresh_call_key(like: UUID) -> UUID:
    """A key that no call has borne, at the time of `like`."""
    return _with_time(like.bytes[:_TIME_BYTES], secrets.token_bytes(32))


def _with_time(time: bytes, content: bytes) -> UUID:
    """UUID version 8: 6 bytes of time, then the hash of `content`, 6 of its bits overwritten by version and variant."""
    tail = bytearray(sha256(content).digest()[:_HASH_BYTES])
    tail[0] = 0x80 | tail[0] & 0x0F
    tail[2] = 0x80 | tail[2] & 0x3F
    return UUID(bytes=time + bytes(tail))


def _milliseconds(at: datetime) -> int:
    if at.tzinfo is None:
        raise ValueError("The time of an event is aware; this one has no zone.")
    return max(0, (at - _EPOCH) // _MILLISECOND)
