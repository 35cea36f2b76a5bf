"""What is offered to residents, by theme and place: the registry that apps above fill.

    offers.register("classes", count_classes)    # (path, on) → (path of the division, theme, how many) …

Themes are those of the pool of teachers (`staff.Subject`). What units declare themselves is counted here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date

from django.db.models import Count

from .models import ShareOffer

Line = tuple[str, str, int]
CountOffers = Callable[[str, date], Iterable[Line]]
_SOURCES: dict[str, CountOffers] = {}


def register(name: str, count: CountOffers) -> None:
    """Count what `count` answers, too: all within a path, on a day, in a fixed number of queries. From `apps.py`."""
    _SOURCES[name] = count


def by_theme(path: str, *, place: int, on: date) -> dict[int, Counter[str]]:
    """Key of each division at `place` of the path → theme → how many. One query a source."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for count in _SOURCES.values():
        for at, theme, many in count(path, on):
            keys = at.split("/")
            if len(keys) > place and keys[place]:
                found[int(keys[place])][theme] += many
    return found


def _declared(path: str, on: date) -> Iterable[Line]:
    rows = ShareOffer.objects.filter(
        side=ShareOffer.Side.OFFERS, during__contains=on, college__territory__path__startswith=path
    )
    return rows.values_list("college__territory__path", "theme").annotate(many=Count("pk")).order_by()


def declare() -> None:
    """Called from `apps.py`."""
    register("declared", _declared)
