"""What a voucher for course fees can pay: apps above, which keep the charges, say where (filled in their `apps.py`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xuecheng.city.people.groups import keys_of
from xuecheng.city.rights import Standing

from .models import Redemption


@dataclass(frozen=True)
class Payable:
    """A charge that is still to be paid: what for, how much in fen, and the page on which a voucher pays it."""

    title: str
    owed_fen: int
    url: str


Listing = Callable[[Sequence[int], Standing | None], list[Payable]]
"""(keys of the person, who at a counter looks or nobody) → what a voucher could pay, and where."""
_LISTS: list[Listing] = []


def register(listing: Listing) -> None:
    """Called from `apps.py` of the app above: the charges of a person (all keys), with pages for them; or for staff, of
    the charges that those may see."""
    if listing not in _LISTS:
        _LISTS.append(listing)


def to_pay(row: Redemption, *, counter: Standing | None) -> list[Payable]:
    """What of its learner a voucher could pay now; for somebody at a `counter`, of what that one may see."""
    return payable(keys_of(row.learner_id), counter=counter)


def payable(keys: Sequence[int], *, counter: Standing | None) -> list[Payable]:
    """What of a person (all keys) a voucher could pay now; for somebody at a `counter`, of what that one may see."""
    return [one for listing in _LISTS for one in listing(keys, counter)]
