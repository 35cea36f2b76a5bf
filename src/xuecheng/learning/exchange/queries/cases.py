"""Cases: one's own, and those that somebody has to decide."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from xuecheng.city.rights import Standing, visible
from xuecheng.learning.exchange.models import Appeal, Case
from xuecheng.learning.recognition.models import Posting
from xuecheng.learning.records.models import LearningRecord

from .acts import APPEALS, ASK, DECIDE

_SHOWN = (
    "learner__territory", "source", "target__territory", "agreement", "term__as_unit", "term__as_level",
    "term__of_level", "decided_by", "appeal__decided_by", "source_class", "target_class", "granted_as", "after_appeal",
)  # fmt: skip


def own_cases(viewer: Standing) -> QuerySet[Case]:
    """One's own cases, for a list by (-id)."""
    return (
        Case.objects.filter(visible(viewer, ASK, person="learner"))
        .select_related(*_SHOWN)
        .prefetch_related("uses__lot")
    )


def own_case(viewer: Standing, public_id: UUID) -> Case | None:
    return own_cases(viewer).filter(public_id=public_id).first()


def cases_to_decide(viewer: Standing, *, state: str = "") -> QuerySet[Case]:
    """Cases of the viewer's institutions: those that wait by default, else those of a state. The oldest clock first."""
    mine = visible(viewer, DECIDE, organisation="target", territory="target__territory")
    rows = Case.objects.filter(mine).exclude(learner__in=viewer.person_keys)
    rows = rows.filter(state=state or Case.State.EARMARKED)
    return rows.select_related(*_SHOWN).prefetch_related("uses__lot")


def case(viewer: Standing, public_id: UUID) -> Case | None:
    """One case as its learner, the receiving institution's registrar, or an officer of appeals sees it."""
    mine = visible(viewer, ASK, person="learner")
    theirs = visible(viewer, DECIDE, organisation="target", territory="target__territory")
    appealed = visible(viewer, APPEALS, organisation="target", territory="target__territory")
    raised = Q(appeal__isnull=False) | Q(escalated_at__isnull=False)
    rows = Case.objects.filter(mine | theirs | (appealed & raised), public_id=public_id)
    return rows.select_related(*_SHOWN).prefetch_related("uses__lot").first()


def may_answer(viewer: Standing, row: Case) -> bool:
    """Whether the viewer answers a request: the receiving institution does; once nobody there did in time and it was
    raised, the certification body may as well (C-34)."""
    scope = row.target_scope()
    return viewer.may(DECIDE, scope) or (row.escalated_at is not None and viewer.may(APPEALS, scope))


def record_behind(row: Case) -> LearningRecord | None:
    """The learning record whose credits a case is about. Two queries."""
    use = row.use
    posting = Posting.objects.filter(key=use.lot.posting, book=row.book).first() if use is not None else None
    return LearningRecord.objects.filter(pk=posting.record_id, book=row.book).first() if posting is not None else None


def appeals_waiting(viewer: Standing) -> QuerySet[Appeal]:
    """Appeals that the viewer may decide: not those against their own refusals, nor their own."""
    mine = visible(viewer, APPEALS, organisation="case__target", territory="case__target__territory")
    rows = Appeal.objects.filter(mine, state=Appeal.State.OPEN)
    rows = rows.exclude(case__decided_by__in=viewer.person_keys).exclude(case__learner__in=viewer.person_keys)
    return rows.select_related("case__learner", "case__target__territory", "case__source").prefetch_related(
        "case__uses__lot"
    )


def cases_raised(viewer: Standing) -> QuerySet[Case]:
    """Cases that nobody answered in time, for the certification body to answer; none of the viewer's own."""
    mine = visible(viewer, APPEALS, organisation="target", territory="target__territory")
    rows = Case.objects.filter(mine, state=Case.State.EARMARKED, escalated_at__isnull=False)
    rows = rows.exclude(learner__in=viewer.person_keys)
    return rows.select_related("learner", "target", "source").prefetch_related("uses__lot")


def overdue(*, today: date) -> QuerySet[Case]:
    """Cases whose clock ran out: to be raised, or to be ended."""
    unasked = Q(escalated_at__isnull=True, due_on__lt=today)
    over = Q(ends_on__lt=today)
    return Case.objects.filter(unasked | over, state=Case.State.EARMARKED)


def unsettled(*, before: datetime) -> QuerySet[Case]:
    """Accepted cases whose credits were not posted."""
    return Case.objects.filter(state=Case.State.ACCEPTED, decided_at__lt=before)
