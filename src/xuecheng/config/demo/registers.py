"""What the offices have lying before them: files that were brought, bodies that rest, roles that end soon."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from xuecheng.city.access import services as access
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.imports import services as imports
from xuecheng.city.imports.kinds import kind_named
from xuecheng.city.imports.models import ImportFile
from xuecheng.city.imports.work import check_file, write_file
from xuecheng.city.organisations import services as organisations
from xuecheng.city.organisations.models import Organisation, OrganisationStatus
from xuecheng.city.people import services as people
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank.models import LearningAccount
from xuecheng.learning.records.models import LearningRecord

from .cases import Cast
from .place import NAMESPACE

if TYPE_CHECKING:
    from .load import Hand

_HEADING = "主办机构代码,记录编号,学习卡号,姓名,活动代码,活动名称,身份,开始日期,结束日期,分钟数,开课次数,到课次数"
_Row = tuple[str, str, str, str, str, str, str, str, str, str, str]


def bring_files(cast: Cast, hand: type[Hand]) -> None:
    """One file whose good rows were written, one that waits for a decision with bad rows in it, one that is no table."""
    learners = _learners(cast)
    if len(learners) < 4:
        return
    autumn = _class(learners, "QJ", "TJ201", "八段锦与养生", cast.today)
    written = _bring(cast, hand, "2026年秋季八段锦结业名单.csv", _bytes(cast, autumn))
    if written.state == ImportFile.State.CHECKED:
        written = imports.start_writing(
            actor=cast.registrar, file=written, choice=ImportFile.Choice.GOOD, at=cast.now, in_background=False
        )
        write_file(written, hand(), now=cast.now)
    balcony = _class(learners, "YT", "YZ101", "阳台种植与园艺", cast.today)
    _bring(cast, hand, "2026年秋季阳台种植名单.csv", _bytes(cast, [*balcony, *_wrong(balcony)]))
    _bring(cast, hand, "签到表扫描件.csv", b"\x89PNG\r\n\x1a\n" + bytes(64))


def keep_registers(cast: Cast, operator: Standing) -> None:
    """A body that rests, one that will close, and an appointment that ends within the month."""
    today = cast.today
    for code, change, on, reason in (
        ("ZC-SHZZ", organisations.suspend_organisation, today - timedelta(days=3), "场地装修，暂停开班"),
        ("PY-SHZZ", organisations.close_organisation, today + timedelta(days=40), "并入番禺区社区学院，到期停办"),
    ):
        body = Organisation.objects.select_related("territory").get(code=code)
        if OrganisationStatus.objects.filter(organisation=body).count() == 1:
            change(actor=operator, organisation=body, on=on, today=today, reason=reason)
    tianhe = Organisation.objects.select_related("territory").get(code="TH-SQXY")
    substitute = people.create_person(
        actor=operator,
        person=people.NewPerson(
            public_id=_id("person:mai.zhiqiang"), sign_in_name="mai.zhiqiang", name="麦志强", birth_year=1990,
            territory=tianhe.territory, is_fictional=True,
        ),
        today=today,
        reason="新来的登记员",
    )  # fmt: skip
    access.grant_role(
        actor=operator, public_id=_id("role:mai.zhiqiang"), person=substitute, role="registrar", organisation=tianhe,
        begins_on=date(2026, 3, 1), ends_on=max(today, date(2026, 3, 1)) + timedelta(days=25), reason="产假代班",
    )  # fmt: skip


def operator_of(staff: dict[str, Person], *, today: date) -> Standing:
    return standing_of(staff["zeng.weiming"], today=today)


def _id(name: str) -> UUID:
    return uuid5(NAMESPACE, name)


def _learners(cast: Cast) -> list[tuple[str, str]]:
    """Card number and name of four residents whom the college knows, in a fixed order."""
    known = LearningRecord.objects.filter(institution=cast.college, version=1).exclude(learner=cast.resident.person)
    accounts = LearningAccount.objects.filter(person__in=known.values("learner_id")).select_related("person")
    return [(one.card_number, one.person.name) for one in accounts.order_by("card_number")[:4]]


def _class(learners: Sequence[tuple[str, str]], key: str, code: str, title: str, today: date) -> list[_Row]:
    """The class that ended a week ago, as its list has it."""
    ended = today - timedelta(days=7)
    began = ended - timedelta(days=56)
    return [
        (f"{key}-{number:02d}", card, name, code, title, "学员", began.isoformat(), ended.isoformat(), "960", "8", "8")
        for number, (card, name) in enumerate(learners, start=1)
    ]


def _wrong(rows: Sequence[_Row]) -> list[_Row]:
    """Rows as they go wrong in offices: a card mistyped, another's name, a day that is none, words for a number."""
    _key, card, name, code, title, role, began, ended, minutes, held, attended = rows[0]
    return [
        ("YT-11", "4400 0000 0000 0001", "周无名", code, title, role, began, ended, minutes, held, attended),
        ("YT-12", card, f"{name}英", code, title, role, began, ended, minutes, held, attended),
        ("YT-13", card, name, code, title, role, began, "2026-11-31", minutes, held, attended),
        ("YT-14", card, name, code, title, role, began, ended, "大约16小时", held, attended),
        ("YT-15", card, name, code, title, role, began, ended, minutes, held, "9"),
    ]


def _bytes(cast: Cast, rows: Sequence[_Row]) -> bytes:
    """As the office program writes it: GB18030, the way spreadsheets in China save CSV."""
    lines = [",".join((cast.college.code, *row)) for row in rows]
    return "\r\n".join([_HEADING, *lines, ""]).encode("gb18030")


def _bring(cast: Cast, hand: type[Hand], name: str, content: bytes) -> ImportFile:
    """Brought once: the next load finds it, whatever day it is then."""
    known = ImportFile.objects.filter(public_id=_id(f"file:{name}")).first()
    if known is None:
        known = imports.receive_file(
            actor=cast.registrar,
            public_id=_id(f"file:{name}"),
            kind=kind_named("records.nonformal"),
            organisation=cast.college,
            file_name=name,
            chunks=[content],
            at=cast.now,
            in_background=False,
        )
    return check_file(known, hand(), now=cast.now)
