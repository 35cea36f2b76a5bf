"""A school that issues, its registrar, a learner with credit; all by services of the product."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from learning.account import makers
from learning.account.makers import NOW, TODAY
from xuecheng.city.access.queries import Standing
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.learning.badges import queries, services
from xuecheng.learning.badges.models import Badge, Share

__all__ = ["NOW", "TODAY"]


@dataclass
class World:
    school: Organisation
    desk: Standing
    """A registrar of the school."""
    stranger: Standing
    """A registrar of another school."""
    officer: Standing
    """A certification officer over the whole city."""
    learner: Person


def a_world() -> World:
    school = makers.school()
    learner = makers.learner()
    makers.credit(learner, 200, title="智能手机应用", institution=school, ended_on=date(2026, 10, 20))
    return World(
        school, makers.registrar(school), makers.registrar(makers.school("隔壁社区学校"), "邻校曾"), makers.officer(),
        learner,
    )  # fmt: skip


def of(person: Person) -> Standing:
    return makers.standing(person)


def lines(learner: Person) -> list[queries.Line]:
    return queries.lines_to_ask(of(learner), on=TODAY)


def asked(learner: Person, *, with_name: bool = False, at: Any = NOW) -> Badge:
    """A credential for what the learner has, one line."""
    (line,) = lines(learner)
    (made,) = services.ask_badges(
        actor=of(learner), learner=learner, lines=[line.certifies], with_name=with_name, at=at
    )
    return whole(made)


def whole(row: Badge) -> Badge:
    return Badge.objects.select_related(
        "issuer__territory", "learner", "achievement__creator", "status_list", "key__issuer"
    ).get(pk=row.pk)


def document(row: Badge) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(row.document)
    return found


def shared(learner: Person, *rows: Badge, **more: Any) -> Share:
    from uuid import uuid4

    plain: dict[str, Any] = {
        "public_id": uuid4(), "until": NOW + timedelta(days=30), "shows_name": False, "at": NOW, "actor": of(learner),
    }  # fmt: skip
    return services.share_badges(**plain | more, learner=learner, badges=[row.public_id for row in rows])
