"""The nouns of supervision."""

from .audits import Audit, AuditItem, AuditList
from .suspicions import Note, Question, Scan, Suspicion
from .withdrawals import Appeal, Dependent, Fill, Ground, Hearing, Item, Shortfall, Statement, Withdrawal

__all__ = [
    "Appeal",
    "Audit",
    "AuditItem",
    "AuditList",
    "Dependent",
    "Fill",
    "Ground",
    "Hearing",
    "Item",
    "Note",
    "Question",
    "Scan",
    "Shortfall",
    "Statement",
    "Suspicion",
    "Withdrawal",
]
