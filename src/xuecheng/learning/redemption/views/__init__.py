"""Pages of redemption: the shelf, one's own orders, the counter, the provider's desk."""

from .counter import counter, list_orders, reserve_for, show_holder
from .desk import change_offer, draft_offer, follow_offer, keep_offer, list_offers, move_offer
from .orders import list_own, move_order, reserve, show_order
from .shelf import show_offer, show_shelf

__all__ = [
    "change_offer",
    "counter",
    "draft_offer",
    "follow_offer",
    "keep_offer",
    "list_offers",
    "list_orders",
    "list_own",
    "move_offer",
    "move_order",
    "reserve",
    "reserve_for",
    "show_holder",
    "show_offer",
    "show_order",
    "show_shelf",
]
