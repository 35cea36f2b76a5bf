"""Roles, emergencies and help: proposals, drafts, broken glass, helpers, guardians."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from city.situations import TODAY, a_person
from faults.each_statement.town import WHY, Town, Verb, row
from xuecheng.city import clock
from xuecheng.city.access import services as access
from xuecheng.city.access.models import BrokenGlass, Role, RoleHolding, RoleVersion
from xuecheng.city.access.queries import Standing
from xuecheng.city.care import services as care
from xuecheng.city.care.models import Guardianship, Proxy
from xuecheng.city.ids import uuid7

REASON = "家属报失联，需核对最近记录"
NOW = clock.now()


def _proposed(town: Town) -> RoleHolding:
    return access.grant_role(
        actor=town.operator, public_id=uuid7(), person=a_person(), role="operator", territory=town.places["天河区"],
        begins_on=TODAY, reason=WHY,
    )  # fmt: skip


def _decided(town: Town, decide: Any) -> Verb:
    proposed, decider = _proposed(town), town.other_operator
    return lambda: decide(actor=decider, holding=RoleHolding.objects.get(pk=proposed.pk), today=TODAY, reason=WHY)


@row("city.access.approve_holding")
def _(town: Town) -> Verb:
    return _decided(town, access.approve_holding)


@row("city.access.refuse_holding")
def _(town: Town) -> Verb:
    return _decided(town, access.refuse_holding)


@row("city.access.make_role")
def _(town: Town) -> Verb:
    operator = town.operator
    return lambda: access.make_role(
        actor=operator, code="librarian", name_zh="管理员", name_en="Librarian", held_at="organisation", reason=WHY
    )


def _draft(town: Town, public_id: Any = None) -> RoleVersion:
    return access.draft_role(
        actor=town.operator, public_id=public_id or uuid7(), role=Role.objects.get(code="registrar"),
        acts=["records.see_record"], needs_second=False, reason=WHY,
    )  # fmt: skip


@row("city.access.draft_role")
def _(town: Town) -> Verb:
    public_id = uuid7()
    return lambda: _draft(town, public_id)


@row("city.access.approve_role")
def _(town: Town) -> Verb:
    version, decider = _draft(town), town.other_operator
    return lambda: access.approve_role(
        actor=decider, version=RoleVersion.objects.get(pk=version.pk), begins_on=TODAY, today=TODAY, reason=WHY
    )


@row("city.access.refuse_role")
def _(town: Town) -> Verb:
    version, decider = _draft(town), town.other_operator
    return lambda: access.refuse_role(actor=decider, version=RoleVersion.objects.get(pk=version.pk), reason=WHY)


def _broken(town: Town, public_id: Any = None, person: Any = None) -> BrokenGlass:
    return access.break_glass(
        actor=town.operator, public_id=public_id or uuid7(), person=person or town.neighbour(), reason=REASON, at=NOW
    )


@row("city.access.break_glass")
def _(town: Town) -> Verb:
    public_id, person = uuid7(), town.neighbour()
    return lambda: _broken(town, public_id, person)


@row("city.access.close_glass")
def _(town: Town) -> Verb:
    glass = _broken(town)
    return lambda: access.close_glass(
        actor=town.operator, glass=BrokenGlass.objects.get(pk=glass.pk), at=NOW + timedelta(minutes=5)
    )


@row("city.access.review_glass")
def _(town: Town) -> Verb:
    glass, reviewer = _broken(town), town.other_operator
    return lambda: access.review_glass(
        actor=reviewer, glass=BrokenGlass.objects.select_related("person__territory").get(pk=glass.pk),
        verdict="in_order", finding="确有需要", at=NOW + timedelta(hours=9),
    )  # fmt: skip


def _helper_of(town: Town, elder: Any, public_id: Any = None, helper: Any = None) -> Proxy:
    return care.grant_proxy(
        actor=Standing(person=elder), public_id=public_id or uuid7(), helper=helper or a_person("冯嘉敏"),
        tasks=["account"], ends_on=clock.date_of(NOW) + timedelta(days=3), at=NOW,
    )  # fmt: skip


@row("city.care.grant_proxy")
def _(town: Town) -> Verb:
    elder, helper, public_id = town.neighbour(), a_person("冯嘉敏"), uuid7()
    return lambda: _helper_of(town, elder, public_id, helper)


@row("city.care.record_proxy")
def _(town: Town) -> Verb:
    elder, helper, public_id, clerk = town.neighbour(), a_person("冯嘉敏"), uuid7(), town.clerk
    return lambda: care.record_proxy(
        actor=clerk, public_id=public_id, person=elder, helper=helper, tasks=["account"],
        ends_on=clock.date_of(NOW) + timedelta(days=3), is_present=True, at=NOW,
    )  # fmt: skip


@row("city.care.end_proxy")
def _(town: Town) -> Verb:
    elder = town.neighbour()
    proxy = _helper_of(town, elder)
    return lambda: care.end_proxy(
        actor=Standing(person=elder), proxy=Proxy.objects.get(pk=proxy.pk), at=NOW + timedelta(hours=1)
    )


def _guarded(
    town: Town, *, child: Any = None, guardian: Any = None, public_id: Any = None, is_consented: bool = False
) -> Guardianship:
    made = care.record_guardian(
        actor=town.clerk, public_id=public_id or uuid7(), child=child or town.neighbour("小明"),
        guardian=guardian or a_person("妈妈"), relation="mother", proof="户口簿",
        child_born_on=clock.date_of(NOW).replace(year=NOW.year - 10, day=1), at=NOW,
    )  # fmt: skip
    if is_consented:
        made = care.consent_as_guardian(actor=Standing(person=made.guardian), guardianship=made, at=NOW)
    return made


@row("city.care.record_guardian")
def _(town: Town) -> Verb:
    child, guardian, public_id = town.neighbour("小明"), a_person("妈妈"), uuid7()
    return lambda: _guarded(town, child=child, guardian=guardian, public_id=public_id)


@row("city.care.consent_as_guardian")
def _(town: Town) -> Verb:
    made = _guarded(town)
    return lambda: care.consent_as_guardian(
        actor=Standing(person=made.guardian), guardianship=Guardianship.objects.get(pk=made.pk), at=NOW
    )


@row("city.care.end_guardianship")
def _(town: Town) -> Verb:
    made = _guarded(town, is_consented=True)
    return lambda: care.end_guardianship(
        actor=Standing(person=made.guardian), guardianship=Guardianship.objects.get(pk=made.pk),
        at=NOW + timedelta(hours=1),
    )  # fmt: skip


AFTER_THE_BIRTHDAY = timedelta(days=5 * 366)


@row("city.care.ask_anew")
def _(town: Town) -> Verb:
    _guarded(town, is_consented=True)
    return lambda: care.ask_anew(at=NOW + AFTER_THE_BIRTHDAY)


@row("city.care.answer_anew")
def _(town: Town) -> Verb:
    made = _guarded(town, is_consented=True)
    return lambda: care.answer_anew(
        actor=Standing(person=made.child), guardianship=Guardianship.objects.get(pk=made.pk), goes_on=True,
        at=NOW + AFTER_THE_BIRTHDAY,
    )  # fmt: skip
