"""Pages of the network: for everybody, for those who keep it, and those of standards."""

from .evidence import give_evidence, review_evidence, set_standard, set_targets, show_evidence, show_todo
from .keeping import (
    close_college,
    declare_offer,
    end_offer,
    found_college,
    list_sharing,
    move_college,
    set_coverage,
)
from .looking import (
    export_gaps,
    find_covering,
    list_colleges,
    show_college,
    show_district_gaps,
    show_gaps,
    show_network,
)

__all__ = [
    "close_college",
    "declare_offer",
    "end_offer",
    "export_gaps",
    "find_covering",
    "found_college",
    "give_evidence",
    "list_colleges",
    "list_sharing",
    "move_college",
    "review_evidence",
    "set_coverage",
    "set_standard",
    "set_targets",
    "show_college",
    "show_district_gaps",
    "show_evidence",
    "show_gaps",
    "show_network",
    "show_todo",
]
