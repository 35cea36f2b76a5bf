"""Verbs of learning from outside."""

from .bringing import LOOK_JOB, PURPOSE, READ_JOB, bring_file, bytes_of, facts_of, read_delivery
from .crediting import LEDGER_KIND
from .deciding import ask_again, clear_contest, credit_record, drop_record, refuse_record
from .handing_in import hand_in
from .law import MATCH_JOB, RuleText, draft_rule, end_law, propose_issuer, put_in_force, send_back
from .looking import drop_file, look_into, send_file
from .stating import state_records
from .tending import match_waiting, recheck, tend
from .trying import TRY_JOB, Effect, run_trial, try_rule

__all__ = [
    "LEDGER_KIND",
    "LOOK_JOB",
    "MATCH_JOB",
    "PURPOSE",
    "READ_JOB",
    "TRY_JOB",
    "Effect",
    "RuleText",
    "ask_again",
    "bring_file",
    "bytes_of",
    "clear_contest",
    "credit_record",
    "draft_rule",
    "drop_file",
    "drop_record",
    "end_law",
    "facts_of",
    "hand_in",
    "look_into",
    "match_waiting",
    "propose_issuer",
    "put_in_force",
    "read_delivery",
    "recheck",
    "refuse_record",
    "run_trial",
    "send_back",
    "send_file",
    "state_records",
    "tend",
    "try_rule",
]
