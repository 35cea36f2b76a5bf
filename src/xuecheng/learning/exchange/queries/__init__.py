"""Questions of exchange: agreements, where credits count, cases."""

from .acts import APPEALS, ASK, DECIDE, DECIDE_AGREEMENT, DRAFT
from .agreements import (
    agreement,
    agreements_in_force,
    agreements_waiting,
    drafters_of,
    own_agreements,
    published_units,
    signers_of,
    versions_of,
)
from .cases import (
    appeals_waiting,
    case,
    cases_raised,
    cases_to_decide,
    overdue,
    own_case,
    own_cases,
    unsettled,
)
from .wallet import Answer, Counting, Holding, Place, Wallet, holdings_of, wallet_of

__all__ = [
    "APPEALS",
    "ASK",
    "DECIDE",
    "DECIDE_AGREEMENT",
    "DRAFT",
    "Answer",
    "Counting",
    "Holding",
    "Place",
    "Wallet",
    "agreement",
    "agreements_in_force",
    "agreements_waiting",
    "appeals_waiting",
    "case",
    "cases_raised",
    "cases_to_decide",
    "drafters_of",
    "holdings_of",
    "overdue",
    "own_agreements",
    "own_case",
    "own_cases",
    "published_units",
    "signers_of",
    "unsettled",
    "versions_of",
    "wallet_of",
]
