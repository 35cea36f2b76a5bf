"""What a learner has: balances by framework, kind and level, and how they grew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.models import CreditKind
from xuecheng.learning.creditbank.queries import DEFAULT_FRAMEWORK, names_of_classes
from xuecheng.learning.redemption.queries import Points

from .entries import Mine, sums_by_quarter

KINDS = (CreditKind.COMMUNITY, CreditKind.CERTIFICATE, CreditKind.FORMAL)
"""In the order in which pages show them."""
#: So many quarters are drawn; what came before stands in the first.
QUARTERS = 6


@dataclass(frozen=True, slots=True)
class KindRow:
    """Credits of one kind by level, in the order of the table's levels; hundredths."""

    kind: str
    name: str
    cells: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True)
class FrameworkTable:
    """What is held in one framework. Tables of two frameworks are never added up (C-01)."""

    code: str
    name: str
    levels: tuple[str, ...]
    rows: tuple[KindRow, ...]
    total: int
    set_aside: int

    def of_kind(self, kind: str) -> int:
        return next((row.total for row in self.rows if row.kind == kind), 0)


@dataclass(frozen=True, slots=True)
class Quarter:
    """What counted at the end of a quarter, by kind in the order of `KINDS`; hundredths."""

    first_day: date
    by_kind: tuple[int, ...]
    is_open: bool

    @property
    def number(self) -> int:
        return (self.first_day.month + 2) // 3

    @property
    def year(self) -> int:
        return self.first_day.year

    @property
    def total(self) -> int:
        return sum(self.by_kind)


def accounts_of(*, learner_id: int, keys: Sequence[int] = ()) -> Mine:
    """The learner's accounts with their classes' names; `keys` are all of theirs, if they have more. Two queries."""
    every = tuple(keys) or (learner_id,)
    held = ledger.balances_of(learner_id=learner_id) if len(every) == 1 else ledger.balances_of_all(learner_ids=every)
    names = names_of_classes({one.unit for one in held})
    # A class that only the ledger knows cannot be named and is left to the officers (health page).
    return Mine(keys=every, holdings=tuple(one for one in held if one.unit in names), names=names)


def tables_of(mine: Mine) -> list[FrameworkTable]:
    """A table per framework, the default one first; frameworks without any posting are left out, points always: they
    are no credit of learning (C-39). No query."""
    learnt = {mine.names[one.unit].framework for one in mine.holdings if mine.names[one.unit].kind in KINDS}
    codes = sorted(learnt, key=lambda code: (code != DEFAULT_FRAMEWORK, code))
    return [_table(mine, code) for code in codes]


def points_among(mine: Mine) -> Points:
    """Reward points, which stand apart from all credit of learning (C-39). No query."""
    free = held = 0
    for one in mine.holdings:
        if mine.names[one.unit].kind == CreditKind.REWARD:
            if one.role is ledger.Role.MAIN:
                free += one.balance
            else:
                held += one.balance
    return Points(free, held)


def _table(mine: Mine, code: str) -> FrameworkTable:
    amounts: dict[tuple[str, int], int] = {}
    labels: dict[int, str] = {}
    name, set_aside = code, 0
    for one in mine.holdings:
        of = mine.names[one.unit]
        if of.framework != code or of.kind not in KINDS:
            continue
        name = of.framework_name
        labels[of.level] = of.level_label
        if one.role is ledger.Role.MAIN:
            amounts[of.kind, of.level] = amounts.get((of.kind, of.level), 0) + one.balance
        else:
            set_aside += one.balance
    levels = sorted(labels)
    rows = []
    for kind in KINDS:
        if any(held == kind for held, _level in amounts):
            cells = tuple(amounts.get((kind, level), 0) for level in levels)
            rows.append(KindRow(kind=kind, name=str(kind.label), cells=cells, total=sum(cells)))
    return FrameworkTable(
        code=code,
        name=name,
        levels=tuple(labels[level] for level in levels),
        rows=tuple(rows),
        total=sum(row.total for row in rows),
        set_aside=set_aside,
    )


def growth_of(mine: Mine, *, framework: str, today: date) -> list[Quarter]:
    """What counted at the end of each of the last quarters up to today's, from the first posting on. One query."""
    sums = sums_by_quarter(mine, framework=framework)
    if not sums:
        return []
    now = _first_day(today)
    first = min(sums[0][0], now)
    days = [first]
    while days[-1] < now:
        days.append(_next(days[-1]))
    running = dict.fromkeys(KINDS, 0)
    quarters, waiting = [], list(sums)
    for day in days:
        # What counts from a later day than today's quarter stands in the last bar: it is on the account already.
        while waiting and (waiting[0][0] <= day or day == days[-1]):
            _quarter, kind, amount = waiting.pop(0)
            running[CreditKind(kind)] += amount
        quarters.append(Quarter(first_day=day, by_kind=tuple(running[kind] for kind in KINDS), is_open=day == now))
    return quarters[-QUARTERS:]


def _first_day(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def _next(first_day: date) -> date:
    return date(first_day.year + (first_day.month == 10), (first_day.month + 2) % 12 + 1, 1)
