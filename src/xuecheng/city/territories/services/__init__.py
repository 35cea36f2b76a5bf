"""Verbs of divisions: load a code list; rename, move, merge and split from a date on.

Structural changes are rare and each touches a subtree: they queue for the whole tree (`tree.one_at_a_time`).
"""

from .changing import (
    BeneathTwice,
    BeneathWithoutPart,
    LevelsDiffer,
    MergeWithItself,
    NotBeneath,
    NothingChanges,
    NothingToMerge,
    Part,
    TooFewParts,
    merge,
    move,
    rename,
    split,
)
from .loading import FileRefused, KnownOnlyLater, KnownOtherwise, Loaded, load_territories
from .tree import (
    BeganThatDay,
    CodeTaken,
    LaterChangeKnown,
    NewDivision,
    NotInForce,
    apply_due_changes,
    settle,
)

__all__ = [
    "BeganThatDay",
    "BeneathTwice",
    "BeneathWithoutPart",
    "CodeTaken",
    "FileRefused",
    "KnownOnlyLater",
    "KnownOtherwise",
    "LaterChangeKnown",
    "LevelsDiffer",
    "Loaded",
    "MergeWithItself",
    "NewDivision",
    "NotBeneath",
    "NotInForce",
    "NothingChanges",
    "NothingToMerge",
    "Part",
    "TooFewParts",
    "apply_due_changes",
    "load_territories",
    "merge",
    "move",
    "rename",
    "settle",
    "split",
]
