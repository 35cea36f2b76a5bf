"""Verbs of learning records: enter, correct, withdraw, dispute, decide."""

from .arrivals import (
    Arrival,
    CorrectionReasonMissing,
    EntryRefused,
    KeyTwiceInFile,
    NothingToCorrect,
    NotTheLatestVersion,
    OtherInstitution,
    Outcome,
    judge,
)
from .correcting import (
    ChangedMeanwhile,
    NothingChanged,
    WithdrawnAlready,
    correct_record,
    entry_of,
    withdraw_own_record,
    withdraw_record,
)
from .deciding import enter_decided
from .disputing import (
    AnswerMissing,
    ComplaintMissing,
    DisputeEnded,
    DisputeOpen,
    NotCorrectedYet,
    OlderVersion,
    answer_dispute,
    dispute_record,
    drop_dispute,
)
from .doubles import (
    DecisionReasonMissing,
    DoubleDecided,
    decide_double,
    drop_pairs_of_two_learners,
    find_double_reports,
)
from .entering import Entered, enter_record, enter_records, queue_for, write_arrivals
from .gates import ContactExceedsTotal, ExpiresBeforeIssue, GradeScaleUnknown, KeyOfAnotherLearner, TerritoryUnknown
from .seen import Seen

__all__ = [
    "AnswerMissing",
    "Arrival",
    "ChangedMeanwhile",
    "ComplaintMissing",
    "ContactExceedsTotal",
    "CorrectionReasonMissing",
    "DecisionReasonMissing",
    "DisputeEnded",
    "DisputeOpen",
    "DoubleDecided",
    "Entered",
    "EntryRefused",
    "ExpiresBeforeIssue",
    "GradeScaleUnknown",
    "KeyOfAnotherLearner",
    "KeyTwiceInFile",
    "NotCorrectedYet",
    "NotTheLatestVersion",
    "NothingChanged",
    "NothingToCorrect",
    "OlderVersion",
    "OtherInstitution",
    "Outcome",
    "Seen",
    "TerritoryUnknown",
    "WithdrawnAlready",
    "answer_dispute",
    "correct_record",
    "decide_double",
    "dispute_record",
    "drop_dispute",
    "drop_pairs_of_two_learners",
    "enter_decided",
    "enter_record",
    "enter_records",
    "entry_of",
    "find_double_reports",
    "judge",
    "queue_for",
    "withdraw_own_record",
    "withdraw_record",
    "write_arrivals",
]
