"""Keys of recognition's postings (C-29): the same for the same record, rule and gift, for ever."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from hashlib import sha256
from uuid import UUID

from xuecheng.city import clock
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.recognition import rules
from xuecheng.learning.recognition.queries.intake import gift_of

SOURCE_SYSTEM = "xuecheng.recognition"
LEDGER_KIND = 10
"""Kind of a recognition's transfer in the ledger; its `ref` is the number of the record."""

_TAKEN_BACK = -1


@lru_cache(maxsize=65_536)
def effective_at(ended_on: date) -> datetime:
    """The instant from which learning that ended on a day counts: that day's midnight in the city (C-14, C-30)."""
    return datetime.combine(ended_on, time(), tzinfo=clock.zone()).astimezone(UTC)


def reversal_key(key: UUID) -> UUID:
    """The key under which a posting is taken back: it is only once."""
    return ledger.part_key(key, _TAKEN_BACK)


class PostingKeys:
    """Makes the keys of lines: those of `ledger.derive_key`, with what many lines share prepared once.

    The source is the record's key and version, the purpose the rule, its version and the gift. `part` counts what was
    posted for the same before, taken back or not.
    """

    def __init__(self) -> None:
        self._purposes: dict[tuple[str, int, str | None, str, str, str], bytes] = {}
        self._times: dict[date, bytes] = {}

    def key(self, line: rules.Line, *, ended_on: date, part: int) -> UUID:
        named = (line.rule_id, line.rule_version, line.unit, line.framework, line.kind, line.level)
        purpose = self._purposes.get(named)
        if purpose is None:
            purpose = self._purposes[named] = _measured(_purpose(line))
        if part:
            purpose = _measured(f"{_purpose(line)}#{part}")
        time_ = self._times.get(ended_on)
        if time_ is None:
            time_ = self._times[ended_on] = _like(ended_on)
        source = f"{line.record_key}@{line.record_version}".encode()
        digest = sha256(_SYSTEM + len(source).to_bytes(4, "big") + source + purpose).digest()
        # Version 8: 48 bits of time, 74 of the hash, version and variant in between (ledger.md §4.1 "Keys").
        number = int.from_bytes(time_ + digest[:10], "big")
        return UUID(int=number & _FREE_BITS | _VERSION_8)


def _purpose(line: rules.Line) -> str:
    return f"{line.rule_id}@{line.rule_version}/{gift_of(line)}"


def _measured(text: str) -> bytes:
    """A part of what is hashed, its length in front."""
    part = text.encode()
    return len(part).to_bytes(4, "big") + part


def _like(ended_on: date) -> bytes:
    """The 6 bytes of time with which all keys of a day begin."""
    return ledger.derive_key(at=effective_at(ended_on), source_system="", source_id="", purpose="").bytes[:6]


_SYSTEM = _measured(SOURCE_SYSTEM)
_FREE_BITS = ~(0xF << 76 | 0x3 << 62) & (1 << 128) - 1
_VERSION_8 = 0x8 << 76 | 0x2 << 62
