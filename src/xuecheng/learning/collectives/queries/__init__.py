"""Questions of collective accounts."""

from .accounts import (
    account,
    districts,
    heirs_of,
    institutions_keeping,
    kept_accounts,
    open_accounts,
    organisations_represented,
    own_accounts,
    waiting,
)
from .acts import KEEP, REPRESENT, SEE, TAKE_PART
from .inside import (
    Balance,
    Entry,
    Statement,
    asking,
    balances_of,
    deposit,
    member_count,
    members_of,
    membership,
    statement_of,
)
from .seeing import is_in_office, keeping, keeps, membership_of, represents, sees_inside

__all__ = [
    "KEEP",
    "REPRESENT",
    "SEE",
    "TAKE_PART",
    "Balance",
    "Entry",
    "Statement",
    "account",
    "asking",
    "balances_of",
    "deposit",
    "districts",
    "heirs_of",
    "institutions_keeping",
    "is_in_office",
    "keeping",
    "keeps",
    "kept_accounts",
    "member_count",
    "members_of",
    "membership",
    "membership_of",
    "open_accounts",
    "organisations_represented",
    "own_accounts",
    "represents",
    "sees_inside",
    "statement_of",
    "waiting",
]
