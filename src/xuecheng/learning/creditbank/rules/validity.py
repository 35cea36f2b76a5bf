"""How long credit may be put to new use (C-22). Expiry never removes history nor an award already made."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache


def add_months(day: date, months: int) -> date:
    """`months` later (or earlier), the day clamped to the end of a shorter month."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


# One batch meets the same few end dates a million times.
@lru_cache(maxsize=65_536)
def last_valid_day(ended_on: date, *months: int | None) -> date | None:
    """The last day for new use of credit for learning that ended on `ended_on`; None is for ever.

    `months` are the limits that the issuer, the accepter and the framework set; the least counts, None sets none.
    """
    limits = [limit for limit in months if limit is not None]
    return add_months(ended_on, min(limits)) - timedelta(days=1) if limits else None


def is_valid_on(day: date, *, last_day: date | None) -> bool:
    """Whether credit with this last day may still be put to new use on `day`; it may on the last day itself."""
    return last_day is None or day <= last_day
