"""Frameworks of learning outcomes 学习成果框架: their levels, their credit, and what may be compared (C-01 … C-03)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal


class FrameworkWrong(Refusal):
    message = _("This framework cannot be read (%(reason)s).")
    field = "framework"


class FrameworkAmountsWrong(Refusal):
    message = _("Minutes per credit and the rounding step must be at least 1.")
    field = "minutes_per_credit"


class LevelsNotDistinct(Refusal):
    message = _("Each level needs a label and a place in the order that no other level has.")
    field = "levels"


class FrameworkInUse(Refusal):
    message = _("%(framework)s version %(version)s is in use and is never changed.")
    remedy = _("Make a new version with a date from which it counts.")
    field = "framework"


class NewVersionDateMissing(Refusal):
    message = _("A new version of a framework needs a date from which it counts, after that of the one before.")
    field = "begins_on"


class PredecessorMissing(Refusal):
    message = _("Level %(level)s does not say which level of the version before it continues.")
    remedy = _("Name that level, or say that it has none.")
    field = "levels"


class LevelUnknown(Refusal):
    message = _("%(framework)s has no level “%(level)s”.")
    remedy = _("Choose one of its levels: %(levels)s.")
    field = "level"


class LevelsNotComparable(Refusal):
    message = _("Level %(level)s of %(framework)s has no counterpart in %(other)s in the alignment table.")
    remedy = _("Levels of two frameworks are compared only through the table, even when their numbers are equal.")
    field = "level"


class Fact(NamedTuple):
    """Where a number of a framework comes from; an unverified one is a parameter and is not shown as law."""

    source: str
    verified: bool


class Dimension(NamedTuple):
    """One of the aspects in which levels are described: knowledge, skills, competence …"""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Level:
    """A step of a framework: the ordinal orders, the label names. India's "4.5" is a label, never a number.

    `predecessor` is the label in the version before that this level continues: "" says there is none, None is silent.
    """

    ordinal: int
    label: str
    zh: str = ""
    en: str = ""
    descriptors: Mapping[str, str] = field(default_factory=dict)
    predecessor: str | None = None
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Framework:
    """One version of a framework: a credit is `minutes_per_credit` minutes, amounts are multiples of `step`.

    `all_or_nothing` (Hong Kong): a credit is given fully or not at all, and only when the outcomes are verified.
    `validity_months` limits new use of its credits (C-22); None sets no limit.
    """

    code: str
    version: int
    minutes_per_credit: int
    step: int
    levels: tuple[Level, ...]
    zh: str = ""
    en: str = ""
    all_or_nothing: bool = False
    validity_months: int | None = None
    begins_on: date | None = None
    dimensions: tuple[Dimension, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    _ordinals: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_ordinals", {level.label: level.ordinal for level in self.levels})
        if self.minutes_per_credit < 1 or self.step < 1:
            raise FrameworkAmountsWrong
        if len(self._ordinals) != len(self.levels) or len({level.ordinal for level in self.levels}) != len(self.levels):
            raise LevelsNotDistinct
        if any(not level.label for level in self.levels):
            raise LevelsNotDistinct

    def has_level(self, label: str) -> bool:
        return label in self._ordinals

    def ordinal(self, label: str) -> int:
        """The place of a level in this framework's order. Raises `LevelUnknown`."""
        try:
            return self._ordinals[label]
        except KeyError:
            levels = ", ".join(level.label for level in self.levels)
            raise LevelUnknown(framework=self.code, level=label, levels=levels) from None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Framework:
        """Read the shape of `frameworks.json`, or the `framework` part of a rule set, whose levels are bare labels.

        Raises `FrameworkWrong`.
        """
        try:
            return cls(
                code=data["code"],
                version=data.get("version", 1),
                minutes_per_credit=data["minutes_per_credit"],
                step=data["step"],
                levels=tuple(_level(ordinal, entry) for ordinal, entry in enumerate(data.get("levels", ()), 1)),
                zh=data.get("zh", ""),
                en=data.get("en", ""),
                all_or_nothing=data.get("all_or_nothing", False),
                validity_months=data.get("validity_months"),
                begins_on=date.fromisoformat(data["begins_on"]) if data.get("begins_on") else None,
                dimensions=tuple(Dimension(**entry) for entry in data.get("dimensions", ())),
                facts={name: Fact(**fact) for name, fact in data.get("facts", {}).items()},
            )
        except (KeyError, TypeError, ValueError) as error:
            raise FrameworkWrong(reason=str(error)) from error


def _level(ordinal: int, entry: str | Mapping[str, Any]) -> Level:
    if isinstance(entry, str):
        return Level(ordinal=ordinal, label=entry)
    if not isinstance(entry["label"], str):
        raise TypeError(f"the label {entry['label']!r} of a level must be a text")
    return Level(**{"ordinal": ordinal, **entry})


@cache
def _shipped() -> Mapping[str, Any]:
    text = files("xuecheng.learning.creditbank").joinpath("data/frameworks.json").read_text("utf-8")
    shipped: Mapping[str, Any] = json.loads(text)
    return shipped


@cache
def shipped_frameworks() -> Mapping[str, Framework]:
    """The frameworks that come with the product (C-02) by code, the default `GD-LEQ` first."""
    return {framework.code: framework for framework in map(Framework.from_json, _shipped()["frameworks"])}


def source_in_chinese(source: str) -> str:
    """The Chinese of a shipped fact's source; another one is returned as it is."""
    return str(_shipped()["sources_zh"].get(source, source))


def check_editable(*, framework: Framework, in_use: bool) -> None:
    """A version in use is never edited (C-03). Raises `FrameworkInUse`."""
    if in_use:
        raise FrameworkInUse(framework=framework.code, version=framework.version)


def check_new_version(*, old: Framework, new: Framework) -> None:
    """A new version begins later and says for each level what it continues (C-03).

    Raises `NewVersionDateMissing`, `PredecessorMissing`, `LevelUnknown`.
    """
    if new.begins_on is None or (old.begins_on is not None and new.begins_on <= old.begins_on):
        raise NewVersionDateMissing
    for level in new.levels:
        if level.predecessor is None:
            raise PredecessorMissing(level=level.label)
        if level.predecessor:
            old.ordinal(level.predecessor)


class LevelRef(NamedTuple):
    """A level and whose it is."""

    framework: str
    label: str


@dataclass(frozen=True, slots=True)
class Alignment:
    """An entry of the alignment table: from `begins_on`, `of` counts as `to` (and the other way, if `both_ways`)."""

    of: LevelRef
    to: LevelRef
    both_ways: bool
    source: str
    begins_on: date

    def counterpart(self, level: LevelRef, framework: str) -> str | None:
        """The label in `framework` of which this entry says that `level` counts as it."""
        if level == self.of and framework == self.to.framework:
            return self.to.label
        if self.both_ways and level == self.to and framework == self.of.framework:
            return self.of.label
        return None


def compare_levels(
    *,
    one: LevelRef,
    other: LevelRef,
    frameworks: Mapping[str, Framework],
    alignments: Iterable[Alignment] = (),
    on: date,
) -> int:
    """-1, 0 or 1 as `one` is below, equal to or above `other` (C-01); of alignments in force on `on` the newest counts.

    Raises `LevelUnknown`, and `LevelsNotComparable` where the table says nothing: equal numbers say nothing either.
    """
    yardstick = frameworks[other.framework]
    label = one.label if one.framework == other.framework else None
    if label is None:
        in_force = sorted((entry for entry in alignments if entry.begins_on <= on), key=lambda entry: entry.begins_on)
        for entry in in_force:
            label = entry.counterpart(one, other.framework) or label
    if label is None:
        raise LevelsNotComparable(level=one.label, framework=one.framework, other=other.framework)
    mine, its = yardstick.ordinal(label), yardstick.ordinal(other.label)
    return (mine > its) - (mine < its)
