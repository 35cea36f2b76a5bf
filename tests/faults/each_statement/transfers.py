"""Verbs of giving within a family."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from faults.each_statement.town import Town, Verb, row
from learning.redemption.situations import give_points
from learning.transfers.live import a_kinship, a_tie, drafted, in_force, offered
from learning.transfers.situations import law
from xuecheng.city import clock
from xuecheng.city.access.queries import standing_of
from xuecheng.learning.creditbank.services import load_frameworks
from xuecheng.learning.transfers import services


@row("learning.transfers.draft_rules")
def _(town: Town) -> Verb:
    load_frameworks()
    number = uuid4()
    return lambda: services.draft_rules(
        actor=town.city.author, public_id=number, law=law(begins_on=date(2020, 1, 1)), at=clock.now()
    )


@row("learning.transfers.approve_rules")
def _(town: Town) -> Verb:
    draft = drafted(town.city.author)
    return lambda: services.approve_rules(actor=town.city.approver, rules=draft, at=clock.now())


@row("learning.transfers.reject_rules")
def _(town: Town) -> Verb:
    draft = drafted(town.city.author)
    return lambda: services.reject_rules(actor=town.city.approver, rules=draft, at=clock.now())


@row("learning.transfers.end_rules")
def _(town: Town) -> Verb:
    rules = in_force()
    return lambda: services.end_rules(actor=town.city.approver, rules=rules, at=clock.now())


@row("learning.transfers.offer")
def _(town: Town) -> Verb:
    in_force()
    mother, number = town.resident(), uuid4()
    give_points(mother, 900)
    tie, actor = a_tie(mother, town.resident()), standing_of(mother, today=clock.today())
    return lambda: services.offer(actor=actor, public_id=number, along=tie.public_id, points=500, at=clock.now())


@row("learning.transfers.accept")
def _(town: Town) -> Verb:
    child = town.resident()
    gift = offered(town.resident(), child)
    return lambda: services.accept(actor=standing_of(child, today=clock.today()), gift=gift, at=clock.now())


@row("learning.transfers.decline")
def _(town: Town) -> Verb:
    child = town.resident()
    gift = offered(town.resident(), child)
    return lambda: services.decline(actor=standing_of(child, today=clock.today()), gift=gift, at=clock.now())


@row("learning.transfers.take_back")
def _(town: Town) -> Verb:
    mother = town.resident()
    gift = offered(mother, town.resident())
    return lambda: services.take_back(actor=standing_of(mother, today=clock.today()), gift=gift, at=clock.now())


@row("learning.transfers.record_kinship")
def _(town: Town) -> Verb:
    one, other, number, now = town.resident(), town.resident(), uuid4(), clock.now()
    return lambda: services.record_kinship(
        actor=town.clerk, public_id=number, one=one, other=other, kind="spouse", proof="结婚证", at=now
    )


@row("learning.transfers.agree_kinship")
def _(town: Town) -> Verb:
    one = town.resident()
    kinship = a_kinship(one, town.resident(), clerk=town.clerk)
    return lambda: services.agree_kinship(actor=standing_of(one, today=clock.today()), kinship=kinship, at=clock.now())


@row("learning.transfers.end_kinship")
def _(town: Town) -> Verb:
    one = town.resident()
    kinship = a_kinship(one, town.resident(), clerk=town.clerk, is_agreed=True)
    return lambda: services.end_kinship(actor=standing_of(one, today=clock.today()), kinship=kinship, at=clock.now())


@row("learning.transfers.end_kinship_at_counter")
def _(town: Town) -> Verb:
    kinship = a_kinship(town.resident(), town.resident(), clerk=town.clerk, is_agreed=True)
    return lambda: services.end_kinship_at_counter(actor=town.clerk, kinship=kinship, why="mistaken", at=clock.now())


@row("learning.transfers.tend")
def _(town: Town) -> Verb:
    gift = offered(town.resident(), town.resident())
    return lambda: services.tend(at=gift.until)
