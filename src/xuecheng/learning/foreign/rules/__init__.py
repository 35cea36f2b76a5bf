"""Rules of learning brought from outside: whose it is, and what it counts."""

from .holding import Match, compare
from .matching import Facts, Terms, Wait, choose, worth_of

__all__ = ["Facts", "Match", "Terms", "Wait", "choose", "compare", "worth_of"]
