"""What recognition tells the pages of records, which stand below and cannot ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from xuecheng.city.organisations.models import Organisation
from xuecheng.learning.records.hooks import Fact
from xuecheng.learning.records.models import LearningRecord

from .models import Result
from .queries import results

_CHIPS = {
    Result.State.CREDITED: "done",
    Result.State.REFUSED: "no",
    Result.State.REVERSED: "neutral",
    Result.State.CARRIED: "info",
}


def of(numbers: Sequence[int]) -> Mapping[int, Fact]:
    """How recognition stands with each of these records. One query."""
    facts = {}
    for number, result in results.results_by_record(numbers).items():
        state = Result.State(result.state)
        why, remedy = results.said(result.reasons)
        facts[number] = Fact(
            chip=_CHIPS[state],
            word=str(state.label),
            credits=result.credits,
            reason=" ".join(part for part in (why, remedy) if part),
        )
    return facts


def waiting(organisation: Organisation) -> int:
    """Records of an institution that wait. One query."""
    return results.waiting_count(organisation)


def refused(organisation: Organisation) -> int:
    """Records of an institution without credit. One query."""
    return results.refused_count(organisation)


WAITING = "waiting"
STATES = ((WAITING, _("waits to be recognised")), *Result.State.choices)
"""What lists of records can be narrowed to."""


def narrow(records: QuerySet[LearningRecord], state: str) -> QuerySet[LearningRecord]:
    """The records in one of `STATES`."""
    answers = Result.objects.filter(record_id=OuterRef("pk"), book=OuterRef("book"))
    if state == WAITING:
        return records.filter(~Exists(answers))
    return records.filter(Exists(answers.filter(state=state)))
