"""Verbs of learning from outside."""

from __future__ import annotations

from uuid import uuid4

from faults.each_statement.town import Town, Verb, row
from learning.foreign.live import at_body, body_at, proposed_issuer, refused_at, shown_at, waiting_at
from learning.foreign.situations import World, a_proposal, a_text, an_issuer, course, of, transcript, tried
from xuecheng.city import clock
from xuecheng.learning.foreign import services
from xuecheng.learning.foreign.models import ForeignRecord
from xuecheng.learning.recognition.services.corrections import reverse_postings
from xuecheng.learning.records.models import LearningRecord


def _world(town: Town) -> World:
    return at_body(body_at(town.city.college.territory))


def _waiting(town: Town) -> tuple[World, ForeignRecord]:
    world = _world(town)
    return world, waiting_at(world.bank.centre, town.resident())


@row("learning.foreign.bring_file")
def _(town: Town) -> Verb:
    _world(town)
    learner, number = town.resident(), uuid4()
    return lambda: services.bring_file(
        actor=of(learner), public_id=number, file_name="a.xml", chunks=[transcript(course())], at=clock.now()
    )


@row("learning.foreign.send_file")
def _(town: Town) -> Verb:
    learner = town.resident()
    made = shown_at(_world(town), learner)
    return lambda: services.send_file(actor=of(learner), delivery=made, at=clock.now())


@row("learning.foreign.drop_file")
def _(town: Town) -> Verb:
    learner = town.resident()
    made = shown_at(_world(town), learner)
    return lambda: services.drop_file(actor=of(learner), delivery=made, at=clock.now())


@row("learning.foreign.credit_record")
def _(town: Town) -> Verb:
    world, made = _waiting(town)
    return lambda: services.credit_record(
        actor=world.officer, record=made, unit=world.unit, amount=100, words="相当", at=clock.now()
    )


@row("learning.foreign.refuse_record")
def _(town: Town) -> Verb:
    world, made = _waiting(town)
    return lambda: services.refuse_record(actor=world.officer, record=made, words="看不出内容", at=clock.now())


@row("learning.foreign.ask_again")
def _(town: Town) -> Verb:
    learner = town.resident()
    made = refused_at(_world(town), learner)
    return lambda: services.ask_again(actor=of(learner), record=made, words="请再看", at=clock.now())


@row("learning.foreign.drop_record")
def _(town: Town) -> Verb:
    _, made = _waiting(town)
    return lambda: services.drop_record(actor=of(made.learner), record=made, at=clock.now())


@row("learning.foreign.propose_issuer")
def _(town: Town) -> Verb:
    world, number = _world(town), uuid4()
    return lambda: services.propose_issuer(
        actor=world.author, public_id=number, body=world.bank.centre, name_zh="新大学", name_en="New", country="DE",
        kind="university", keys=[f"https://{number}.example"], why="公开登记", at=clock.now(),
    )  # fmt: skip


@row("learning.foreign.draft_rule")
def _(town: Town) -> Verb:
    world, number = _world(town), uuid4()
    return lambda: services.draft_rule(
        actor=world.author, public_id=number, body=world.bank.centre, text=a_text(world), at=clock.now()
    )


@row("learning.foreign.put_in_force")
def _(town: Town) -> Verb:
    world = _world(town)
    made = tried(a_proposal(world))
    return lambda: services.put_in_force(actor=world.officer, law=made, reason="同意", at=clock.now())


@row("learning.foreign.try_rule")
def _(town: Town) -> Verb:
    world, number = _world(town), uuid4()
    made = a_proposal(world)
    return lambda: services.try_rule(actor=world.author, public_id=number, rule=made, at=clock.now())


@row("learning.foreign.clear_contest")
def _(town: Town) -> Verb:
    world, made = _waiting(town)
    ForeignRecord.objects.filter(pk=made.pk).update(contested_at=clock.now(), wait="contested")
    return lambda: services.clear_contest(actor=world.officer, record=made, words="原件一致", at=clock.now())


@row("learning.foreign.hand_in")
def _(town: Town) -> Verb:
    from xuecheng.learning.creditbank.services.accounts import open_learning_account
    from xuecheng.learning.foreign.reading import read
    from xuecheng.learning.foreign.reading.bundle import Entry

    world, learner, number = _world(town), town.resident(), uuid4()
    account = open_learning_account(person=learner, at=clock.now())
    data = transcript(course(str(uuid4())[:8], "Old Norse"), given="", family="")
    contents = read(data, at=clock.now())
    one = Entry("a.xml", account.card_number, data, found=contents.found[0], all_found=contents.found)
    at = clock.now()
    return lambda: services.hand_in(
        [one],
        stated_by=world.bank.centre,
        brought_by=world.officer.person.pk,
        import_file_id=1,
        import_id=number,
        at=at,
    )


@row("learning.foreign.send_back")
def _(town: Town) -> Verb:
    world = _world(town)
    made = proposed_issuer(world)
    return lambda: services.send_back(actor=world.officer, law=made, reason="查无此校", at=clock.now())


@row("learning.foreign.end_law")
def _(town: Town) -> Verb:
    world = _world(town)
    made = an_issuer(world.bank, "旧大学", f"https://{uuid4()}.example")
    return lambda: services.end_law(actor=world.officer, law=made, reason="已合并", at=clock.now())


@row("learning.foreign.state_records")
def _(town: Town) -> Verb:
    from xuecheng.learning.creditbank.services.accounts import open_learning_account
    from xuecheng.learning.foreign.services.stating import Row

    world, learner = _world(town), town.resident()
    open_learning_account(person=learner, at=clock.now())
    one = Row(
        person_ref=learner.sign_in_name, name=learner.name, issuer_name="华沙大学", issuer_key="", record_key=str(uuid4()),
        title="编译原理", ended_on=clock.today(),
    )  # fmt: skip
    at = clock.now()
    return lambda: services.state_records(
        [one], stated_by=world.bank.centre, brought_by=world.officer.person.pk, import_file_id=1, at=at
    )


@row("learning.foreign.tend")
def _(town: Town) -> Verb:
    world, made = _waiting(town)
    services.credit_record(actor=world.officer, record=made, unit=world.unit, amount=100, words="相当", at=clock.now())
    kept = LearningRecord.objects.select_related("institution__territory", "learner").get(learner=made.learner)
    reverse_postings(actor=world.officer, record=kept, why="撤销", at=clock.now())
    return lambda: services.tend(at=clock.now())
