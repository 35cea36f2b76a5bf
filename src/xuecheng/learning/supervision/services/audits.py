"""Verbs of sampling audits: plan, draw, find, publish (C-76 … C-80)."""

from __future__ import annotations

import gzip
import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.recognition.models import Posting, RuleVersion, Run
from xuecheng.learning.records.models import LearningRecord
from xuecheng.learning.supervision import rules
from xuecheng.learning.supervision.models import Audit, AuditItem, AuditList
from xuecheng.learning.supervision.queries.acts import AUDIT
from xuecheng.learning.supervision.queries.populations import population_of, postings_drawn

from .scanning import ROBOT

MOST = 2_000_000
"""Postings in one population; more are audited quarter by quarter."""


class PopulationEmpty(Refusal):
    message = _("Nothing was credited in these days that fits.")
    field = "posted_from"


class PopulationTooLarge(Refusal):
    message = _("More than 2 million postings fit.")
    remedy = _("Choose a shorter period, or one institution.")
    field = "posted_from"


class PeriodNotOver(Refusal):
    message = _("The period must have ended: what is audited does not change any more.")
    field = "posted_to"


class PeriodBackwards(Refusal):
    message = _("The last day is before the first one.")
    field = "posted_to"


class NewNeedsOne(Refusal):
    message = _("Name the institution or the rule that is new.")
    field = "institution"


class SeedNotKnown(Refusal):
    message = _("The seed is published on %(on)s; nobody knows it before.")
    remedy = _("Come back then.")


class NotDrawn(Refusal):
    message = _("This audit has no sample to look at, or was published already.")


class FoundAlready(Refusal):
    message = _("A finding was written down for this item already.")


class OwnItem(Refusal):
    message = _("Nobody audits their own learning, nor what they entered or credited themselves.")
    remedy = _("Leave it to a colleague.")


class BasisMissing(Refusal):
    message = _("Say what your finding rests on.")
    field = "words"


class NotAllLookedAt(Refusal):
    message = _("%(left)s items have no finding yet.")


@dataclass(frozen=True)
class Plan:
    """What is audited and how exact the answer is to be. Shares in parts of a million."""

    aim: str
    posted_from: date
    posted_to: date
    institution: Organisation | None = None
    origin: str = ""
    rule: RuleVersion | None = None
    confidence: int = 95
    expected: int = 500_000
    error: int = 50_000


def plan_audit(*, actor: Standing, public_id: UUID, keeper: Organisation, plan: Plan, at: datetime) -> Audit:
    """Fix population and sizes before the seed is known: the list is published at once, the seed is that of the first
    seal on the next day (C-76). Asked again with the same id, the same audit.

    Right: supervision.audit over the keeper. Raises `Denied`, `PeriodBackwards`, `PeriodNotOver`, `NewNeedsOne`,
    `PopulationEmpty`, `PopulationTooLarge`, `rules.SharesMalformed`.
    """
    require(actor, AUDIT, on=keeper)
    today = clock.date_of(at)
    if plan.posted_from > plan.posted_to:
        raise PeriodBackwards
    if plan.posted_to >= today:
        raise PeriodNotOver
    if plan.aim == Audit.Aim.NEW and plan.institution is None and plan.rule is None:
        raise NewNeedsOne
    with (
        trace.change(by=actor.person, why=gettext_noop("Sampling audit planned")),
        refusing(audit_public_id_once=FormUsedBefore, audit_code_once=FormUsedBefore),
    ):
        known = Audit.objects.filter(public_id=public_id).first()
        if known is not None:
            return known
        # By its id, which the caller chose before anything was known.
        row = Audit(
            public_id=public_id, code=f"CC-{today:%y%m%d}-{public_id.hex[-4:].upper()}", keeper=keeper, aim=plan.aim,
            confidence=plan.confidence, expected=plan.expected, error=plan.error, institution=plan.institution,
            origin=plan.origin, rule=plan.rule, posted_from=plan.posted_from, posted_to=plan.posted_to,
            planned_by=actor.person, planned_at=at, seed_day=today + timedelta(days=1),
        )  # fmt: skip
        fix_population(audit=row)
    return row


def fix_population(*, audit: Audit) -> Audit:
    """Count and list what a plan covers, say how many are drawn, and write all of it: from now on it stays.

    For verbs that planned it. Raises `PopulationEmpty`, `PopulationTooLarge`, `rules.SharesMalformed`.
    """
    row = audit
    with transaction.atomic():
        people = population_of(row, most=MOST)
        if not people:
            raise PopulationEmpty
        if len(people) > MOST:
            raise PopulationTooLarge
        text = "".join(f"{number},{stratum}\n" for number, stratum in people)
        row.population = len(people)
        row.population_digest = hashlib.sha256(text.encode()).hexdigest()
        row.strata = _strata(row, Counter(stratum for _number, stratum in people))
        row.save()
        AuditList.objects.create(audit=row, packed=gzip.compress(text.encode(), mtime=0))
    return row


def _strata(row: Audit, sizes: Mapping[str, int]) -> list[dict[str, int | str]]:
    """How many of each stratum are drawn (C-77, C-79)."""
    shares = _shares_before(row)
    if row.aim == Audit.Aim.ESTIMATE:
        total = rules.size_to_estimate(
            row.population, expected=row.expected, error=row.error, confidence=row.confidence
        )
        strata = [rules.Stratum(code, size, shares.get(code, row.expected)) for code, size in sorted(sizes.items())]
        drawn = rules.sizes_by_stratum(strata, total)
    elif row.aim == Audit.Aim.DISCOVER:
        drawn = {
            code: rules.size_to_discover(size, share=row.error, confidence=row.confidence)
            for code, size in sizes.items()
        }
    else:
        drawn = {
            code: size
            if code == "first"
            else rules.size_to_discover(size, share=rules.DISCOVERY_OF_NEW, confidence=row.confidence)
            for code, size in sizes.items()
        }
    return [{"code": code, "size": sizes[code], "drawn": drawn[code], "wrong": 0} for code in sorted(sizes)]


def _shares_before(row: Audit) -> dict[str, int]:
    """The share found wrong per stratum by the newest audit of the same keeper; at least 1 %, at most half."""
    last = Audit.objects.filter(keeper_id=row.keeper_id, state=Audit.State.PUBLISHED, aim=Audit.Aim.ESTIMATE)
    found = last.order_by("-published_at").values_list("strata", flat=True).first()
    return {
        one["code"]: min(500_000, max(10_000, one["wrong"] * rules.MILLION // one["drawn"]))
        for one in found or []
        if one["drawn"]
    }


def read_packed(audit: Audit) -> bytes:
    """The published list as it is kept: `list_of`, gzipped."""
    return bytes(AuditList.objects.get(audit=audit).packed)


def list_of(audit: Audit) -> str:
    """The published list: a line `number,stratum` for each posting."""
    return gzip.decompress(read_packed(audit)).decode()


def seed_known(audit: Audit) -> ledger.CityHead | None:
    """The seal of the ledger whose hash is the seed: the first that was published on the seed's day or after it."""
    midnight = datetime.combine(audit.seed_day, time(), tzinfo=clock.zone())
    return ledger.first_city_head_since(at=midnight)


def draw_sample(*, audit: Audit, at: datetime) -> Audit:
    """Draw, once the seed was published (C-76): of each stratum the first by SHA-256(`seed|number`). Said twice, once.

    Done by the clock: there is nothing to decide. Raises `SeedNotKnown`.
    """
    with trace.change(by=ROBOT, why=gettext_noop("Sample drawn by the published seed")):
        row = (
            Audit.objects.select_for_update(no_key=True, of=("self",))
            .select_related("keeper__territory")
            .get(pk=audit.pk)
        )
        if row.state != Audit.State.PLANNED:
            return row
        head = seed_known(row) if clock.date_of(at) >= row.seed_day else None
        if head is None:
            raise SeedNotKnown(on=row.seed_day)
        row.seed, row.seed_head, row.drawn_at = bytes(head.hash).hex(), head.n, at
        numbers = drawn_by(row.seed, list_of(row), {one["code"]: one["drawn"] for one in row.strata})
        drawn = postings_drawn(row, numbers)
        assert len(drawn) == len(numbers), "postings are append-only: what was listed stands"
        AuditItem.objects.bulk_create(
            AuditItem(
                audit=row, number=one.number, stratum=one.stratum, posting=one.posting, learner_id=one.learner_id,
                record_id=one.record_id, credits=one.credits,
            )
            for one in drawn
        )  # fmt: skip
        row.state = Audit.State.DRAWN
        row.save()
    return row


def drawn_by(seed: str, text: str, sizes: Mapping[str, int]) -> list[str]:
    """The numbers that a seed draws from a published list: what anybody may compute."""
    by_stratum: dict[str, list[str]] = defaultdict(list)
    for line in text.splitlines():
        number, stratum = line.split(",")
        by_stratum[stratum].append(number)
    return [number for code in sorted(by_stratum) for number in rules.draw(seed, by_stratum[code], sizes[code])]


def draw_due(*, at: datetime) -> int:
    """Draw whatever may be drawn. Answers how many were."""
    drawn = 0
    for row in Audit.objects.filter(state=Audit.State.PLANNED, seed_day__lte=clock.date_of(at)).order_by("pk")[:100]:
        try:
            draw_sample(audit=row, at=at)
        except SeedNotKnown:
            continue
        drawn += 1
    return drawn


def record_finding(
    *, actor: Standing, item: AuditItem, own_credits: int, is_proven: bool, words: str, at: datetime
) -> AuditItem:
    """Write down what would be right, in hundredths, before the first decision is seen; the comparison follows (C-80).
    What cannot be shown to be right counts as wrong. Said twice in the same words, once.

    Right: supervision.audit over the keeper; not the learner, nor who entered or credited it. Raises `Denied`,
    `BasisMissing`, `NotDrawn`, `OwnItem`, `FoundAlready`.
    """
    require(actor, AUDIT, on=item.audit)
    if not words.strip():
        raise BasisMissing
    with trace.change(by=actor.person, why=gettext_noop("Finding of an audit")):
        audit = Audit.objects.select_for_update(no_key=True).get(pk=item.audit_id)
        row = AuditItem.objects.get(pk=item.pk)
        _check_not_involved(actor, row)
        if row.finding:
            if (row.own_credits, row.words) == (own_credits, words.strip()[:500]):
                return row
            raise FoundAlready
        if audit.state != Audit.State.DRAWN:
            raise NotDrawn
        row.finding = _finding(row.credits, own_credits, is_proven=is_proven)
        row.own_credits, row.words = own_credits, words.strip()[:500]
        row.auditor, row.found_at = actor.person, at
        row.save(update_fields=["finding", "own_credits", "words", "auditor", "found_at"])
        audit.looked_at += 1
        audit.wrong += row.is_wrong
        audit.save(update_fields=["looked_at", "wrong"])
    return row


def _finding(first: int, own: int, *, is_proven: bool) -> AuditItem.Finding:
    if not is_proven:
        return AuditItem.Finding.UNPROVEN
    if own == first:
        return AuditItem.Finding.RIGHT
    return AuditItem.Finding.AMOUNT if own else AuditItem.Finding.NO_BASIS


def publish_audit(*, actor: Standing, audit: Audit, at: datetime) -> Audit:
    """Publish what was found, with the one-sided upper bound and not the point alone (C-78). Said twice, once.

    Right: supervision.audit over the keeper. Raises `Denied`, `NotDrawn`, `NotAllLookedAt`.
    """
    require(actor, AUDIT, on=audit)
    with trace.change(by=actor.person, why=gettext_noop("Sampling audit published")):
        row = Audit.objects.select_for_update(no_key=True).get(pk=audit.pk)
        if row.state == Audit.State.PUBLISHED:
            return row
        if row.state != Audit.State.DRAWN:
            raise NotDrawn
        items = list(row.items.all())
        left = sum(1 for one in items if not one.finding)
        if left:
            raise NotAllLookedAt(left=left)
        parts = parts_of(row, items)
        verdict = rules.verdict_of(parts, confidence=row.confidence)
        row.share, row.bound, row.is_census = verdict
        row.strata = [{"code": one.code, "size": one.size, "drawn": one.looked_at, "wrong": one.wrong} for one in parts]
        row.state, row.published_by, row.published_at = Audit.State.PUBLISHED, actor.person, at
        row.save()
    return row


def parts_of(audit: Audit, items: Sequence[AuditItem]) -> list[rules.Part]:
    """What was found so far, by stratum."""
    looked_at = Counter(one.stratum for one in items if one.finding)
    wrong = Counter(one.stratum for one in items if one.is_wrong)
    return [rules.Part(one["code"], one["size"], looked_at[one["code"]], wrong[one["code"]]) for one in audit.strata]


def _check_not_involved(actor: Standing, row: AuditItem) -> None:
    mine = set(actor.person_keys)
    entered = LearningRecord.objects.filter(pk=row.record_id).values_list("entered_by_id", flat=True)
    posting = Posting.objects.filter(key=row.posting, learner_id=row.learner_id)
    gave = set(posting.values_list("officer_id", flat=True))
    runs = posting.exclude(run_id=None).values("run_id")
    gave |= set(Run.objects.filter(pk__in=runs).values_list("started_by", flat=True))
    if row.learner_id in mine or mine & set(entered) or mine & gave:
        raise OwnItem
