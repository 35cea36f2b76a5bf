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
from .cases import ask, list_appeals, list_cases, list_own, move_case, show_case, show_wallet

__all__ = [
    "add_term",
    "ask",
    "change_agreement",
    "draft_agreement",
    "follow_agreement",
    "list_agreements",
    "list_appeals",
    "list_cases",
    "list_kept",
    "list_own",
    "list_to_decide",
    "move_agreement",
    "move_case",
    "remove_term",
    "show_agreement",
    "show_case",
    "show_wallet",
]
