"""Verbs of classes: seasons, planning, sessions with room and teacher, moving, cloning a season, timetable feeds."""

from .cloning import Cloned, clone_season
from .feeds import end_feed, make_feed
from .holding import hold_session, hold_within
from .moving import cancel_class, finish_class, open_class, settle_class, start_class
from .planning import ClassWish, change_class, plan_class
from .seasons import SeasonWish, change_season, create_season
from .sessions import (
    Outcome,
    Slot,
    add_sessions,
    cancel_session,
    move_session,
    remove_session,
    slots_of,
    substitute_teacher,
    try_sessions,
)

__all__ = [
    "ClassWish",
    "Cloned",
    "Outcome",
    "SeasonWish",
    "Slot",
    "add_sessions",
    "cancel_class",
    "cancel_session",
    "change_class",
    "change_season",
    "clone_season",
    "create_season",
    "end_feed",
    "finish_class",
    "hold_session",
    "hold_within",
    "make_feed",
    "move_session",
    "open_class",
    "plan_class",
    "remove_session",
    "settle_class",
    "slots_of",
    "start_class",
    "substitute_teacher",
    "try_sessions",
]
