"""Dry runs: what a draft would do to everything there is, before anybody approves it (C-31). Nothing is posted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.jobs import services as jobs
from xuecheng.city.refusals import Refusal
from xuecheng.learning.creditbank.rules import CreditClass
from xuecheng.learning.recognition import rules
from xuecheng.learning.recognition.models import DryRun, RuleVersion
from xuecheng.learning.recognition.queries import dry_runs as reading
from xuecheng.learning.recognition.queries.held import held_list
from xuecheng.learning.recognition.queries.law import Law, law_on
from xuecheng.learning.recognition.queries.rule_versions import (
    OPEN_STATES,
    given_versions,
    rule_json,
    rule_of,
    wording_digest,
)

from .runs import Progress

JOB = "recognition.try_rule"
_LEARNERS_AT_ONCE = 500


class RuleNotTried(Refusal):
    message = _("Only a version that is not decided yet is tried.")


def try_rule(*, actor: Standing, public_id: UUID, rule: RuleVersion, at: datetime) -> DryRun:
    """Start a dry run of a draft over all records; asked again with the same id, return the same dry run.

    Raises `Denied`, `RuleNotTried`.
    """
    require(actor, "recognition.try_rule", on=rule.keeper)
    if rule.state not in OPEN_STATES:
        raise RuleNotTried
    with trace.change(by=actor.person, why=gettext_noop("Dry run.")):
        dry_run, is_new = DryRun.objects.get_or_create(
            public_id=public_id,
            defaults={
                "rule": rule,
                "asked_by": actor.person,
                "asked_at": at,
                "wording_digest": wording_digest(rule),
            },
        )
        if is_new:
            dry_run.job = jobs.start(
                JOB,
                at=at,
                title_zh=f"试算{rule.code}第{rule.version}版",
                title_en=f"Dry run of {rule.code} version {rule.version}",
                arguments={"dry_run": dry_run.pk, "page": ["recognition:show_rule", str(rule.public_id)]},
                by=actor.person,
                organisation=rule.keeper,
            )
            dry_run.save(update_fields=["job"])
    return dry_run


def run_dry_run(dry_run: DryRun, progress: Progress, *, today: date, now: datetime) -> None:
    """Go through everybody with a record that any version of the rule may be for, and keep what would change.

    The draft is tried as if it applied to all there is, whatever its days. Interrupted, it begins anew: it only reads.
    """
    draft = dry_run.rule
    tried = rule_of(draft)
    law = law_on(today)
    others = [rule_of(version) for version in given_versions()]
    with_draft = replace(law, index=rules.RuleIndex([*others, tried], on=today, tried=tried))
    newest = reading.newest_record_id()
    in_all = reading.records_in_all()
    counted = _Counted(rules.DryRun(rule=rule_json(draft)), tried)
    concerned = [tried, *(rule for rule in others if rule.id == draft.code)]
    with held_list("dry_run_learners", *reading.concerned_learners(concerned, law)) as learners:
        progress.done, progress.total = 0, learners.count()
        while rows := learners.next(_LEARNERS_AT_ONCE):
            for records in reading.live_records([learner_id for (learner_id,) in rows], law):
                counted.add(records, law, with_draft)
            progress.done += len(rows)
            progress.report()
    _finish(dry_run, counted, newest=newest, in_all=in_all, now=now, progress=progress)


def _finish(dry_run: DryRun, counted: _Counted, *, newest: int, in_all: int, now: datetime, progress: Progress) -> None:
    result = counted.result()
    with progress.slice():
        dry_run.newest_record_id, dry_run.record_count = newest, in_all
        dry_run.result, dry_run.digest, dry_run.finished_at = result[0], result[1], now
        dry_run.save(update_fields=["newest_record_id", "record_count", "result", "digest", "finished_at"])


@dataclass
class _People:
    """Learners for whom something gets more, less, or stays: how many, and by how much, by class of credit."""

    count: int = 0
    credits: Counter[CreditClass] = field(default_factory=Counter)


class _Counted:
    """What officers want to see beside what the rules count: who gets more or less, and the draft's own share."""

    def __init__(self, dry_run: rules.DryRun, tried: rules.Rule) -> None:
        self._dry_run = dry_run
        self._name = (tried.id, tried.version)
        self._matched = 0
        self._given: Counter[CreditClass] = Counter()
        self._people = {"more": _People(), "same": _People(), "less": _People()}

    def add(self, records: list[rules.Record], law: Law, with_draft: Law) -> None:
        before, after = law.recognise(records, []), with_draft.recognise(records, [])
        self._dry_run.add(records=records, before=before, after=after)
        matched = 0
        gained: Counter[CreditClass] = Counter()
        for outcome in after:
            mine = [line for line in outcome.lines if (line.rule_id, line.rule_version) == self._name]
            matched += bool(mine)
            for line in mine:
                self._given[line.of] += line.credits
            _add(gained, outcome, 1)
        for outcome in before:
            _add(gained, outcome, -1)
        change = {of: amount for of, amount in gained.items() if amount}
        if not matched and not change:
            return
        self._matched += matched
        # Who gets less of anything is counted as losing: that is whom the officers must look at.
        group = "less" if any(amount < 0 for amount in change.values()) else "more" if change else "same"
        self._people[group].count += 1
        self._people[group].credits.update(change)

    def result(self) -> tuple[dict[str, Any], str]:
        """What is kept, in plain JSON, and its digest."""
        found = self._dry_run.result()
        kept = {
            "records": found.records,
            "matched": self._matched,
            "given": _amounts(self._given),
            "gained": _amounts(found.credits),
            "people": {
                name: {"count": people.count, "credits": _amounts(people.credits)}
                for name, people in self._people.items()
            },
            "learners_over_cap": found.learners_over_cap,
            "institutions": [
                {
                    "code": one.institution,
                    "hit": one.records_hit,
                    "credits": _amounts(one.credits),
                    "over_cap": one.learners_over_cap,
                }
                for one in found.institutions
            ],
            "conflicts": [one._asdict() for one in found.conflicts],
        }
        return kept, found.digest


def _add(total: Counter[CreditClass], outcome: rules.Outcome, sign: int) -> None:
    for line in outcome.lines:
        total[line.of] += sign * line.credits


def _amounts(credits_: Any) -> list[list[Any]]:
    """Credits by class as JSON: framework, kind, level, hundredths."""
    return [[*of, amount] for of, amount in sorted(credits_.items()) if amount]
