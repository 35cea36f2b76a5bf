"""How much a learner may get for learning from outside in a period (C-23), counted as the engine of rules counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from xuecheng.learning.creditbank.models import UnitVersion
from xuecheng.learning.creditbank.rules import CreditClass
from xuecheng.learning.foreign.models import ForeignRecord, ForeignRule
from xuecheng.learning.recognition.rules.caps import CapCounts, Entry
from xuecheng.learning.recognition.rules.rule import Cap, CapPeriod, Per, Policy
from xuecheng.learning.records.models import Origin
from xuecheng.learning.records.rules import Calendar, Record


@dataclass
class Given:
    """What one learner was given for learning from outside, and in a trial what they would be given."""

    entries: list[Entry] = field(default_factory=list)

    @classmethod
    def of(cls, keys: Iterable[int]) -> Given:
        """What stands under these keys of one person. One query."""
        rows = ForeignRecord.objects.filter(learner__in=list(keys), state=ForeignRecord.State.CREDITED)
        rows = rows.select_related("unit__level__framework", "rule")
        return cls([_entry(row, row.unit, row.credits_given or 0) for row in rows if row.unit is not None])

    def add(self, row: ForeignRecord, unit: UnitVersion, amount: int) -> None:
        self.entries.append(_entry(row, unit, amount))

    def fit(self, row: ForeignRecord, rule: ForeignRule, amount: int) -> int:
        """As much of `amount` hundredths as the rule's cap leaves; all of it under a rule without one."""
        if rule.cap is None or row.ended_on is None:
            return amount
        framework = rule.unit.level.framework
        room = CapCounts(Calendar(), self.entries).fit(
            _entry(row, rule.unit, amount), caps=[_cap(rule, rule.cap)], step=framework.step,
            whole_only=framework.all_or_nothing,
        )  # fmt: skip
        return room.given


def _cap(rule: ForeignRule, most: int) -> Cap:
    return Cap(
        id=rule.code, period=CapPeriod(rule.cap_period), months=rule.cap_months or 0, per=Per(rule.cap_per), most=most,
        items=False, policy=Policy(rule.cap_policy), select=(), facts=(),
    )  # fmt: skip


def _entry(row: ForeignRecord, unit: UnitVersion, amount: int) -> Entry:
    level = unit.level
    # Who is recognised by an officer is one issuer under all identifiers; others are told apart by name.
    issuer = f"#{row.issuer_id}" if row.issuer_id else row.issuer_name
    record = Record(
        key=str(row.public_id), learner=row.learner_id, institution=issuer, origin=Origin.FOREIGN.value, code=row.code,
        title=row.title, ended_on=row.ended_on or date.min,
    )  # fmt: skip
    return Entry(record, CreditClass(level.framework.code, unit.kind, level.label), unit.field, "", amount)
