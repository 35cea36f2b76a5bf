"""Rules of learning brought from outside: whose it is, and what it counts."""

from .holding import Match, compare
from .matching import Facts, Terms, Wait, choose, worth_of
from .ordering import in_order

__all__ = ["Facts", "Match", "Terms", "Wait", "choose", "compare", "in_order", "worth_of"]
