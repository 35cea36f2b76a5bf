"""The ledger in a few dictionaries: what the real one must answer, without locks, rows or seals."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from xuecheng.learning.creditbank.ledger import Code, State, Transfer, part_key

HOLD, END, MOVE, REVERSAL = 6, 7, 8, 9


@dataclass
class Reference:
    unit: dict[int, int] = field(default_factory=dict)
    floor: dict[int, int] = field(default_factory=dict)
    state: dict[int, State] = field(default_factory=dict)
    #: Key → (transfer, kind), in the order of posting.
    posted: dict[UUID, tuple[Transfer, int]] = field(default_factory=dict)
    moves: dict[UUID, Transfer] = field(default_factory=dict)
    reversed: dict[UUID, UUID] = field(default_factory=dict)
    ended: dict[UUID, int] = field(default_factory=dict)

    def open(self, account: int, *, unit: int, floor: int) -> None:
        self.unit[account], self.floor[account], self.state[account] = unit, floor, State.OPEN

    def balance(self, account: int, *, until: datetime | None = None) -> int:
        """Now, or counting what has effect until then."""
        rows = [row for row, _ in self.posted.values() if until is None or row.effective_at <= until]
        return sum(row.amount * ((row.credit == account) - (row.debit == account)) for row in rows)

    def post(self, row: Transfer, kind: int) -> Code:  # noqa: PLR0911  one for each code
        debit, credit = row.debit, row.credit
        if row.key in self.posted:
            return Code.ALREADY_POSTED if self.posted[row.key] == (row, kind) else Code.KEY_USED
        if debit == credit or not 1 <= row.amount <= 10**12:
            return Code.MALFORMED
        if debit not in self.unit or credit not in self.unit or debit >> 40 != credit >> 40:
            return Code.NO_SUCH_ACCOUNT
        if self.state[debit] is not State.OPEN or self.state[credit] is State.CLOSED:
            return Code.NOT_OPEN
        if self.unit[debit] != self.unit[credit]:
            return Code.UNITS_DIFFER
        if self.balance(debit) - row.amount < self.floor[debit]:
            return Code.INSUFFICIENT
        self.posted[row.key] = (row, kind)
        return Code.POSTED

    def batch(self, rows: list[Transfer], kind: int, *, whole: bool) -> list[Code]:
        before, codes, seen = dict(self.posted), [], set()
        for row in rows:
            twice = row.key in seen and row.key not in before
            codes.append(Code.KEY_TWICE if twice else self.post(row, kind))
            seen.add(row.key)
        if whole and not all(code.stands for code in codes):
            self.posted = before
            codes = [Code.OTHERS_REFUSED if code is Code.POSTED else code for code in codes]
        return codes

    def move(self, row: Transfer, clearing: dict[int, int], pair: int) -> Code:
        if row.key in self.moves:
            return Code.ALREADY_POSTED if self.moves[row.key] == row else Code.KEY_USED
        halves = [
            row._replace(key=part_key(row.key, 1), credit=clearing[row.debit >> 40], ref=pair),
            row._replace(key=part_key(row.key, 2), debit=clearing[row.credit >> 40], ref=pair),
        ]
        before = dict(self.posted)
        for half in sorted(halves, key=lambda half: half.debit >> 40):
            if code := self.post(half, MOVE):
                self.posted = before
                return code
        self.moves[row.key] = row
        return Code.POSTED

    def reverse(self, key: UUID, of: UUID, seq: int) -> Code:
        row, kind = self.posted[of]
        if HOLD <= kind <= REVERSAL:
            return Code.MALFORMED
        if self.reversed.get(of, key) != key:
            return Code.KEY_USED
        code = self.post(row._replace(key=key, debit=row.credit, credit=row.debit, ref=seq), REVERSAL)
        if code is Code.POSTED:
            self.reversed[of] = key
        return code

    def close(self, hold: UUID, target: int, captured: int, ref: int, at: datetime) -> Code:
        row, _ = self.posted[hold]
        if not 0 <= captured <= row.amount:
            return Code.MALFORMED
        if self.ended.get(hold, captured) != captured:
            return Code.KEY_USED
        parts = [
            Transfer(part_key(hold, 1), row.credit, target, captured, ref, at),
            Transfer(part_key(hold, 2), row.credit, row.debit, row.amount - captured, ref, at),
        ]
        before = dict(self.posted)
        code = max(self.post(part, END) for part in parts if part.amount)
        if hold in self.ended:
            return code
        if code:
            self.posted = before
            return code
        self.ended[hold] = captured
        return code
