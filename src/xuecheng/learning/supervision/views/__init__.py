"""Pages of supervision: the desk, cases, audits, and what everybody may know."""

from .audits import download_list, plan_audit, publish_audit, show_audit, show_item, show_statistics
from .opening import find_credit, open_case
from .suspicions import list_questions, list_suspicions, move_suspicion, show_question, show_suspicion
from .withdrawals import list_own, list_withdrawals, move_withdrawal, show_withdrawal

__all__ = [
    "download_list",
    "find_credit",
    "list_own",
    "list_questions",
    "list_suspicions",
    "list_withdrawals",
    "move_suspicion",
    "move_withdrawal",
    "open_case",
    "plan_audit",
    "publish_audit",
    "show_audit",
    "show_item",
    "show_question",
    "show_statistics",
    "show_suspicion",
    "show_withdrawal",
]
