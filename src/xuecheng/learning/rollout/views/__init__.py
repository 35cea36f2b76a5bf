"""Pages of roll-out: the public register, accreditations, phases, readiness."""

from .accreditations import (
    list_accreditations,
    list_register,
    move_accreditation,
    propose_accreditation,
    renew_accreditation,
    show_accreditation,
    show_institution,
)
from .phases import change_phase, list_phases, move_phase, plan_phase, show_open, show_phase
from .readiness import list_readiness, list_thresholds, set_threshold

__all__ = [
    "change_phase",
    "list_accreditations",
    "list_phases",
    "list_readiness",
    "list_register",
    "list_thresholds",
    "move_accreditation",
    "move_phase",
    "plan_phase",
    "propose_accreditation",
    "renew_accreditation",
    "set_threshold",
    "show_accreditation",
    "show_institution",
    "show_open",
    "show_phase",
]
