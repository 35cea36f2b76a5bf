"""Mutual recognition and exchange of credits 互认互换: agreements, cases under them, their clearing (C-32 … C-36)."""

from .agreements import Agreement, Basis, Party, Silence, Term
from .batches import Batch, BatchRow
from .cases import Appeal, Case, Difference, Lot, Use
from .clearing import ClearingPeriod, Doubt, Statement, StatementLine

__all__ = [
    "Agreement",
    "Appeal",
    "Basis",
    "Batch",
    "BatchRow",
    "Case",
    "ClearingPeriod",
    "Difference",
    "Doubt",
    "Lot",
    "Party",
    "Silence",
    "Statement",
    "StatementLine",
    "Term",
    "Use",
]
