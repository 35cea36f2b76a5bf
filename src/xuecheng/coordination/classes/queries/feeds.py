"""Timetables under a secret address."""

from __future__ import annotations

from datetime import datetime, timedelta

from xuecheng.city.identity.keyed import keyed_hash
from xuecheng.city.people.groups import in_group
from xuecheng.city.people.models import Person
from xuecheng.coordination.classes.models import ClassSession, CourseClass, TimetableFeed

from .timetable import own_sessions, sessions_of_classes

BACK = timedelta(days=60)
"""So far back a teacher's timetable goes."""
MOST = 1000


def hash_of_secret(secret: str) -> bytes:
    """What is kept of a secret address: without the signing key nobody can try addresses out."""
    return keyed_hash("classes.feed", secret)


def feed_by_secret(secret: str) -> TimetableFeed | None:
    """The feed that a secret opens, unless it has ended. One query."""
    rows = TimetableFeed.objects.select_related("person", "course_class__version__course", "course_class__host")
    found = rows.filter(secret_hash=hash_of_secret(secret), ended_at=None).first()
    if found is None or (found.person is not None and found.person.erased_at is not None):
        return None
    return found


def feed_of(of: Person | CourseClass) -> TimetableFeed | None:
    """The feed that somebody, or a class, has now. One query."""
    rows = TimetableFeed.objects.filter(ended_at=None)
    if isinstance(of, Person):
        return rows.filter(person__in=in_group(of)).order_by("-pk").first()
    return rows.filter(course_class=of).first()


def feed_sessions(feed: TimetableFeed, *, at: datetime) -> list[ClassSession]:
    """The sessions that a feed tells of. One query, two for a person."""
    if feed.person is not None:
        rows = own_sessions(feed.person, from_at=at - BACK)
    else:
        rows = sessions_of_classes([feed.course_class_id or 0])
    return list(rows.order_by("during", "pk")[:MOST])
