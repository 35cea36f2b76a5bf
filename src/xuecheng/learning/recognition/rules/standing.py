"""What a learner already has, as far as new lines depend on it: caps, hours that wait, units held."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from xuecheng.learning.creditbank.rules import (
    CreditClass,
    Unit,
    are_equivalent,
    are_same_unit,
    credits_for_minutes,
    exclude_each_other,
    minutes_for_credits,
)
from xuecheng.learning.recognition.rules.caps import CapCounts, Entry
from xuecheng.learning.recognition.rules.rule import Rule
from xuecheng.learning.recognition.rules.values import Line, Posted
from xuecheng.learning.recognition.rules.worth import Law, Target
from xuecheng.learning.records.rules import GradeNotInScale, Record


class Merit(NamedTuple):
    """How good a record is for a unit: higher level, then more credits, then better grade, then earlier date (C-25)."""

    level: int
    worth: int
    scale: str
    rank: int
    ended_on: date
    key: str

    def beats(self, other: Merit) -> bool:
        """Whether this is the better one; grades of two scales do not decide."""
        graded = self.scale != "" and self.scale == other.scale
        mine, its = ((merit.level, merit.worth, merit.rank if graded else 0) for merit in (self, other))
        return (mine, (other.ended_on, other.key)) > (its, (self.ended_on, self.key))


@dataclass(slots=True)
class Held:
    """A unit (or title) that the learner was credited for: by whom best, how much altogether, under which names."""

    identity: str
    of: CreditClass
    best: Merit
    total: int
    unit: str | None
    units: set[str]


@dataclass(slots=True)
class _Pool:
    """Hours of one class: minutes that counted, hundredths they have made. What is over waits (C-20)."""

    counted: int = 0
    made: int = 0


class Hours(NamedTuple):
    """What a record adds to the hours of its class."""

    counted: int
    made: int
    carried: int
    least: int
    period: str
    recorded_before: int


class Standing:
    """One learner's state while records are gone through; it begins with what was posted and never changes that."""

    def __init__(self, already: Sequence[Posted], law: Law) -> None:
        self._law = law
        self._calendar = law.rules.rule_set.calendar
        self.lines: dict[str, list[Posted]] = defaultdict(list)
        self.held: dict[str, Held] = {}
        self._pools: dict[CreditClass, _Pool] = defaultdict(_Pool)
        self._recorded: Counter[tuple[str, str]] = Counter()
        in_order = sorted(already, key=_posting_order)
        self.caps = CapCounts(self._calendar, (_entry(posted) for posted in in_order if posted.line.credits))
        for posted in in_order:
            self._take(posted)
        for posted in self._latest_accumulated():
            self._recorded[posted.line.rule_id, posted.line.accumulates_in] += posted.record.minutes

    def add(self, record: Record, line: Line) -> None:
        """Take note of a new line. Its hours were noted when they were counted."""
        posted = Posted(record, line)
        if line.credits:
            self.caps.add(_entry(posted))
        self.lines[record.key].append(posted)
        self._hold(posted)

    def _take(self, posted: Posted) -> None:
        self.lines[posted.record.key].append(posted)
        if posted.line.accumulates_in:
            pool = self._pools[posted.line.of]
            pool.counted += posted.line.minutes_used
            pool.made += posted.line.worth
        self._hold(posted)

    def _latest_accumulated(self) -> Iterable[Posted]:
        """Of each record whose hours are added up, its newest version: a correction replaces the hours of the first."""
        for lines in self.lines.values():
            added_up = [posted for posted in lines if posted.line.accumulates_in]
            if added_up:
                yield max(added_up, key=lambda posted: posted.line.record_version)

    def _hold(self, posted: Posted) -> None:
        line = posted.line
        if line.identity is None:
            return
        merit = self.merit(posted.record, line.of, line.worth)
        held = self.held.get(line.identity)
        if held is None:
            units = {line.unit} if line.unit is not None else set[str]()
            self.held[line.identity] = Held(line.identity, line.of, merit, line.credits, line.unit, units)
            return
        held.total += line.credits
        if line.unit is not None:
            held.units.add(line.unit)
        if merit.key == held.best.key or merit.beats(held.best):
            held.of, held.best, held.unit = line.of, merit, line.unit

    def merit(self, record: Record, of: CreditClass, worth: int) -> Merit:
        framework = self._law.frameworks.get(of.framework)
        level = framework.ordinal(of.level) if framework is not None and framework.has_level(of.level) else 0
        rank = 0
        scale = self._law.scales.get(record.grade_scale)
        if scale is not None:
            try:
                rank = scale.rank(record.grade)
            except GradeNotInScale:
                scale = None
        return Merit(level, worth, scale.code if scale else "", rank, record.ended_on, record.key)

    def twin(self, target: Target) -> Held | None:
        """What the learner holds that is the same as `target`: the same unit, or one declared equivalent (C-08)."""
        return self.held.get(target.identity or "") or self._related(target, _are_alike)

    def excluding(self, target: Target) -> Held | None:
        """What the learner holds that excludes `target`."""
        return self._related(target, exclude_each_other)

    def _related(self, target: Target, relation: Callable[[Unit, Unit], bool]) -> Held | None:
        if target.unit is None:
            return None
        for _identity, held in sorted(self.held.items(), key=lambda item: item[0]):
            units = (self._law.units.get(key) for key in held.units)
            if any(unit is not None and relation(target.unit, unit) for unit in units):
                return held
        return None

    def hours_period(self, record: Record, rule: Rule) -> str:
        """The period whose hours a record joins under a rule that adds them up."""
        kind = rule.quantity.accumulate
        return "" if kind is None else self._calendar.period_of(record.ended_on, kind).label

    def add_hours(self, record: Record, target: Target, rule: Rule, instead_of: int = 0) -> Hours | None:
        """Count a record's hours: bands over the period's hours, rounding over all hours of the class (C-20, C-27).

        `instead_of` are the minutes of an earlier version of the record. None where the correction takes hours away.
        """
        period = self.hours_period(record, rule)
        before = self._recorded[rule.id, period]
        after = before - instead_of + record.minutes
        counted = rule.quantity.counted(after) - rule.quantity.counted(before)
        if counted < 0:
            return None
        self._recorded[rule.id, period] = after
        pool = self._pools[target.of]
        pool.counted += counted
        framework = target.framework
        per_credit = framework.minutes_per_credit
        all_made = credits_for_minutes(pool.counted, minutes_per_credit=per_credit, step=framework.step)
        made = max(0, all_made - pool.made)
        pool.made += made
        least = minutes_for_credits(framework.step, minutes_per_credit=per_credit)
        return Hours(counted, made, self.carried(target), least, period, before)

    def carried(self, target: Target) -> int:
        """The minutes of a class that wait for more."""
        pool = self._pools[target.of]
        used = minutes_for_credits(pool.made, minutes_per_credit=target.framework.minutes_per_credit)
        return max(0, pool.counted - used)


def _are_alike(one: Unit, other: Unit) -> bool:
    return are_same_unit(one, other) or are_equivalent(one, other)


def _posting_order(posted: Posted) -> tuple[str, int, int, int]:
    """Of each record the latest line last: what it says holds. A correction may have moved the end of the learning."""
    line = posted.line
    return line.record_key, line.record_version, line.rule_version, line.part


def _entry(posted: Posted) -> Entry:
    line = posted.line
    return Entry(posted.record, line.of, line.field, line.rule_id, line.credits)
