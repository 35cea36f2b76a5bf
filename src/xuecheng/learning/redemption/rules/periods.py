"""From when on a person's limit counts (C-42)."""

from __future__ import annotations

from datetime import date


def begins_of(period: str, day: date) -> date | None:
    """The first day of the calendar year, half or month in which `day` lies; None where all time counts."""
    match period:
        case "year":
            return date(day.year, 1, 1)
        case "half":
            return date(day.year, 1 if day.month <= 6 else 7, 1)
        case "month":
            return day.replace(day=1)
        case "ever":
            return None
    raise ValueError(f"no such period: {period}")
