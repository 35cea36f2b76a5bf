"""The arithmetic and law of exchange: what counts as what, under which caps, and who decides (C-32 … C-36)."""

from .clearing import Flow, Position, net_of, positions_of
from .matching import (
    CapReached,
    Clause,
    CreditExpired,
    Frozen,
    GradeTooLow,
    GradeUnknown,
    Held,
    InUse,
    LevelTooLow,
    NoClause,
    NotWhole,
    Reason,
    TooLittle,
    UnitHeldAlready,
    best_clause,
    reasons_against,
)
from .worth import Worth, free_spans, take_spans, worth_of

__all__ = [
    "CapReached",
    "Clause",
    "CreditExpired",
    "Flow",
    "Frozen",
    "GradeTooLow",
    "GradeUnknown",
    "Held",
    "InUse",
    "LevelTooLow",
    "NoClause",
    "NotWhole",
    "Position",
    "Reason",
    "TooLittle",
    "UnitHeldAlready",
    "Worth",
    "best_clause",
    "free_spans",
    "net_of",
    "positions_of",
    "reasons_against",
    "take_spans",
    "worth_of",
]
