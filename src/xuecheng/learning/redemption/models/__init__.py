"""Redemption of credit 兑换: what is offered, its stock, orders with what they hold, hand-overs (C-39 … C-42)."""

from .offers import OF_UNITS, Need, Offer, OfferKind, Period, Stock, StockMovement
from .orders import Allocation, Handing, Part, Redemption

__all__ = [
    "OF_UNITS",
    "Allocation",
    "Handing",
    "Need",
    "Offer",
    "OfferKind",
    "Part",
    "Period",
    "Redemption",
    "Stock",
    "StockMovement",
]
