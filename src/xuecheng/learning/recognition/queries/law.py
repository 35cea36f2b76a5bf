"""Everything that holds for all learners alike: what a recognition is given once, however many records follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from xuecheng.city.kept import Kept
from xuecheng.city.organisations.models import Organisation
from xuecheng.learning.creditbank import queries as bank
from xuecheng.learning.creditbank import rules as bank_rules
from xuecheng.learning.creditbank.models import UnitVersion
from xuecheng.learning.recognition import rules
from xuecheng.learning.recognition.queries.rule_versions import given_versions, rule_of
from xuecheng.learning.records.rules import GradeScale
from xuecheng.learning.records.scales import SCALES


@dataclass(frozen=True)
class Issuer:
    """An institution as rules see it: its code, and what they may ask of it beside."""

    id: int
    code: str
    kind: str
    tier: str


@dataclass(frozen=True)
class Law:
    """Rules, units and frameworks as the engine takes them, with the numbers of their rows."""

    index: rules.RuleIndex
    units: Mapping[str, bank_rules.Unit]
    frameworks: Mapping[str, bank_rules.Framework]
    scales: Mapping[str, GradeScale]
    rule_ids: Mapping[tuple[str, int], int]
    """(code, version) → number of the row."""
    unit_ids: Mapping[str, int]
    """"CODE@version" → number of the row."""
    issuers: Mapping[int, Issuer]
    written_rules: Mapping[int, tuple[str, int]] = field(init=False)
    written_units: Mapping[int, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "written_rules", {number: name for name, number in self.rule_ids.items()})
        object.__setattr__(self, "written_units", {number: key for key, number in self.unit_ids.items()})

    def recognise(
        self,
        records: list[rules.Record],
        already: list[rules.Posted],
        frozen: frozenset[str] = frozenset(),
        set_aside: frozenset[str] = frozenset(),
    ) -> list[rules.Outcome]:
        """What each record of one learner gives."""
        return rules.recognise(
            records=records,
            already=already,
            rules=self.index,
            units=self.units,
            frameworks=self.frameworks,
            scales=self.scales,
            frozen=frozen,
            set_aside=set_aside,
        )


def law_on(day: date, *, beside: Iterable[rules.Rule] = ()) -> Law:
    """The law on `day`: every rule that is or was approved, and `beside` them the drafts to be tried. Six queries."""
    versions = list(given_versions())
    return Law(
        index=rules.RuleIndex([*map(rule_of, versions), *beside], on=day),
        units=bank.rule_units(),
        frameworks=bank.rule_frameworks_on(day),
        scales=SCALES,
        rule_ids={(version.code, version.version): version.pk for version in versions},
        unit_ids={
            f"{code}@{version}": number
            for number, code, version in UnitVersion.objects.filter(state__in=bank.GIVEN_STATES).values_list(
                "id", "code", "version"
            )
        },
        issuers={
            row[0]: Issuer(*row) for row in Organisation.objects.values_list("id", "code", "kind", "tier").iterator()
        },
    )


# The index of rules is filled while it is asked, and belongs to one thread.
_AT_HAND = Kept(
    law_on,
    tables=(
        "recognition_ruleversion",
        "creditbank_unitversion",
        "creditbank_framework",
        "creditbank_frameworklevel",
        "organisations_organisation",
    ),
    of_each_thread=True,
)


def law_at_hand(day: date) -> Law:
    """As `law_on`, for one record at a time: kept as long as not one row that it rests on changes. One query, or seven.

    Reading the law anew took half the time of every verb over a single record.
    """
    return _AT_HAND.of(day)
