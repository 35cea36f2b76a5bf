"""Pages of classes: to find one, for everybody; board, planning, timetables and seasons, for those who plan."""

from .looking import find_classes, read_feed, show_class
from .planning import (
    add_sessions,
    cancel_class,
    change_class,
    choose_course,
    make_feed,
    move_class,
    plan_class,
    print_list,
    show_board,
    show_history,
    show_plan,
)
from .seasons import change_season, clone_season, create_season, list_seasons
from .sessions import act_on_session, cancel_session, find_substitute, move_session, substitute_teacher
from .timetable import make_own_feed, show_own, show_timetable

__all__ = [
    "act_on_session",
    "add_sessions",
    "cancel_class",
    "cancel_session",
    "change_class",
    "change_season",
    "choose_course",
    "clone_season",
    "create_season",
    "find_classes",
    "find_substitute",
    "list_seasons",
    "make_feed",
    "make_own_feed",
    "move_class",
    "move_session",
    "plan_class",
    "print_list",
    "read_feed",
    "show_board",
    "show_class",
    "show_history",
    "show_own",
    "show_plan",
    "show_timetable",
    "substitute_teacher",
]
