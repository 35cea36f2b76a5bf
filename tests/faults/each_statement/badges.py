"""Verbs of issued credentials."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from faults.each_statement.town import WHY, Town, Verb, row
from learning.account import makers
from learning.badges.live import a_badge, a_key, a_line, a_rule, a_share, standing
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.people.models import Person
from xuecheng.learning.badges import services
from xuecheng.learning.badges.services import moving
from xuecheng.learning.badges.services.issuing import ROBOT


def _desk(town: Town) -> Standing:
    return town.city.registrar


def _learner() -> Person:
    return makers.learner("何嘉林")


@row("learning.badges.ask_badges")
def _(town: Town) -> Verb:
    who = _learner()
    line = a_line(who, town.city.college)
    return lambda: services.ask_badges(
        actor=standing(who), learner=who, lines=[line.certifies], with_name=True, at=clock.now()
    )


@row("learning.badges.revoke_badge")
def _(town: Town) -> Verb:
    badge = a_badge(_learner(), town.city.college)
    return lambda: services.revoke_badge(actor=_desk(town), badge=badge, why=WHY, at=clock.now())


@row("learning.badges.suspend_badge")
def _(town: Town) -> Verb:
    badge = a_badge(_learner(), town.city.college)
    return lambda: services.suspend_badge(actor=_desk(town), badge=badge, why=WHY, at=clock.now())


@row("learning.badges.resume_badge")
def _(town: Town) -> Verb:
    badge = a_badge(_learner(), town.city.college)
    services.suspend_badge(actor=_desk(town), badge=badge, why=WHY, at=clock.now())
    return lambda: services.resume_badge(actor=_desk(town), badge=badge, at=clock.now())


@row("learning.badges.reissue_badge")
def _(town: Town) -> Verb:
    badge = a_badge(_learner(), town.city.college)
    return lambda: services.reissue_badge(actor=_desk(town), badge=badge, why=WHY, at=clock.now())


@row("learning.badges.rotate_key")
def _(town: Town) -> Verb:
    key, officer = a_key(_learner(), town.city.college), makers.officer()
    return lambda: services.rotate_key(actor=officer, key=key, at=clock.now())


@row("learning.badges.compromise_key")
def _(town: Town) -> Verb:
    key, officer = a_key(_learner(), town.city.college), makers.officer()
    return lambda: services.compromise_key(actor=officer, key=key, why=WHY, at=clock.now())


@row("learning.badges.issue_for_course")
def _(town: Town) -> Verb:
    number, today = uuid4(), clock.today()
    return lambda: services.issue_for_course(
        actor=_desk(town), public_id=number, organisation=town.city.college, code="TJ101",
        ended_from=today - timedelta(days=300), ended_to=today, at=clock.now(),
    )  # fmt: skip


@row("learning.badges.start_rule")
def _(town: Town) -> Verb:
    number = uuid4()
    return lambda: services.start_rule(
        actor=_desk(town), public_id=number, organisation=town.city.college, kind="community", at=clock.now()
    )


@row("learning.badges.end_rule")
def _(town: Town) -> Verb:
    rule = a_rule(_desk(town), town.city.college)
    return lambda: services.end_rule(actor=_desk(town), rule=rule, at=clock.now())


@row("learning.badges.tend")
def _(town: Town) -> Verb:
    a_rule(_desk(town), town.city.college)
    makers.credit(_learner(), 100, institution=town.city.college, posted_at=clock.now())
    return lambda: services.tend(at=clock.now())


@row("learning.badges.share_badges")
def _(town: Town) -> Verb:
    who, number = _learner(), uuid4()
    badge = a_badge(who, town.city.college)
    return lambda: services.share_badges(
        actor=standing(who), public_id=number, learner=who, badges=[badge.public_id], shows_name=False,
        until=clock.now() + timedelta(days=3), at=clock.now(),
    )  # fmt: skip


@row("learning.badges.withdraw_share")
def _(town: Town) -> Verb:
    who = _learner()
    share = a_share(who, a_badge(who, town.city.college))
    return lambda: services.withdraw_share(actor=standing(who), share=share, at=clock.now())


@row("learning.badges.reissue_for_key")
def _(town: Town) -> Verb:
    badge = a_badge(_learner(), town.city.college)
    return lambda: moving.reissue_for_key(badge, by=ROBOT, why=WHY, at=clock.now())
