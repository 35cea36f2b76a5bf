"""Caps: how much room is left (C-23), and which records use it best (C-24)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from xuecheng.learning.creditbank.rules import CreditClass, add_months
from xuecheng.learning.recognition.rules.rule import Cap, CapPeriod, Per, Policy
from xuecheng.learning.recognition.rules.values import CapUse
from xuecheng.learning.records.rules import Calendar, Record


class Entry(NamedTuple):
    """Credits above zero that a record got under a rule: what caps count."""

    record: Record
    of: CreditClass
    field: str
    rule_id: str
    credits: int


class Room(NamedTuple):
    """What a set of caps leaves of a wish: how much is given, the caps' states, and the cap that took the rest."""

    given: int
    uses: tuple[CapUse, ...]
    bound: CapUse | None
    bound_cap: Cap | None


# One sum: the framework's code and what the cap counts apart. Amounts of two frameworks never meet (C-01).
_SumKey = tuple[str, str]


class _State(NamedTuple):
    """A cap that has a say, as it stands."""

    cap: Cap
    used: int
    period: str

    def left_of(self, wish: int, *, step: int, whole_only: bool) -> int:
        """How much of `wish` this cap alone leaves. Caps judge the whole wish: one that cuts opens no other's door."""
        cap = self.cap
        room = cap.most - self.used
        if (room > 0) if cap.items else (room >= wish):
            return wish
        if cap.items or whole_only or cap.policy is Policy.WHOLE:
            return 0
        return max(0, room) // step * step

    def use(self, given: int) -> CapUse:
        cap, used, period = self
        after = used + (given > 0 if cap.items else given)
        return CapUse(cap.id, period, used, after, cap.most, cap.items)


class CapCounts:
    """How far one learner's caps are used. Sums of a cap are made when it is first asked for, then kept up to date."""

    def __init__(self, calendar: Calendar, entries: Iterable[Entry] = ()) -> None:
        self._calendar = calendar
        self._entries = list(entries)
        self._uses: dict[Cap, dict[_SumKey, _Sum]] = {}
        self._rule_of: dict[Cap, str] = {}

    def add(self, entry: Entry) -> None:
        self._entries.append(entry)
        for cap in self._uses:
            self._count(cap, entry)

    def fit(self, entry: Entry, *, caps: Iterable[Cap], step: int, whole_only: bool) -> Room:
        """How much of `entry.credits` the caps leave, in multiples of `step`; nothing is counted yet.

        `whole_only` is the all-or-nothing framework's law: none of its credits are ever cut.
        """
        states = [_State(cap, *self._used(cap, entry)) for cap in caps if _selects(cap, entry)]
        given = entry.credits
        bound: _State | None = None
        for state in states:
            left = state.left_of(entry.credits, step=step, whole_only=whole_only)
            if left < given:
                given, bound = left, state
        uses = tuple([state.use(given) for state in states])
        return Room(given, uses, None, None) if bound is None else Room(given, uses, bound.use(given), bound.cap)

    def _used(self, cap: Cap, entry: Entry) -> tuple[int, str]:
        """How much of the cap is used where `entry` would count, and the name of that period."""
        if cap not in self._uses:
            self._uses[cap] = {}
            self._rule_of[cap] = entry.rule_id
            for earlier in self._entries:
                self._count(cap, earlier)
        found = self._uses[cap].get(_sum_key(cap, entry))
        period = self._period(cap, entry.record.ended_on)
        return (found.used(cap, entry.record, period) if found else 0), period

    def _count(self, cap: Cap, entry: Entry) -> None:
        if (cap.per is Per.RULE and entry.rule_id != self._rule_of[cap]) or not _selects(cap, entry):
            return
        key = _sum_key(cap, entry)
        sums = self._uses[cap]
        if key not in sums:
            sums[key] = _Sum()
        sums[key].add(entry, self._period(cap, entry.record.ended_on))

    def _period(self, cap: Cap, day: date) -> str:
        if cap.period_kind is None:
            return f"{add_months(day, -cap.months) + timedelta(days=1)}/{day}"
        return self._calendar.period_of(day, cap.period_kind).label


class _Sum:
    """What was counted for one cap and one of the things it counts apart."""

    def __init__(self) -> None:
        self._by_period: dict[str, list[Entry]] = {}

    def add(self, entry: Entry, period: str) -> None:
        self._by_period.setdefault(period, []).append(entry)

    def used(self, cap: Cap, record: Record, period: str) -> int:
        if cap.period is not CapPeriod.ROLLING:
            return _amount(cap, self._by_period.get(period, ()), record)
        entries = [entry for group in self._by_period.values() for entry in group]
        # A late record lies in the windows of learning that ended after it, too: the fullest of them decides.
        begins, ends = record.ended_on, add_months(record.ended_on, cap.months)
        moments = {begins} | {entry.record.ended_on for entry in entries if begins < entry.record.ended_on < ends}
        return max(
            _amount(
                cap,
                (
                    entry
                    for entry in entries
                    if entry.record.ended_on <= moment < add_months(entry.record.ended_on, cap.months)
                ),
                record,
            )
            for moment in moments
        )


def _amount(cap: Cap, entries: Iterable[Entry], record: Record) -> int:
    if cap.items:
        # A record that has been counted takes no second place.
        return len({entry.record.key for entry in entries} - {record.key})
    return sum(entry.credits for entry in entries)


def _selects(cap: Cap, entry: Entry) -> bool:
    for name, patterns in cap.select:
        if not patterns.match(_SELECTED[name](entry)):
            return False
    return not cap.facts or all(patterns.match(entry.record.facts.get(name, "")) for name, patterns in cap.facts)


_SELECTED: Mapping[str, Callable[[Entry], str]] = {
    "origin": lambda entry: entry.record.origin,
    "issuer": lambda entry: entry.record.institution,
    "code": lambda entry: entry.record.code,
    "kind": lambda entry: entry.of.kind,
    "framework": lambda entry: entry.of.framework,
    "level": lambda entry: entry.of.level,
    "field": lambda entry: entry.field,
}


def _sum_key(cap: Cap, entry: Entry) -> _SumKey:
    match cap.per:
        case Per.KIND:
            apart = entry.of.kind
        case Per.ORIGIN:
            apart = entry.record.origin
        case Per.ISSUER:
            apart = entry.record.institution
        case Per.RULE | Per.LEARNER:
            apart = ""
    return entry.of.framework, apart


def best_subset(*, amounts: Sequence[int], room: int) -> tuple[int, ...]:
    """The positions in `amounts` whose sum comes nearest to `room` without passing it, by dynamic programming (C-24).

    Exact; of equal sums the one with the earliest positions, so that the offer is the same each time. It is an offer:
    the learner chooses.
    """
    # reachable[i] holds, bit by bit, the sums that positions i and later can make.
    reachable = [1]
    within = (1 << room + 1) - 1
    for amount in reversed(amounts):
        later = reachable[-1]
        reachable.append((later | later << amount) & within if amount <= room else later)
    reachable.reverse()
    left = reachable[0].bit_length() - 1
    chosen = []
    for position, amount in enumerate(amounts):
        if amount <= left and reachable[position + 1] >> (left - amount) & 1:
            chosen.append(position)
            left -= amount
    return tuple(chosen)
