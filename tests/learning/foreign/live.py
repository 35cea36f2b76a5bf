"""Learning from outside at any certification body by the real clock, for pages and doors of the whole house."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from city.situations import TODAY, a_person, an_organisation, holding
from learning.foreign.situations import Hand, World, a_key, a_proposal, an_issuer, course, sent, transcript, tried
from learning.recognition.situations import City, a_unit
from xuecheng.city import clock
from xuecheng.city.access.queries import standing_of
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Kind, Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.territories.models import Territory
from xuecheng.learning.creditbank.models import UnitVersion
from xuecheng.learning.creditbank.services import load_frameworks
from xuecheng.learning.foreign import services
from xuecheng.learning.foreign.models import Delivery, ForeignIssuer, ForeignRecord, ForeignRule, IssuerKey
from xuecheng.learning.foreign.reading import read
from xuecheng.learning.foreign.services.taking_in import take_in

CODE = "BY101"


def body_at(territory: Territory) -> Organisation:
    """The certification body of a place; made if there is none."""
    known = Organisation.objects.filter(kind=Kind.CERTIFICATION_BODY, territory=territory, is_active=True).first()
    return known or an_organisation(territory, kind=Kind.CERTIFICATION_BODY, name_zh="学分认证中心")


def at_body(body: Organisation) -> World:
    """Two officers of the body, a unit, an issuer of each kind."""
    load_frameworks()
    officers = []
    for name in ("拟定员", "核准员"):
        person = a_person(name, territory=body.territory)
        holding(person, "certification_officer", territory=body.territory)
        officers.append(standing_of(person, today=TODAY))
    bank = City(body, body, officers[0], officers[1], officers[0])
    unit = UnitVersion.objects.filter(code=CODE).first() or a_unit(bank, code=CODE, credits_=400)
    key = a_key()
    known = IssuerKey.objects.filter(key=key.did, is_live=True).first()
    platform = known.issuer if known else an_issuer(bank, "慕课平台", key.did, kind="platform")
    university = an_issuer(bank, "华沙大学", f"schac:{uuid4()}")
    return World(bank, unit, unit, university, platform, key)


def waiting_at(body: Organisation, learner: Person) -> ForeignRecord:
    """A record that waits at the desk of this very body, whichever is the city's."""
    (found,) = read(transcript(course(str(uuid4())[:8], "Old Norse"), given="", family=""), at=clock.now()).found
    delivery = Delivery.objects.create(
        public_id=uuid7(), learner=learner, body=body, file_name="成绩单.xml", byte_count=1, sha256=b"1", sealed=b"",
        state="read", read_at=clock.now(), brought_at=clock.now(), found_count=1,
    )  # fmt: skip
    came = take_in(
        found, learner=learner, keys=(learner.pk,), emails=tuple, origin={"delivery": delivery, "body": body},
        whole=None, at=clock.now(),
    )  # fmt: skip
    assert isinstance(came, ForeignRecord)
    return came


def shown_at(world: World, learner: Person) -> Delivery:
    """A file that its learner looks into and did not send; at the world's own body, whichever is the city's."""
    row = sent(learner, transcript(course(), course(str(uuid4())[:8], "Old Norse")), at=clock.now(), looks_first=True)
    Delivery.objects.filter(pk=row.pk).update(body=world.bank.centre)
    row.refresh_from_db()
    return services.look_into(row, Hand(), now=clock.now)  # type: ignore[arg-type]  # as much of it as is used


def refused_at(world: World, learner: Person) -> ForeignRecord:
    row = waiting_at(world.bank.centre, learner)
    return services.refuse_record(actor=world.officer, record=row, words="看不出内容", at=clock.now())


def proposed_issuer(world: World) -> ForeignIssuer:
    return services.propose_issuer(
        actor=world.author, public_id=uuid4(), body=world.bank.centre, name_zh="新大学", name_en="New", country="DE",
        kind="university", keys=[f"https://{uuid4()}.example"], why="公开登记", at=clock.now(),
    )  # fmt: skip


@dataclass
class Made:
    """A record in each of several states, and what officers wrote."""

    world: World
    waiting: ForeignRecord
    refused: ForeignRecord
    credited: ForeignRecord
    delivery: Delivery
    broken: Delivery
    shown: Delivery
    others: ForeignRecord
    rule: ForeignRule
    proposal: ForeignRule


def all_of_outside(body: Organisation, learner: Person) -> Made:
    """The learner has one of each; another's waits."""
    world, now = at_body(body), clock.now()
    rule = tried(a_proposal(world))
    services.put_in_force(actor=world.officer, law=rule, reason="同意", at=now)
    waits = waiting_at(body, learner)
    credited = waiting_at(body, learner)
    credited = services.credit_record(
        actor=world.officer, record=credited, unit=world.unit, amount=150, words="相当于一部分", at=now
    )
    refused = refused_at(world, learner)
    broken = sent(learner, b"hello", at=now)
    services.read_delivery(broken, Hand(), now=clock.now)  # type: ignore[arg-type]  # as much of it as is used
    others = waiting_at(body, a_person("何大叔", territory=body.territory))
    assert waits.delivery is not None
    return Made(
        world,
        waits,
        refused,
        credited,
        waits.delivery,
        broken,
        shown_at(world, learner),
        others,
        rule,
        a_proposal(world),
    )


__all__ = [
    "Made", "all_of_outside", "at_body", "body_at", "proposed_issuer", "refused_at", "shown_at",
    "waiting_at",
]  # fmt: skip
