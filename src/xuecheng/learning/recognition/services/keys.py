"""Keys of recognition's postings (C-29): the same for the same record, rule and gift, for ever."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
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


def posting_key(line: rules.Line, *, ended_on: date, part: int) -> UUID:
    """The key of the transfer of a line; `part` counts what was posted for the same before, taken back or not."""
    return ledger.derive_key(
        at=effective_at(ended_on),
        source_system=SOURCE_SYSTEM,
        source_id=f"{line.record_key}@{line.record_version}",
        purpose=f"{line.rule_id}@{line.rule_version}/{gift_of(line)}" + (f"#{part}" if part else ""),
    )


def reversal_key(key: UUID) -> UUID:
    """The key under which a posting is taken back: it is only once."""
    return ledger.part_key(key, _TAKEN_BACK)
