"""Verbs of the pool: entering, agreements, and what classes ask for: assigning, releasing, checking in."""

from .agreements import (
    AgreementText,
    ask_extension,
    consent_to_agreement,
    draft_agreement,
    end_agreement,
    evaluate_agreement,
    recall_agreement,
    send_agreement,
    withdraw_agreement,
)
from .limits import set_limits
from .pool import (
    Profile,
    approve_teacher,
    claim_qualification,
    close_teacher,
    keep_profile,
    return_teacher,
    review_qualification,
    withdraw_qualification,
)
from .sessions import EARLY, assign_teacher, came_to_teach, check_in, release_teacher

__all__ = [
    "EARLY",
    "AgreementText",
    "Profile",
    "approve_teacher",
    "ask_extension",
    "assign_teacher",
    "came_to_teach",
    "check_in",
    "claim_qualification",
    "close_teacher",
    "consent_to_agreement",
    "draft_agreement",
    "end_agreement",
    "evaluate_agreement",
    "keep_profile",
    "recall_agreement",
    "release_teacher",
    "return_teacher",
    "review_qualification",
    "send_agreement",
    "set_limits",
    "withdraw_agreement",
    "withdraw_qualification",
]
