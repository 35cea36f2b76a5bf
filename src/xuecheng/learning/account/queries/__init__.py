"""Questions of a learner's account. Each takes the learner's own number; whose it may be is checked before."""

from .entries import Entry, Mine, years_of
from .holdings import KINDS, FrameworkTable, KindRow, Quarter, accounts_of, growth_of, tables_of
from .line import CapUse, Facts, LineInFull, Proof, line_in_full
from .next_steps import Step, What, next_steps
from .page import AccountPage, account_page, line_page, own_accounts
from .records import OwnRecord, OwnRecords, own_records
from .statement import Behind, Statement, StatementLine, Wish, lines_of, statement_of, what_is_behind, whole_statement

__all__ = [
    "KINDS",
    "AccountPage",
    "Behind",
    "CapUse",
    "Entry",
    "Facts",
    "FrameworkTable",
    "KindRow",
    "LineInFull",
    "Mine",
    "OwnRecord",
    "OwnRecords",
    "Proof",
    "Quarter",
    "Statement",
    "StatementLine",
    "Step",
    "What",
    "Wish",
    "account_page",
    "accounts_of",
    "growth_of",
    "line_in_full",
    "line_page",
    "lines_of",
    "next_steps",
    "own_accounts",
    "own_records",
    "statement_of",
    "tables_of",
    "what_is_behind",
    "whole_statement",
    "years_of",
]
