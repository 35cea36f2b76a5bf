"""Exchange for many at once: who comes into question, batches as both sides see them, and what came of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from xuecheng.city import clock
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.rights import Standing, visible
from xuecheng.learning.exchange.models import Batch, BatchRow, Case, Term

from .acts import DECIDE, LODGE
from .agreements import in_force

# Postings that stand, of one institution's course that ended in the days asked for, after the last learner done.
_GRADUATES = """
select p.learner_id, p.key
from recognition_posting p
join records_learningrecord r on r.id = p.record_id and r.book = p.book
where p.institution_id = %(source)s and r.institution_id = %(source)s and r.code = %(code)s
    and r.ended_on >= %(ended_from)s and r.ended_on < %(ended_to)s and p.reverses is null
    and (p.learner_id, p.key) > (%(learner)s, %(key)s::uuid)
    and not exists (
        select from recognition_posting b
        where b.learner_id = p.learner_id and b.book = p.book and b.reverses = p.key
    )
order by p.learner_id, p.key"""
_FIRST = UUID(int=0)


class Graduate(NamedTuple):
    """A learner, and the posting whose credits could count elsewhere."""

    learner_id: int
    posting: UUID


def graduates(
    *, source: Organisation, code: str, ended_from: date, ended_to: date, after: Sequence[str | int] = ()
) -> list[Graduate]:
    """Who has credits of this course, in the order of learners, after the one named last. One query."""
    learner, key = after or (0, str(_FIRST))
    values: dict[str, Any] = {
        "source": source.pk, "code": code, "ended_from": ended_from, "ended_to": ended_to, "learner": learner,
        "key": str(key),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_GRADUATES, values)
        return [Graduate(*row) for row in cursor.fetchall()]


def senders(viewer: Standing) -> QuerySet[Organisation]:
    """Institutions for whose graduates the viewer asks, where an agreement in force lets something count elsewhere."""
    mine = visible(viewer, LODGE, organisation="pk", territory="territory")
    gives = Term.objects.filter(in_force(clock.today(), "agreement__"), source=OuterRef("pk"))
    return Organisation.objects.filter(mine, Exists(gives), is_active=True).order_by("code")


def receivers(sources: Iterable[int], *, on: date) -> QuerySet[Organisation]:
    """Institutions at which, by an agreement in force, something of these counts."""
    takes = Term.objects.filter(in_force(on, "agreement__"), source__in=list(sources), target=OuterRef("pk"))
    return Organisation.objects.filter(Exists(takes), is_active=True).order_by("code")


def batches(viewer: Standing) -> QuerySet[Batch]:
    """Those that the viewer's institutions asked for or decide, for a list by (-id)."""
    asked = visible(viewer, LODGE, organisation="source", territory="source__territory")
    decided = visible(viewer, DECIDE, organisation="target", territory="target__territory")
    return Batch.objects.filter(asked | decided).select_related(
        "source__territory", "target__territory", "asked_by", "job", "deciding_job"
    )


def batch(viewer: Standing, public_id: UUID) -> Batch | None:
    return batches(viewer).filter(public_id=public_id).first()


def rows_of(viewer: Standing, row: Batch) -> QuerySet[BatchRow]:
    """What came of each learner, for a list by (-id). The receiving side sees those for whom was asked."""
    rows = BatchRow.objects.filter(batch=row)
    if not viewer.may(LODGE, row.access_scope()):
        rows = rows.filter(case__isnull=False)
    return rows.select_related("learner", "case")


def cases_open_in(row: Batch) -> QuerySet[Case]:
    """Requests of a batch that nobody decided yet."""
    return Case.objects.filter(batch_row__batch=row, state=Case.State.EARMARKED)


def waiting_of(rows: Sequence[Batch]) -> dict[int, int]:
    """How many requests of each batch nobody decided yet. One query."""
    counted: dict[int, int] = {}
    found = Case.objects.filter(batch_row__batch__in=[one.pk for one in rows], state=Case.State.EARMARKED)
    for key in found.values_list("batch_row__batch", flat=True):
        counted[key] = counted.get(key, 0) + 1
    return counted
