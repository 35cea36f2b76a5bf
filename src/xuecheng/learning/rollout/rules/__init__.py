"""The law of roll-out: what accreditations and open phases cover, and who is ready next (C-13, C-67, C-68)."""

from .permits import WARNINGS, FieldUnknown, Permit, Said, field_span, permits_of, warned_days
from .phases import (
    ANYWHERE,
    Gap,
    OpenPhase,
    OutsideOpenPhases,
    Reach,
    check_open,
    gaps_of,
)
from .readiness import Bound, Finding, Measured, judge

__all__ = [
    "ANYWHERE",
    "WARNINGS",
    "Bound",
    "FieldUnknown",
    "Finding",
    "Gap",
    "Measured",
    "OpenPhase",
    "OutsideOpenPhases",
    "Permit",
    "Reach",
    "Said",
    "check_open",
    "field_span",
    "gaps_of",
    "judge",
    "permits_of",
    "warned_days",
]
