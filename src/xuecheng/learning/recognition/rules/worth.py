"""What a record is worth under a rule, before what the learner already has is looked at (C-19, C-21, C-22, C-26)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from xuecheng.learning.creditbank.rules import (
    CreditClass,
    Framework,
    Unit,
    convert,
    convert_by_ratio,
    credits_for_minutes,
    last_valid_day,
)
from xuecheng.learning.recognition.rules import reasons as why
from xuecheng.learning.recognition.rules.matching import RuleIndex, Scales
from xuecheng.learning.recognition.rules.reasons import Reason
from xuecheng.learning.recognition.rules.rule import Give, Rule, Source
from xuecheng.learning.recognition.rules.ruleset import RuleSet
from xuecheng.learning.records.rules import Record, title_key


class Target(NamedTuple):
    """One thing that a record is worth something in. `worth` is 0 for hours that are added up over a period first."""

    of: CreditClass
    field: str
    framework: Framework
    unit: Unit | None
    worth: int
    minutes: int
    identity: str | None
    valid_until: date | None


class Plan(NamedTuple):
    """The rule for a record and what it is worth under it."""

    rule: Rule
    targets: Sequence[Target]


class Law(NamedTuple):
    """Everything that holds for all learners alike."""

    rules: RuleIndex
    units: Mapping[str, Unit]
    frameworks: Mapping[str, Framework]
    scales: Scales


def plan(record: Record, law: Law) -> Plan | Reason:
    """The plan for a record by the rule that applies to it, or the reason why it gives nothing."""
    failure = law.rules.passes(record, law.scales)
    if failure is not None:
        return failure
    rule = law.rules.choose(record, law.scales)
    if isinstance(rule, Reason):
        return rule
    upgrade = law.rules.upgrade(rule, record, law.scales)
    by_rule = plan_under(rule, record, law)
    return by_rule if upgrade is None else better_plan(by_rule, plan_under(upgrade, record, law))


def better_plan(old: Plan | Reason, new: Plan | Reason) -> Plan | Reason:
    """A retroactive version counts only upwards (C-18): same classes, same units, more in none less."""
    if isinstance(new, Reason):
        return old
    if isinstance(old, Reason):
        return new
    if [(target.of, target.identity) for target in old.targets] != [(t.of, t.identity) for t in new.targets]:
        return old
    gains = [there.worth - here.worth for here, there in zip(old.targets, new.targets, strict=True)]
    return new if min(gains) >= 0 and any(gains) else old


def plan_under(rule: Rule, record: Record, law: Law) -> Plan | Reason:
    """The plan for a record under one version of a rule."""
    # Hours that are added up over a period are counted together with the others (C-20).
    alone = rule.quantity.source is Source.MINUTES and rule.quantity.accumulate is None
    counted = rule.quantity.counted(record.minutes) if alone else 0
    targets = []
    for give in rule.gives:
        target = _target(give, rule, record, counted, law)
        if isinstance(target, Reason):
            return target
        targets.append(target)
    if len(targets) > 1 and rule.quantity.source is Source.FIXED:
        overdrawn = _overdrawn(rule, targets, record.minutes or rule.quantity.minutes)
        if overdrawn is not None:
            return overdrawn
    return Plan(rule, targets)


def _target(give: Give, rule: Rule, record: Record, counted: int, law: Law) -> Target | Reason:
    rule_set = law.rules.rule_set
    framework = law.frameworks.get(give.of.framework)
    if framework is None:
        return Reason.of(why.FrameworkUnknown, rule=rule.name, framework=give.of.framework)
    if (framework.all_or_nothing or rule_set.outcomes_required) and not record.outcomes_verified:
        return Reason.of(why.OutcomesNotVerified, framework=framework.code)
    unit, of = None, give.of
    if give.unit is not None:
        found = _unit(give.unit, rule, record, law)
        if isinstance(found, Reason):
            return found
        unit = found
        of = of if of.level else of._replace(level=unit.level)
    if of.level and not framework.has_level(of.level):
        return Reason.of(why.LevelNotInFramework, rule=rule.name, level=of.level, framework=framework.code)
    minutes = counted * give.percent // 100
    if rule.quantity.source is Source.CREDITS:
        worth = _from_credits(give, rule, record, framework, law)
        if isinstance(worth, Reason):
            return worth
    else:
        worth = _from_rule(give, rule, framework, unit, minutes)
    # A unit is never worth more than its credits, unless the rule itself states them.
    if unit is not None and give.credits is None and worth > unit.credits:
        worth = unit.credits
    valid_until = _valid_until(record, rule.validity_months, framework.validity_months, rule_set.max_validity_months)
    field = give.field or (unit.field if unit is not None else "")
    return Target(of, field, framework, unit, worth, minutes, _identity(give, unit, record, rule_set), valid_until)


def _valid_until(record: Record, *months: int | None) -> date | None:
    """The least of the limits of rule, framework and rule set, and of the issuer's own last day (C-22)."""
    if months == _NO_LIMITS:
        return record.valid_until
    last_day = last_valid_day(record.ended_on, *months)
    if record.valid_until is not None and (last_day is None or record.valid_until < last_day):
        return record.valid_until
    return last_day


_NO_LIMITS = (None, None, None)


def _unit(key: str, rule: Rule, record: Record, law: Law) -> Unit | Reason:
    unit = law.units.get(key)
    if unit is None:
        return Reason.of(why.UnitUnknown, rule=rule.name, unit=key)
    if not unit.begins_on <= record.ended_on < unit.ends_on:
        return Reason.of(why.UnitNotInForce, unit=key, ended_on=record.ended_on.isoformat())
    return unit


def _from_rule(give: Give, rule: Rule, framework: Framework, unit: Unit | None, minutes: int) -> int:
    """Hundredths for minutes that counted, or as the rule or its unit fixes them, rounded once (C-19, C-20)."""
    if rule.quantity.source is Source.MINUTES:
        if rule.quantity.accumulate is not None:
            return 0
        return credits_for_minutes(minutes, minutes_per_credit=framework.minutes_per_credit, step=framework.step)
    stated = give.credits if give.credits is not None else unit.credits if unit is not None else 0
    return stated // framework.step * framework.step


def _from_credits(give: Give, rule: Rule, record: Record, framework: Framework, law: Law) -> int | Reason:
    """Hundredths for the institution's own credits, by hours or by the convention that the rule states (C-21)."""
    quantity = rule.quantity
    if record.credits is None:
        return Reason.of(why.CreditsNotInRecord, rule=rule.name)
    part = record.credits * give.percent // 100
    if quantity.den:
        return convert_by_ratio(part, num=quantity.num, den=quantity.den, step=framework.step)
    source = law.frameworks.get(quantity.framework or give.of.framework)
    if source is None:
        return Reason.of(why.FrameworkUnknown, rule=rule.name, framework=quantity.framework)
    return convert(
        part,
        from_minutes=source.minutes_per_credit,
        to_minutes=framework.minutes_per_credit,
        step=framework.step,
    )


def _overdrawn(rule: Rule, targets: list[Target], minutes: int) -> Reason | None:
    """A record that feeds several units is used once: their credits are no more than its hours (C-26)."""
    needed = sum(target.worth * target.framework.minutes_per_credit for target in targets)
    if needed <= minutes * 100:
        return None
    return Reason.of(why.ExceedsHours, rule=rule.name, needed=-(-needed // 100), minutes=minutes)


def _identity(give: Give, unit: Unit | None, record: Record, rule_set: RuleSet) -> str | None:
    """What a learner is credited for once: the unit, or, where the rule set says so, the title (C-25)."""
    if unit is not None:
        return unit.identity
    if rule_set.once_per_title:
        key = title_key(record.title, first_ordinal_equals_none=rule_set.first_ordinal_equals_none)
        # The parts of a split are not rivals of each other.
        return f"title:{key}/{give.position}" if give.position else f"title:{key}"
    return None
