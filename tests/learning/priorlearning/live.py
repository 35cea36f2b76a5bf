"""Prior learning at any institution by the real clock, for pages and doors of the whole house."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from city.situations import TODAY, a_person, holding
from learning.priorlearning.situations import (
    DAY,
    World,
    an_assessor,
    assessing,
    begun,
    filled,
    opined,
    places,
    submitted,
    whole,
)
from learning.recognition.situations import City, a_unit
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank.models import UnitVersion
from xuecheng.learning.creditbank.services import load_frameworks
from xuecheng.learning.creditbank.services.accounts import open_learning_account
from xuecheng.learning.priorlearning import services
from xuecheng.learning.priorlearning.models import Application, Assignment, Group, Witness

CODES = ("HL201", "HL202")


def at_unit(keeper: Standing, unit: Organisation, *, assessors: int = 6) -> World:
    """`unit` recognises; an officer of the place keeps it."""
    load_frameworks()
    officers = []
    for name in ("核准员", "复核员"):
        person = a_person(name, territory=unit.territory)
        holding(person, "certification_officer", territory=unit.territory)
        officers.append(standing_of(person, today=TODAY))
    bank = City(unit, unit, officers[0], officers[1], keeper)
    centre = services.open_centre(actor=officers[1], organisation=unit, is_open=True, numbers={})
    care, food = (UnitVersion.objects.filter(code=code).first() or a_unit(bank, code=code) for code in CODES)
    world = World(bank, unit, centre, keeper, care, food)
    for number in range(assessors):
        world.assessors.append(an_assessor(world, f"评{'甲乙丙丁戊己庚辛'[number]}", capacity=50))
    return world


@dataclass
class Made:
    """One application in each of several states, and what stands beside them."""

    world: World
    draft: Application
    submitted: Application
    assessing: Application
    decided: Application
    mine: Assignment
    witness: Witness
    group: Group


def all_of_recognition(keeper: Standing, unit: Organisation, learner: Person) -> Made:
    """The learner writes one, has one decided; others wait and are assessed; a group was lodged."""
    world, now = at_unit(keeper, unit), clock.now()
    done = assessing(world, learner, at=now - DAY)
    done = opined(done, "not_yet", "not_yet", at=now - DAY)
    draft = filled(begun(world, learner, world.food, at=now), at=now)
    witness = services.name_witness(
        actor=standing_of(learner, today=TODAY), application=draft, public_id=uuid4(),
        piece=services.Piece("社区护士的证明"), contact=services.Contact("黄护士", "社区护士", "13800138000"), at=now,
    )  # fmt: skip
    waits = submitted(world, a_person("周大姐", territory=unit.territory), at=now)
    runs = assessing(world, a_person("何大叔", territory=unit.territory), at=now)
    return Made(world, whole(draft), waits, runs, done, places(runs)[0], witness, a_group(world))


def a_group(world: World) -> Group:
    members = [a_person(name) for name in ("岑师傅", "罗师傅")]
    for one in members:
        open_learning_account(person=one, at=clock.now())
    return services.lodge_group(
        actor=world.registrar, public_id=uuid4(), organisation=world.school, centre=world.centre, title="醒狮扎作",
        statement="会员都扎过二十头以上的狮头。", units=[world.food],
        members=[(one.sign_in_name, one.name) for one in members], at=clock.now(),
    )  # fmt: skip
