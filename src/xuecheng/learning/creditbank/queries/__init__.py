"""Questions of the credit bank."""

from .frameworks import (
    DEFAULT_FRAMEWORK,
    POINTS,
    SINCE_EVER,
    ClassNames,
    alignments_of,
    frameworks_on,
    is_in_use,
    names_of_classes,
    rule_framework,
    rule_frameworks_on,
    versions_of_framework,
)
from .health import ClassSum, Health, Problem, checks, health, newest_blocks, sums_by_class
from .units import (
    GIVEN_STATES,
    drafts_waiting,
    relations_of,
    rule_unit,
    rule_units,
    unit_versions,
    versions_of_unit,
)

__all__ = [
    "DEFAULT_FRAMEWORK",
    "GIVEN_STATES",
    "POINTS",
    "SINCE_EVER",
    "ClassNames",
    "ClassSum",
    "Health",
    "Problem",
    "alignments_of",
    "checks",
    "drafts_waiting",
    "frameworks_on",
    "health",
    "is_in_use",
    "names_of_classes",
    "newest_blocks",
    "relations_of",
    "rule_framework",
    "rule_frameworks_on",
    "rule_unit",
    "rule_units",
    "sums_by_class",
    "unit_versions",
    "versions_of_framework",
    "versions_of_unit",
]
