"""Questions of a learner's account. Each takes the learner's own number; whose it may be is checked before."""

from .entries import Entry, Mine, years_of
from .holdings import KINDS, FrameworkTable, KindRow, Quarter, accounts_of, growth_of, tables_of
from .line import CapUse, Facts, LineInFull, Proof, line_in_full
from .next_steps import Step, What, next_steps
from .statement import Behind, Statement, StatementLine, Wish, lines_of, statement_of, what_is_behind, whole_statement

__all__ = [
    "KINDS",
    "Behind",
    "CapUse",
    "Entry",
    "Facts",
    "FrameworkTable",
    "KindRow",
    "LineInFull",
    "Mine",
    "Proof",
    "Quarter",
    "Statement",
    "StatementLine",
    "Step",
    "What",
    "Wish",
    "accounts_of",
    "growth_of",
    "line_in_full",
    "lines_of",
    "next_steps",
    "statement_of",
    "tables_of",
    "what_is_behind",
    "whole_statement",
    "years_of",
]
