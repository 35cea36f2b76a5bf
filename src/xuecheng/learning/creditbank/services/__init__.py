"""Verbs of the credit bank."""

from .checks import CHECK_JOB, ask_for_check, check_tonight, keep_check
from .frameworks import load_frameworks
from .units import (
    DecisionReasonMissing,
    UnitCodeUnknown,
    UnitDraft,
    UnitDraftExists,
    UnitKindChanged,
    UnitNotDraft,
    UnitNotPublished,
    UnitStartsTooEarly,
    draft_unit,
    edit_draft,
    end_unit,
    publish_unit,
    reject_unit,
)

__all__ = [
    "CHECK_JOB",
    "DecisionReasonMissing",
    "UnitCodeUnknown",
    "UnitDraft",
    "UnitDraftExists",
    "UnitKindChanged",
    "UnitNotDraft",
    "UnitNotPublished",
    "UnitStartsTooEarly",
    "ask_for_check",
    "check_tonight",
    "draft_unit",
    "edit_draft",
    "end_unit",
    "keep_check",
    "load_frameworks",
    "publish_unit",
    "reject_unit",
]
