"""Questions of roll-out."""

from .accreditations import accreditation, accreditations_of, decided, ending, kept, proposers_of, register, waiting
from .acts import DECIDE, OPEN, PLAN, PROPOSE, SEE, SUSPEND
from .permits import (
    DECIDED,
    accredited_only,
    in_force,
    is_accredited,
    lines_of,
    not_accredited,
    permits,
)
from .phases import check_open, open_phases, phase, phases
from .readiness import bounds, readiness, ready_now, thresholds

__all__ = [
    "DECIDE",
    "DECIDED",
    "OPEN",
    "PLAN",
    "PROPOSE",
    "SEE",
    "SUSPEND",
    "accreditation",
    "accreditations_of",
    "accredited_only",
    "bounds",
    "check_open",
    "decided",
    "ending",
    "in_force",
    "is_accredited",
    "kept",
    "lines_of",
    "not_accredited",
    "open_phases",
    "permits",
    "phase",
    "phases",
    "proposers_of",
    "readiness",
    "ready_now",
    "register",
    "thresholds",
    "waiting",
]
