"""Days by which somebody has to answer (C-34), by the city's calendar of working days."""

from __future__ import annotations

from datetime import date, timedelta

from xuecheng.city.workdays import queries as workdays
from xuecheng.city.workdays.rules import YearMissing, YearNotWhole, YearOnlyExpected, add_working_days


def due_after(start_on: date, working_days: int) -> date:
    """The last day of so many working days after `start_on`. A request is never refused for want of a calendar: while
    the next year's is not announced, weeks of five days are counted."""
    try:
        return add_working_days(workdays.calendar(), start_on, working_days)
    except (YearMissing, YearNotWhole, YearOnlyExpected):
        return start_on + timedelta(days=-(-working_days * 7 // 5))
