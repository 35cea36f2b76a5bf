"""The acts of collective accounts, by their names."""

from __future__ import annotations

TAKE_PART = "collectives.take_part"
REPRESENT = "collectives.represent"
KEEP = "collectives.keep_account"
SEE = "collectives.see_account"
