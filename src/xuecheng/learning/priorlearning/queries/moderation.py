"""Moderation: how far assessors agree beyond chance, by family of units and quarter (C-47)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time
from fractions import Fraction

from xuecheng.city import clock
from xuecheng.city.rights import Standing, visible
from xuecheng.learning.priorlearning import rules
from xuecheng.learning.priorlearning.models import Opinion

from .acts import MODERATE

FAMILY_DIGITS = 3
"""A family is a narrow field of study: the first three digits of ISCED-F 2013."""


@dataclass(frozen=True, slots=True)
class Family:
    """One family of units in a quarter: the four counts and what follows from them."""

    field: str
    pairs: rules.Pairs
    kappa: rules.Kappa

    @property
    def observed(self) -> str:
        return _shown(self.kappa.observed)

    @property
    def value(self) -> str:
        return _shown(self.kappa.kappa)


def _shown(value: Fraction | None) -> str:
    return "" if value is None else f"{float(value):.2f}"


def quarter_of(day: date, *, back: int = 0) -> tuple[date, date]:
    """First day of a quarter and of the next, so many quarters before the one of `day`."""
    number = day.year * 4 + (day.month - 1) // 3 - back
    return date(number // 4, number % 4 * 3 + 1, 1), date((number + 1) // 4, (number + 1) % 4 * 3 + 1, 1)


def families(viewer: Standing, *, begins_on: date, ends_on: date) -> list[Family]:
    """Agreement of the first two assessors, for opinions of the days `[begins_on, ends_on)`. One query.

    "After one more task" counts as yes: both say that the outcomes are within reach.
    """
    mine = visible(
        viewer,
        MODERATE,
        organisation="claim__application__centre__organisation",
        territory="claim__application__centre__organisation__territory",
    )
    begins, ends = (datetime.combine(day, time(), tzinfo=clock.zone()) for day in (begins_on, ends_on))
    rows = Opinion.objects.filter(mine, given_at__gte=begins, given_at__lt=ends, assignment__place__in=[1, 2])
    said: dict[tuple[int, int], dict[int, bool]] = defaultdict(dict)
    fields: dict[int, str] = {}
    for claim, field, round_, place, word in rows.values_list(
        "claim", "claim__unit__field", "assignment__round", "assignment__place", "word"
    ):
        said[claim, round_][place] = word != Opinion.Word.NOT_YET
        fields[claim] = field[:FAMILY_DIGITS]
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for (claim, _round), both in said.items():
        if len(both) == 2:
            counts[fields[claim]][2 * (not both[1]) + (not both[2])] += 1
    return [
        Family(field, rules.Pairs(*four), rules.kappa_of(rules.Pairs(*four))) for field, four in sorted(counts.items())
    ]
