"""Who steps in where the teacher of a session is away: the pool's own search, and whom the unit may call at once."""

from __future__ import annotations

from dataclasses import dataclass

from xuecheng.city import clock
from xuecheng.city.rights import Standing
from xuecheng.coordination.classes.models import ClassSession
from xuecheng.coordination.staff.models import Agreement
from xuecheng.coordination.staff.queries import Candidate, Wanted, who_can_teach
from xuecheng.coordination.staff.queries.agreements import COUNTING
from xuecheng.coordination.staff.rules import span_of


@dataclass(frozen=True)
class Substitutes:
    """Who can teach a session, the best first, as the search of the pool ranks them."""

    callable: tuple[Candidate, ...]
    """Of the unit's own, or with an agreement with it on that day: one button calls them (T-05…T-07)."""
    to_agree: tuple[Candidate, ...]
    """Free and qualified, but of another unit: an agreement comes first."""
    hindered: tuple[Candidate, ...]
    """Qualified, but something stands in the way."""


def substitutes(viewer: Standing, session: ClassSession) -> Substitutes:
    """Who can teach this course at this place and time but for whoever is to teach it. Seven queries.

    Right: staff.find_teacher somewhere. Raises `Denied`.
    """
    row = session.course_class
    begins, ends = (one.astimezone(clock.zone()) for one in (session.during.lower, session.during.upper))
    found = who_can_teach(
        viewer,
        Wanted(
            subject=row.version.course.subject,
            level=row.version.level,
            place=session.space.venue.territory if session.space else row.territory,
            on=begins.date(),
            time=span_of(begins, ends),
            until=begins.date(),
            without=session.teaching.teacher_id if session.teaching else None,
            unit=row.host_id,
        ),
    )
    agreed = set(
        Agreement.objects.filter(
            teacher__in=[one.teacher.pk for one in found.fits], receiver=row.host, state__in=COUNTING,
            during__contains=begins.date(),
        ).values_list("teacher", flat=True)
    )  # fmt: skip
    at_once = [one for one in found.fits if one.teacher.home_id == row.host_id or one.teacher.pk in agreed]
    return Substitutes(
        callable=tuple(at_once),
        to_agree=tuple(one for one in found.fits if one not in at_once),
        hindered=found.others,
    )
