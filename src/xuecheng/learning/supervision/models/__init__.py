"""The nouns of supervision."""

from .audits import Audit, AuditItem, AuditList
from .suspicions import Note, Question, Scan, Suspicion
from .withdrawals import Appeal, Dependent, Fill, Ground, Item, Shortfall, Statement, Withdrawal

__all__ = [
    "Appeal",
    "Audit",
    "AuditItem",
    "AuditList",
    "Dependent",
    "Fill",
    "Ground",
    "Item",
    "Note",
    "Question",
    "Scan",
    "Shortfall",
    "Statement",
    "Suspicion",
    "Withdrawal",
]
