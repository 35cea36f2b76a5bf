"""Pages of issued credentials."""

from .desk import desk, end_rule, issue, move_badge, move_key, show_batch, show_keys, start_rule
from .opening import open_share, shared_file
from .own import (
    ask,
    download,
    list_own,
    list_shares,
    name_badge,
    share,
    show_badge,
    show_share,
    take_record,
    withdraw_share,
)
from .public import (
    issuer_did,
    key_set,
    platform_did,
    show_achievement,
    show_credential,
    show_issuer,
    status_list,
)

__all__ = [
    "ask",
    "desk",
    "download",
    "end_rule",
    "issue",
    "issuer_did",
    "key_set",
    "list_own",
    "list_shares",
    "move_badge",
    "move_key",
    "name_badge",
    "open_share",
    "platform_did",
    "share",
    "shared_file",
    "show_achievement",
    "show_badge",
    "show_batch",
    "show_credential",
    "show_issuer",
    "show_keys",
    "show_share",
    "start_rule",
    "status_list",
    "take_record",
    "withdraw_share",
]
