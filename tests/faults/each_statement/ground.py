"""The ground's first verbs: roles, jobs, files, organisations, people, divisions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from city.imports.toy import HEADING, a_toy, brought, lines, worked
from city.situations import TODAY, a_job, a_person, an_organisation, holding
from faults.each_statement.town import WHY, Town, Verb, row
from learning.recognition import situations as so
from xuecheng.city.access import services as access
from xuecheng.city.access.models import RoleHolding
from xuecheng.city.ids import uuid7
from xuecheng.city.imports import kinds
from xuecheng.city.imports import services as imports
from xuecheng.city.imports.models import ImportFile
from xuecheng.city.jobs import services as jobs
from xuecheng.city.jobs.models import Job
from xuecheng.city.organisations import services as organisations
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people import services as people
from xuecheng.city.people.models import Person
from xuecheng.city.territories import services as territories
from xuecheng.city.territories.models import Territory


def a_toy_in(town: Town) -> Any:
    toy = a_toy()
    town.monkeypatch.setitem(kinds._KINDS, toy.kind.name, toy.kind)
    kinds.register(toy.kind)
    return toy


def toy_file(town: Town) -> tuple[Any, ImportFile]:
    toy = a_toy_in(town)
    return toy, worked(brought(toy, HEADING + lines(1, 3)))


@row("city.access.grant_role")
def _(town: Town) -> Verb:
    person, public_id = a_person(), uuid7()
    return lambda: access.grant_role(
        actor=town.operator, public_id=public_id, person=person, role="registrar", organisation=town.city.college,
        begins_on=TODAY, reason=WHY,
    )  # fmt: skip


@row("city.access.end_role")
def _(town: Town) -> Verb:
    held = holding(a_person(), "registrar", organisation=town.city.college)
    return lambda: access.end_role(
        actor=town.operator, holding=RoleHolding.objects.get(pk=held.pk), on=TODAY, reason=WHY
    )


@row("city.jobs.ask_to_cancel")
def _(town: Town) -> Verb:
    job = a_job(organisation=town.city.college, started_by=town.city.registrar.person, state="running")
    return lambda: jobs.ask_to_cancel(actor=town.city.registrar, job=Job.objects.get(pk=job.pk), at=so.NOW)


@row("city.jobs.retry")
def _(town: Town) -> Verb:
    job = a_job(organisation=town.city.college, state="failed")
    return lambda: jobs.retry(actor=town.operator, job=Job.objects.get(pk=job.pk))


@row("city.imports.receive_file")
def _(town: Town) -> Verb:
    toy, public_id = a_toy_in(town), uuid7()
    return lambda: brought(toy, HEADING + lines(1, 3), public_id=public_id)


@row("city.imports.start_writing")
def _(town: Town) -> Verb:
    toy, file = toy_file(town)
    return lambda: imports.start_writing(
        actor=toy.registrar, file=ImportFile.objects.get(pk=file.pk), choice="all", at=so.NOW
    )


@row("city.imports.carry_on")
def _(town: Town) -> Verb:
    toy, file = toy_file(town)
    file = imports.start_writing(actor=toy.registrar, file=file, choice="good", at=so.NOW)
    Job.objects.filter(pk=file.job_id).update(state="cancelled", ended_at=so.NOW)
    return lambda: imports.carry_on(actor=toy.registrar, file=ImportFile.objects.get(pk=file.pk), at=so.NOW)


@row("city.imports.abandon")
def _(town: Town) -> Verb:
    toy, file = toy_file(town)
    return lambda: imports.abandon(actor=toy.registrar, file=ImportFile.objects.get(pk=file.pk))


def _facts(town: Town) -> organisations.Facts:
    return organisations.Facts(
        code="TH-SQXY9",
        kind="community_college",
        tier="district",
        name_zh="天河区第九社区学院",
        name_en="Tianhe Community College 9",
        territory=town.places["天河区"],
    )


@row("city.organisations.create_organisation")
def _(town: Town) -> Verb:
    public_id = uuid7()
    return lambda: organisations.create_organisation(
        actor=town.operator, public_id=public_id, facts=_facts(town), on=TODAY, today=TODAY, reason=WHY
    )


@row("city.organisations.change_organisation")
def _(town: Town) -> Verb:
    made = an_organisation(town.places["天河区"])
    wished = replace(_facts(town), code=made.code)
    return lambda: organisations.change_organisation(
        actor=town.operator, organisation=Organisation.objects.get(pk=made.pk), facts=wished, reason=WHY
    )


def _status(town: Town, verb: Any) -> Verb:
    made = an_organisation(town.places["天河区"])
    return lambda: verb(
        actor=town.operator, organisation=Organisation.objects.get(pk=made.pk), on=TODAY, today=TODAY, reason=WHY
    )


@row("city.organisations.suspend_organisation")
def _(town: Town) -> Verb:
    return _status(town, organisations.suspend_organisation)


@row("city.organisations.close_organisation")
def _(town: Town) -> Verb:
    return _status(town, organisations.close_organisation)


@row("city.organisations.reopen_organisation")
def _(town: Town) -> Verb:
    made = an_organisation(town.places["天河区"])
    common = {"actor": town.operator, "today": TODAY, "reason": WHY}
    organisations.suspend_organisation(organisation=made, on=date(2026, 1, 1), **common)
    return lambda: organisations.reopen_organisation(
        organisation=Organisation.objects.get(pk=made.pk), on=TODAY, **common
    )


@row("city.people.create_person")
def _(town: Town) -> Verb:
    public_id = uuid7()
    return lambda: people.create_person(
        actor=town.operator,
        person=people.NewPerson(public_id=public_id, sign_in_name="zhou.xin", name="周新"),
        today=TODAY,
        reason=WHY,
    )


@row("city.people.create_people")
def _(town: Town) -> Verb:
    wished = [people.NewPerson(public_id=uuid7(), sign_in_name=f"zhou.xin{n}", name="周新") for n in range(3)]
    return lambda: people.create_people(actor=town.operator, people=wished, today=TODAY, reason=WHY)


@row("city.people.change_name")
def _(town: Town) -> Verb:
    person = a_person()
    return lambda: people.change_name(
        actor=town.operator, person=Person.objects.get(pk=person.pk), name="陈嘉慧", reason=WHY
    )


@row("city.people.change_person")
def _(town: Town) -> Verb:
    person = a_person()
    return lambda: people.change_person(
        actor=town.operator, person=Person.objects.get(pk=person.pk), birth_year=1958,
        territory=town.places["五山街道"], today=TODAY, reason=WHY,
    )  # fmt: skip


@row("city.people.close_sign_in")
def _(town: Town) -> Verb:
    person = a_person()
    return lambda: people.close_sign_in(actor=town.operator, person=Person.objects.get(pk=person.pk), reason=WHY)


@row("city.people.open_sign_in")
def _(town: Town) -> Verb:
    person = a_person()
    Person.objects.filter(pk=person.pk).update(is_active=False)
    return lambda: people.open_sign_in(actor=town.operator, person=Person.objects.get(pk=person.pk), reason=WHY)


@row("city.people.set_password")
def _(town: Town) -> Verb:
    person = a_person()
    return lambda: people.set_password(
        actor=town.operator, person=Person.objects.get(pk=person.pk), password="learn-for-life-2026", reason=WHY
    )


def _division(town: Town, name: str = "五山街道") -> Territory:
    return Territory.objects.get(pk=town.places[name].pk)


@row("city.territories.rename")
def _(town: Town) -> Verb:
    return lambda: territories.rename(
        actor=town.operator, territory=_division(town), name_zh="石牌街道", on=TODAY, today=TODAY, reason=WHY
    )


@row("city.territories.move")
def _(town: Town) -> Verb:
    return lambda: territories.move(
        actor=town.operator, territory=_division(town), parent=_division(town, "从化区"), on=TODAY, today=TODAY,
        reason=WHY,
    )  # fmt: skip


@row("city.territories.merge")
def _(town: Town) -> Verb:
    return lambda: territories.merge(
        actor=town.operator, merged=[_division(town, "员村街道")], into=_division(town), on=TODAY, today=TODAY,
        reason=WHY,
    )  # fmt: skip


@row("city.territories.split")
def _(town: Town) -> Verb:
    return lambda: territories.split(
        actor=town.operator, territory=_division(town), on=TODAY, today=TODAY, reason=WHY,
        parts=[
            territories.Part(
                division=territories.NewDivision(code="440106091000", name_zh="华农街道", name_en="Huanong"),
                takes=[town.places["华农社区居民委员会"].code],
            )
        ],
        remains=True,
    )  # fmt: skip


@row("city.territories.load_territories")
def _(town: Town) -> Verb:
    from city.situations import KNOWN_SINCE, rows

    more = rows(
        ("440106001000", "五山街道", "street", "440106000000"), ("440106001009", "新社区", "community", "440106001000")
    )
    return lambda: territories.load_territories(
        more, actor=town.operator, valid_from=KNOWN_SINCE, today=TODAY, reason=WHY
    )
