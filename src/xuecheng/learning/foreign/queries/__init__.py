"""Questions of learning from outside."""

from .acts import BRING, DECIDE, KEEP_RULES, STATE
from .law import (
    Law,
    bodies,
    body_of_city,
    keeping,
    keeping_issuers,
    law,
    recognised_issuers,
    rule,
    units,
    waiting_law,
)
from .records import (
    corrected,
    delivery,
    desk,
    identities_credited,
    own_deliveries,
    own_records,
    record,
    to_recheck,
    waiting_at_desk,
)

__all__ = [
    "BRING",
    "DECIDE",
    "KEEP_RULES",
    "STATE",
    "Law",
    "bodies",
    "body_of_city",
    "corrected",
    "delivery",
    "desk",
    "identities_credited",
    "keeping",
    "keeping_issuers",
    "law",
    "own_deliveries",
    "own_records",
    "recognised_issuers",
    "record",
    "rule",
    "to_recheck",
    "units",
    "waiting_at_desk",
    "waiting_law",
]
