"""The acts of supervision, by their names."""

from __future__ import annotations

INVESTIGATE = "supervision.investigate"
DECIDE = "supervision.decide_withdrawal"
APPEALS = "supervision.decide_appeal"
AUDIT = "supervision.audit"
ANSWER = "supervision.answer"
STATE_OWN = "supervision.state_own"
