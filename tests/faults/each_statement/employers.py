"""Verbs of verification by employers."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from faults.each_statement.town import Town, Verb, row
from learning.employers.live import a_consent, a_list, over, standing
from learning.employers.situations import UNKNOWN, a_file, a_row
from xuecheng.city import clock
from xuecheng.learning.employers import services


@row("learning.employers.bring_list")
def _(town: Town) -> Verb:
    number = uuid4()
    return lambda: services.bring_list(
        actor=town.city.registrar, public_id=number, organisation=town.city.college, file_name="a.csv",
        chunks=[a_file([a_row(UNKNOWN)])], at=clock.now(),
    )  # fmt: skip


@row("learning.employers.carry_on")
def _(town: Town) -> Verb:
    made = over(a_list(town.city.registrar, town.city.college))
    return lambda: services.carry_on(actor=town.city.registrar, row=made, at=clock.now())


@row("learning.employers.remove_old")
def _(town: Town) -> Verb:
    a_list(town.city.registrar, town.city.college)
    later = clock.now() + timedelta(days=31)
    return lambda: services.remove_old(at=later)


@row("learning.employers.give_consent")
def _(town: Town) -> Verb:
    who, number, now = town.resident(), uuid4(), clock.now()
    a_consent(who, town.city.college)
    return lambda: services.give_consent(
        actor=standing(who), public_id=number, learner=who, organisation=town.city.college,
        until=now + timedelta(days=3), at=now,
    )  # fmt: skip


@row("learning.employers.withdraw_consent")
def _(town: Town) -> Verb:
    who = town.resident()
    made = a_consent(who, town.city.college)
    return lambda: services.withdraw_consent(actor=standing(who), consent=made, at=clock.now())
