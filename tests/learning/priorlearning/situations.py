"""A centre that recognises prior learning, its registrar, assessors, an officer; a home carer who applies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from city.situations import TODAY, a_person, a_registrar, an_organisation
from learning.recognition.situations import NOW, a_city, a_unit
from learning.recognition.situations import City as Bank
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.organisations.models import Kind, Organisation
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank.models import UnitVersion
from xuecheng.learning.priorlearning import queries, services
from xuecheng.learning.priorlearning.models import (
    Appeal,
    Application,
    Assessor,
    Assignment,
    Centre,
    Claim,
    Evidence,
)
from xuecheng.learning.priorlearning.rules import Ticks

__all__ = ["NOW"]
DAY = timedelta(days=1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ALL = Ticks(True, True, True, True)


@dataclass
class World:
    bank: Bank
    school: Organisation
    centre: Centre
    registrar: Standing
    care: UnitVersion
    food: UnitVersion
    assessors: list[Assessor] = field(default_factory=list)

    @property
    def officer(self) -> Standing:
        return self.bank.approver


def of(person: Person) -> Standing:
    return standing_of(person, today=TODAY)


def a_world(*, assessors: int = 6) -> World:
    bank = a_city()
    school = an_organisation(bank.places["天河区"], kind=Kind.SCHOOL, name_zh="广州市职业学校")
    centre = services.open_centre(actor=bank.approver, organisation=school, is_open=True, numbers={})
    world = World(
        bank, school, centre, a_registrar(school, "洪登记"), a_unit(bank, code="HL201"), a_unit(bank, code="HL202")
    )
    for number in range(assessors):
        world.assessors.append(an_assessor(world, f"评{'甲乙丙丁戊己庚辛壬癸'[number]}"))
    return world


def an_assessor(
    world: World, name: str, *, fields: Sequence[str] = ("092",), capacity: int = 5,
    employer: Organisation | None = None, person: Person | None = None,
) -> Assessor:  # fmt: skip
    return services.keep_assessor(
        actor=world.registrar, centre=world.centre, person=person or a_person(name), fields=fields, capacity=capacity,
        employer=employer, at=LONG_AGO,
    )  # fmt: skip


def whole(row: Application) -> Application:
    return queries.whole(row.pk)


def begun(
    world: World, learner: Person, *units: UnitVersion, public_id: UUID | None = None, at: datetime = NOW
) -> Application:
    made = services.begin_application(
        actor=of(learner), public_id=public_id or uuid4(), centre=world.centre, units=units or (world.care,), at=at
    )
    return whole(made)


def filled(row: Application, *, at: datetime = NOW) -> Application:
    """Answered, with a statement of one's own and a link of a neighbour: two sources."""
    me = of(row.learner)
    answers = {(claim.number, 1): "我照顾卧床的婆婆八年，每天翻身、喂饭、记血压。" for claim in row.claims.all()}
    services.save_answers(actor=me, application=row, answers=answers, employer_name="自己家里", employer=None, at=at)
    services.add_statement(
        actor=me, application=row, public_id=uuid4(), piece=services.Piece("我的一天", "早上六点先量血压……"), at=at
    )
    services.add_link(
        actor=me, application=row, public_id=uuid4(), piece=services.Piece("护理日记", source="社区护士"),
        link="https://example.org/diary", at=at,
    )  # fmt: skip
    return whole(row)


def submitted(world: World, learner: Person, *units: UnitVersion, at: datetime = NOW) -> Application:
    row = filled(begun(world, learner, *units, at=at), at=at)
    services.submit_application(actor=of(learner), application=row, at=at)
    return whole(row)


def assessing(world: World, learner: Person, *units: UnitVersion, at: datetime = NOW) -> Application:
    row = submitted(world, learner, *units, at=at)
    services.pass_screening(actor=world.registrar, application=row, at=at)
    return whole(row)


def places(row: Application, *, purpose: str = "assessing") -> list[Assignment]:
    """Who works on it now, by place."""
    rows = Assignment.objects.filter(application=row, purpose=purpose, round=row.round, ended_at=None)
    found = list(rows.select_related("person").order_by("place"))
    for one in found:
        one.application = row
    return found


def ticked(mine: Assignment, claim: Claim, *, ticks: Ticks = ALL, at: datetime = NOW) -> None:
    numbers = Evidence.objects.filter(application=mine.application, removed_at=None).values_list("number", flat=True)
    found = {(number, o): ticks for number in numbers for o in range(1, len(claim.unit.outcomes) + 1)}
    services.tick_evidence(actor=of(mine.person), assignment=mine, claim=claim, ticks=found, at=at)


def says(mine: Assignment, claim: Claim, word: str = "yes", *, words: str = "", at: datetime = NOW) -> Claim:
    """An opinion, after looking at every piece where it is a good one."""
    if word == "yes":
        ticked(mine, claim, at=at)
    return services.give_opinion(
        actor=of(mine.person), assignment=mine, claim=claim, word=word, words=words or "看了材料，问了细节。",
        task="补一段翻身的录像" if word == "task" else "", at=at,
    )  # fmt: skip


def opined(row: Application, *words: str, number: int = 1, at: datetime = NOW) -> Application:
    """Opinions of the places in their order, on one unit."""
    for place, word in enumerate(words):
        fresh = whole(row)
        claim = queries.claim_of(fresh, number)
        assert claim is not None
        says(places(fresh)[place], claim, word, at=at)
    return whole(row)


def decided(world: World, learner: Person, word: str = "yes", *, at: datetime = NOW) -> Application:
    row = assessing(world, learner, at=at)
    return opined(row, *[word] * len(places(row)), at=at)


def appealed(world: World, learner: Person, *, at: datetime = NOW) -> tuple[Application, Appeal]:
    row = decided(world, learner, "not_yet", at=at)
    claim = queries.claim_of(row, 1)
    assert claim is not None
    made = services.appeal(actor=of(learner), claim=claim, ground="evidence", words="社区医院有新的证明。", at=at + DAY)
    return whole(row), made


def voted(row: Application, appeal: Appeal, *votes: str, at: datetime = NOW + 2 * DAY) -> Application:
    for mine, vote in zip(places(row, purpose="panel"), votes, strict=True):
        services.vote_appeal(
            actor=of(mine.person), assignment=mine, appeal=appeal, vote=vote, words="材料看过。", at=at
        )
    return whole(row)


def claim_of(row: Application, number: int = 1) -> Claim:
    found = queries.claim_of(whole(row), number)
    assert found is not None
    return found
