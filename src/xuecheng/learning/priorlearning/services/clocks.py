"""Days by which somebody has to do something (C-44), by the city's working days; how many a pause keeps."""

from __future__ import annotations

from datetime import date, timedelta

from xuecheng.city.workdays import queries as workdays
from xuecheng.city.workdays.rules import YearMissing, YearNotWhole, YearOnlyExpected, working_days_between


def days_left(today: date, due_on: date) -> int:
    """Working days after `today` up to and with `due_on`; negative where over. Without a calendar, five a week."""
    try:
        return working_days_between(workdays.calendar(), today, due_on)
    except (YearMissing, YearNotWhole, YearOnlyExpected):
        day, step = today, 1 if due_on > today else -1
        n = 0
        while day != due_on:
            day += timedelta(days=step)
            n += step * (day.weekday() < 5)
        return n
