"""Pages of exchange: agreements for everybody and their sides, where credits count, requests and appeals."""

from .agreements import (
    add_term,
    change_agreement,
    draft_agreement,
    follow_agreement,
    list_agreements,
    list_kept,
    list_to_decide,
    move_agreement,
    remove_term,
    show_agreement,
)
from .batches import accept_batch, list_batches, lodge_batch, show_batch
from .cases import ask, list_appeals, list_cases, list_own, move_case, show_case, show_wallet
from .clearing import (
    close_period,
    keep_periods,
    list_statements,
    move_statement,
    show_period,
    show_statement,
)

__all__ = [
    "accept_batch",
    "add_term",
    "ask",
    "change_agreement",
    "close_period",
    "draft_agreement",
    "follow_agreement",
    "keep_periods",
    "list_agreements",
    "list_appeals",
    "list_batches",
    "list_cases",
    "list_kept",
    "list_own",
    "list_statements",
    "list_to_decide",
    "lodge_batch",
    "move_agreement",
    "move_case",
    "move_statement",
    "remove_term",
    "show_agreement",
    "show_batch",
    "show_case",
    "show_period",
    "show_statement",
    "show_wallet",
]
