"""A conversion rule 转换规则: which records it is for, what it gives, within which limits (C-17 … C-27)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal
from xuecheng.learning.creditbank.rules import CreditClass
from xuecheng.learning.recognition.rules.reading import Patterns, Reader, RuleFieldMissing
from xuecheng.learning.records.rules import PeriodKind

_WHOLE_PERCENT = 100
_CODE_NAMES = ("code", "course_code", "type_code", "certificate_code", "activity_code")
_SELECTED_FACTS = ("area", "tag", "mode")


class MatchesEverything(Refusal):
    message = _("The rule does not say which records it is for.")
    remedy = _("Name at least one of origin, institution, code, title, level or role.")


class CodeNamedTwice(Refusal):
    message = _("The code is given twice, as “%(name)s” and as “%(other)s”.")
    remedy = _("Keep one of them.")


class BandsOutOfOrder(Refusal):
    message = _("The bands of hours must rise: each ends later than the one before, and only the last may have no end.")


class SplitAboveWhole(Refusal):
    message = _("The parts add up to %(percent)s %%; a record is used once, so they may reach 100 %% at most.")


class SplitNotStated(Refusal):
    message = _("The rule gives to several units or kinds without saying how the record is split.")
    remedy = _("State the percentage or the credits of each part.")


class CreditsNotStated(Refusal):
    message = _("A fixed quantity needs its credits: name a unit, or state them.")


class AccumulationIntoUnit(Refusal):
    message = _("Hours are accumulated into credits of a kind, not into a unit.")
    remedy = _("Leave the unit empty, or do not accumulate.")


class OnlyForMinutes(Refusal):
    message = _("Only minutes have bands and are accumulated.")


class AccumulationSplit(Refusal):
    message = _("Accumulated hours go into one kind of credit.")


class RetroactiveAccumulation(Refusal):
    message = _("A rule that accumulates hours cannot count for the past: those hours are already rounded.")
    remedy = _("Let the new version begin with a quarter, without retroaction.")


class CapWithoutLimit(Refusal):
    message = _("A cap needs either a number of credits or a number of items.")


class RollingWithoutMonths(Refusal):
    message = _("A rolling cap needs its number of months.")


class Source(StrEnum):
    """What the quantity of a rule is counted from."""

    MINUTES = "minutes"
    CREDITS = "credits"
    FIXED = "fixed"


class CapPeriod(StrEnum):
    YEAR = "year"
    SEMESTER = "semester"
    QUARTER = "quarter"
    ROLLING = "rolling"
    LIFE = "life"


class Per(StrEnum):
    """What a cap counts apart: one sum for each."""

    RULE = "rule"
    LEARNER = "learner"
    KIND = "kind"
    ORIGIN = "origin"
    ISSUER = "issuer"


class Policy(StrEnum):
    CUT = "cut"  # what fits is given
    WHOLE = "whole"  # all or nothing


@dataclass(frozen=True, slots=True, eq=False)
class Cap:
    """A limit on what one learner gets in a period (C-23). `most` is in hundredths, or in records when `items`.

    Only lines that fit every part of `select` count. Credits of two frameworks are never added: each has its own sum.
    """

    id: str
    period: CapPeriod
    months: int
    per: Per
    most: int
    items: bool
    policy: Policy
    select: tuple[tuple[str, Patterns], ...]
    facts: tuple[tuple[str, Patterns], ...]
    toward: str = ""
    period_kind: PeriodKind | None = field(init=False)

    def __post_init__(self) -> None:
        kind = None if self.period is CapPeriod.ROLLING else PeriodKind(self.period)
        object.__setattr__(self, "period_kind", kind)


@dataclass(frozen=True, slots=True)
class Band:
    """Minutes up to `to` (None: all above) count at `percent`."""

    to: int | None
    percent: int


@dataclass(frozen=True, slots=True)
class Quantity:
    """How much a record is worth: from its minutes, from its institution's credits, or fixed.

    `framework` names the one whose credits the record's are, where that is not the target's (C-21); `num` / `den` is
    a convention instead of the way through hours. `minutes` are those of a fixed quantity whose records state none
    (C-26).
    """

    source: Source = Source.MINUTES
    bands: tuple[Band, ...] = ()
    accumulate: PeriodKind | None = None
    framework: str = ""
    num: int = 0
    den: int = 0
    minutes: int = 0

    def counted(self, minutes: int) -> int:
        """The minutes that count of `minutes`, by bands (C-27), rounded down once."""
        if not self.bands or not minutes:
            return minutes
        begins = total = 0
        for band in self.bands:
            ends = minutes if band.to is None else min(minutes, band.to)
            total += max(0, ends - begins) * band.percent
            begins = band.to if band.to is not None else minutes
        return total // _WHOLE_PERCENT


@dataclass(frozen=True, slots=True)
class Give:
    """Where credit goes: a unit "CODE@version", or a kind and level of a framework. `credits` hundredths, if fixed.

    `of` has no level where the unit's own is meant. `position` is its place among those of the rule.
    """

    position: int
    of: CreditClass
    field: str
    unit: str | None
    credits: int | None
    percent: int


@dataclass(frozen=True, slots=True)
class Match:
    """Which records a rule is for. `who` are the fields that decide it; the rest are thresholds and days."""

    who: tuple[tuple[str, Patterns], ...]
    facts: tuple[tuple[str, Patterns], ...]
    grades: Patterns | None
    min_grade: str
    min_minutes: int | None
    max_minutes: int | None
    min_attendance_percent: int | None
    begins_on: date
    ends_on: date
    has_thresholds: bool = field(init=False)

    def __post_init__(self) -> None:
        # Most rules have none, and a million records ask.
        limits = (self.grades, self.min_minutes, self.max_minutes, self.min_attendance_percent, self.min_grade or None)
        limited = any(limit is not None for limit in limits) or (self.begins_on, self.ends_on) != (date.min, date.max)
        object.__setattr__(self, "has_thresholds", limited)

    @property
    def specificity(self) -> int:
        """How many fields are bound (C-17); one that anything matches binds nothing."""
        patterns = [found for _name, found in (*self.who, *self.facts)] + ([self.grades] if self.grades else [])
        thresholds = (self.min_minutes, self.max_minutes, self.min_attendance_percent)
        return (
            sum(found.binds for found in patterns)
            + sum(threshold is not None for threshold in thresholds)
            + (self.min_grade != "")
            + ((self.begins_on, self.ends_on) != (date.min, date.max))
        )


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One version of a rule, in force for learning that ended in `[begins_on, ends_on)` (C-18)."""

    id: str
    version: int
    begins_on: date
    ends_on: date
    priority: int
    phase: str
    match: Match
    quantity: Quantity
    gives: tuple[Give, ...]
    caps: tuple[Cap, ...]
    validity_months: int | None
    retroactive: bool
    drafted_by: str
    approved_by: str
    is_simple: bool = field(init=False)

    def __post_init__(self) -> None:
        # One thing, no cap, no sum over hours: what a record gives depends on nothing else. Most rules are so.
        simple = len(self.gives) == 1 and not self.caps and self.quantity.accumulate is None
        object.__setattr__(self, "is_simple", simple)

    @property
    def name(self) -> str:
        """How people and reasons name this version."""
        return f"{self.id} v{self.version}"

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Rule:
        """Read a rule as officers and files write it. Raises a refusal whose `field` is the path of the wrong field."""
        read = Reader(data)
        begins_on, ends_on = read.period("effect")
        quantity = _quantity(read.part("quantity"))
        rule = cls(
            id=read.text("id"),
            version=read.whole("version", least=1),
            begins_on=begins_on,
            ends_on=ends_on,
            priority=read.whole("priority", 0, least=-1_000_000, most=1_000_000),
            phase=read.text("phase", ""),
            match=_match(read.part("match")),
            quantity=quantity,
            gives=tuple(_give(part, at) for at, part in enumerate(read.parts("give"))),
            caps=tuple(read_cap(part, number, Per.RULE) for number, part in enumerate(read.parts("caps"), 1)),
            validity_months=read.whole_or_none("validity_months", least=1, most=1200),
            retroactive=read.flag("retroactive"),
            drafted_by=read.text("drafted_by", ""),
            approved_by=read.text("approved_by", ""),
        )
        read.skip("dry_run")
        read.close()
        _check(rule, read)
        return rule


def _check(rule: Rule, read: Reader) -> None:
    """What no single field can say (C-20, C-26, C-27)."""
    if not rule.gives:
        raise read.refuse(RuleFieldMissing, "give")
    if not any(found.binds for _name, found in (*rule.match.who, *rule.match.facts)):
        raise read.refuse(MatchesEverything, "match")
    if rule.quantity.source is Source.FIXED:
        if any(give.credits is None and give.unit is None for give in rule.gives):
            raise read.refuse(CreditsNotStated, "give")
    else:
        _check_split(rule.gives, read)
    if rule.quantity.source is not Source.MINUTES and (rule.quantity.bands or rule.quantity.accumulate):
        raise read.refuse(OnlyForMinutes, "quantity")
    if rule.quantity.accumulate is not None:
        _check_accumulation(rule, read)


def _check_split(gives: tuple[Give, ...], read: Reader) -> None:
    if len(gives) > 1 and any(give.percent == _WHOLE_PERCENT for give in gives):
        raise read.refuse(SplitNotStated, "give")
    percent = sum(give.percent for give in gives)
    if percent > _WHOLE_PERCENT:
        raise read.refuse(SplitAboveWhole, "give", percent=percent)


def _check_accumulation(rule: Rule, read: Reader) -> None:
    if len(rule.gives) > 1:
        raise read.refuse(AccumulationSplit, "give")
    if rule.gives[0].unit is not None:
        raise read.refuse(AccumulationIntoUnit, "give.0.unit")
    if rule.retroactive:
        raise read.refuse(RetroactiveAccumulation, "retroactive")


def _match(read: Reader) -> Match:
    who = []
    for name in ("origin", "institution", "title", "level", "role"):
        found = read.patterns(name)
        if found is not None:
            who.append((name, found))
    code_name = ""
    for name in _CODE_NAMES:
        found = read.patterns(name)
        if found is not None:
            if code_name:
                raise read.refuse(CodeNamedTwice, name, other=code_name)
            code_name = name
            who.append(("code", found))
    begins_on, ends_on = read.period("ended_on")
    match = Match(
        who=tuple(who),
        facts=_facts(read),
        grades=read.patterns("grade"),
        min_grade=read.label("min_grade", ""),
        min_minutes=read.whole_or_none("min_minutes"),
        max_minutes=read.whole_or_none("max_minutes"),
        min_attendance_percent=read.whole_or_none("min_attendance_percent", most=_WHOLE_PERCENT),
        begins_on=begins_on,
        ends_on=ends_on,
    )
    read.close()
    return match


def _facts(read: Reader) -> tuple[tuple[str, Patterns], ...]:
    part = read.part("facts")
    found = ((name, part.patterns(name)) for name in sorted(read.names("facts")))
    return tuple((name, patterns) for name, patterns in found if patterns is not None)


def _quantity(read: Reader) -> Quantity:
    bands = []
    for part in read.parts("bands"):
        bands.append(Band(part.whole_or_none("to", least=1), part.whole("percent", most=_WHOLE_PERCENT)))
        part.close()
    ends = [band.to for band in bands]
    if None in ends[:-1] or any(one >= other for one, other in pairwise(ends) if one and other):
        raise read.refuse(BandsOutOfOrder, "bands")
    quantity = Quantity(
        source=read.choice("from", Source, Source.MINUTES),
        bands=tuple(bands),
        accumulate=read.choice("accumulate", PeriodKind) if read.has("accumulate") else None,
        framework=read.text("framework", ""),
        num=read.whole("num", 0, least=1) if read.has("num") or read.has("den") else 0,
        den=read.whole("den", least=1) if read.has("num") or read.has("den") else 0,
        minutes=read.whole("minutes", 0),
    )
    read.close()
    return quantity


def _give(read: Reader, position: int) -> Give:
    give = Give(
        position=position,
        of=CreditClass(read.text("framework"), read.text("kind", "learning"), read.label("level", "")),
        field=read.label("field", ""),
        unit=read.text("unit") if read.has("unit") else None,
        credits=read.whole_or_none("credits", least=1),
        percent=read.whole("percent", _WHOLE_PERCENT, least=1, most=_WHOLE_PERCENT),
    )
    read.close()
    return give


def read_cap(read: Reader, number: int, per: Per) -> Cap:
    """Read the cap of a rule or, with another default for `per`, of a rule set."""
    select = read.part("select")
    names = ("origin", "kind", "framework", "level", "issuer", "field", "code")
    selected = [(name, select.patterns(name)) for name in names]
    facts = [(name, select.patterns(name)) for name in _SELECTED_FACTS]
    items = read.has("max_items")
    if items == read.has("max"):
        raise read.refuse(CapWithoutLimit, "max")
    period = read.choice("period", CapPeriod)
    if (period is CapPeriod.ROLLING) != read.has("months"):
        raise read.refuse(RollingWithoutMonths, "months")
    cap = Cap(
        id=read.text("id", f"cap-{number}"),
        period=period,
        months=read.whole("months", 0, least=1, most=1200) if period is CapPeriod.ROLLING else 0,
        per=read.choice("per", Per, per),
        most=read.whole("max_items" if items else "max"),
        items=items,
        policy=read.choice("policy", Policy, Policy.WHOLE if items else Policy.CUT),
        select=tuple((name, found) for name, found in selected if found is not None),
        facts=tuple((name, found) for name, found in facts if found is not None) + _facts(select),
        toward=read.text("for", ""),
    )
    select.close()
    read.close()
    return cap
