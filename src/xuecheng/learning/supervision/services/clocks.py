"""Days by which somebody has to answer, by the city's calendar of working days (ours, C-71)."""

from __future__ import annotations

from datetime import date, timedelta

from xuecheng.city.workdays import queries as workdays
from xuecheng.city.workdays.rules import YearMissing, YearNotWhole, YearOnlyExpected, add_working_days

STATEMENT_DAYS = 15
"""Working days in which learner and issuer may state or ask for a hearing (C-71, ours)."""

APPEAL_DAYS = 15
APPEAL_ANSWER_DAYS = 20
"""As C-44 has them (ours)."""

QUESTION_DAYS = 10
"""Working days in which an institution answers a question (ours)."""


def due_after(start_on: date, working_days: int) -> date:
    """The last day of so many working days after `start_on`; while the next year's calendar is not announced, weeks of
    five days are counted."""
    try:
        return add_working_days(workdays.calendar(), start_on, working_days)
    except (YearMissing, YearNotWhole, YearOnlyExpected):
        return start_on + timedelta(days=-(-working_days * 7 // 5))
