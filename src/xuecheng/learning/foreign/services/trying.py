"""Dry runs: what a proposed rule would do to the records that wait, before anybody puts it in force (C-31)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.jobs import services as jobs
from xuecheng.city.jobs.progress import Progress
from xuecheng.city.people.groups import groups_of
from xuecheng.city.refusals import FormUsedBefore
from xuecheng.learning.creditbank.queries import rule_units
from xuecheng.learning.foreign.models import ForeignRecord, ForeignRule, ForeignTrial
from xuecheng.learning.foreign.models.law import Standing as State
from xuecheng.learning.foreign.queries import KEEP_RULES, Law, identities_credited, law, law_with, waiting_of_body
from xuecheng.learning.foreign.rules import Wait

from .capping import Given
from .crediting import Worth, part_is_credited, weigh, within_cap
from .refusals import NotProposed, TrialMissing, TrialStale

TRY_JOB = "foreign.try"
_AT_ONCE = 200
_GROWTH_PERCENT = 1


@dataclass
class Effect:
    """What a rule would do, in numbers of records and learners; credits are hundredths of its unit's framework."""

    waiting: int = 0
    """Records that wait and were looked at."""
    counts: int = 0
    """Of those, how many it would credit."""
    learners: int = 0
    """People who would get credit."""
    credits: int = 0
    over_cap: int = 0
    """People for whom its cap would take something or all."""
    cut: int = 0
    """Hundredths that the cap would take."""
    held: int = 0
    """Records that it speaks of whose unit, whole or part is credited already."""
    weak: int = 0
    """Records of which it speaks, proven less well than it asks."""
    several: int = 0
    """Records of which another rule would speak as well, so that neither counts."""

    @property
    def digest(self) -> str:
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


def try_rule(*, actor: Standing, public_id: UUID, rule: ForeignRule, at: datetime) -> ForeignTrial:
    """Start a dry run of a proposed rule; asked again with the same id, return the same dry run.

    Right: foreign.keep_rule at its body. Raises `Denied`, `NotProposed`, `FormUsedBefore`.
    """
    require(actor, KEEP_RULES, on=rule)
    with trace.change(by=actor.person, why=gettext_noop("Dry run.")):
        known = ForeignTrial.objects.filter(public_id=public_id).first()
        if known is not None:
            if known.rule_id != rule.pk:
                raise FormUsedBefore
            return known
        if ForeignRule.objects.get(pk=rule.pk).state != State.PROPOSED:
            raise NotProposed
        return start_trial(actor, public_id, rule, at=at)


def start_trial(actor: Standing, public_id: UUID, rule: ForeignRule, *, at: datetime) -> ForeignTrial:
    """Within the caller's change, which has checked the right."""
    trial = ForeignTrial.objects.create(public_id=public_id, rule=rule, asked_by=actor.person, asked_at=at)
    trial.job = jobs.start(
        TRY_JOB,
        at=at,
        title_zh=f"试算外来学习成果规则 {rule}"[:200],
        title_en=f"Dry run of outside rule {rule}"[:200],
        arguments={"trial": trial.pk, "page": ["foreign:show_rule", str(rule.public_id)]},
        by=actor.person,
        organisation=rule.body,
    )
    trial.save(update_fields=["job"])
    return trial


def run_trial(trial: ForeignTrial, progress: Progress, *, now: Callable[[], datetime]) -> ForeignTrial:
    """The job of `try_rule`: learner by learner. It only reads; interrupted, it begins anew."""
    if trial.finished_at is not None:
        return trial
    rule, at = trial.rule, now()
    rows = waiting_of_body(rule.body)
    newest = rows.order_by("-pk").values_list("pk", flat=True).first() or 0
    count = rows.count()
    progress.done, progress.total = 0, count
    judge = _Judge(rule, law(rule.body), law_with(rule))
    for number, mine in enumerate(_by_learner(rule), start=1):
        judge.look(mine, at=at)
        progress.done += len(mine)
        if number % _AT_ONCE == 0:
            progress.report()
    with progress.slice():
        trial.result, trial.digest, trial.finished_at = asdict(judge.effect), judge.effect.digest, at
        trial.waiting_count, trial.newest_record_id = count, newest
        trial.save()
    return trial


def _by_learner(rule: ForeignRule) -> Iterator[list[ForeignRecord]]:
    """The records that wait, one learner's after another's, each in the order in which caps are filled (C-23)."""
    rows = waiting_of_body(rule.body).select_related("issuer", "body__territory")
    ordered = rows.order_by("learner_id", "ended_on", "pk").iterator(chunk_size=2_000)
    for _learner, mine in groupby(ordered, key=lambda one: one.learner_id):
        yield list(mine)


class _Judge:
    def __init__(self, rule: ForeignRule, without: Law, with_it: Law) -> None:
        self.effect = Effect()
        self._rule, self._without, self._with = rule, without, with_it
        self._identity = rule_units()[str(rule.unit)].identity

    def look(self, rows: list[ForeignRecord], *, at: datetime) -> None:
        """All that waits of one learner."""
        effect = self.effect
        effect.waiting += len(rows)
        answers = [(row, self._answer(row, self._without, at=at), self._answer(row, self._with, at=at)) for row in rows]
        effect.weak += sum(new is Wait.PROOF_WEAK and old is Wait.NO_RULE for _row, old, new in answers)
        effect.several += sum(new is Wait.SEVERAL_RULES and old is not new for _row, old, new in answers)
        mine = [(row, new) for row, _old, new in answers if isinstance(new, Worth) and new.rule.pk == self._rule.pk]
        if mine:
            self._credit(mine)

    def _answer(self, row: ForeignRecord, law: Law, *, at: datetime) -> Worth | Wait:
        row.issuer = law.issuer_of(row.issuer_keys)
        return weigh(row, law, at=at)

    def _credit(self, mine: list[tuple[ForeignRecord, Worth]]) -> None:
        keys = groups_of([mine[0][0].learner_id]).get(mine[0][0].learner_id, (mine[0][0].learner_id,))
        effect, held = self.effect, self._identity in identities_credited(keys)
        given = Given.of(keys) if self._rule.cap is not None else Given()
        counts, cut = 0, 0
        for row, worth in mine:
            if held or part_is_credited(row):
                effect.held += 1
                continue
            found = within_cap(row, worth, given)
            amount = found.amount if isinstance(found, Worth) else 0
            cut += worth.amount - amount
            if amount:
                # One unit counts once (C-25): whatever follows is held.
                held, counts = True, counts + 1
                effect.credits += amount
        effect.counts += counts
        effect.learners += bool(counts)
        effect.over_cap += bool(cut)
        effect.cut += cut


def fresh_trial(rule: ForeignRule) -> ForeignTrial:
    """The newest finished dry run, if hardly more waits than then. Raises `TrialMissing`, `TrialStale` (C-31)."""
    trial = ForeignTrial.objects.filter(rule=rule, finished_at__isnull=False).order_by("-pk").first()
    if trial is None:
        raise TrialMissing
    newer = waiting_of_body(rule.body).filter(pk__gt=trial.newest_record_id).count()
    if newer * 100 > trial.waiting_count * _GROWTH_PERCENT:
        raise TrialStale(newer=newer)
    return trial


__all__ = ["TRY_JOB", "Effect", "fresh_trial", "run_trial", "start_trial", "try_rule"]
