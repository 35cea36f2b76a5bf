"""Certification units 认证单元: what they must say, and when two are the same (C-07, C-08)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal
from xuecheng.learning.creditbank.rules.credits import shown_credits
from xuecheng.learning.creditbank.rules.frameworks import Framework


class UnitWithoutOutcome(Refusal):
    message = _("A unit needs at least one learning outcome.")
    field = "outcomes"


class OutcomeNotAssessable(Refusal):
    message = _("The outcome “%(outcome)s” has no way of assessment.")
    remedy = _("Say for every outcome how it is assessed.")
    field = "outcomes"


class UnitCreditsWrong(Refusal):
    message = _("The credits of a unit must be above zero and a multiple of %(step)s.")
    field = "credits"


class UnitLevelUnknown(Refusal):
    message = _("%(framework)s has no level “%(level)s”.")
    remedy = _("Choose a level of the unit's own framework.")
    field = "level"


class UnitWithoutKeeper(Refusal):
    message = _("A unit needs a body that keeps it.")
    field = "keeper"


class UnitPeriodEmpty(Refusal):
    message = _("A unit must end after it begins.")
    field = "ends_on"


class UnitRelationContradicts(Refusal):
    message = _(
        "%(unit)s cannot be equivalent to this unit and excluded by it at once, nor a unit be either to itself."
    )
    field = "exclusions"


class SecondOfficerNeeded(Refusal):
    message = _("Who drafted a unit may not publish it.")
    remedy = _("Ask another officer of the certification body.")


@dataclass(frozen=True, slots=True)
class LearningOutcome:
    """What a learner can do after the unit, and how that is found out."""

    zh: str
    en: str
    assessed_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """One version of a unit; it counts for learning that ended in `[begins_on, ends_on)`. `credits` are hundredths.

    `generation` counts the versions that the keeper marked as substantial changes: versions of one generation are the
    same unit. `equivalents` and `exclusions` name other units by code; either side's word is enough.
    """

    code: str
    version: int
    framework: str
    level: str
    credits: int
    zh: str = ""
    en: str = ""
    field: str = ""
    outcomes: tuple[LearningOutcome, ...] = ()
    keeper: str = ""
    equivalents: frozenset[str] = frozenset()
    exclusions: frozenset[str] = frozenset()
    begins_on: date = date.min
    ends_on: date = date.max
    generation: int = 0

    @property
    def key(self) -> str:
        """How rules and postings name it: "CODE@version"."""
        return f"{self.code}@{self.version}"

    @property
    def identity(self) -> str:
        """What a learner is credited for once (C-25): equal for all versions that are the same unit."""
        return f"unit:{self.code}/{self.generation}"


def check_unit(*, unit: Unit, frameworks: Mapping[str, Framework]) -> None:
    """Raise the first refusal of a unit that is to be published (C-07)."""
    if not unit.outcomes:
        raise UnitWithoutOutcome
    for outcome in unit.outcomes:
        if not outcome.assessed_by:
            raise OutcomeNotAssessable(outcome=outcome.zh or outcome.en)
    framework = frameworks.get(unit.framework)
    if framework is None or not framework.has_level(unit.level):
        raise UnitLevelUnknown(framework=unit.framework, level=unit.level)
    if unit.credits <= 0 or unit.credits % framework.step:
        raise UnitCreditsWrong(step=shown_credits(framework.step))
    if not unit.keeper:
        raise UnitWithoutKeeper
    if unit.begins_on >= unit.ends_on:
        raise UnitPeriodEmpty
    for code in sorted((unit.equivalents & unit.exclusions) | ({unit.code} & (unit.equivalents | unit.exclusions))):
        raise UnitRelationContradicts(unit=code)


def check_publishers(*, drafted_by: str, approved_by: str) -> None:
    """Publishing a unit takes two officers (C-07). Raises `SecondOfficerNeeded`."""
    if drafted_by == approved_by:
        raise SecondOfficerNeeded


def are_same_unit(one: Unit, other: Unit) -> bool:
    """Whether two versions are one unit: same code, and no substantial change between them (C-08)."""
    return one.code == other.code and one.generation == other.generation


def are_equivalent(one: Unit, other: Unit) -> bool:
    """Whether either unit names the other as equivalent. Not transitive: A≈B and B≈C say nothing of A and C (C-08)."""
    return other.code in one.equivalents or one.code in other.equivalents


def exclude_each_other(one: Unit, other: Unit) -> bool:
    """Whether either unit names the other as excluded: a learner is credited for one of them."""
    return other.code in one.exclusions or one.code in other.exclusions
