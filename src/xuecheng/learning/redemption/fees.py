"""What a voucher for course fees can pay: apps above, which keep the charges, say where (filled in their `apps.py`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xuecheng.city.people.groups import keys_of

from .models import Redemption


@dataclass(frozen=True)
class Payable:
    """A charge that is still to be paid: what for, how much in fen, and the page on which a voucher pays it."""

    title: str
    owed_fen: int
    url: str


_LISTS: list[Callable[[Sequence[int], bool], list[Payable]]] = []


def register(listing: Callable[[Sequence[int], bool], list[Payable]]) -> None:
    """Called from `apps.py` of the app above: the charges of a person (all keys), with pages for them or for staff."""
    if listing not in _LISTS:
        _LISTS.append(listing)


def to_pay(row: Redemption, *, is_own: bool) -> list[Payable]:
    """What of its learner a voucher could pay now."""
    keys = keys_of(row.learner_id)
    return [one for listing in _LISTS for one in listing(keys, is_own)]
