"""Verbs of the college network: its units, what they cover and share, their standards and evidence."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from city.situations import an_organisation
from coordination.colleges.situations import a_unit, founded
from faults.each_statement.town import WHY, Town, Verb, row
from xuecheng.city import clock
from xuecheng.city.ids import uuid7
from xuecheng.coordination.colleges import rules, services, shipped
from xuecheng.coordination.colleges.models import College, StandardEvidence

SINCE = date(2025, 1, 1)


def _college(town: Town) -> College:
    return founded(town.operator, an_organisation(town.places["天河区"]), "district", None, on=SINCE)


def _school(town: Town) -> College:
    return founded(
        town.operator, a_unit("street", town.places["五山街道"], "五山社区学校"), "street", _college(town), on=SINCE
    )


def _today() -> date:
    return clock.today()


@row("coordination.colleges.found_college")
def _(town: Town) -> Verb:
    number, organisation = uuid7(), an_organisation(town.places["天河区"])
    founding = services.Founding(organisation=organisation, level="district")
    return lambda: services.found_college(
        actor=town.operator, public_id=number, founding=founding, on=_today(), today=_today(), why=WHY
    )


@row("coordination.colleges.move_college")
def _(town: Town) -> Verb:
    school, other = _school(town), _college(town)
    return lambda: services.move_college(actor=town.operator, college=school, parent=other, why=WHY)


@row("coordination.colleges.close_college")
def _(town: Town) -> Verb:
    school = _school(town)
    _offered(town, school)
    return lambda: services.close_college(actor=town.operator, college=school, on=_today(), today=_today(), why=WHY)


@row("coordination.colleges.set_coverage")
def _(town: Town) -> Verb:
    school = _school(town)
    wanted = [town.places["员村街道"]]
    return lambda: services.set_coverage(
        actor=town.operator, college=school, territories=wanted, from_on=_today(), today=_today(), why=WHY
    )


def _offered(town: Town, school: College) -> Any:
    return services.declare_offer(
        actor=town.operator, public_id=uuid7(), college=school, side="offers", kind="course", theme="dance", words="",
        first_on=_today() - timedelta(days=5), last_on=_today() + timedelta(days=5), today=_today(),
    )  # fmt: skip


@row("coordination.colleges.declare_offer")
def _(town: Town) -> Verb:
    school, number = _school(town), uuid7()
    return lambda: services.declare_offer(
        actor=town.operator, public_id=number, college=school, side="lacks", kind="room", theme="dance", words="",
        first_on=_today(), last_on=_today(), today=_today(),
    )  # fmt: skip


@row("coordination.colleges.end_offer")
def _(town: Town) -> Verb:
    offer = _offered(town, _school(town))
    return lambda: services.end_offer(actor=town.operator, offer=offer, today=_today())


def _standard(town: Town) -> Any:
    return services.set_standard(
        actor=town.operator, city=town.places["广州市"], level="street", items=shipped.STANDARDS["street"],
        begins_on=_today(), today=_today(), source=WHY, why=WHY,
    )  # fmt: skip


@row("coordination.colleges.set_standard")
def _(town: Town) -> Verb:
    return lambda: _standard(town)


@row("coordination.colleges.set_targets")
def _(town: Town) -> Verb:
    return lambda: services.set_targets(
        actor=town.operator, city=town.places["广州市"], numbers=rules.Targets(), begins_on=_today(), today=_today(),
        why=WHY,
    )  # fmt: skip


def _evidence(town: Town, school: College) -> StandardEvidence:
    return services.give_evidence(
        actor=town.operator, public_id=uuid7(), college=school, code="staff", words="五街〔2026〕8号", at=clock.now(),
        valid_until=_today() + timedelta(days=20),
    )  # fmt: skip


@row("coordination.colleges.give_evidence")
def _(town: Town) -> Verb:
    school, number = _school(town), uuid7()
    _standard(town)
    return lambda: services.give_evidence(
        actor=town.operator, public_id=number, college=school, code="staff", words=WHY, at=clock.now(),
        valid_until=_today() + timedelta(days=20),
    )  # fmt: skip


@row("coordination.colleges.review_evidence")
def _(town: Town) -> Verb:
    _standard(town)
    given = _evidence(town, _school(town))
    return lambda: services.review_evidence(
        actor=town.other_operator, row=given, is_accepted=True, finding="", at=clock.now()
    )
