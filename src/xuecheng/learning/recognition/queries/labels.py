"""Short names of reasons: for filters, counts and columns, where the whole sentence would not fit."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

REASON_LABELS: dict[str, Promise] = {
    "no_rule": pgettext_lazy("reason", "no rule is for it"),
    "not_passed": pgettext_lazy("reason", "not passed"),
    "learner_withdrew": pgettext_lazy("reason", "withdrawn"),
    "attendance_too_low": pgettext_lazy("reason", "attendance too low"),
    "below_minimum": pgettext_lazy("reason", "below the minimum"),
    "grade_below_minimum": pgettext_lazy("reason", "grade below the minimum"),
    "grade_not_readable": pgettext_lazy("reason", "grade not readable"),
    "too_little": pgettext_lazy("reason", "too few hours"),
    "too_few_credits": pgettext_lazy("reason", "too few credits"),
    "minutes_kept": pgettext_lazy("reason", "hours kept for later"),
    "hours_beyond_bands": pgettext_lazy("reason", "hours beyond what counts"),
    "cap_reached": pgettext_lazy("reason", "limit of the period reached"),
    "lifetime_cap_reached": pgettext_lazy("reason", "lifetime limit reached"),
    "item_cap_reached": pgettext_lazy("reason", "limit on the number reached"),
    "already_credited": pgettext_lazy("reason", "already credited"),
    "excluded_unit": pgettext_lazy("reason", "excluded by another unit"),
    "higher_level_waits": pgettext_lazy("reason", "higher level waits for an officer"),
    "superseded": pgettext_lazy("reason", "a better record counts"),
    "corrected_since": pgettext_lazy("reason", "corrected since"),
    "correction_waits": pgettext_lazy("reason", "correction waits for an officer"),
    "ambiguous_rules": pgettext_lazy("reason", "several rules, none first"),
    "frozen_by_dispute": pgettext_lazy("reason", "an objection is open"),
    "set_aside": pgettext_lazy("reason", "laid aside by the learner"),
    "outcomes_not_verified": pgettext_lazy("reason", "outcomes not verified"),
    "credits_not_in_record": pgettext_lazy("reason", "record states no credits"),
    "exceeds_hours": pgettext_lazy("reason", "more credit than hours"),
    "framework_unknown": pgettext_lazy("reason", "framework unknown"),
    "level_not_in_framework": pgettext_lazy("reason", "level unknown"),
    "unit_unknown": pgettext_lazy("reason", "unit unknown"),
    "unit_not_in_force": pgettext_lazy("reason", "unit not in force then"),
    "told_twice": pgettext_lazy("reason", "perhaps told twice"),
    "same_learning": pgettext_lazy("reason", "told twice"),
    "account_closed": pgettext_lazy("reason", "account closed"),
    "budget_spent": pgettext_lazy("reason", "institution's budget spent"),
    "taken_back": pgettext_lazy("reason", "taken back"),
}


def label_of(code: str) -> str:
    """The short name of a reason in the reader's language."""
    return str(REASON_LABELS.get(code, code))
