"""The acts of learning from outside, by their names."""

from __future__ import annotations

BRING = "foreign.bring_record"
STATE = "foreign.state_record"
DECIDE = "foreign.decide_record"
KEEP_RULES = "foreign.keep_rule"
