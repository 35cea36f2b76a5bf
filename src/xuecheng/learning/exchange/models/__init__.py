"""Mutual recognition and exchange of credits 互认互换: the agreements, and the cases under them (C-32 … C-36)."""

from .agreements import Agreement, Basis, Party, Silence, Term
from .cases import Appeal, Case, Difference, Lot, Use

__all__ = ["Agreement", "Appeal", "Basis", "Case", "Difference", "Lot", "Party", "Silence", "Term", "Use"]
