"""Pages of recognition: rules and their approval, recognition and what came of it, the rules for everybody."""

from .desk import show_desk
from .public import list_public_rules, show_public_rule
from .results import (
    correct_record,
    export_credited,
    export_refused,
    list_corrections,
    list_credited,
    list_refused,
    show_run,
    start_recognition,
)
from .rules import (
    decide_rule,
    draft_rule,
    draft_version,
    edit_draft,
    end_rule,
    list_rules,
    propose_rule,
    recognise_anew,
    show_rule,
    try_rule,
)

__all__ = [
    "correct_record",
    "decide_rule",
    "draft_rule",
    "draft_version",
    "edit_draft",
    "end_rule",
    "export_credited",
    "export_refused",
    "list_corrections",
    "list_credited",
    "list_public_rules",
    "list_refused",
    "list_rules",
    "propose_rule",
    "recognise_anew",
    "show_desk",
    "show_public_rule",
    "show_rule",
    "show_run",
    "start_recognition",
    "try_rule",
]
