"""Timetables under a secret address: made, made anew, ended."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import FormUsedBefore, refusing
from xuecheng.coordination.classes.models import CourseClass, TimetableFeed
from xuecheng.coordination.classes.queries import KEEP_FEED, PLAN, hash_of_secret

from .locks import locked_class


def make_feed(*, actor: Standing, public_id: UUID, of: Person | CourseClass, at: datetime) -> tuple[TimetableFeed, str]:
    """Give a timetable a secret address; the one it had ends. Answers the feed and the secret, which is shown once.

    Asked again with the same id there is no second secret: `FormUsedBefore`. Right: classes.keep_feed of oneself, for a
    class classes.plan_class at its host. Raises `Denied`, `FormUsedBefore`.
    """
    require(actor, _act(of), on=of)
    secret = secrets.token_urlsafe(32)
    with (
        trace.change(by=actor.person, why=gettext_noop("Timetable under a secret address")),
        refusing(timetable_feed_public_id_once=FormUsedBefore),
    ):
        whose = _whose(of)
        TimetableFeed.objects.filter(**whose, ended_at=None).update(ended_at=at)
        row = TimetableFeed.objects.create(public_id=public_id, secret_hash=hash_of_secret(secret), made_at=at, **whose)
    return row, secret


def end_feed(*, actor: Standing, of: Person | CourseClass, at: datetime) -> int:
    """Nobody reads the timetable under its address any more; how many addresses ended.

    Right: as `make_feed`. Raises `Denied`.
    """
    require(actor, _act(of), on=of)
    with trace.change(by=actor.person, why=gettext_noop("Secret address ended")):
        return TimetableFeed.objects.filter(**_whose(of), ended_at=None).update(ended_at=at)


def _act(of: Person | CourseClass) -> str:
    return KEEP_FEED if isinstance(of, Person) else PLAN


def _whose(of: Person | CourseClass) -> dict[str, Person | CourseClass]:
    """Whose it is, locked, so that two addresses asked for at once follow one another."""
    if isinstance(of, Person):
        return {"person": Person.objects.select_for_update(no_key=True).get(pk=of.pk)}
    return {"course_class": locked_class(of)}
