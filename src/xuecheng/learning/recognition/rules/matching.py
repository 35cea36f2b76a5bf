"""Which rule applies to a record: versions in force, thresholds, and the choice among several (C-17, C-18).

Rules are asked about the fields that decide *whom* they are for once per combination of values, and the answer is kept:
a city's million records have a few thousand combinations of institution, code, level and role. Days and thresholds
are looked at record by record.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from xuecheng.learning.recognition.rules import reasons as why
from xuecheng.learning.recognition.rules.reasons import Reason
from xuecheng.learning.recognition.rules.rule import Rule
from xuecheng.learning.recognition.rules.ruleset import RuleSet
from xuecheng.learning.records.rules import GradeNotInScale, GradeScale, Record, Status, mark

# Titles are nearly all different: they join the key only when a rule asks for them.
_COMMON_FIELDS = ("origin", "institution", "code", "level", "role")
_MOST_COMBINATIONS = 200_000

Scales = Mapping[str, GradeScale]


class _Version(NamedTuple):
    """One version in the chain of its rule, newest first, and whether the combination at hand fits it."""

    begins_on: date
    ends_on: date
    rule: Rule
    fits: bool


class RuleIndex:
    """All approved versions of all rules, ready to be asked about millions of records.

    `on` is the day for which it is built: a retroactive version that takes effect later does not count for the past
    yet. `tried` is one of `rules`, a draft, that applies to all there is whatever its days; they still decide which of
    two equal rules is the newer. The index is filled while it is asked and belongs to one thread.
    """

    def __init__(
        self, rules: Iterable[Rule], *, on: date, rule_set: RuleSet | None = None, tried: Rule | None = None
    ) -> None:
        self.rule_set = rule_set or RuleSet()
        self._on = on
        self._tried = tried
        chains: dict[str, dict[int, Rule]] = defaultdict(dict)
        for rule in rules:
            if rule.version in chains[rule.id]:
                raise ValueError(f"{rule.name} was given twice")
            chains[rule.id][rule.version] = rule
        # Chains in the order of their names: nothing may depend on the order in which rules were given.
        self._chains = [
            tuple(rule for _version, rule in sorted(versions.items(), reverse=True))
            for _id, versions in sorted(chains.items())
        ]
        asked = {name for chain in self._chains for rule in chain for name, _patterns in rule.match.who}
        facts = {name for chain in self._chains for rule in chain for name, _patterns in rule.match.facts}
        self._by_title = "title" in asked
        self._facts = tuple(sorted(facts))
        self._known: dict[tuple[str, ...], tuple[tuple[_Version, ...], ...]] = {}
        self._specificity = {rule: rule.match.specificity for chain in self._chains for rule in chain}
        self._versions = {(rule.id, rule.version): rule for chain in self._chains for rule in chain}
        self._any_retroactive = any(rule.retroactive for rule in self._versions.values())
        self._passing: dict[tuple[str, str], bool | None] = {}

    def choose(self, record: Record, scales: Scales) -> Rule | Reason:
        """The version that applies to a record that passed, or the reason why none does."""
        chains = self._fitting(record)
        ended_on = record.ended_on
        if len(chains) == 1 and len(chains[0]) == 1:  # nearly always, and then there is nothing to weigh
            begins_on, ends_on, only, _fits = chains[0][0]
            if begins_on <= ended_on < ends_on and _verdict(only, record, scales) is None:
                return only
        in_force: list[Rule] = []
        for chain in chains:
            for version in chain:
                if version.begins_on <= ended_on < version.ends_on:
                    if version.fits:
                        in_force.append(version.rule)
                    break
        candidates, short = _sift(in_force, record, scales)
        if not candidates:
            # A newer version that counts for the past covers what had no rule then.
            later = [rule for chain in chains if (rule := self._retroactive(chain, record, above=0)) is not None]
            candidates, too_short = _sift(later, record, scales)
            short += too_short
        if not candidates:
            return self._nearest_miss(record, short)
        best = max(map(self._order, candidates))
        equals = [rule for rule in candidates if self._order(rule) == best]
        if len(equals) > 1:
            return Reason.of(why.AmbiguousRules, rule=equals[0].name, other=equals[1].name)
        return equals[0]

    def upgrade(self, rule: Rule, record: Record, scales: Scales) -> Rule | None:
        """The newest later version of `rule` that counts for the past and that the record meets (C-18)."""
        if not self._any_retroactive:
            return None
        for chain in self._fitting(record):
            if chain[0].rule.id == rule.id:
                newest = self._retroactive(chain, record, above=rule.version)
                if newest is not None and _verdict(newest, record, scales) is None:
                    return newest
        return None

    def version(self, rule_id: str, version: int) -> Rule | None:
        """The rule of which an old line speaks, if it is still among the approved ones."""
        return self._versions.get((rule_id, version))

    def passes(self, record: Record, scales: Scales) -> Reason | None:
        """Why the record is not a success at all, whatever the rules; None when it is (C-28)."""
        if record.status != "passed":
            return Reason.of(why.LearnerWithdrew if record.status == Status.WITHDRAWN else why.NotPassed)
        if record.grade_scale in scales:
            passed = self._passes_scale(record.grade, scales[record.grade_scale])
            if passed is None:
                return Reason.of(why.GradeNotReadable, grade=record.grade, scale=record.grade_scale)
            if not passed:
                return Reason.of(why.NotPassed, grade=record.grade)
        rules = self.rule_set
        if rules.min_mark is not None:
            reached = mark(record.grade)
            if reached is not None and reached < rules.min_mark:
                return Reason.of(why.NotPassed, grade=record.grade)
        if rules.min_attendance_percent is not None:
            return _absence(record, rules.min_attendance_percent)
        return None

    def _passes_scale(self, grade: str, scale: GradeScale) -> bool | None:
        """Whether a grade passes, None where the scale does not hold it; asked once for each grade of a scale."""
        key = (scale.code, grade)
        if key not in self._passing:
            self._passing[key] = scale.passes(grade) if scale.holds(grade) else None
        return self._passing[key]

    def _fitting(self, record: Record) -> tuple[tuple[_Version, ...], ...]:
        """The chains of which at least one version is for records like this one."""
        key = (record.origin, record.institution, record.code, record.level, record.role)
        if self._facts:
            key += tuple(record.facts.get(name, "") for name in self._facts)  # type: ignore[assignment]
        if self._by_title:
            key += (record.title,)  # type: ignore[assignment]
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _MOST_COMBINATIONS:
                self._known.clear()
            known = self._known[key] = self._combine(record)
        return known

    def _combine(self, record: Record) -> tuple[tuple[_Version, ...], ...]:
        found = []
        for rules in self._chains:
            chain = tuple(_Version(*self._days(rule), rule, _is_for(rule, record)) for rule in rules)
            if any(version.fits for version in chain):
                found.append(chain)
        return tuple(found)

    def _days(self, rule: Rule) -> tuple[date, date]:
        """From when until when a version applies; one that is tried applies to all there is (C-31)."""
        return (date.min, date.max) if rule is self._tried else (rule.begins_on, rule.ends_on)

    def _retroactive(self, chain: tuple[_Version, ...], record: Record, *, above: int) -> Rule | None:
        for begins_on, _ends_on, rule, fits in chain:
            if rule.version <= above:
                break
            if rule.retroactive and fits and record.ended_on < begins_on <= self._on:
                return rule
        return None

    def _nearest_miss(self, record: Record, short: list[tuple[Rule, Reason]]) -> Reason:
        if short:
            return max(short, key=lambda pair: (*self._order(pair[0]), pair[0].id))[1]
        return Reason.of(
            why.NoRule,
            ended_on=record.ended_on.isoformat(),
            origin=record.origin,
            institution=record.institution,
            code=record.code,
        )

    def _order(self, rule: Rule) -> tuple[int, int, date]:
        """What decides among rules. "Newest" is who took effect last: version numbers of two rules say nothing."""
        return rule.priority, self._specificity[rule], rule.begins_on


def _is_for(rule: Rule, record: Record) -> bool:
    return all(patterns.match(getattr(record, name)) for name, patterns in rule.match.who) and all(
        patterns.match(record.facts.get(name, "")) for name, patterns in rule.match.facts
    )


_NOT_FOR_IT = Reason("", {})


def _sift(rules: list[Rule], record: Record, scales: Scales) -> tuple[list[Rule], list[tuple[Rule, Reason]]]:
    """Those of `rules` that the record meets, and those of which it misses a threshold."""
    met, short = [], []
    for rule in rules:
        verdict = _verdict(rule, record, scales)
        if verdict is None:
            met.append(rule)
        elif verdict is not _NOT_FOR_IT:
            short.append((rule, verdict))
    return met, short


def _verdict(rule: Rule, record: Record, scales: Scales) -> Reason | None:
    """None when the record meets days and thresholds, else what it misses; `_NOT_FOR_IT` where no more would help."""
    match = rule.match
    if not match.has_thresholds:
        return None
    if (
        not match.begins_on <= record.ended_on < match.ends_on
        or (match.max_minutes is not None and record.minutes > match.max_minutes)
        or (match.grades is not None and not match.grades.match(record.grade))
    ):
        return _NOT_FOR_IT
    if match.min_minutes is not None and record.minutes < match.min_minutes:
        return Reason.of(why.BelowMinimum, minutes=record.minutes, least=match.min_minutes, rule=rule.name)
    if match.min_attendance_percent is not None:
        missing = _absence(record, match.min_attendance_percent)
        if missing is not None:
            return missing
    return _grade_shortfall(rule, record, scales) if match.min_grade else None


def _absence(record: Record, percent: int) -> Reason | None:
    """Too few sessions attended; where nobody counted them, nothing is held against the learner."""
    if record.held is None or record.attended is None or record.attended * 100 >= percent * record.held:
        return None
    return Reason.of(why.AttendanceTooLow, attended=record.attended, held=record.held, percent=percent)


def _grade_shortfall(rule: Rule, record: Record, scales: Scales) -> Reason | None:
    least = rule.match.min_grade
    scale = scales.get(record.grade_scale)
    if scale is not None:
        try:
            enough = scale.rank(record.grade) >= scale.rank(least)
        except GradeNotInScale:
            return Reason.of(why.GradeNotReadable, grade=record.grade, scale=record.grade_scale)
    else:
        mine, wanted = mark(record.grade), mark(least)
        if mine is None or wanted is None:
            return Reason.of(why.GradeNotReadable, grade=record.grade, scale=record.grade_scale)
        enough = mine >= wanted
    return None if enough else Reason.of(why.GradeBelowMinimum, grade=record.grade, least=least, rule=rule.name)
