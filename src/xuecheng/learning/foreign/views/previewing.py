"""What a file would count, line by line, for its page: as it was found when its learner looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from xuecheng.learning.creditbank.models import UnitVersion
from xuecheng.learning.foreign.models import Delivery, ForeignRecord, ForeignRule

from .showing import OUTCOME_CHIPS

_CHIPS = {"counts": "done", "waits": "wait", "here": "info"}


@dataclass(frozen=True)
class Line:
    """One achievement. `outcome`: counts, waits or here; `findings`: sentences with their chips."""

    title: str
    issuer_name: str
    ended_on: date | None
    credits_there: int | None
    scheme: str
    outcome: str
    chip: str
    wait: str
    unit: str
    credits_given: int
    rule: str
    proof: str
    holder: str
    findings: list[tuple[str, str]]


def previewed(row: Delivery, language: str) -> list[Line]:
    """One query, none for a file that shows nothing."""
    if not row.preview:
        return []
    wanted = {one["unit"] for one in row.preview if "unit" in one}
    titles = {one.pk: one.title for one in UnitVersion.objects.filter(pk__in=wanted)} if wanted else {}
    return [_line(one, titles, language) for one in row.preview]


def _line(one: dict[str, Any], titles: dict[int, str], language: str) -> Line:
    day = one["ended_on"]
    return Line(
        title=one["title"], issuer_name=one["issuer_name"], ended_on=date.fromisoformat(day) if day else None,
        credits_there=one["credits"], scheme=one["scheme"], outcome=one["outcome"], chip=_CHIPS[one["outcome"]],
        wait=str(ForeignRecord.Waits(one["wait"]).label) if "wait" in one else "",
        unit=titles.get(one.get("unit", 0), ""), credits_given=one.get("credits_given", 0), rule=one.get("rule", ""),
        proof=str(ForeignRule.Needs(one["proof"]).label), holder=str(ForeignRecord.Holder(one["holder"]).label),
        findings=[(found[language], OUTCOME_CHIPS[found["outcome"]]) for found in one["findings"]],
    )  # fmt: skip
