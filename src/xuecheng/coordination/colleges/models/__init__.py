"""The network of community colleges 社区教育网络: units as a tree, what they cover, their standards, what they share.

The invariants live in the database: a parent is of a higher level and open as long as its unit, levels never change, no
line is longer than four (N-05, `sql/tree_v1.sql`); of each level one unit covers a division on a day; nobody reviews
what they gave.
"""

from .network import College, CollegeLevel, Coverage, ShareOffer
from .standards import NetworkTargets, Standard, StandardEvidence, StandardItem

__all__ = [
    "College",
    "CollegeLevel",
    "Coverage",
    "NetworkTargets",
    "ShareOffer",
    "Standard",
    "StandardEvidence",
    "StandardItem",
]
