"""What recognition, which stands above, tells the pages of records; filled by its `apps.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import Text

from .models import LearningRecord


@dataclass(frozen=True)
class Fact:
    """How recognition stands with a record: a word, its chip's kind, the credit in hundredths, and why not more."""

    chip: str
    word: str
    credits: int
    reason: str = ""


def _none(_numbers: Sequence[int]) -> Mapping[int, Fact]:
    return {}


def _nothing(_organisation: Organisation) -> int:
    return 0


def _all(records: QuerySet[LearningRecord], _state: str) -> QuerySet[LearningRecord]:
    return records


@dataclass
class _Facts:
    of: Callable[[Sequence[int]], Mapping[int, Fact]] = _none
    """Facts by number of record, one query for a page."""
    waiting: Callable[[Organisation], int] = _nothing
    """How many records of an institution wait for recognition."""
    refused: Callable[[Organisation], int] = _nothing
    """How many got no credit."""
    states: Sequence[tuple[str, Text]] = field(default=())
    """What the list of records can be narrowed to: values and words. None: the filter is not shown."""
    narrow: Callable[[QuerySet[LearningRecord], str], QuerySet[LearningRecord]] = _all
    """The records in one of `states`."""


record_facts = _Facts()
