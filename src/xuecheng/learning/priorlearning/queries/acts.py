"""The acts of recognising prior learning, by their names."""

from __future__ import annotations

APPLY = "priorlearning.apply"
HANDLE = "priorlearning.handle_case"
KEEP_ASSESSORS = "priorlearning.keep_assessor"
ASSESS = "priorlearning.assess_case"
LODGE = "priorlearning.lodge_group"
KEEP_CENTRES = "priorlearning.keep_centre"
MODERATE = "priorlearning.moderate"
REVERSE = "recognition.reverse_posting"
