"""Verbs of documents: add, replace by a new version, hold, remove; and what the house does by itself."""

from .adding import add_document, add_version
from .keeping import (
    collect_orphans,
    hold_document,
    lift_hold,
    remove_document,
    remove_expired,
    remove_of_erased,
)
from .looking import look_again, look_at

__all__ = [
    "add_document",
    "add_version",
    "collect_orphans",
    "hold_document",
    "lift_hold",
    "look_again",
    "look_at",
    "remove_document",
    "remove_expired",
    "remove_of_erased",
]
