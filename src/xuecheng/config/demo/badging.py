"""Credentials in the demonstration: two learners have some, one of each is revoked, some are shared.

Done through the same services as real ones; in one transaction, so that an interrupted load goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid5

from django.db import transaction

from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.organisations.models import Kind, Organisation, Tier
from xuecheng.city.people.models import Person
from xuecheng.learning.badges import queries, services
from xuecheng.learning.badges.models import Badge
from xuecheng.learning.creditbank.models import LearningAccount
from xuecheng.learning.recognition.queries.law import law_on
from xuecheng.learning.recognition.services.recognising import Recogniser
from xuecheng.learning.records.entries import Entry
from xuecheng.learning.records.models import LearningRecord, Source
from xuecheng.learning.records.services.entering import enter_records

from .content import COURSES
from .place import NAMESPACE

_HOLDERS = ("chen.huifen", "he.jialin")
_DAY = timedelta(days=1)
_MOST = 5
"""Credentials of each: the others wait to be asked for."""


def certify(keeper: Standing, officer: Standing, *, now: datetime) -> None:
    """Learners have what they learnt certified; an officer revokes one; one learner shares hers."""
    with transaction.atomic():
        if Badge.objects.exists():
            return
        if (young := _person("he.jialin")) is not None:
            _learn(young, keeper, now=now)
        made = {name: _asked(person, now=now) for name in _HOLDERS if (person := _person(name)) is not None}
        for rows in made.values():
            if len(rows) > 2:
                services.revoke_badge(actor=officer, badge=_whole(rows[-1]), why="课时登记有误，已更正", at=now)
        for name, rows in made.items():
            if rows:
                _share(name, rows[:2], now=now)


def _learn(person: Person, keeper: Standing, *, now: datetime) -> None:
    """Three courses of this year at a district's college, recognised by rule."""
    college = Organisation.objects.filter(kind=Kind.COMMUNITY_COLLEGE, tier=Tier.DISTRICT).order_by("code").first()
    card = LearningAccount.objects.filter(person=person).values_list("card_number", flat=True).first()
    if college is None or card is None:
        return
    today = clock.date_of(now)
    entries = [
        Entry(
            institution_code=college.code, record_key=f"ZS-{course.code}", person_ref=card, name=person.name,
            origin="nonformal", code=course.code, title=course.title, started_on=today - (days + 60) * _DAY,
            ended_on=today - days * _DAY, minutes=course.minutes,
        )
        for course, days in zip(COURSES[:3], (210, 120, 30), strict=True)
    ]  # fmt: skip
    enter_records(actor=keeper, entries=entries, source=Source.IMPORT, at=now - 12 * _DAY)
    records = LearningRecord.objects.filter(learner=person, record_key__startswith="ZS-").values_list("pk", "book")
    Recogniser(law_on(today), run_id=None).recognise(
        [key for key, _book in records], books={book for _key, book in records}, at=now - 11 * _DAY
    )


def _person(name: str) -> Person | None:
    return Person.objects.filter(sign_in_name=name, merged_into=None).first()


def _asked(person: Person, *, now: datetime) -> Sequence[Badge]:
    """The newest of what they learnt, with their name in it."""
    actor = standing_of(person, today=clock.date_of(now))
    lines = queries.lines_to_ask(actor, on=clock.date_of(now))[:_MOST]
    if not lines:
        return []
    return services.ask_badges(
        actor=actor, learner=person, lines=[line.certifies for line in lines], with_name=True,
        at=now - timedelta(days=6),
    )  # fmt: skip


def _share(name: str, rows: Sequence[Badge], *, now: datetime) -> None:
    person = _person(name)
    if person is None:
        return
    share = services.share_badges(
        actor=standing_of(person, today=clock.date_of(now)), public_id=uuid5(NAMESPACE, f"badges.share.{name}"),
        learner=person, badges=[row.public_id for row in rows], until=now + timedelta(days=60), shows_name=True,
        title="应聘社区工作者", at=now - timedelta(days=3),
    )  # fmt: skip
    for hours in (50, 20):
        services.note_share_look(share=share, at=now - timedelta(hours=hours))


def _whole(row: Badge) -> Badge:
    return Badge.objects.select_related("issuer__territory", "learner").get(pk=row.pk)
