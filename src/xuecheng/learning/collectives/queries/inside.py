"""What stands on an account: its people, its balances by class, its statement from the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext, pgettext

from xuecheng.city import clock
from xuecheng.learning.collectives.models import Collective, Deposit, Membership, Remainder
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.queries import ClassNames, names_of_classes

PAGE = 50
_DEPOSIT, _REVERSAL = 60, 9
_TAKEN_BACK, _CALLED_BACK = -1, -2


@dataclass(frozen=True, slots=True)
class Balance:
    """What lies on an account in one class of credit; hundredths. Classes are never added up (C-01)."""

    of: ClassNames
    credits: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the statement, as the ledger has it; hundredths."""

    line: ledger.Line
    of: ClassNames
    deposit: Deposit | None
    other: Collective | None
    """The account that handed credit on to this one, or got it."""

    @property
    def amount(self) -> int:
        return self.line.amount

    @property
    def after(self) -> int:
        return self.line.after

    @property
    def is_taken_back(self) -> bool:
        return self.line.kind == _REVERSAL

    @property
    def is_called_back(self) -> bool:
        """Credit of a deposit of a closed account, on its way back from where the rest went."""
        return self.deposit is not None and self.line.kind not in (_DEPOSIT, _REVERSAL)

    @property
    def day(self) -> date:
        """The day of what was held or awarded; of everything else the day it was entered."""
        if self.deposit is not None and self.line.kind == _DEPOSIT:
            return self.deposit.ended_on
        return clock.date_of(self.line.recorded_at)

    @property
    def booked_at(self) -> datetime:
        return self.line.recorded_at

    @property
    def title(self) -> str:
        if self.deposit is not None:
            said = {"title": self.deposit.title}
            if self.is_called_back:
                return gettext("%(title)s: called back from where the rest went") % said
            return gettext("%(title)s: taken back") % said if self.is_taken_back else self.deposit.title
        if self.other is not None:
            words = gettext("Handed on to %(name)s") if self.amount < 0 else gettext("Handed on by %(name)s")
            return words % {"name": self.other.name}
        return pgettext("collective account", "Lapsed")


@dataclass(frozen=True, slots=True)
class Statement:
    """Some lines, newest first. `next_before` leads to earlier ones; None on the last page."""

    entries: tuple[Entry, ...]
    next_before: int | None


def balances_of(row: Collective) -> list[Balance]:
    """What lies on the account, by class. Two queries."""
    held = ledger.balances_of_owner(owner_kind=ledger.OwnerKind.COLLECTIVE, owner_id=row.pk)
    names = names_of_classes({one.unit for one in held})
    return [Balance(names[one.unit], one.balance) for one in held]


def statement_of(row: Collective, *, before: int | None = None, size: int = PAGE) -> Statement:
    """A page of the statement. Seven queries, however long it is; one more for each account that handed on to it."""
    held = ledger.balances_of_owner(owner_kind=ledger.OwnerKind.COLLECTIVE, owner_id=row.pk)
    unit_of = {one.account: one.unit for one in held}
    lines = ledger.statement(accounts=list(unit_of), before=before, limit=size + 1)
    shown = lines[:size]
    names = names_of_classes(set(unit_of.values()))
    others = _others_of(row)
    deposits = _deposits_of(row, shown)
    entries = tuple(
        Entry(line, names[unit_of[line.account]], deposits.get(line.key), others.get(line.key)) for line in shown
    )
    return Statement(entries, shown[-1].seq if len(lines) > size else None)


def members_of(row: Collective) -> list[Membership]:
    """Who belongs to it now, who keeps the account first."""
    rows = Membership.objects.filter(collective=row, state=Membership.State.STANDING).select_related("person")
    today = clock.today()
    return sorted(rows, key=lambda one: (not one.keeps_on(today), one.person.name, one.pk))


def member_count(row: Collective) -> int:
    return Membership.objects.filter(collective=row, state=Membership.State.STANDING).count()


def asking(row: Collective) -> list[Membership]:
    """Who asks to join, the first first."""
    rows = Membership.objects.filter(collective=row, state=Membership.State.ASKED)
    return list(rows.select_related("person").order_by("asked_at", "pk"))


def membership(row: Collective, public_id: UUID) -> Membership | None:
    rows = Membership.objects.select_related("collective__institution__territory", "person")
    return rows.filter(collective=row, public_id=public_id).first()


def deposit(row: Collective, public_id: UUID) -> Deposit | None:
    rows = Deposit.objects.select_related("collective__institution__territory")
    return rows.filter(collective=row, public_id=public_id).first()


def _deposits_of(row: Collective, lines: Sequence[ledger.Line]) -> dict[UUID, Deposit]:
    """The deposits behind lines, by the line's key; behind what takes one back or calls it back, the same."""
    wanted = {line.key for line in lines}
    rows = Deposit.objects.filter(Q(collective=row) | Q(collective__in=_before(row), taken_back_at__isnull=False))
    found = {}
    for one in rows.prefetch_related("lines__rule").order_by("pk"):
        for part in one.lines.all():
            if part.key is not None:
                called = ledger.part_key(part.key, _CALLED_BACK)
                # Between two books it is two halves of a move.
                halves = (ledger.part_key(called, 1), ledger.part_key(called, 2))
                for key in (part.key, ledger.part_key(part.key, _TAKEN_BACK), called, *halves):
                    if key in wanted:
                        found[key] = one
    return found


def _before(row: Collective) -> set[int]:
    """The closed accounts whose rests came here, from one to the next. A query for each step."""
    found: set[int] = set()
    step = {row.pk}
    while step:
        step = {*Remainder.objects.filter(to__in=step).values_list("collective", flat=True)}
        found |= step
    return found


def _others_of(row: Collective) -> dict[UUID, Collective]:
    """Which account handed on or got, by the keys under which a rest is posted. One query."""
    found: dict[UUID, Collective] = {}
    rows = Remainder.objects.filter(to__isnull=False).select_related("collective", "to")
    for one in rows.filter(collective=row) | rows.filter(to=row):
        other = one.to if one.collective_id == row.pk else one.collective
        if other is not None:
            # Between two books a rest is two halves of a move.
            found |= dict.fromkeys((one.key, ledger.part_key(one.key, 1), ledger.part_key(one.key, 2)), other)
    return found
