"""Credentials at any institution by the real clock, for pages and doors of the whole house."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from learning.account import makers
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.learning.badges import queries, services
from xuecheng.learning.badges.models import Badge, Batch, IssuingRule, Share, SigningKey


def standing(who: Person) -> Standing:
    return standing_of(who, today=clock.today())


def a_line(learner: Person, place: Organisation, *, title: str = "智能手机应用") -> queries.Line:
    """Something that can be certified."""
    made = makers.credit(learner, 200, title=title, institution=place)
    return next(
        one for one in queries.lines_to_ask(standing(learner), on=clock.today()) if made.posting.key in one.postings
    )


def a_badge(learner: Person, place: Organisation, *, title: str = "智能手机应用") -> Badge:
    line = a_line(learner, place, title=title)
    (made,) = services.ask_badges(
        actor=standing(learner), learner=learner, lines=[line.certifies], with_name=False, at=clock.now()
    )
    return whole(made)


def whole(row: Badge) -> Badge:
    return Badge.objects.select_related("issuer__territory", "learner", "achievement", "status_list").get(pk=row.pk)


def a_share(learner: Person, badge: Badge) -> Share:
    now = clock.now()
    return services.share_badges(
        actor=standing(learner), public_id=uuid4(), learner=learner, badges=[badge.public_id], shows_name=True,
        until=now + timedelta(days=3), at=now,
    )  # fmt: skip


def a_key(learner: Person, place: Organisation) -> SigningKey:
    return SigningKey.objects.select_related("issuer__territory").get(pk=a_badge(learner, place).key_id)


def a_batch(keeper: Standing, place: Organisation) -> Batch:
    today = clock.today()
    return services.issue_for_course(
        actor=keeper, public_id=uuid4(), organisation=place, code="TJ101", ended_from=today - timedelta(days=300),
        ended_to=today, at=clock.now(),
    )  # fmt: skip


def a_rule(keeper: Standing, place: Organisation) -> IssuingRule:
    return services.start_rule(actor=keeper, public_id=uuid4(), organisation=place, kind="community", at=clock.now())
