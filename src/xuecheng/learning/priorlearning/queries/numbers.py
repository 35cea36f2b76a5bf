"""Numbers for everybody: how many applied, what became of it; small numbers are not shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language

from xuecheng.learning.priorlearning.models import Application, Centre, Claim, Draw


@dataclass(frozen=True, slots=True)
class Numbers:
    """Counts of one centre or unit; None where a count, or what it is counted among, is below the floor."""

    name: str
    asked: int | None
    granted: int | None
    not_yet: int | None


def numbers() -> tuple[list[Numbers], list[Numbers]]:
    """What became of units, by centre and by unit. Three queries."""
    floor = min(Centre.objects.values_list("published_least", flat=True), default=10)
    decided = Claim.objects.filter(state__in=["granted", "not_yet", "task", "reversed", "held"])
    organisation = "application__centre__organisation"
    by_centre = decided.values_list(f"{organisation}__name_zh", f"{organisation}__name_en")
    by_unit = decided.values_list("unit__title_zh", "unit__title_en")
    return _rows(_counted(by_centre), floor), _rows(_counted(by_unit), floor)


def _counted(names: QuerySet[Claim, Any]) -> list[tuple[str, str, int, int, int]]:
    """Those with most decisions first, at most fifty."""
    found = names.annotate(
        asked=Count("id"),
        granted=Count("id", filter=Q(state="granted")),
        not_yet=Count("id", filter=Q(state="not_yet")),
    ).order_by()
    return sorted(found, key=lambda one: (-one[2], one[0]))[:50]


def _rows(found: Sequence[tuple[str, str, int, int, int]], floor: int) -> list[Numbers]:
    english = get_language() == "en"
    shown = []
    for zh, en, asked, granted, not_yet in found:
        name = (en if english else "") or zh
        if asked < floor:
            shown.append(Numbers(name, None, None, None))
        elif min(granted, not_yet) < floor and asked - max(granted, not_yet) < floor:
            # Who knows the whole and one part knows the other: both are left out.
            shown.append(Numbers(name, asked, None, None))
        else:
            shown.append(
                Numbers(name, asked, granted if granted >= floor else None, not_yet if not_yet >= floor else None)
            )
    return shown


def draws_of(row: Application) -> list[Draw]:
    """The draws of an application, to be computed again."""
    return list(row.draws.order_by("pk"))
