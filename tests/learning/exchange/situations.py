"""An open university, a vocational school and a community college, their registrars, two officers, a learner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from city.situations import TODAY, a_person, a_registrar, an_organisation
from learning.recognition.situations import NOW, a_city, a_record, a_unit, balances, body, in_force, recognised
from learning.recognition.situations import City as Bank
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.organisations.models import Kind, Organisation
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.models import FrameworkLevel, UnitVersion
from xuecheng.learning.exchange import queries, services
from xuecheng.learning.exchange.models import Agreement, Appeal, Case
from xuecheng.learning.recognition.models import Posting

SINCE = date(2026, 1, 1)
__all__ = ["NOW", "balances"]


@dataclass
class World:
    bank: Bank
    open_university: Organisation
    vocational: Organisation
    ou: Standing
    vc: Standing
    elders: UnitVersion
    """A unit of the vocational school, 3.00 credits at level 2."""

    @property
    def officer(self) -> Standing:
        return self.bank.approver


def of(person: Person) -> Standing:
    return standing_of(person, today=TODAY)


def a_world() -> World:
    bank = a_city()
    place = bank.places["天河区"]
    open_university = an_organisation(place, kind=Kind.UNIVERSITY, name_zh="广州开放大学")
    vocational = an_organisation(place, kind=Kind.SCHOOL, name_zh="广州市职业学校")
    in_force(bank)
    in_force(bank, body(match={"origin": "formal"}, give=[{"framework": "GD-LEQ", "kind": "formal", "level": "2"}]))
    return World(
        bank, open_university, vocational, a_registrar(open_university, "区登记"), a_registrar(vocational, "洪登记"),
        a_unit(bank, code="VC-EL001"),
    )  # fmt: skip


def level(label: str) -> FrameworkLevel:
    return FrameworkLevel.objects.get(framework__code="GD-LEQ", framework__version=1, label=label)


def a_learner(name: str = "陈嘉敏") -> Person:
    return a_person(name)


def earned(learner: Person, where: Organisation, *, minutes: int = 2880, **facts: Any) -> Posting:
    """A formal course that a rule turned into credit of level 2: 3.00 for 48 hours."""
    plain = {"origin": "formal", "code": "OU-CS101", "title": "信息技术基础", "grade": "80", "grade_scale": "percent"}
    record = a_record(learner, where, minutes=minutes, **plain | facts)
    recognised(record)
    return Posting.objects.get(record_id=record.pk, book=record.book)


def wish(**more: Any) -> services.Wish:
    return services.Wish(**{"name_zh": "学分互认协议", "name_en": "Exchange", "effect_from": SINCE} | more)


def ratio(world: World, **more: Any) -> services.TermWish:
    """Two thirds of formal credit of level 2."""
    plain: dict[str, Any] = {
        "source": world.open_university, "target": world.vocational, "basis": "level", "of_kind": "formal",
        "of_level": level("2"), "as_kind": "formal", "as_level": level("2"), "num": 2, "den": 3,
    }  # fmt: skip
    return services.TermWish(**plain | more)


def pair(world: World, **more: Any) -> services.TermWish:
    plain: dict[str, Any] = {
        "source": world.open_university, "target": world.vocational, "basis": "course", "of_code": "OU-CS101",
        "as_unit": "VC-EL001",
    }  # fmt: skip
    return services.TermWish(**plain | more)


def drafted(world: World, *terms: services.TermWish, at: datetime = NOW, **more: Any) -> Agreement:
    row = services.draft_agreement(
        actor=world.ou, public_id=uuid4(), organisation=world.open_university,
        others=more.pop("others", [world.vocational]), wish=wish(**more), at=at,
    )  # fmt: skip
    for term in terms or (ratio(world),):
        services.add_term(actor=world.ou, agreement=whole(row), wish=term)
    return whole(row)


def signed(world: World, row: Agreement, *, at: datetime = NOW) -> Agreement:
    services.offer_agreement(actor=world.ou, agreement=row, at=at)
    services.sign_agreement(actor=world.vc, agreement=row, organisation=world.vocational, at=at)
    return whole(row)


def agreed(world: World, *terms: services.TermWish, at: datetime = NOW, **more: Any) -> Agreement:
    """In force: drafted, signed by both, approved by the certification body."""
    row = signed(world, drafted(world, *terms, at=at, **more), at=at)
    services.approve_agreement(actor=world.officer, agreement=row, at=at)
    return whole(row)


def whole(row: Agreement) -> Agreement:
    return Agreement.objects.select_related("drafted_for__territory").get(pk=row.pk)


def asked(world: World, learner: Person, posting: Posting, *, at: datetime = NOW, **more: Any) -> Case:
    made = services.ask_exchange(
        actor=of(learner), public_id=more.pop("public_id", None) or uuid4(), posting=posting.key,
        target=more.pop("target", world.vocational), at=at,
    )  # fmt: skip
    return whole_case(made)


def whole_case(row: Case) -> Case:
    return Case.objects.select_related("learner", "source", "target__territory", "agreement").get(pk=row.pk)


def refused(world: World, learner: Person, posting: Posting) -> Case:
    case = asked(world, learner, posting)
    services.refuse_case(actor=world.vc, case=case, difference="outcomes", words="没有实操考核", at=NOW)
    return whole_case(case)


def appealed(world: World, learner: Person, posting: Posting) -> Appeal:
    case = refused(world, learner, posting)
    made = services.appeal(actor=of(learner), case=case, words="实操有考，见成绩单", at=NOW)
    return Appeal.objects.select_related("case__learner", "case__target__territory").get(pk=made.pk)


def held(learner: Person) -> dict[str, int]:
    """Hundredths by class and role on the learner's accounts."""
    return {
        ("held" if one.role is ledger.Role.HOLD else "free"): one.balance
        for one in ledger.balances_of(learner_id=learner.pk)
    }


def days_after(days: int, at: datetime = NOW) -> datetime:
    return at + timedelta(days=days)


def wallet(learner: Person, at: datetime = NOW) -> queries.Wallet:
    return queries.wallet_of((learner.pk,), at=at)
