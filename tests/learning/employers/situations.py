"""A company that verifies, somebody with a credential and a transcript; all by services of the product."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from psycopg.types.range import DateRange

from learning.account import makers
from learning.account.makers import NOW, TODAY
from learning.badges.situations import asked
from xuecheng.city.access.models import RoleHolding
from xuecheng.city.access.queries import Standing
from xuecheng.city.organisations.models import Kind, Organisation
from xuecheng.city.people.models import Person
from xuecheng.config.demo.load import Hand
from xuecheng.learning.badges.models import Badge
from xuecheng.learning.credentials import services as credentials
from xuecheng.learning.credentials.models import Transcript
from xuecheng.learning.employers import services
from xuecheng.learning.employers.models import CheckedList, Consent, Inquiry

__all__ = ["NOW", "TODAY"]
HEAD = ("证书", "姓名", "证书名称", "日期", "共享链接")
NAME, TITLE = "陈惠芬", "智能手机应用"
UNKNOWN = "018f0000-0000-7000-8000-000000000000"


@dataclass
class World:
    company: Organisation
    desk: Standing
    """Whoever verifies for the company."""
    other_company: Organisation
    stranger: Standing
    """The same for another company."""
    school: Organisation
    learner: Person
    badge: Badge
    transcript: Transcript

    @property
    def holder(self) -> Standing:
        return makers.standing(self.learner)


def a_verifier(at: Organisation, name: str = "招聘何") -> Standing:
    who = makers.person(name)
    RoleHolding.objects.create(
        person=who, role="verifier", organisation=at, during=DateRange(date(2020, 1, 1), None), reason="appointed"
    )
    return makers.standing(who)


def a_world() -> World:
    school = makers.school()
    company = makers.body("珠江电子厂", kind=Kind.ENTERPRISE)
    learner = makers.learner(NAME)
    makers.credit(learner, 200, title=TITLE, institution=school, ended_on=date(2026, 10, 20))
    badge = asked(learner)
    transcript = credentials.issue_transcript(
        actor=makers.standing(learner), learner=learner, at=NOW, language="zh-hans"
    )
    other = makers.body("别家公司", kind=Kind.ENTERPRISE)
    return World(company, a_verifier(company), other, a_verifier(other, "别家曾"), school, learner, badge, transcript)


def agreed(world: World, *, days: int = 30, at: datetime = NOW) -> Consent:
    return services.give_consent(
        actor=world.holder, public_id=uuid4(), learner=world.learner, organisation=world.company,
        until=at + timedelta(days=days), at=at,
    )  # fmt: skip


def a_file(rows: Iterable[Sequence[str]], head: Sequence[str] = HEAD) -> bytes:
    sink = io.StringIO()
    csv.writer(sink).writerows([head, *rows])
    return sink.getvalue().encode("utf-8-sig")


def a_row(
    credential: str, name: str = NAME, title: str = TITLE, day: str = "2026-10-20", share: str = ""
) -> tuple[str, ...]:
    return credential, name, title, day, share


def brought(world: World, *rows: Sequence[str], **more: Any) -> CheckedList:
    plain: dict[str, Any] = {
        "actor": world.desk, "public_id": uuid4(), "organisation": world.company, "file_name": "应聘者.csv", "at": NOW,
        "chunks": [a_file(rows)],
    }  # fmt: skip
    return services.bring_list(**plain | more)


def checked(world: World, *rows: Sequence[str], at: datetime = NOW) -> CheckedList:
    """A list with all its answers."""
    return services.check_list(brought(world, *rows, at=at), Hand(), now=lambda: at)


def answers(row: CheckedList) -> list[str]:
    return list(row.answers.order_by("row_no").values_list("answer", flat=True))


def told(world: World, *rows: Sequence[str], at: datetime = NOW) -> list[str]:
    """What is answered to some rows."""
    return answers(checked(world, *rows, at=at))


def asked_of(learner: Person) -> list[Inquiry]:
    return list(Inquiry.objects.filter(learner=learner).order_by("pk"))
