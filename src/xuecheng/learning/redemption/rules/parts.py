"""What of an order is taken, kept and given back when a part of it is handed out or taken back (C-40)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Split(NamedTuple):
    """Points of a hold: `taken` for what is handed out, `kept` held anew for the rest, `freed` back to the learner."""

    taken: int
    kept: int
    freed: int


def split_rest(*, left: int, items: int, points: int, keeps_rest: bool) -> Split:
    """Hand out `items` of the `left` ones, each at `points`; the rest stays held or is freed. Nothing is lost."""
    if not 0 < items <= left:
        raise ValueError("handed out is something, and not more than is left")
    rest = (left - items) * points
    return Split(items * points, rest if keeps_rest else 0, 0 if keeps_rest else rest)


def items_for_fee(*, owed_fen: int, face_fen: int, left: int) -> int:
    """How many vouchers worth `face_fen` each pay of what is owed: whole ones only, so that none loses worth."""
    return min(left, owed_fen // face_fen)


def given_back_for(*, fen: int, fen_before: int, face_fen: int, points: int) -> int:
    """Points that go back when `fen` of a fee are given back, `fen_before` having gone back already.

    Counted from the sum of both, rounded down, less what went back before: of a whole voucher, in however many steps,
    exactly its points come back.
    """
    return (fen_before + fen) * points // face_fen - fen_before * points // face_fen


def spread(amount: int, rooms: Sequence[int]) -> list[int]:
    """Share `amount` over `rooms`, filling each before the next; all of it finds room, or the caller is wrong."""
    shares = []
    for room in rooms:
        shares.append(min(amount, room))
        amount -= shares[-1]
    if amount:
        raise ValueError("there is less room than that")
    return shares
