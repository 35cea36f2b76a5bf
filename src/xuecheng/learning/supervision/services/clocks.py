"""Days by which somebody has to answer, by the city's calendar of working days (ours, C-71)."""

from __future__ import annotations

STATEMENT_DAYS = 15
"""Working days in which learner and issuer may state or ask for a hearing (C-71, ours)."""

APPEAL_DAYS = 15
APPEAL_ANSWER_DAYS = 20
"""As C-44 has them (ours)."""

QUESTION_DAYS = 10
"""Working days in which an institution answers a question (ours)."""
