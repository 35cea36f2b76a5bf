"""Verbs of collective accounts."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from city.situations import a_registrar
from faults.each_statement.town import WHY, Town, Verb, row
from learning.collectives.live import a_rule, admitted, applied, asked, deposited, opened
from learning.collectives.situations import activity
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.learning.collectives import services
from xuecheng.learning.collectives.models import Collective, Membership


def _open(town: Town) -> Collective:
    return opened(town.city.registrar, town.city.college, town.resident())


def _as(person: object) -> Standing:
    return standing_of(person, today=clock.today())  # type: ignore[arg-type]  # a person


@row("learning.collectives.apply")
def _(town: Town) -> Verb:
    actor, number = _as(town.resident()), uuid4()
    return lambda: services.apply(
        actor=actor, public_id=number, institution=town.city.college, wish=services.Wish(name_zh="晨读会"),
        at=clock.now(),
    )  # fmt: skip


@row("learning.collectives.withdraw")
def _(town: Town) -> Verb:
    person = town.resident()
    waits = applied(town.city.college, person)
    return lambda: services.withdraw(actor=_as(person), collective=waits, at=clock.now())


@row("learning.collectives.open_account")
def _(town: Town) -> Verb:
    waits, until = applied(town.city.college, town.resident()), clock.today() + timedelta(days=300)
    return lambda: services.open_account(actor=town.city.registrar, collective=waits, keeps_until=until, at=clock.now())


@row("learning.collectives.refuse")
def _(town: Town) -> Verb:
    waits = applied(town.city.college, town.resident())
    return lambda: services.refuse(actor=town.city.registrar, collective=waits, why=WHY, at=clock.now())


@row("learning.collectives.ask_to_join")
def _(town: Town) -> Verb:
    there, actor, number = _open(town), _as(town.resident()), uuid4()
    return lambda: services.ask_to_join(actor=actor, public_id=number, collective=there, at=clock.now())


@row("learning.collectives.admit")
def _(town: Town) -> Verb:
    one = asked(_open(town), town.resident())
    return lambda: services.admit(actor=town.city.registrar, membership=one, at=clock.now())


@row("learning.collectives.decline")
def _(town: Town) -> Verb:
    one = asked(_open(town), town.resident())
    return lambda: services.decline(actor=town.city.registrar, membership=one, at=clock.now())


@row("learning.collectives.leave")
def _(town: Town) -> Verb:
    person = town.resident()
    one = admitted(town.city.registrar, _open(town), person)
    return lambda: services.leave(actor=_as(person), membership=one, at=clock.now())


@row("learning.collectives.end_membership")
def _(town: Town) -> Verb:
    one = admitted(town.city.registrar, _open(town), town.resident())
    return lambda: services.end_membership(actor=town.city.registrar, membership=one, at=clock.now())


@row("learning.collectives.let_keep")
def _(town: Town) -> Verb:
    one = admitted(town.city.registrar, _open(town), town.resident())
    until = clock.today() + timedelta(days=300)
    return lambda: services.let_keep(actor=town.city.registrar, membership=one, keeps_until=until, at=clock.now())


@row("learning.collectives.deposit", "learning.collectives.give")
def _(town: Town) -> Verb:
    a_rule()
    there, number, day = _open(town), uuid4(), clock.today() - timedelta(days=2)
    given = activity(960, ended_on=day, began_on=day - timedelta(days=60))
    return lambda: services.deposit(
        actor=town.city.registrar, public_id=number, collective=there, given=given, at=clock.now()
    )


@row("learning.collectives.take_back")
def _(town: Town) -> Verb:
    made = deposited(town.city.registrar, _open(town))
    return lambda: services.take_back(actor=town.city.registrar, deposit=made, why=WHY, at=clock.now())


@row("learning.collectives.call_back", "learning.collectives.shut_again")
def _(town: Town) -> Verb:
    there = _open(town)
    made = deposited(town.city.registrar, there)
    services.close(actor=town.city.registrar, collective=there, why=WHY, at=clock.now())
    colleague = a_registrar(there.institution, "登记冯")
    return lambda: services.take_back(actor=colleague, deposit=made, why=WHY, at=clock.now())


@row(
    "learning.collectives.close", "learning.collectives.hand_on", "learning.collectives.let_lapse",
    "learning.collectives.shut",
)  # fmt: skip
def _(town: Town) -> Verb:
    there = _open(town)
    deposited(town.city.registrar, there)
    assert Membership.objects.filter(collective=there).exists()
    return lambda: services.close(actor=town.city.registrar, collective=there, why=WHY, at=clock.now())
