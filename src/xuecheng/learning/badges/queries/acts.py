"""The acts of issued credentials, by their names."""

from __future__ import annotations

ASK = "badges.ask_badge"
SEE = "badges.see_badge"
SHARE = "badges.share_badge"
ISSUE = "badges.issue_badge"
REVOKE = "badges.revoke_badge"
KEYS = "badges.keep_keys"
