"""What source credits come to, how little of them is needed for that, and which hundredths are free (C-33)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from xuecheng.learning.creditbank.rules import convert_by_ratio


class Worth(NamedTuple):
    """Hundredths: what is given at the receiving side, and the least of the source that is taken for it."""

    target: int
    source: int


def worth_of(source: int, *, num: int, den: int, step: int, source_step: int = 1, room: int | None = None) -> Worth:
    """`source × num ÷ den` rounded down to `step`, then cut to the `room` that caps leave (C-33).

    Taken is the least of the source, a multiple of `source_step`, that gives the same: what rounding or a cap loses
    stays with the learner. Nothing is taken for nothing.
    """
    target = convert_by_ratio(source, num=num, den=den, step=step)
    if room is not None:
        target = min(target, max(room, 0) // step * step)
    if not target:
        return Worth(0, 0)
    least = -(-target * den // num)
    return Worth(target, min(source, -(-least // source_step) * source_step))


def free_spans(total: int, taken: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """What of `[0, total)` lies in none of `taken`, in order."""
    free, at = [], 0
    for begins, ends in sorted(taken):
        if begins > at:
            free.append((at, begins))
        at = max(at, ends)
    if at < total:
        free.append((at, total))
    return free


def take_spans(free: Iterable[tuple[int, int]], amount: int) -> list[tuple[int, int]]:
    """The first `amount` hundredths of what is free. Raises `ValueError` where there are fewer."""
    taken = []
    for begins, ends in free:
        if not amount:
            break
        part = min(amount, ends - begins)
        taken.append((begins, begins + part))
        amount -= part
    if amount:
        raise ValueError("fewer hundredths are free")
    return taken


def fewest_together(free: Sequence[int], amount: int) -> list[tuple[int, int]]:
    """The smallest number of `free` that come to `amount`, as (place, hundredths of it): the largest first, among
    equals whichever stands first; of the last only what is missing. Empty where all of them are too few."""
    taken = []
    for place in sorted(range(len(free)), key=lambda one: -free[one]):
        part = min(free[place], amount)
        if part <= 0:
            break
        taken.append((place, part))
        amount -= part
    return [] if amount else taken
