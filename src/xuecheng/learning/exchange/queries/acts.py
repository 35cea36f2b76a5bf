"""The acts of exchange, by their names."""

from __future__ import annotations

DRAFT = "exchange.draft_agreement"
DECIDE_AGREEMENT = "exchange.decide_agreement"
ASK = "exchange.ask_exchange"
LODGE = "exchange.lodge_batch"
DECIDE = "exchange.decide_case"
APPEALS = "exchange.decide_appeal"
ACKNOWLEDGE = "exchange.acknowledge_clearing"
CLEAR = "exchange.keep_clearing"
