"""Which clause of the agreements a holding falls under, and everything that stands against it (C-32)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal
from xuecheng.learning.creditbank.rules import (
    Alignment,
    Framework,
    LevelRef,
    LevelsNotComparable,
    LevelUnknown,
    compare_levels,
)
from xuecheng.learning.records.rules import GradeNotInScale, GradeScale

Reason = Refusal

POINTS = "reward"
"""The kind of credit that counts nowhere else: reward points (C-39)."""


class NoClause(Refusal):
    message = _("No agreement with this institution speaks of it.")


class GradeTooLow(Refusal):
    message = _("The grade %(grade)s is below %(least)s, which the agreement asks for.")
    field = "posting"


class GradeUnknown(Refusal):
    message = _("The agreement asks for the grade %(least)s, and this record has none in that scale.")
    remedy = _("Ask the institution to report the grade.")
    field = "posting"


class LevelTooLow(Refusal):
    message = _("Its level %(level)s is below level %(floor)s there.")
    field = "posting"


class CreditExpired(Refusal):
    message = _("It could be used anew until %(until)s.")
    field = "posting"


class CapReached(Refusal):
    message = _("The agreement's cap of %(most)s credits is used up.")
    field = "posting"


class UnitHeldAlready(Refusal):
    message = _("You hold the unit %(unit)s already; it is credited once.")
    field = "posting"


class InUse(Refusal):
    message = _("These credits are held for another request or were exchanged already.")
    field = "posting"


class Frozen(Refusal):
    message = _("It is being looked into whether this credit was given rightly; until then it is not used anew.")
    field = "posting"


class NotWhole(Refusal):
    message = _("A cap gave only part of this unit, and the agreement takes it whole.")
    field = "posting"


class TooLittle(Refusal):
    message = _("Rounded down, nothing would be left.")
    field = "posting"


@dataclass(frozen=True, slots=True)
class Held:
    """Credits of one posting, and the record behind them. `free` are the hundredths that no case uses."""

    institution: int
    code: str
    unit: str
    """Code of the unit, without its version; empty if the rule gave none."""
    kind: str
    level: LevelRef
    credits: int
    free: int
    is_whole: bool
    grade: str = ""
    grade_scale: str = ""
    valid_until: date | None = None
    is_frozen: bool = False
    """Whether a case of withdrawal about it is open (C-71)."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A term of an agreement in force as the rules take it. `gives` are the unit's credits; a ratio has none."""

    id: int
    agreement: int
    source: int
    target: int
    basis: str
    of_code: str
    of_kind: str
    of_level: LevelRef | None
    as_kind: str
    as_level: LevelRef
    as_ordinal: int
    as_unit: str
    gives: int
    num: int
    den: int
    least_grade: str = ""
    grade_scale: str = ""

    def speaks_of(self, held: Held) -> bool:
        """Whether the clause is about such credits at all, whatever else it asks of them. Never about points (C-39)."""
        if held.institution != self.source or held.kind == POINTS:
            return False
        if self.basis == "unit":
            return bool(held.unit) and held.unit == self.of_code.partition("@")[0]
        if self.basis == "course":
            return fnmatchcase(held.code, self.of_code)
        return held.kind == self.of_kind and held.level == self.of_level


_SPECIFIC = {"unit": 0, "course": 1, "level": 2}


def best_clause(held: Held, clauses: Iterable[Clause]) -> Clause | None:
    """The most specific clause that speaks of `held`: a unit before a course before a level; then the oldest."""
    found = [one for one in clauses if one.speaks_of(held)]
    return min(found, key=lambda one: (_SPECIFIC[one.basis], "*" in one.of_code, one.id), default=None)


def reasons_against(
    held: Held,
    clause: Clause,
    *,
    on: date,
    frameworks: Mapping[str, Framework],
    alignments: Sequence[Alignment],
    scales: Mapping[str, GradeScale],
    units_held: frozenset[str],
) -> list[Reason]:
    """Everything in the holding that stands against exchanging it by `clause`; caps and amounts aside."""
    found: list[Reason] = []
    # A pair takes the credits whole, a ratio what is left of them.
    is_short = held.free < held.credits if clause.gives else not held.free
    if held.is_frozen:
        found.append(Frozen())
    elif is_short:
        found.append(InUse())
    if clause.gives and not held.is_whole:
        found.append(NotWhole())
    if held.valid_until is not None and held.valid_until < on:
        found.append(CreditExpired(until=held.valid_until))
    if clause.as_unit and clause.as_unit in units_held:
        found.append(UnitHeldAlready(unit=clause.as_unit.removeprefix("unit:").rpartition("/")[0]))
    found += _against_level(held, clause, on=on, frameworks=frameworks, alignments=alignments)
    found += _against_grade(held, clause, scales)
    return found


def _against_level(
    held: Held,
    clause: Clause,
    *,
    on: date,
    frameworks: Mapping[str, Framework],
    alignments: Sequence[Alignment],
) -> list[Reason]:
    try:
        order = compare_levels(
            one=held.level, other=clause.as_level, frameworks=frameworks, alignments=alignments, on=on
        )
    except (LevelsNotComparable, LevelUnknown) as refusal:
        return [refusal]
    return [LevelTooLow(level=held.level.label, floor=clause.as_level.label)] if order < 0 else []


def _against_grade(held: Held, clause: Clause, scales: Mapping[str, GradeScale]) -> list[Reason]:
    if not clause.least_grade:
        return []
    if held.grade_scale != clause.grade_scale or clause.grade_scale not in scales:
        return [GradeUnknown(least=clause.least_grade)]
    scale = scales[clause.grade_scale]
    try:
        is_enough = scale.rank(held.grade) >= scale.rank(clause.least_grade)
    except GradeNotInScale:
        return [GradeUnknown(least=clause.least_grade)]
    return [] if is_enough else [GradeTooLow(grade=held.grade, least=clause.least_grade)]
