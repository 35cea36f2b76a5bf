"""A rule set: what holds over all conversion rules of a place, as data. No country has code of its own (C-92)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from xuecheng.learning.creditbank.rules import Framework, last_valid_day
from xuecheng.learning.recognition.rules.awards import Awards, read_awards
from xuecheng.learning.recognition.rules.reading import Reader, RuleFieldNotDay
from xuecheng.learning.recognition.rules.rule import Cap, Per, read_cap
from xuecheng.learning.records.rules import Calendar
from xuecheng.learning.records.rules.periods import MonthDay

_TITLES = "normalised_title"
_OUTCOMES = "outcomes_verified"


@dataclass(frozen=True, slots=True, eq=False)
class RuleSet:
    """The calendar, the caps over all rules, what passes, what counts once. The default, the city's, has no limits."""

    id: str = "city"
    version: int = 1
    framework: Framework | None = None
    calendar: Calendar = Calendar()  # noqa: RUF009 - a frozen value
    caps: tuple[Cap, ...] = ()
    once_per_title: bool = False
    first_ordinal_equals_none: bool = False
    outcomes_required: bool = False
    min_attendance_percent: int | None = None
    min_mark: int | None = None
    max_validity_months: int | None = None
    awards: Awards = Awards()  # noqa: RUF009 - a frozen value

    def last_valid_day(self, ended_on: date, *, issuer_months: int | None, accepter_months: int | None) -> date | None:
        """The last day for new use: the least of the issuer's, the accepter's and this set's own limit (C-22)."""
        return last_valid_day(ended_on, issuer_months, accepter_months, self.max_validity_months)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> RuleSet:
        """Read a file of `data/rulesets/`."""
        read = Reader(data)
        duplicates, award, passing = read.part("duplicates"), read.part("award"), read.part("pass")
        framework = Framework.from_json(data["framework"]) if read.has("framework") else None
        all_or_nothing = award.flag("all_or_nothing")
        mark = passing.whole_or_none("min_mark", most=1000)
        return cls(
            id=read.text("id"),
            version=read.whole("version", least=1),
            framework=framework,
            calendar=_calendar(read.part("periods")),
            caps=tuple(read_cap(part, number, Per.LEARNER) for number, part in enumerate(read.parts("caps"), 1)),
            once_per_title=duplicates.text("key", "") == _TITLES,
            first_ordinal_equals_none=duplicates.flag("first_ordinal_equals_none"),
            outcomes_required=all_or_nothing and award.text("requires", "") == _OUTCOMES,
            min_attendance_percent=passing.whole_or_none("min_attendance_percent", most=100),
            min_mark=mark * 100 if mark is not None else None,
            max_validity_months=read.part("validity").whole_or_none("max_months", least=1),
            awards=read_awards(read),
        )


def _calendar(read: Reader) -> Calendar:
    plain = Calendar()
    year = read.part("year")
    start = _month_day(year, year.text("start")) if year.has("start") else plain.year_start
    texts = read.part("semester").patterns("starts")
    starts = tuple(_month_day(read, text) for text in texts.texts) if texts else plain.semester_starts
    return Calendar(start, starts)


def _month_day(read: Reader, text: str) -> MonthDay:
    try:
        month, day = map(int, text.split("-"))
    except ValueError:
        raise read.refuse(RuleFieldNotDay, "start") from None
    return month, day


@cache
def shipped_rule_sets() -> Mapping[str, RuleSet]:
    """The rule sets that come with the product, by id: three countries' as data, to be read and tried (C-92)."""
    folder = files("xuecheng.learning.recognition").joinpath("data/rulesets")
    texts = (entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".json"))
    sets = [RuleSet.from_json(json.loads(text)) for text in texts]
    return {one.id: one for one in sorted(sets, key=lambda one: one.id)}
