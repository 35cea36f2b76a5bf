"""How recognition says what it found: lines, reasons, outcomes. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from xuecheng.learning.creditbank.rules import CreditClass, minutes_for_credits, shown_credits
from xuecheng.learning.recognition.rules import reasons as why
from xuecheng.learning.recognition.rules.caps import Room
from xuecheng.learning.recognition.rules.reasons import Reason
from xuecheng.learning.recognition.rules.rule import CapPeriod, Rule, Source
from xuecheng.learning.recognition.rules.standing import Held, Hours
from xuecheng.learning.recognition.rules.values import Line, Outcome, Posted, State
from xuecheng.learning.recognition.rules.worth import Plan, Target
from xuecheng.learning.records.rules import Record

WAITS = "correction_waits"
CAPS = frozenset({"cap_reached", "lifetime_cap_reached", "item_cap_reached"})
_KEPT = "minutes_kept"


class Found(NamedTuple):
    """What became of one target of a plan."""

    line: Line | None
    reason: Reason | None


Slot = tuple[CreditClass, str]


def slot(of: CreditClass, unit: str | None, identity: str | None) -> Slot:
    """What makes two lines of one record speak of the same thing."""
    return of, unit or identity or ""


def slot_of(target: Target) -> Slot:
    return slot(target.of, target.unit.key if target.unit is not None else None, target.identity)


def fits(made: Plan, posted: Sequence[Posted]) -> bool:
    """Whether a corrected record gives to what its first version gave to, by the same rule and in the same way."""
    if (made.rule.quantity.accumulate is not None) != bool(posted[-1].line.accumulates_in):
        return False
    slots = {slot(one.line.of, one.line.unit, one.line.identity) for one in posted}
    return made.rule.id == posted[-1].line.rule_id and {slot_of(target) for target in made.targets} == slots


def correction_waits(line: Line) -> Reason:
    return Reason.of(why.CorrectionWaits, version=line.record_version)


def refused(record: Record, reason: Reason) -> Outcome:
    return Outcome(record.key, record.version, State.REFUSED, (), (reason,))


def unchanged(record: Record) -> Outcome:
    return Outcome(record.key, record.version, State.UNCHANGED, (), ())


def result(record: Record, found: Sequence[Found]) -> Outcome:
    lines = tuple(one.line for one in found if one.line is not None)
    reasons = tuple(one.reason for one in found if one.reason is not None)
    state = State.REFUSED
    if any(line.credits for line in lines):
        state = State.CREDITED
    elif any(reason.code == _KEPT for reason in reasons):
        state = State.CARRIED
    return Outcome(record.key, record.version, state, lines, reasons)


def too_little(record: Record, rule: Rule, target: Target) -> Reason:
    framework = target.framework
    if rule.quantity.source is Source.MINUTES:
        least = minutes_for_credits(framework.step, minutes_per_credit=framework.minutes_per_credit)
        return Reason.of(why.TooLittle, minutes=target.minutes, least=least)
    stated = shown_credits(record.credits or 0)
    return Reason.of(why.TooFewCredits, credits=stated, framework=framework.code, least=shown_credits(framework.step))


def excluded_unit(target: Target, other: Held) -> Reason:
    unit = target.unit.key if target.unit is not None else ""
    return Reason.of(why.ExcludedUnit, unit=unit, other=other.unit or "", record=other.best.key)


def already_credited(target: Target, twin: Held) -> Reason:
    what = twin.unit or (target.unit.key if target.unit is not None else twin.identity.partition(":")[2])
    return Reason.of(why.AlreadyCredited, what=what, record=twin.best.key)


def cap_reason(room: Room, wish: int) -> Reason | None:
    cap, use = room.bound_cap, room.bound
    if cap is None or use is None:
        return None
    if cap.items:
        return Reason.of(why.ItemCapReached, cap=cap.id, most=cap.most, before=use.before)
    lost, worth, most, before = map(shown_credits, (wish - room.given, wish, cap.most, use.before))
    values = {"cap": cap.id, "lost": lost, "worth": worth, "most": most, "before": before}
    if cap.period is CapPeriod.LIFE:
        return Reason.of(why.LifetimeCapReached, **values)
    return Reason.of(why.CapReached, period=use.period, **values)


def part_of(posted: Sequence[Posted], record: Record, rule: Rule, target: Target) -> int:
    """How many lines this version of the record has from this version of the rule for the same thing."""
    same = (record.version, rule.id, rule.version, slot_of(target))
    return sum(
        (line.record_version, line.rule_id, line.rule_version, slot(line.of, line.unit, line.identity)) == same
        for _of, line in posted
    )


def make_line(
    record: Record,
    rule: Rule,
    target: Target,
    *,
    given: int,
    worth: int,
    minutes: int,
    hours: Hours | None = None,
    room: Room | None = None,
    supersedes: str | None = None,
    part: int = 0,
) -> Line:
    of = target.of
    return Line(
        record.key,
        record.version,
        rule.id,
        rule.version,
        part,
        target.unit.key if target.unit is not None else None,
        of.framework,
        of.kind,
        of.level,
        target.field,
        given,
        worth,
        minutes,
        hours.carried if hours is not None else 0,
        record.grade,
        room.uses if room is not None else (),
        target.valid_until,
        supersedes,
        target.identity,
        hours.period if hours is not None else "",
    )
