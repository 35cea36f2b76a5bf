"""Pages of learning from outside: for everybody, learners, officers."""

from .law import decide_law, draft_rule, keep_issuers, list_rules, show_rule, try_rule
from .own import bring, list_own, move_delivery, show_delivery
from .public import list_issuers
from .showing import list_desk, move_record, show_record

__all__ = [
    "bring",
    "decide_law",
    "draft_rule",
    "keep_issuers",
    "list_desk",
    "list_issuers",
    "list_own",
    "list_rules",
    "move_delivery",
    "move_record",
    "show_delivery",
    "show_record",
    "show_rule",
    "try_rule",
]
