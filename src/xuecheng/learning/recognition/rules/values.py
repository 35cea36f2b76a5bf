"""What recognition takes and answers: lines, postings, outcomes. Tuples, for a city makes them by the million."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from xuecheng.learning.creditbank.rules import CreditClass
from xuecheng.learning.recognition.rules.reasons import Reason
from xuecheng.learning.records.rules import Record


class CapUse(NamedTuple):
    """The state of one cap around one line (C-30); hundredths, or records when `items`."""

    cap: str
    period: str
    before: int
    after: int
    most: int
    items: bool


class Line(NamedTuple):
    """What one record gives in one class: one balanced transaction of the ledger, once `credits` are above zero (C-29).

    `credits` are what is to be posted now and `worth` is what the record is worth by the rule, before earlier postings
    and caps, both in hundredths. `minutes_used` counted (after bands), `carried_minutes` wait for the next record of
    the class. `part` numbers the postings of one record version, rule version and class. `identity` is what a learner
    is credited for once, `supersedes` the record whose posting this one tops up (C-25). `valid_until` is the last day
    for new use. `accumulates_in` is the period over which the rule adds up hours (C-20).
    """

    record_key: str
    record_version: int
    rule_id: str
    rule_version: int
    part: int
    unit: str | None
    framework: str
    kind: str
    level: str
    field: str
    credits: int
    worth: int
    minutes_used: int
    carried_minutes: int
    grade_used: str
    caps: tuple[CapUse, ...]
    valid_until: date | None
    supersedes: str | None
    identity: str | None
    accumulates_in: str

    @property
    def of(self) -> CreditClass:
        return CreditClass(self.framework, self.kind, self.level)


class Posted(NamedTuple):
    """A line of an earlier recognition that stands, with the record it was made from."""

    record: Record
    line: Line


class State(StrEnum):
    """What became of a record.

    | state | meaning | lines |
    |---|---|---|
    | credited | something is to be posted | at least one with credits above zero |
    | carried | the minutes wait for the next record (C-20) | one of zero credits |
    | refused | the reasons say why | none, or of zero credits where minutes were counted and fell to a cap |
    | unchanged | it was posted before and nothing more is owed | none |

    Every line is kept and given back in `already`; only those above zero go to the ledger.
    """

    CREDITED = "credited"
    CARRIED = "carried"
    REFUSED = "refused"
    UNCHANGED = "unchanged"


class Outcome(NamedTuple):
    """What recognition says of one record; reasons also tell what part of a credited record was lost, and to what."""

    record_key: str
    record_version: int
    state: State
    lines: tuple[Line, ...]
    reasons: tuple[Reason, ...]


def posting_key(line: Line) -> UUID:
    """The idempotency key of a line's transaction: the same recognition, run twice, posts once (C-29)."""
    parts = [line.record_key, line.record_version, line.rule_id, line.rule_version, line.unit, *line.of, line.part]
    digest = hashlib.sha256(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()).digest()
    # RFC 9562 version 8: bits of our own making.
    return UUID(int=int.from_bytes(digest[:16]) & ~(0xF << 76) & ~(0x3 << 62) | 0x8 << 76 | 0x2 << 62)
