"""In which classes somebody learns: asked of the app above that enrols people, which registers at start.

Without one nobody learns anything here, and a timetable shows what somebody teaches only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import QuerySet

Learnt = Callable[["QuerySet[Any, Any]"], "QuerySet[Any, Any]"]
"""Of a subquery of keys of people: a subquery of keys of the classes in which they have a place."""

_learnt: list[Learnt] = []


def register(learnt: Learnt) -> None:
    """Whoever enrols people says who learns where; the last one registered counts."""
    _learnt[:] = [learnt]


def classes_of(people: QuerySet[Any, Any]) -> QuerySet[Any, Any] | None:
    """Keys of the classes in which people learn, as part of another query; None where nobody enrols them."""
    return _learnt[0](people) if _learnt else None
