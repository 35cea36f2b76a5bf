"""Verbs of learning from outside."""

from .bringing import PURPOSE, READ_JOB, bring_file, bytes_of, facts_of, read_delivery
from .crediting import LEDGER_KIND
from .deciding import ask_again, credit_record, drop_record, refuse_record
from .law import MATCH_JOB, RuleText, draft_rule, end_law, propose_issuer, put_in_force, send_back
from .stating import state_records
from .tending import match_waiting, recheck, tend

__all__ = [
    "LEDGER_KIND",
    "MATCH_JOB",
    "PURPOSE",
    "READ_JOB",
    "RuleText",
    "ask_again",
    "bring_file",
    "bytes_of",
    "credit_record",
    "draft_rule",
    "drop_record",
    "end_law",
    "facts_of",
    "match_waiting",
    "propose_issuer",
    "put_in_force",
    "read_delivery",
    "recheck",
    "refuse_record",
    "send_back",
    "state_records",
    "tend",
]
