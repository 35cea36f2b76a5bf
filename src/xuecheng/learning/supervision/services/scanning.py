"""The search for suspicions: slices of learners, a transaction each; interrupted, it goes on (C-12, C-13)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.people.groups import groups_of, with_all_keys
from xuecheng.city.trace import robot
from xuecheng.learning.supervision import rules
from xuecheng.learning.supervision.models import Scan, Suspicion
from xuecheng.learning.supervision.queries import claims as reading

ROBOT = robot("supervision")

SLICE_LEARNERS = 1_000
_BURSTS_OF = timedelta(days=30)


def scan(*, at: datetime) -> Scan:
    """Search all credited records, and note what looks wrong. What was noted, dismissed or pursued on the same facts is
    not noted again. Safe twice, and at once: two searches share the work."""
    run, _is_new = Scan.objects.get_or_create(finished_at=None, defaults={"started_at": at})
    while _next_slice(run.pk, at=at):
        pass
    return Scan.objects.get(pk=run.pk)


def _next_slice(run_id: int, *, at: datetime) -> bool:
    """Do the next slice; answers whether there was one. Seven queries, and a few for what is found."""
    with trace.change(by=ROBOT, why=gettext_noop("Search for suspicions")):
        run = Scan.objects.select_for_update(no_key=True).get(pk=run_id)
        if run.finished_at is not None:
            return False
        learner_ids = reading.learners_after(run.position.get("learner", 0), limit=SLICE_LEARNERS)
        if learner_ids:
            found = _in_records_of(learner_ids)
            run.position = {"learner": learner_ids[-1]}
            run.learner_count += len(learner_ids)
        else:
            found = _across_learners(at=at)
            run.finished_at = at
        run.found_count += note_findings(found, at=at)
        run.save()
    return bool(learner_ids)


def _in_records_of(learner_ids: Sequence[int]) -> list[rules.Found]:
    groups = groups_of(learner_ids)
    everyone = with_all_keys(learner_ids) if groups else learner_ids
    return rules.suspicions_of(
        reading.claims_of(everyone),
        said_different=reading.pairs_said_different(everyone),
        keys={key: keys[0] for key, keys in groups.items()},
    )


def _across_learners(*, at: datetime) -> list[rules.Found]:
    """What only shows over all records: one certificate number twice, very many entries within an hour."""
    claims = reading.claims_with_one_number()
    groups = groups_of({one.learner for one in claims})
    found = rules.certificate_suspicions(claims, keys={key: keys[0] for key, keys in groups.items()})
    for hour, people, _count, record_ids in reading.bursts(since=at - _BURSTS_OF, many=rules.MANY_BY_HAND):
        those = reading.claims_by_id(record_ids)
        found.append(rules.burst_suspicion(those, hour=hour.isoformat(), people=people))
    return found


def note_findings(found: Sequence[rules.Found], *, at: datetime) -> int:
    """Write what is new; bring open ones up to date whose facts changed. Answers how many are new."""
    if not found:
        return 0
    by_subject: dict[str, list[Suspicion]] = {}
    for row in Suspicion.objects.filter(subject__in={one.subject for one in found}):
        by_subject.setdefault(row.subject, []).append(row)
    new: dict[str, Suspicion] = {}
    with transaction.atomic():
        for one in found:
            known = by_subject.get(one.subject, [])
            if any(row.digest == one.digest for row in known) or one.subject in new:
                continue
            facts = _facts(one)
            open_one = next((row for row in known if row.is_open), None)
            if open_one is None:
                new[one.subject] = Suspicion(subject=one.subject, kind=one.kind, found_at=at, **facts)
            else:
                for name, value in facts.items():
                    setattr(open_one, name, value)
                open_one.save(update_fields=list(facts))
        Suspicion.objects.bulk_create(new.values(), ignore_conflicts=True)
    return len(new)


def _facts(one: rules.Found) -> dict[str, object]:
    learners = {claim.learner for claim in one.claims}
    return {
        "digest": one.digest,
        "learner_id": one.claims[0].learner if one.kind not in ("certificate", "burst") or len(learners) == 1 else None,
        "institution_id": one.claims[-1].institution,
        "record_ids": [claim.id for claim in one.claims],
        "facts": dict(one.facts),
        "risk": one.risk,
        "points": [list(point) for point in one.points],
    }
