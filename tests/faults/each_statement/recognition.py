"""Verbs of recognising prior learning."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from faults.each_statement.town import WHY, Town, Verb, row
from learning.priorlearning.live import a_group, at_unit
from learning.priorlearning.situations import (
    ALL,
    World,
    appealed,
    assessing,
    begun,
    claim_of,
    decided,
    filled,
    of,
    opined,
    places,
    submitted,
)
from learning.recognition.situations import a_record
from xuecheng.city import clock
from xuecheng.learning.priorlearning import services
from xuecheng.learning.priorlearning.models import Appeal, Application, Group, Member

DAY = timedelta(days=1)


def _world(town: Town) -> World:
    return at_unit(town.city.registrar, town.city.college)


def _own(town: Town, make: Callable[..., Application], **more: Any) -> tuple[World, Application, dict[str, Any]]:
    """A world, an application of the resident's, and what their verbs take."""
    world = _world(town)
    made = make(world, town.resident(), at=clock.now(), **more)
    return world, made, {"actor": of(made.learner), "application": made, "at": clock.now()}


def _piece() -> services.Piece:
    return services.Piece("我的一天", "六点起")


@row("learning.priorlearning.begin_application")
def _(town: Town) -> Verb:
    world, number, learner = _world(town), uuid4(), town.resident()
    return lambda: services.begin_application(
        actor=of(learner), public_id=number, centre=world.centre, units=[world.care], at=clock.now()
    )


@row("learning.priorlearning.choose_units")
def _(town: Town) -> Verb:
    world, _, said = _own(town, begun)
    return lambda: services.choose_units(units=[world.food], **said)


@row("learning.priorlearning.save_answers")
def _(town: Town) -> Verb:
    _, _, said = _own(town, begun)
    return lambda: services.save_answers(answers={(1, 1): "翻身"}, employer_name="家里", employer=None, **said)


@row("learning.priorlearning.submit_application")
def _(town: Town) -> Verb:
    _, made, said = _own(town, begun)
    filled(made, at=clock.now())
    return lambda: services.submit_application(**said)


@row("learning.priorlearning.pause_application")
def _(town: Town) -> Verb:
    _, _, said = _own(town, submitted)
    return lambda: services.pause_application(**said)


@row("learning.priorlearning.resume_application")
def _(town: Town) -> Verb:
    _, _, said = _own(town, submitted)
    services.pause_application(**said)
    return lambda: services.resume_application(**said)


@row("learning.priorlearning.withdraw_application")
def _(town: Town) -> Verb:
    _, _, said = _own(town, assessing)
    return lambda: services.withdraw_application(**said)


@row("learning.priorlearning.add_link")
def _(town: Town) -> Verb:
    _, _, said = _own(town, begun)
    number = uuid4()
    return lambda: services.add_link(public_id=number, piece=_piece(), link="https://example.org/", **said)


@row("learning.priorlearning.add_statement")
def _(town: Town) -> Verb:
    _, _, said = _own(town, begun)
    number = uuid4()
    return lambda: services.add_statement(public_id=number, piece=_piece(), **said)


@row("learning.priorlearning.add_record")
def _(town: Town) -> Verb:
    _, made, said = _own(town, begun)
    number, record = uuid4(), a_record(made.learner, town.city.college)
    return lambda: services.add_record(public_id=number, record_id=record.pk, words="", **said)


@row("learning.priorlearning.add_file")
def _(town: Town) -> Verb:
    _, _, said = _own(town, begun)
    number = uuid4()
    return lambda: services.add_file(
        public_id=number, piece=_piece(), file_name="一天.txt", chunks=["六点起".encode()], **said
    )


@row("learning.priorlearning.name_witness")
def _(town: Town) -> Verb:
    _, _, said = _own(town, begun)
    number, contact = uuid4(), services.Contact("黄护士", "社区护士", "13800138000")
    return lambda: services.name_witness(public_id=number, piece=_piece(), contact=contact, **said)


@row("learning.priorlearning.speak_as_witness")
def _(town: Town) -> Verb:
    _, _, said = _own(town, begun)
    contact = services.Contact("黄护士", "社区护士", "13800138000")
    made = services.name_witness(public_id=uuid4(), piece=_piece(), contact=contact, **said)
    code = services.contact_of(made).code
    return lambda: services.speak_as_witness(
        public_id=made.public_id, code=code, confirms=True, statement="看见", at=clock.now()
    )


@row("learning.priorlearning.remove_evidence")
def _(town: Town) -> Verb:
    _, made, said = _own(town, begun)
    filled(made, at=clock.now())
    piece = made.evidence.all()[0]
    return lambda: services.remove_evidence(evidence=piece, **said)


def _desk(town: Town) -> dict[str, Any]:
    world, _, said = _own(town, submitted)
    return said | {"actor": world.registrar}


@row("learning.priorlearning.pass_screening")
def _(town: Town) -> Verb:
    said = _desk(town)
    return lambda: services.pass_screening(**said)


@row("learning.priorlearning.return_application")
def _(town: Town) -> Verb:
    said = _desk(town)
    return lambda: services.return_application(reason="evidence", words="看不清", **said)


@row("learning.priorlearning.decline_application")
def _(town: Town) -> Verb:
    said = _desk(town)
    return lambda: services.decline_application(reason="unit", words="不符合", **said)


def _work(town: Town) -> tuple[World, Application, dict[str, Any]]:
    world, made, _ = _own(town, assessing)
    mine = places(made)[0]
    return world, made, {"actor": of(mine.person), "assignment": mine, "at": clock.now()}


@row("learning.priorlearning.declare_conflict")
def _(town: Town) -> Verb:
    _, _, said = _work(town)
    return lambda: services.declare_conflict(kind="kin", **said)


@row("learning.priorlearning.exclude_assessor")
def _(town: Town) -> Verb:
    world, _, said = _own(town, begun)
    return lambda: services.exclude_assessor(assessor=world.assessors[0], kind="kin", **said)


@row("learning.priorlearning.tick_evidence")
def _(town: Town) -> Verb:
    _, made, said = _work(town)
    claim = claim_of(made)
    return lambda: services.tick_evidence(claim=claim, ticks={(1, 1): ALL}, **said)


@row("learning.priorlearning.give_opinion")
def _(town: Town) -> Verb:
    """The second of two: it decides, and posts the credit."""
    _, made, _ = _own(town, assessing)
    made = opined(made, "yes", at=clock.now())
    mine, claim = places(made)[1], claim_of(made)
    ticks = {(number, 1): ALL for number in (1, 2)}
    said: dict[str, Any] = {"actor": of(mine.person), "assignment": mine, "claim": claim, "at": clock.now()}
    services.tick_evidence(ticks=ticks, **said)
    return lambda: services.give_opinion(word="yes", words="好", **said)


@row("learning.priorlearning.settle_task")
def _(town: Town) -> Verb:
    world = _world(town)
    made = decided(world, town.resident(), "task", at=clock.now())
    mine, claim = places(made)[0], claim_of(made)
    return lambda: services.settle_task(
        actor=of(mine.person), assignment=mine, claim=claim, is_done=True, words="做了", at=clock.now()
    )


def _call(town: Town) -> tuple[World, Application, dict[str, Any]]:
    world, made, said = _own(town, assessing)
    said |= {"actor": world.registrar, "kind": "interview", "minutes": 40, "place": "203 室", "public_id": uuid4()}
    return world, made, said


@row("learning.priorlearning.call_meeting")
def _(town: Town) -> Verb:
    _, _, said = _call(town)
    return lambda: services.call_meeting(begins_at=clock.now() + 2 * DAY, **said)


@row("learning.priorlearning.cancel_meeting")
def _(town: Town) -> Verb:
    world, _, said = _call(town)
    made = services.call_meeting(begins_at=clock.now() + 2 * DAY, **said)
    return lambda: services.cancel_meeting(actor=world.registrar, meeting=made, at=clock.now())


@row("learning.priorlearning.write_minutes")
def _(town: Town) -> Verb:
    world, _, said = _call(town)
    made = services.call_meeting(begins_at=clock.now() + 2 * DAY, **said)
    return lambda: services.write_minutes(
        actor=world.registrar, meeting=made, notes="示范了翻身", at=clock.now() + 2 * DAY
    )


@row("learning.priorlearning.appeal")
def _(town: Town) -> Verb:
    made = decided(_world(town), town.resident(), "not_yet", at=clock.now())
    claim = claim_of(made)
    return lambda: services.appeal(
        actor=of(made.learner), claim=claim, ground="evidence", words="新证明", at=clock.now()
    )


@row("learning.priorlearning.vote_appeal")
def _(town: Town) -> Verb:
    """The third vote: it decides, and posts the credit."""
    made, lodged = appealed(_world(town), town.resident(), at=clock.now())
    panel = places(made, purpose="panel")
    at = clock.now() + 2 * DAY

    def vote(place: int) -> Appeal:
        mine = panel[place]
        return services.vote_appeal(
            actor=of(mine.person), assignment=mine, appeal=lodged, vote="change", words="好", at=at
        )

    vote(0)
    vote(1)
    return lambda: vote(2)


@row("learning.priorlearning.reverse_grant")
def _(town: Town) -> Verb:
    world = _world(town)
    made = decided(world, town.resident(), at=clock.now())
    claim = claim_of(made)
    return lambda: services.reverse_grant(actor=world.officer, claim=claim, why=WHY, at=clock.now())


def _group(town: Town) -> tuple[World, Group]:
    world = _world(town)
    return world, a_group(world)


@row("learning.priorlearning.lodge_group")
def _(town: Town) -> Verb:
    world, known = _group(town)
    number = uuid4()
    members = [(one.person.sign_in_name, one.person.name) for one in known.members.select_related("person")]
    return lambda: services.lodge_group(
        actor=world.registrar, public_id=number, organisation=world.school, centre=world.centre, title="醒狮扎作",
        statement="都会扎", units=[world.food], members=members, at=clock.now(),
    )  # fmt: skip


@row("learning.priorlearning.answer_group")
def _(town: Town) -> Verb:
    _, made = _group(town)
    member = Member.objects.select_related("person").filter(group=made)[0]
    return lambda: services.answer_group(actor=of(member.person), member=member, agrees=True, at=clock.now())


@row("learning.priorlearning.open_centre")
def _(town: Town) -> Verb:
    world = _world(town)
    return lambda: services.open_centre(
        actor=world.officer, organisation=world.school, is_open=False, numbers={"screening_days": 4}
    )


@row("learning.priorlearning.keep_assessor")
def _(town: Town) -> Verb:
    world, person = _world(town), town.resident()
    return lambda: services.keep_assessor(
        actor=world.registrar, centre=world.centre, person=person, fields=["092"], capacity=3, employer=None,
        at=clock.now(),
    )  # fmt: skip


@row("learning.priorlearning.write_guide")
def _(town: Town) -> Verb:
    world = _world(town)
    return lambda: services.write_guide(
        actor=world.officer, unit=world.care, outcome=1, question_zh="您会吗？", question_en=""
    )


@row("learning.priorlearning.tend")
def _(town: Town) -> Verb:
    submitted(_world(town), town.resident(), at=clock.now())
    return lambda: services.tend(at=clock.now() + 40 * DAY)
