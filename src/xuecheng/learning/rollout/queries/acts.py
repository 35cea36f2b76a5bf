"""The acts of roll-out, by their names."""

from __future__ import annotations

PROPOSE = "rollout.propose_accreditation"
DECIDE = "rollout.decide_accreditation"
SUSPEND = "rollout.suspend_accreditation"
PLAN = "rollout.plan_phase"
OPEN = "rollout.open_phase"
SEE = "rollout.see_readiness"
