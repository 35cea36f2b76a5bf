"""One line of the statement in full: its facts (C-30), and the proof that nobody changed it since."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from xuecheng.learning.creditbank import ledger
from xuecheng.learning.recognition.models import Posting, RuleVersion
from xuecheng.learning.records.rules.periods import period_in_words

from .entries import Mine, entries
from .statement import StatementLine, lines_of

# The digest of a row stands in the block's `digests`, 40 bytes a row: 8 of serial, 32 of SHA-256 (ledger.md §4.6).
_PROOF = """
select s.n, s.first_seq, s.last_seq, s.closed_at, s.hash,
    substr(s.digests, (t.seq - s.first_seq)::int * 40 + 9, 32),
    sha256(ledger.row_bytes(t.book, t.key, t.seq, t.recorded_at, t.effective_at, t.debit, t.credit, t.amount,
        t.debit_after, t.credit_after, t.ref, t.actor, t.kind))
from ledger.transfer t
left join lateral (
    select * from ledger.seal where seal.book = t.book and seal.first_seq <= t.seq order by n desc limit 1
) s on s.last_seq >= t.seq
where t.book = %s and t.key = %s"""
_FACTS = """
select p.minutes_used, p.carried_minutes, p.grade_used, p.cap_state, p.valid_until, p.posted_at, p.officer_id, f.name,
    r.record_key, r.version, r.entered_at
from recognition_posting p
left join people_person f on f.id = p.officer_id
left join records_learningrecord r on r.id = p.record_id and r.book = p.book
where p.book = %s and p.key = %s"""


@dataclass(frozen=True, slots=True)
class Proof:
    """Where a row is sealed. `digest` is its SHA-256 now, `sealed` what the block says; no block: not sealed yet."""

    book: int
    serial: int
    block: int | None
    first_serial: int | None
    last_serial: int | None
    closed_at: datetime | None
    block_hash: str
    sealed: str
    digest: str

    @property
    def is_good(self) -> bool:
        return self.block is not None and self.sealed == self.digest


@dataclass(frozen=True, slots=True)
class CapUse:
    """How far a limit was used before and after; hundredths, or items."""

    period: str
    before: int
    after: int
    most: int
    is_items: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What recognition measured. `officer` is empty where it went by itself."""

    minutes_used: int
    carried_minutes: int
    grade_used: str
    caps: tuple[CapUse, ...]
    valid_until: date | None
    posted_at: datetime
    is_automatic: bool
    officer: str
    record_key: str
    record_version: int
    record_entered_at: datetime | None


@dataclass(frozen=True, slots=True)
class LineInFull:
    """A line, its facts and rule, its proof, and the line that takes it back or that it takes back."""

    line: StatementLine
    facts: Facts | None
    rule: RuleVersion | None
    proof: Proof
    taken_back_by: UUID | None
    taken_back_why: str
    takes_back: UUID | None


def line_in_full(mine: Mine, *, key: UUID) -> LineInFull | None:
    """The entry `key` of this learner, or None if it is not theirs. Six queries, seven for one that was taken back."""
    found = entries(mine, key=key, limit=1)
    if not found.rows:
        return None
    (line,) = lines_of(mine, found.rows)
    book = line.entry.book
    reversal = ledger.reversals(book=book, keys=[key]).get(key)
    is_reversed = reversal is not None and reversal.reversed_key == key
    return LineInFull(
        line=line,
        facts=_facts(book, key),
        rule=_rule(line),
        proof=_proof(book, line.entry.seq, key),
        taken_back_by=reversal.by_key if reversal and is_reversed else None,
        taken_back_why=_why(book, reversal) if reversal and is_reversed else "",
        takes_back=reversal.reversed_key if reversal and not is_reversed else None,
    )


def _why(book: int, reversal: ledger.Reversal) -> str:
    """Why something was taken back: as its posting says, or the ledger where none stands beside it."""
    said = Posting.objects.filter(key=reversal.by_key, book=book).values_list("why", flat=True).first()
    return reversal.reason if said is None else said


def _rule(line: StatementLine) -> RuleVersion | None:
    if line.behind is None or line.behind.rule_id is None:
        return None
    return RuleVersion.objects.filter(public_id=line.behind.rule_id).first()


def _facts(book: int, key: UUID) -> Facts | None:
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, [book, key])
        row = cursor.fetchone()
    if row is None:
        return None
    return Facts(
        minutes_used=row[0],
        carried_minutes=row[1],
        grade_used=row[2],
        caps=tuple(_cap(entry) for entry in _json(row[3])),
        valid_until=row[4],
        posted_at=row[5],
        is_automatic=row[6] is None,
        officer=row[7] or "",
        record_key=row[8] or "",
        record_version=row[9] or 1,
        record_entered_at=row[10],
    )


def _json(value: Any) -> Any:
    """What a raw query answers for jsonb: Django's driver leaves it as text."""
    return json.loads(value) if isinstance(value, str) else value


def _cap(entry: dict[str, Any]) -> CapUse:
    return CapUse(
        period=period_in_words(str(entry.get("period", ""))),
        before=int(entry.get("before", 0)),
        after=int(entry.get("after", 0)),
        most=int(entry.get("max", 0)),
        is_items=bool(entry.get("items", False)),
    )


def _proof(book: int, serial: int, key: UUID) -> Proof:
    with connection.cursor() as cursor:
        cursor.execute(_PROOF, [book, key])
        block, first, last, closed_at, block_hash, sealed, digest = cursor.fetchone()
    return Proof(
        book=book,
        serial=serial,
        block=block,
        first_serial=first,
        last_serial=last,
        closed_at=closed_at,
        block_hash=_hex(block_hash),
        sealed=_hex(sealed),
        digest=_hex(digest),
    )


def _hex(value: Any) -> str:
    return bytes(value).hex() if value is not None else ""
