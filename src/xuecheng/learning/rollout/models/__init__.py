"""The nouns of roll-out: accreditations, phases, readiness."""

from .accreditations import KIND_NUMBERS, Accreditation, Line, RecordKind, Suspension
from .phases import Phase, RuleFamily
from .readiness import Measure, Readiness, Threshold

__all__ = [
    "KIND_NUMBERS",
    "Accreditation",
    "Line",
    "Measure",
    "Phase",
    "Readiness",
    "RecordKind",
    "RuleFamily",
    "Suspension",
    "Threshold",
]
