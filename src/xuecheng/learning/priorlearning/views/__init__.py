"""Pages of recognising prior learning: for everybody, learners, witnesses, centres, assessors, organisations."""

from .assessing import assess, list_work, moderate
from .desk import keep_assessors, keep_centres, list_cases, write_guide
from .grouping import answer_group, list_groups, lodge_group, show_group
from .own import add_evidence, answer_questions, begin, keep_evidence, list_own, take_portfolio
from .public import find_units, show_numbers, speak
from .showing import move_application, show_application

__all__ = [
    "add_evidence",
    "answer_group",
    "answer_questions",
    "assess",
    "begin",
    "find_units",
    "keep_assessors",
    "keep_centres",
    "keep_evidence",
    "list_cases",
    "list_groups",
    "list_own",
    "list_work",
    "lodge_group",
    "moderate",
    "move_application",
    "show_application",
    "show_group",
    "show_numbers",
    "speak",
    "take_portfolio",
    "write_guide",
]
