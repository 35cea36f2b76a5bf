"""What somebody does with the data about themselves, and who answers them."""

from __future__ import annotations

from faults.each_statement.town import WHY, Town, Verb, row
from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.identity.rules.addresses import Address
from xuecheng.city.identity.services import contacts
from xuecheng.city.ids import uuid7
from xuecheng.city.jobs import running
from xuecheng.city.jobs.models import Job
from xuecheng.city.mydata import services
from xuecheng.city.mydata.models import Archive, Erasure, Request
from xuecheng.city.mydata.purposes import PURPOSES
from xuecheng.city.people.models import Person

NOW = clock.now()


def _archive(person: Person) -> Archive:
    return services.ask_archive(actor=Standing(person=person), public_id=uuid7(), with_numbers=False, at=NOW)


def _request(person: Person) -> Request:
    return services.ask(actor=Standing(person=person), public_id=uuid7(), kind="delete", words="旧地址", at=NOW)


@row("city.mydata.ask_archive")
def _(town: Town) -> Verb:
    person, public_id = town.neighbour(), uuid7()
    return lambda: services.ask_archive(actor=Standing(person=person), public_id=public_id, with_numbers=False, at=NOW)


@row("city.mydata.take_archive")
def _(town: Town) -> Verb:
    person = town.neighbour()
    archive = _archive(person)
    running.run(Job.objects.get(public_id=archive.public_id).pk)
    return lambda: services.take_archive(actor=Standing(person=person), public_id=archive.public_id, at=clock.now())


@row("city.mydata.say_consent")
def _(town: Town) -> Verb:
    person, public_id = town.neighbour(), uuid7()
    purpose = next(iter(PURPOSES.values()))
    return lambda: services.say_consent(
        actor=Standing(person=person), public_id=public_id, purpose=purpose.name, version=purpose.version,
        is_given=True, at=NOW, language="zh-hans",
    )  # fmt: skip


@row("city.mydata.ask")
def _(town: Town) -> Verb:
    person, public_id = town.neighbour(), uuid7()
    return lambda: services.ask(
        actor=Standing(person=person), public_id=public_id, kind="delete", words="旧地址", at=NOW
    )


@row("city.mydata.take_back")
def _(town: Town) -> Verb:
    person = town.neighbour()
    request = _request(person)
    return lambda: services.take_back(actor=Standing(person=person), request=Request.objects.get(pk=request.pk))


@row("city.mydata.answer_request")
def _(town: Town) -> Verb:
    request = _request(town.neighbour())
    officer = town.standing("data_protection_officer", "区保护")
    return lambda: services.answer_request(
        actor=officer, request=Request.objects.get(pk=request.pk), answer=WHY, at=NOW
    )


@row("city.identity.note_bounce")
def _(town: Town) -> Verb:
    person = town.neighbour()
    contacts.keep_contact(person=person, address=Address("email", "chen@example.com"), at=NOW)
    return lambda: contacts.note_bounce(person.pk, "email", NOW)


def _erasure(person: Person) -> Erasure:
    return services.ask_erasure(actor=Standing(person=person), public_id=uuid7(), at=NOW)


@row("city.mydata.ask_erasure")
def _(town: Town) -> Verb:
    person, public_id = town.neighbour(), uuid7()
    return lambda: services.ask_erasure(actor=Standing(person=person), public_id=public_id, at=NOW)


@row("city.mydata.open_erasure")
def _(town: Town) -> Verb:
    person, public_id, clerk = town.neighbour(), uuid7(), town.standing("counter_clerk", "窗口")
    return lambda: services.open_erasure(actor=clerk, public_id=public_id, person=person, reason=WHY, at=NOW)


@row("city.mydata.confirm_erasure")
def _(town: Town) -> Verb:
    clerk, officer = town.standing("counter_clerk", "窗口"), town.standing("data_protection_officer", "区保护")
    made = services.open_erasure(actor=clerk, public_id=uuid7(), person=town.neighbour(), reason=WHY, at=NOW)
    return lambda: services.confirm_erasure(actor=officer, erasure=Erasure.objects.get(pk=made.pk), reason=WHY, at=NOW)


@row("city.mydata.take_back_erasure")
def _(town: Town) -> Verb:
    person = town.neighbour()
    made = _erasure(person)
    return lambda: services.take_back_erasure(
        actor=Standing(person=person), erasure=Erasure.objects.get(pk=made.pk), at=NOW
    )


@row("city.mydata.carry_out")
def _(town: Town) -> Verb:
    person = town.neighbour()
    with trace.change(by=person, why=WHY):
        contacts.keep_contact(person=person, address=Address("email", "chen@example.com"), at=NOW)
    _request(person)
    made = _erasure(person)
    due = made.waits_until
    assert due is not None
    return lambda: services.carry_out(erasure=Erasure.objects.get(pk=made.pk), at=due)
