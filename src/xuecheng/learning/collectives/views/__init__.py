"""Pages of collective accounts."""

from .lists import apply, list_kept, list_open, list_own
from .moving import deposit, join, move_account, move_member, take_back
from .showing import show_account

__all__ = [
    "apply",
    "deposit",
    "join",
    "list_kept",
    "list_open",
    "list_own",
    "move_account",
    "move_member",
    "show_account",
    "take_back",
]
