"""What recognition tells the pages of records, which stand below and cannot ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xuecheng.city.organisations.models import Organisation
from xuecheng.learning.records.hooks import Fact

from .models import Result
from .queries import lists

_CHIPS = {
    Result.State.CREDITED: "done",
    Result.State.REFUSED: "no",
    Result.State.REVERSED: "neutral",
}


def of(numbers: Sequence[int]) -> Mapping[int, Fact]:
    """How recognition stands with each of these records. One query."""
    facts = {}
    for number, result in lists.results_by_record(numbers).items():
        state = Result.State(result.state)
        why, remedy = lists.said(result.reasons)
        facts[number] = Fact(
            chip=_CHIPS.get(state, "info"),
            word=str(state.label),
            credits=result.credits,
            reason=" ".join(part for part in (why, remedy) if part),
        )
    return facts


def waiting(organisation: Organisation) -> int:
    """Records of an institution that wait. One query."""
    return lists.waiting_count(organisation)


def refused(organisation: Organisation) -> int:
    """Records of an institution without credit. One query."""
    return lists.refused_count(organisation)
