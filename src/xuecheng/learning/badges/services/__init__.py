"""Verbs of credentials that the credit bank issues."""

from .batches import (
    ISSUED,
    end_rule,
    issue_batch,
    issue_for_course,
    reissue_each,
    start_rule,
    tend,
)
from .issuing import NothingToIssue, ask_badges
from .keys import REISSUED, compromise_key, rotate_key
from .moving import (
    NotInThisState,
    reissue_badge,
    resume_after_case,
    resume_badge,
    revoke_badge,
    revoke_resting_on,
    suspend_badge,
    suspend_for_case,
)
from .sharing import (
    EndWrong,
    NothingChosen,
    hash_of,
    note_look,
    note_share_look,
    share_badges,
    token_of,
    withdraw_share,
)
from .taking import NotValid, TooMany, jwt_of, record_of

__all__ = [
    "ISSUED",
    "REISSUED",
    "EndWrong",
    "NotInThisState",
    "NotValid",
    "NothingChosen",
    "NothingToIssue",
    "TooMany",
    "ask_badges",
    "compromise_key",
    "end_rule",
    "hash_of",
    "issue_batch",
    "issue_for_course",
    "jwt_of",
    "note_look",
    "note_share_look",
    "record_of",
    "reissue_badge",
    "reissue_each",
    "resume_after_case",
    "resume_badge",
    "revoke_badge",
    "revoke_resting_on",
    "rotate_key",
    "share_badges",
    "start_rule",
    "suspend_badge",
    "suspend_for_case",
    "tend",
    "token_of",
    "withdraw_share",
]
