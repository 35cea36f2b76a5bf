"""The conversion engine 转换规则: rules as data, matching, worth, caps, hours that wait, and recognition itself."""

from xuecheng.learning.recognition.rules.approval import (
    ApproverIsAuthor,
    DryRunMissing,
    DryRunStale,
    check_approver,
    check_dry_run,
)
from xuecheng.learning.recognition.rules.caps import best_subset
from xuecheng.learning.recognition.rules.dryrun import Conflict, DryRun, DryRunResult, InstitutionTotals, wording_digest
from xuecheng.learning.recognition.rules.engine import recognise
from xuecheng.learning.recognition.rules.matching import RuleIndex
from xuecheng.learning.recognition.rules.reasons import REASONS, Reason
from xuecheng.learning.recognition.rules.rule import (
    Band,
    Cap,
    CapPeriod,
    Give,
    Match,
    Per,
    Policy,
    Quantity,
    Rule,
    Source,
)
from xuecheng.learning.recognition.rules.ruleset import RuleSet, shipped_rule_sets
from xuecheng.learning.recognition.rules.values import CapUse, Line, Outcome, Posted, State, posting_key
from xuecheng.learning.records.rules import Record

__all__ = [
    "REASONS",
    "ApproverIsAuthor",
    "Band",
    "Cap",
    "CapPeriod",
    "CapUse",
    "Conflict",
    "DryRun",
    "DryRunMissing",
    "DryRunResult",
    "DryRunStale",
    "Give",
    "InstitutionTotals",
    "Line",
    "Match",
    "Outcome",
    "Per",
    "Policy",
    "Posted",
    "Quantity",
    "Reason",
    "Record",
    "Rule",
    "RuleIndex",
    "RuleSet",
    "Source",
    "State",
    "best_subset",
    "check_approver",
    "check_dry_run",
    "posting_key",
    "recognise",
    "shipped_rule_sets",
    "wording_digest",
]
