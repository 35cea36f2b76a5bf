"""Questions of recognising prior learning: applications, work, draws, moderation, numbers for everybody."""

from .acts import APPLY, ASSESS, HANDLE, KEEP_ASSESSORS, KEEP_CENTRES, LODGE, MODERATE, REVERSE
from .applications import (
    application,
    applications_to_handle,
    claim_of,
    handling,
    own_application,
    own_applications,
    own_memberships,
    to_tend,
    visible_groups,
    whole,
)
from .assessing import (
    Cell,
    Grid,
    appeals_of,
    assessors_of,
    grid_of,
    load_of,
    missing_for,
    my_assignment,
    opinions_on,
    work_of,
)
from .moderation import Family, families, quarter_of
from .numbers import Numbers, draws_of, numbers
from .seeing import is_learner_of
from .units import Question, centres, questions_of, units_found

__all__ = [
    "APPLY",
    "ASSESS",
    "HANDLE",
    "KEEP_ASSESSORS",
    "KEEP_CENTRES",
    "LODGE",
    "MODERATE",
    "REVERSE",
    "Cell",
    "Family",
    "Grid",
    "Numbers",
    "Question",
    "appeals_of",
    "application",
    "applications_to_handle",
    "assessors_of",
    "centres",
    "claim_of",
    "draws_of",
    "families",
    "grid_of",
    "handling",
    "is_learner_of",
    "load_of",
    "missing_for",
    "my_assignment",
    "numbers",
    "opinions_on",
    "own_application",
    "own_applications",
    "own_memberships",
    "quarter_of",
    "questions_of",
    "to_tend",
    "units_found",
    "visible_groups",
    "whole",
    "work_of",
]
