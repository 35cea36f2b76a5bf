"""What is asked of a room that is lent: within its days and hours and nowhere else; taken back with notice (P-03)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal

from .opening import days_of

NOTICE_DAYS = 14
"""P-03 ⚙: so many days before, the owner says that a room is lent no more; whoever borrowed it may end at any time."""


class NotWithinLoan(Refusal):
    message = _("This room is lent to your unit at other times only: %(told)s.")
    remedy = _("Choose a time within, or ask the owner.")
    field = "begins_at"


class LoanPeriodWrong(Refusal):
    message = _("A room is lent on days to come, for three years at most, the last day after the first.")
    field = "ends_on"


class LoanHoursWrong(Refusal):
    message = _("Say on which weekdays and from when to when; it ends after it begins.")
    field = "weekdays"


class NoticeTooShort(Refusal):
    message = _("The owner says %(days)d days before that a room is lent no more; the first day is %(first)s.")
    remedy = _("Choose a later day, or ask the unit that borrowed it to end it.")
    field = "ended_on"


@dataclass(frozen=True, slots=True)
class Lent:
    """`[first, end)` of days, on weekdays (Monday is 0), in minutes `[begins, ends)` of each."""

    first: date
    end: date
    weekdays: Collection[int]
    begins: int
    ends: int

    def covers(self, begins: datetime, ends: datetime, zone: tzinfo) -> bool:
        """Whether all of `[begins, ends)` lies within it, each day it touches by itself."""
        return all(
            self.first <= on < self.end and on.weekday() in self.weekdays and self.begins <= start and stop <= self.ends
            for on, start, stop in days_of(begins, ends, zone)
        )


def check_lent(lent: Lent, *, today: date) -> None:
    """Raise `LoanPeriodWrong`, `LoanHoursWrong`."""
    if lent.end <= max(lent.first, today) or lent.end - lent.first > timedelta(days=3 * 366):
        raise LoanPeriodWrong
    if not lent.weekdays or not 0 <= lent.begins < lent.ends <= 24 * 60:
        raise LoanHoursWrong


def check_notice(ended_on: date, *, today: date, is_owner: bool) -> None:
    """P-03: an owner ends a loan with notice, whoever borrowed it from today on. Raises `NoticeTooShort`."""
    first = today + timedelta(days=NOTICE_DAYS if is_owner else 0)
    if ended_on < first:
        raise NoticeTooShort(days=NOTICE_DAYS if is_owner else 0, first=first)
