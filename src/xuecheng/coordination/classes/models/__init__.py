"""Classes 班级 (I4): seasons, classes of approved courses, their sessions with room and teacher, and feeds."""

from .feeds import TimetableFeed
from .planned import ClassSession, CourseClass, Priority, Season

__all__ = ["ClassSession", "CourseClass", "Priority", "Season", "TimetableFeed"]
