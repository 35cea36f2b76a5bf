"""The acts of redemption, by their names."""

from __future__ import annotations

REDEEM = "redemption.redeem"
KEEP = "redemption.keep_offer"
HAND_OUT = "redemption.hand_out"
