"""Questions of classes: which there are, what is wrong with them, who is where when."""

from .acts import KEEP_FEED, KEEP_SEASON, PLAN, SEE
from .classes import (
    Face,
    Find,
    board,
    by_id,
    calendar,
    course_class,
    courses_to_plan,
    faces,
    find,
    hosts,
    level_of_unit,
    public_class,
    rooms_to_book,
    session_by_id,
    sessions_shown,
    teachers_to_assign,
)
from .feeds import feed_by_secret, feed_of, feed_sessions, hash_of_secret
from .history import Step, session_history
from .near import Near, NearFace, near
from .seasons import current_season, season_by_id, seasons_for, seasons_of_unit
from .substitutes import Substitutes, substitutes
from .timetable import Cell, Line, by_month, by_week, own_sessions
from .words import series_words

__all__ = [
    "KEEP_FEED",
    "KEEP_SEASON",
    "PLAN",
    "SEE",
    "Cell",
    "Face",
    "Find",
    "Line",
    "Near",
    "NearFace",
    "Step",
    "Substitutes",
    "board",
    "by_id",
    "by_month",
    "by_week",
    "calendar",
    "course_class",
    "courses_to_plan",
    "current_season",
    "faces",
    "feed_by_secret",
    "feed_of",
    "feed_sessions",
    "find",
    "hash_of_secret",
    "hosts",
    "level_of_unit",
    "near",
    "own_sessions",
    "public_class",
    "rooms_to_book",
    "season_by_id",
    "seasons_for",
    "seasons_of_unit",
    "series_words",
    "session_by_id",
    "session_history",
    "sessions_shown",
    "substitutes",
    "teachers_to_assign",
]
