"""How many places of classes are taken: asked of the app above that enrols people, which registers at start.

Without one nothing is taken: a class has as many places left as seats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from xuecheng.coordination.classes.models import CourseClass

Counts = Callable[[Iterable[int]], Mapping[int, int]]
"""Of keys of classes (`CourseClass.pk`): seats taken by key, in one query; a class that is not there has none."""

EnrolAddress = Callable[["CourseClass"], str]
"""The address of the page on which one enrols for a class; empty where one can't."""

OnlyLine = Callable[["CourseClass"], bool]
"""Whether whoever comes now gets no place and takes part in no draw, but joins the waiting list."""

InDraw = Callable[["CourseClass"], "int | None"]
"""How many take part in a draw that is still to come; None where none is."""

Full = Callable[[], "QuerySet[Any]"]
"""Keys of classes without a place left, for a subquery: what the search for free places leaves out."""

_counts: list[Counts] = []
_full: list[Full] = []
_addresses: list[EnrolAddress] = []
_lines: list[OnlyLine] = []
_draws: list[InDraw] = []


def register(counts: Counts, *, full: Full | None = None) -> None:
    """Whoever enrols people says who counts the seats, and which classes are full; the last one registered counts."""
    _counts[:] = [counts]
    _full[:] = [full] if full else []


def register_address(
    address: EnrolAddress, *, only_line: OnlyLine | None = None, in_draw: InDraw | None = None
) -> None:
    """Whoever enrols people says where, where only the list is open, and how many take part in a draw to come.

    A class's page gets its button by it, and its number.
    """
    _addresses[:] = [address]
    _lines[:] = [only_line] if only_line else []
    _draws[:] = [in_draw] if in_draw else []


def taken(keys: Iterable[int]) -> Mapping[int, int]:
    """Seats taken by key of the class, one query at most."""
    return _counts[0](keys) if _counts else {}


def left(course_class: CourseClass, counted: Mapping[int, int]) -> int:
    """Places left of a class by what was counted; never below 0."""
    return max(0, course_class.seats_most - counted.get(course_class.pk, 0))


def without_full(classes: QuerySet[CourseClass]) -> QuerySet[CourseClass]:
    """Only those of the classes that have a place left, as far as somebody counts."""
    return classes.exclude(pk__in=_full[0]()) if _full else classes


def enrol_address(course_class: CourseClass) -> str:
    """Where one enrols; empty without an app that enrols."""
    return _addresses[0](course_class) if _addresses else ""


def in_draw(course_class: CourseClass) -> int | None:
    """How many take part in a draw that is still to come: until then no place is taken, and none is left."""
    return _draws[0](course_class) if _draws else None


def is_line_only(course_class: CourseClass, *, left: int) -> bool:
    """Whether only the waiting list is open: as whoever enrols says, else where no place is left."""
    return _lines[0](course_class) if _lines else not left
