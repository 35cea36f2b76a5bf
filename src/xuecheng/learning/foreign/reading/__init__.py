"""Files from outside as what they say: ELMO, and whatever `proofs` can verify."""

from __future__ import annotations

from datetime import datetime

from xuecheng.learning.proofs.fetching import Fetch

from . import credentials, elmo
from .found import Bad, Contents, Found, Holder, Said, plain, said
from .refusals import (
    ClaimedByAnother,
    FileRefusal,
    FileTooLarge,
    NamesAnother,
    NothingInFile,
    NotReadToTheEnd,
    NotYetOver,
    SaysSomethingElse,
)

MOST_BYTES = 2_000_000


def read(data: bytes, *, at: datetime, fetch: Fetch | None = None) -> Contents:
    """Everything in a file, with its proof. Raises a `FileRefusal` for a file that cannot be read as a whole."""
    if len(data) > MOST_BYTES:
        raise FileTooLarge(most=MOST_BYTES // 1_000_000)
    contents = elmo.read(data) if elmo.looks_like(data) else credentials.read(data, at=at, fetch=fetch)
    if not contents.found and not contents.bad:
        raise NothingInFile
    return contents


__all__ = [
    "MOST_BYTES",
    "Bad",
    "ClaimedByAnother",
    "Contents",
    "FileRefusal",
    "FileTooLarge",
    "Found",
    "Holder",
    "NamesAnother",
    "NotReadToTheEnd",
    "NotYetOver",
    "NothingInFile",
    "Said",
    "SaysSomethingElse",
    "plain",
    "read",
    "said",
]
