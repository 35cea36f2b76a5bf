"""The law and arithmetic of recognising prior learning: draws, evidence, verdicts, agreement (C-44 … C-49)."""

from .agreement import ALARM, Kappa, Pairs, kappa_of
from .drawing import Candidate, Drawn, draw, draw_assessors, is_in_sample, order_of
from .evidence import Missing, Piece, Ticks, missing_in
from .verdicts import Vote, Word, verdict_of, vote_of

__all__ = [
    "ALARM",
    "Candidate",
    "Drawn",
    "Kappa",
    "Missing",
    "Pairs",
    "Piece",
    "Ticks",
    "Vote",
    "Word",
    "draw",
    "draw_assessors",
    "is_in_sample",
    "kappa_of",
    "missing_in",
    "order_of",
    "verdict_of",
    "vote_of",
]
