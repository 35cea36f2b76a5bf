"""What recognition, which stands above, tells the pages of records; filled by its `apps.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from xuecheng.city.organisations.models import Organisation


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


@dataclass
class _Facts:
    of: Callable[[Sequence[int]], Mapping[int, Fact]] = _none
    """Facts by number of record, one query for a page."""
    waiting: Callable[[Organisation], int] = _nothing
    """How many records of an institution wait for recognition."""
    refused: Callable[[Organisation], int] = _nothing
    """How many got no credit."""


record_facts = _Facts()
