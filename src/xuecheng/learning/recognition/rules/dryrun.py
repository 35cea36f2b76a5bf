"""What a rule's draft would do to everything there is (C-31): counted learner by learner, in constant memory."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from xuecheng.learning.creditbank.rules import CreditClass
from xuecheng.learning.recognition.rules.findings import CAPS
from xuecheng.learning.recognition.rules.values import Outcome
from xuecheng.learning.records.rules import Record


class InstitutionTotals(NamedTuple):
    """What changes for one institution's records; credits in hundredths by class, taken ones below zero."""

    institution: str
    records_hit: int
    credits: Mapping[CreditClass, int]
    learners_over_cap: int


class Conflict(NamedTuple):
    """Two rules that fit the same records equally well once the draft counts, and how many records."""

    rule: str
    other: str
    records: int


class DryRunResult(NamedTuple):
    """The answer of a dry run; `digest` is equal for equal answers about equal wording."""

    records: int
    institutions: tuple[InstitutionTotals, ...]
    conflicts: tuple[Conflict, ...]
    learners_over_cap: int
    digest: str

    @property
    def records_hit(self) -> int:
        return sum(totals.records_hit for totals in self.institutions)

    @property
    def credits(self) -> Mapping[CreditClass, int]:
        """By class, over all institutions; classes are never added."""
        total: Counter[CreditClass] = Counter()
        for institution in self.institutions:
            total.update(institution.credits)
        return {of: amount for of, amount in sorted(total.items()) if amount}


class DryRun:
    """A dry run that is under way: give it each learner once, then ask for the result."""

    def __init__(self, *, rule: Mapping[str, Any]) -> None:
        self._rule = rule
        self._records = 0
        self._hit: Counter[str] = Counter()
        self._credits: dict[str, Counter[CreditClass]] = defaultdict(Counter)
        self._over_cap: Counter[str] = Counter()
        self._learners_over_cap = 0
        self._conflicts: Counter[tuple[str, str]] = Counter()

    def add(self, *, records: Sequence[Record], before: Sequence[Outcome], after: Sequence[Outcome]) -> None:
        """One learner: the records, and what they give without and with the draft.

        Both are of the same call but for the rules; with `already` empty they compare all that was and would be.
        """
        without, with_draft = _by_record(before), _by_record(after)
        self._records += len(records)
        over_cap = set()
        for record in records:
            key = record.key, record.version
            here, there = without.get(key), with_draft.get(key)
            gained = _credits(there)
            gained.subtract(_credits(here))
            if any(gained.values()) or _rules(here) != _rules(there):
                self._hit[record.institution] += 1
                self._credits[record.institution].update(gained)
            new = _codes(there) - _codes(here)
            if new & CAPS:
                over_cap.add(record.institution)
            for reason in there.reasons if there is not None and "ambiguous_rules" in new else ():
                self._conflicts[str(reason.values["rule"]), str(reason.values["other"])] += 1
        self._over_cap.update(over_cap)
        self._learners_over_cap += bool(over_cap)

    def result(self) -> DryRunResult:
        names = sorted({*self._hit, *self._over_cap})
        institutions = tuple(
            InstitutionTotals(
                name,
                self._hit[name],
                {of: amount for of, amount in sorted(self._credits[name].items()) if amount},
                self._over_cap[name],
            )
            for name in names
        )
        conflicts = tuple(Conflict(*pair, count) for pair, count in sorted(self._conflicts.items()))
        counted = {
            "rule": wording_digest(self._rule),
            "records": self._records,
            "learners_over_cap": self._learners_over_cap,
            "institutions": [
                [one.institution, one.records_hit, [[*of, amount] for of, amount in one.credits.items()]]
                for one in institutions
            ],
            "conflicts": conflicts,
        }
        return DryRunResult(self._records, institutions, conflicts, self._learners_over_cap, _digest(counted))


def wording_digest(rule: Mapping[str, Any]) -> str:
    """A digest of what a rule says; who drafted and approved it, and its dry run, are not part of its wording."""
    return _digest({name: rule[name] for name in rule if name not in {"drafted_by", "approved_by", "dry_run"}})


def _digest(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _by_record(outcomes: Sequence[Outcome]) -> Mapping[tuple[str, int], Outcome]:
    return {(outcome.record_key, outcome.record_version): outcome for outcome in outcomes}


def _credits(outcome: Outcome | None) -> Counter[CreditClass]:
    total: Counter[CreditClass] = Counter()
    for line in outcome.lines if outcome is not None else ():
        total[line.of] += line.credits
    return total


def _rules(outcome: Outcome | None) -> set[tuple[str, int]]:
    return {(line.rule_id, line.rule_version) for line in outcome.lines} if outcome is not None else set()


def _codes(outcome: Outcome | None) -> set[str]:
    return {reason.code for reason in outcome.reasons} if outcome is not None else set()
