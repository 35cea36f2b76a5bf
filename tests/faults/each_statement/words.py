"""What people are told, what is in the calendar, and what the day's routine does by itself."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from city.notices.situations import NEWS, NOON, Told, reachable, registered, telling, wants
from city.situations import TODAY, a_person, an_organisation
from faults.each_statement.town import WHY, Town, Verb, row
from xuecheng.city import rights
from xuecheng.city.access import services as access
from xuecheng.city.access.models import Role
from xuecheng.city.access.queries import Standing
from xuecheng.city.jobs import services as jobs
from xuecheng.city.notices import services as notices
from xuecheng.city.notices.models import Message, Notice
from xuecheng.city.operations import services as operations
from xuecheng.city.operations.points import Point
from xuecheng.city.organisations import services as organisations
from xuecheng.city.people.models import Person
from xuecheng.city.territories import services as territories
from xuecheng.city.workdays import services as workdays
from xuecheng.city.workdays.models import SpecialDay
from xuecheng.learning.creditbank.services.accounts import open_learning_account, open_learning_accounts


def _chen(town: Town) -> Person:
    """Somebody who wants news by mail."""
    town.until_the_end(registered())
    told = town.until_the_end(telling(Told()))
    return reachable(a_person("陈嘉敏"), told)


def _tell(person: Person, key: str = "1") -> Any:
    return notices.tell(person, NEWS, {"what": "x"}, key=key, at=NOON)


@row("city.operations.keep")
def _(town: Town) -> Verb:
    found = [Point("disk", "warn", "80 %"), Point("queue", "pass", "empty")]
    return lambda: operations.keep(found, at=NOON)


@row("city.notices.tell", "city.notices.tell_many")
def _(town: Town) -> Verb:
    person = _chen(town)
    return lambda: _tell(person)


def _told(town: Town) -> Person:
    person = _chen(town)
    _tell(person)
    return person


@row("city.notices.mark_read")
def _(town: Town) -> Verb:
    person = _told(town)
    return lambda: notices.mark_read(reader=Standing(person=person), notice=Notice.objects.get(), at=NOON)


@row("city.notices.mark_all_read")
def _(town: Town) -> Verb:
    person = _told(town)
    return lambda: notices.mark_all_read(reader=Standing(person=person), at=NOON)


@row("city.notices.choose")
def _(town: Town) -> Verb:
    person = _chen(town)
    wants(person, NEWS, "email", is_wanted=False)
    return lambda: notices.choose(
        actor=Standing(person=person), wanted={NEWS: ["email", "sms"]}, digest="weekly", quiet_from=time(22),
        quiet_until=time(7), language="en", at=NOON,
    )  # fmt: skip


@row("city.notices.switch_off")
def _(town: Town) -> Verb:
    person = _chen(town)
    return lambda: notices.switch_off(actor=Standing(person=person), kind=NEWS)


@row("city.notices.send_again")
def _(town: Town) -> Verb:
    _told(town)
    Message.objects.update(state=Message.State.FAILED, ended_at=NOON)
    return lambda: notices.send_again(actor=town.operator, message=Message.objects.get(), at=NOON)


@row("city.notices.record_bounce")
def _(town: Town) -> Verb:
    _told(town)
    Message.objects.update(state=Message.State.SENT, ended_at=NOON, address_hash=b"0" * 32)
    message_id = Message.objects.get().message_id
    return lambda: notices.record_bounce(message_id=message_id, code="550", at=NOON)


@row("city.workdays.write_days")
def _(town: Town) -> Verb:
    operator = town.operator
    days = [workdays.Day(date(2030, 1, number), "off", "元旦", "announced", "测试") for number in (1, 2)]
    return lambda: workdays.write_days(actor=operator, days=days, why=WHY)


@row("city.workdays.load_shipped")
def _(town: Town) -> Verb:
    SpecialDay.objects.filter(on__year=2025).delete()
    return workdays.load_shipped


@row("city.jobs.start")
def _(town: Town) -> Verb:
    return lambda: jobs.start(
        "documents.look", at=NOON, title_zh="检查新文件", title_en="Looking", arguments={}, by=None
    )


@row("city.organisations.apply_due_statuses")
def _(town: Town) -> Verb:
    made = an_organisation(town.places["天河区"])
    organisations.suspend_organisation(
        actor=rights.OWNER, organisation=made, on=date(2026, 12, 1), today=TODAY, reason=WHY
    )
    return lambda: organisations.apply_due_statuses(today=date(2026, 12, 1))


@row("city.territories.apply_due_changes")
def _(town: Town) -> Verb:
    territories.rename(
        actor=town.operator, territory=town.places["五山街道"], name_zh="石牌街道", on=date(2026, 12, 1), today=TODAY,
        reason=WHY,
    )  # fmt: skip
    return lambda: territories.apply_due_changes(today=date(2026, 12, 1))


@row("city.access.load_shipped_roles")
def _(town: Town) -> Verb:
    Role.objects.filter(code="registrar").update(shipped_acts=[])
    return lambda: access.load_shipped_roles(today=TODAY)


@row("learning.creditbank.open_learning_account")
def _(town: Town) -> Verb:
    person = a_person()
    return lambda: open_learning_account(person=person, at=NOON)


@row("learning.creditbank.open_learning_accounts")
def _(_town: Town) -> Verb:
    people = [a_person().pk, a_person().pk]
    return lambda: open_learning_accounts(people, NOON)
