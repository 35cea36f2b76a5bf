"""Verbs of an application from the draft to the credit, the boundaries of each, and who is denied."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from city.situations import TODAY, a_person, a_stranger
from learning.priorlearning.situations import (
    ALL,
    DAY,
    NOW,
    World,
    an_assessor,
    appealed,
    assessing,
    begun,
    claim_of,
    decided,
    filled,
    of,
    opined,
    places,
    says,
    submitted,
    ticked,
    voted,
    whole,
)
from learning.recognition.situations import a_record, body, in_force, recognised
from xuecheng.city import clock
from xuecheng.city.access.services import Denied
from xuecheng.city.people.models import Person
from xuecheng.city.workdays.queries import due_after
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.priorlearning import rules, services, ties
from xuecheng.learning.priorlearning.models import (
    Appeal,
    Application,
    Assessor,
    Assignment,
    Claim,
    Draw,
    Evidence,
    Meeting,
    Opinion,
    Tie,
    Witness,
)
from xuecheng.learning.priorlearning.rules import Ticks
from xuecheng.learning.priorlearning.services import refusals
from xuecheng.learning.recognition.models import Posting
from xuecheng.learning.recognition.services.corrections import DecidedByAssessors, rerecognise_record, reverse_postings
from xuecheng.learning.records.models import LearningRecord

pytestmark = pytest.mark.django_db


def carer() -> Person:
    return a_person("林秀英")


def credits_of(person: Person) -> int:
    return sum(one.balance for one in ledger.balances_of(learner_id=person.pk))


def test_a_home_carer_with_no_diploma_turns_what_she_can_do_into_two_units(world: World) -> None:
    learner = carer()
    row = assessing(world, learner, world.care, world.food)
    assert [one.place for one in places(row)] == [1, 2]
    row = opined(row, "yes", "yes", number=1)
    assert (row.state, claim_of(row, 1).state, credits_of(learner)) == ("assessing", "granted", 300)
    row = opined(row, "yes", "yes", number=2)
    assert (row.state, row.due_on, credits_of(learner)) == ("decided", due_after(date(2026, 11, 23), 15), 600)
    record = LearningRecord.objects.get(pk=claim_of(row).record_id)
    assert (record.origin, record.grade, record.institution, record.code) == ("rpl", "", world.school, "HL201")
    posting = Posting.objects.get(key=claim_of(row).posting)
    assert (posting.rule, posting.identity, posting.credits) == (None, "unit:HL201/0", 300)
    services.tend(at=NOW + 60 * DAY)
    assert whole(row).state == "closed"


def test_nothing_is_lost_while_it_is_written(world: World) -> None:
    learner, number = carer(), uuid4()
    row = begun(world, learner, world.care, world.food, public_id=number)
    assert begun(world, learner, world.care, public_id=number).pk == row.pk
    me = of(learner)
    save = {"actor": me, "application": row, "employer_name": "", "employer": None, "at": NOW}
    services.save_answers(answers={(1, 1): "每天翻身", (1, 9): "没有这一项", (7, 1): "没有这个单元"}, **save)
    services.save_answers(answers={(2, 1): "做软食"}, **save)
    assert [one.text for one in claim_of(row).answers.all()] == ["每天翻身"]
    services.choose_units(actor=me, application=whole(row), units=[world.care], at=NOW)
    assert [one.answers.count() for one in whole(row).claims.all()] == [1]
    with pytest.raises(refusals.EvidenceMissing):
        services.submit_application(actor=me, application=whole(row), at=NOW)
    services.save_answers(answers={(1, 1): " "}, **save)
    with pytest.raises(refusals.AnswersMissing):
        services.submit_application(actor=me, application=whole(row), at=NOW)
    done = filled(whole(row))
    services.submit_application(actor=me, application=done, at=NOW)
    assert services.submit_application(actor=me, application=done, at=NOW + DAY).submitted_at == NOW
    with pytest.raises(refusals.NotWritable):
        services.save_answers(answers={(1, 1): "改"}, **save)
    assert whole(row).due_on == due_after(date(2026, 11, 23), 5)


def test_a_pause_stops_the_clock_and_gives_every_day_back(world: World) -> None:
    learner = carer()
    row = submitted(world, learner)
    me = of(learner)
    services.pause_application(actor=me, application=row, at=NOW + 2 * DAY)
    with pytest.raises(refusals.IsPaused):
        services.pass_screening(actor=world.registrar, application=row, at=NOW + 2 * DAY)
    assert services.tend(at=NOW + 100 * DAY) == 0
    back = services.resume_application(actor=me, application=row, at=NOW + 100 * DAY)
    assert (back.due_on, back.state) == (due_after(date(2027, 3, 3), 3), "submitted")
    with pytest.raises(refusals.NotPaused):
        services.resume_application(actor=me, application=row, at=NOW + 100 * DAY)
    done = decided(world, a_person("周大姐"))
    with pytest.raises(refusals.NothingToPause):
        services.pause_application(actor=of(done.learner), application=done, at=NOW)


def test_what_is_missing_is_completed_and_what_does_not_fit_is_free_again(world: World) -> None:
    learner = carer()
    row = submitted(world, learner)
    screen = {"actor": world.registrar, "application": row, "at": NOW}
    with pytest.raises(refusals.ReasonMissing):
        services.return_application(reason="mood", words="不", **screen)
    with pytest.raises(refusals.ReasonMissing):
        services.return_application(reason="evidence", words=" ", **screen)
    services.return_application(reason="evidence", words="第二张照片看不清。", **screen)
    first = row.evidence.first()
    with pytest.raises(refusals.EvidenceUsed):
        services.remove_evidence(actor=of(learner), application=whole(row), evidence=first, at=NOW)
    seed = whole(row).seed
    services.submit_application(actor=of(learner), application=whole(row), at=NOW + DAY)
    assert whole(row).seed == seed
    services.decline_application(reason="unit", words="这个单元要求机构护理经历。", **screen)
    assert (whole(row).state, claim_of(row).state) == ("declined", "dropped")
    begun(world, learner)
    with pytest.raises(refusals.NotWaiting):
        services.pass_screening(**screen)


def test_one_unit_is_credited_once_however_it_comes(world: World) -> None:
    """C-25: over two applications, a rule, and the time between asking and deciding."""
    learner = carer()
    row = assessing(world, learner)
    with pytest.raises(refusals.UnitHeld):
        begun(world, learner)
    give = [{"framework": "GD-LEQ", "kind": "community", "level": "2", "unit": "HL201@1"}]
    in_force(world.bank, body(give=give))
    record = a_record(learner, world.school, minutes=2880)
    recognised(record)
    assert credits_of(learner) == 300
    row = opined(row, "yes", "yes")
    assert (row.state, claim_of(row).state, credits_of(learner)) == ("decided", "held", 300)
    with pytest.raises(refusals.UnitHeld):
        begun(world, learner)
    other = a_person("何大叔")
    decided(world, other)
    recognised(a_record(other, world.school, minutes=2880))
    assert credits_of(other) == 300


def test_assessors_are_drawn_by_a_seed_that_was_published_before(world: World) -> None:
    """C-45, C-76: anybody computes the draw again from what stands in it."""
    row = assessing(world, carer())
    draw = Draw.objects.get(application=row)
    assert row.seed == f"{row.seal_number}:{ledger.newest_city_head().hash.hex()}"
    assert draw.seed.startswith(row.seed)
    again = rules.draw_assessors(
        draw.seed, [rules.Candidate(one, one in draw.experts) for one in draw.candidates], 2, needs_expert=True
    )
    assert again is not None
    assert list(again.chosen) == draw.chosen == [str(one.assessor.public_id) for one in places(row)]
    with pytest.raises(ProgrammingError), transaction.atomic():
        Draw.objects.filter(pk=draw.pk).update(seed="7:chosen")


def test_whoever_changes_the_list_of_assessors_does_not_know_the_seed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C-76: a draw after a change takes the first seal that is published since, and waits for it."""
    row = submitted(world, carer())
    one = world.assessors[0]
    keep = {
        "actor": world.registrar, "centre": world.centre, "person": one.person, "fields": ["092"], "capacity": 5,
        "employer": None,
    }  # fmt: skip
    later = clock.now() + 365 * DAY
    same = services.keep_assessor(at=later, **keep)
    assert (same.pk, same.kept_at, same.public_id) == (one.pk, one.kept_at, one.public_id)
    services.keep_assessor(at=later, **keep | {"is_active": False})
    services.pass_screening(actor=world.registrar, application=row, at=NOW)
    assert (whole(row).state, Draw.objects.filter(application=row).exists()) == ("screened", False)
    heads = {later: ledger.CityHead(7_000_000, later + DAY, b"\x07" * 32)}
    monkeypatch.setattr(ledger, "first_city_head_since", lambda *, at: heads.get(at))
    services.tend(at=NOW + DAY)
    draw = Draw.objects.get(application=row)
    assert (whole(row).state, draw.seal_number) == ("assessing", 7_000_000)
    assert draw.seed.startswith(f"7000000:{'07' * 32}|")
    assert str(one.public_id) not in draw.candidates


def test_who_has_a_tie_or_no_room_is_not_drawn(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """C-45, each conflict by itself."""
    learner = carer()
    row = submitted(world, learner)
    one, two, three, four, five, six = world.assessors
    Tie.objects.create(person=one.person, learner=learner, kind="kin", declared_by=learner, declared_at=NOW)
    two.employer = world.bank.college
    two.save()
    Application.objects.filter(pk=row.pk).update(employer=world.bank.college)
    three.is_active = False
    three.save()
    with monkeypatch.context() as of_a_floor_above:
        of_a_floor_above.setitem(
            ties._FINDERS,
            "teacher",
            lambda keys, people, since: {four.person_id} if since == date(2023, 11, 23) else set(),
        )
        found = services.drawing.free_and_fit(whole(row), world.assessors, today=date(2026, 11, 23))
        assert {one.pk for one in found} - {three.pk} == {five.pk, six.pk}
        services.pass_screening(actor=world.registrar, application=row, at=NOW)
    assert {one.assessor_id for one in places(whole(row))} == {five.pk, six.pk}
    five.capacity = 1
    five.save()
    waits = submitted(world, a_person("周大姐"))
    for assessor in (one, two, four):
        services.exclude_assessor(
            actor=of(waits.learner), application=waits, assessor=assessor, kind="supervisor", at=NOW
        )
    services.pass_screening(actor=world.registrar, application=waits, at=NOW)
    assert whole(waits).state == "screened"
    an_assessor(world, "评新")
    services.tend(at=NOW + DAY)
    assert whole(waits).state == "assessing"


def test_the_learner_is_never_their_own_assessor(world: World) -> None:
    learner = world.assessors[0].person
    row = assessing(world, learner)
    assert learner.pk not in {one.person_id for one in places(row)}
    draw = Draw.objects.get(application=row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(
            application=row, assessor=world.assessors[0], person=learner, draw=draw, purpose="assessing", round=1,
            place=3, assigned_at=NOW,
        )  # fmt: skip


def test_whoever_declares_a_conflict_is_released_and_another_is_drawn(world: World) -> None:
    row = assessing(world, carer())
    first, second = places(row)
    services.declare_conflict(actor=of(first.person), assignment=first, kind="kin", at=NOW)
    services.declare_conflict(actor=of(first.person), assignment=first, kind="kin", at=NOW)
    now = places(whole(row))
    assert [one.place for one in now] == [1, 2]
    assert now[0].person_id not in (first.person_id, second.person_id)
    with pytest.raises(refusals.NotYours):
        ticked(first, claim_of(row))
    assert Tie.objects.filter(person=first.person, learner=row.learner).count() == 1


def test_nobody_recognises_without_the_whole_grid(world: World) -> None:
    """C-46 at the verb: own ticks only, sources counted, a silent witness proves nothing."""
    row = assessing(world, carer())
    first, second = places(row)
    claim = claim_of(row)
    opinion = {"assignment": first, "claim": claim, "word": "yes", "words": "好", "at": NOW, "actor": of(first.person)}
    with pytest.raises(refusals.GridNotWhole):
        services.give_opinion(**opinion)
    ticked(second, claim)
    with pytest.raises(refusals.GridNotWhole):
        services.give_opinion(**opinion)
    services.tick_evidence(
        actor=of(first.person), assignment=first, claim=claim, ticks={(1, 1): ALL, (2, 1): Ticks(True, True, True)},
        at=NOW,
    )  # fmt: skip
    with pytest.raises(refusals.GridNotWhole):
        services.give_opinion(**opinion)
    services.tick_evidence(actor=of(first.person), assignment=first, claim=claim, ticks={(2, 1): ALL}, at=NOW)
    services.give_opinion(**opinion)
    services.give_opinion(**opinion)
    assert Opinion.objects.count() == 1
    with pytest.raises(refusals.OpinionGiven):
        services.give_opinion(**opinion | {"word": "not_yet"})
    with pytest.raises(refusals.OpinionGiven):
        ticked(first, claim)


def test_where_two_differ_a_third_decides(world: World) -> None:
    """C-47."""
    row = opined(assessing(world, carer()), "yes", "not_yet")
    assert (row.state, claim_of(row).state, len(places(row))) == ("assessing", "claimed", 3)
    says(places(row)[2], claim_of(row), "not_yet", words="翻身的手法还不安全。")
    row = whole(row)
    assert (row.state, claim_of(row).state) == ("decided", "not_yet")
    assert "翻身的手法还不安全" in claim_of(row).words
    assert credits_of(row.learner) == 0


def test_a_task_done_gives_the_unit_and_one_not_done_in_time_does_not(world: World) -> None:
    row = decided(world, carer(), "task")
    claim, mine = claim_of(row), places(row)[0]
    assert (row.state, claim.state, claim.task_due_on) == ("decided", "task", due_after(date(2026, 11, 23), 30))
    assert credits_of(row.learner) == 0
    done = services.settle_task(
        actor=of(mine.person), assignment=mine, claim=claim, is_done=True, words="录像里动作正确。", at=NOW + 9 * DAY
    )
    assert (done.state, credits_of(row.learner)) == ("granted", 300)
    late = decided(world, a_person("周大姐"), "task")
    services.tend(at=NOW + 30 * DAY)
    assert claim_of(late).state == "task"
    services.tend(at=NOW + 60 * DAY)
    assert (claim_of(late).state, whole(late).state) == ("not_yet", "decided")
    services.tend(at=NOW + 120 * DAY)
    assert whole(late).state == "closed"


def test_an_interview_becomes_evidence(world: World) -> None:
    row = assessing(world, carer())
    mine = places(row)[0]
    call = {
        "actor": of(mine.person), "application": row, "public_id": uuid4(), "kind": "interview", "minutes": 40,
        "place": "五山路 1 号 203 室", "at": NOW,
    }  # fmt: skip
    with pytest.raises(refusals.MeetingTooSoon):
        services.call_meeting(begins_at=NOW + timedelta(hours=23), **call)
    made = services.call_meeting(begins_at=NOW + 2 * DAY, **call)
    assert services.call_meeting(begins_at=NOW + 2 * DAY, **call) == made
    write = {"actor": of(mine.person), "meeting": made, "notes": "示范了翻身和喂饭。"}
    with pytest.raises(refusals.MeetingNotYet):
        services.write_minutes(at=NOW, **write)
    piece = services.write_minutes(at=NOW + 2 * DAY, **write)
    assert (piece.kind, piece.source) == ("meeting", "广州市职业学校")
    assert services.write_minutes(at=NOW + 3 * DAY, **write) == piece
    with pytest.raises(refusals.MeetingOver):
        services.cancel_meeting(actor=world.registrar, meeting=made, at=NOW)
    with pytest.raises(Denied):
        services.call_meeting(**call | {"actor": a_stranger(), "begins_at": NOW + 2 * DAY})


def test_a_learner_is_called_to_one_place_at_a_time(world: World) -> None:
    row = assessing(world, carer())
    begins_at = NOW + 2 * DAY

    def call(**more: Any) -> Meeting:
        plain = {"kind": "interview", "begins_at": begins_at, "minutes": 40, "place": "203 室", "at": NOW}
        return services.call_meeting(actor=world.registrar, application=whole(row), public_id=uuid4(), **plain | more)

    made = call()
    for minutes in (-39, 0, 39):
        with pytest.raises(refusals.MeetingOverlaps):
            call(begins_at=begins_at + timedelta(minutes=minutes))
    call(begins_at=begins_at + timedelta(minutes=40))
    call(begins_at=begins_at - timedelta(minutes=40))
    services.cancel_meeting(actor=world.registrar, meeting=made, at=NOW)
    call()


def test_an_assessor_is_called_to_one_case_at_a_time(world: World) -> None:
    two = [one.pk for one in world.assessors[:2]]
    Assessor.objects.exclude(pk__in=two).update(is_active=False)
    first, second = assessing(world, carer()), assessing(world, a_person("陈嘉敏"))
    assert {one.assessor_id for one in places(first)} == {one.assessor_id for one in places(second)} == set(two)
    plain: dict[str, Any] = {"kind": "test", "minutes": 60, "place": "203 室", "at": NOW, "actor": world.registrar}
    services.call_meeting(application=whole(first), public_id=uuid4(), begins_at=NOW + 2 * DAY, **plain)
    with pytest.raises(refusals.MeetingOverlaps):
        services.call_meeting(application=whole(second), public_id=uuid4(), begins_at=NOW + 2 * DAY, **plain)
    hour_later = NOW + 2 * DAY + timedelta(hours=1)
    services.call_meeting(application=whole(second), public_id=uuid4(), begins_at=hour_later, **plain)


def test_evidence_is_of_a_day_that_has_come_and_a_witness_can_be_reached(world: World) -> None:
    row = begun(world, carer())
    tomorrow = clock.date_of(NOW) + DAY
    said: dict[str, Any] = {"actor": of(row.learner), "application": row, "at": NOW}
    with pytest.raises(refusals.EvidenceFuture):
        services.add_statement(public_id=uuid4(), piece=services.Piece("我的一天", "六点起", dated_on=tomorrow), **said)
    services.add_statement(
        public_id=uuid4(), piece=services.Piece("我的一天", "六点起", dated_on=clock.date_of(NOW)), **said
    )
    for reach, is_good in (
        ("hello", False), ("138", False), ("@163.com", False), ("li@nowhere", False),
        ("li@163.com", True), ("020-8888 1234", True), ("１３８００１３８０００", True),
    ):  # fmt: skip
        named = {"piece": services.Piece("看她护理"), "contact": services.Contact("黄护士", "社区护士", reach)}
        if is_good:
            services.name_witness(public_id=uuid4(), **named, **said)
        else:
            with pytest.raises(refusals.ReachUnclear):
                services.name_witness(public_id=uuid4(), **named, **said)


def test_one_record_is_one_piece(world: World) -> None:
    learner = carer()
    row = begun(world, learner)
    record = a_record(learner, world.school)
    said: dict[str, Any] = {"actor": of(learner), "application": row, "record_id": record.pk, "words": "", "at": NOW}
    number = uuid4()
    piece = services.add_record(public_id=number, **said)
    assert services.add_record(public_id=number, **said) == piece
    with pytest.raises(refusals.RecordAddedAlready):
        services.add_record(public_id=uuid4(), **said)
    services.remove_evidence(actor=of(learner), application=whole(row), evidence=piece, at=NOW)
    services.add_record(public_id=uuid4(), **said)


def test_a_code_counts_however_it_is_grouped_or_wide(world: World) -> None:
    witness = a_witness(begun(world, carer()))
    code = services.contact_of(witness).code
    wide = "".join(chr(ord(one) + 0xFEE0) for one in code)
    said: dict[str, Any] = {"public_id": witness.public_id, "confirms": True, "statement": "看见", "at": NOW}
    for typed in (f"{code[:4]} {code[4:]}", wide, f" {code[:4]}-{code[4:]} "):
        assert services.speak_as_witness(code=typed, **said).state == "spoke"
    assert Witness.objects.get(pk=witness.pk).wrong_codes == 0


def test_what_keeps_a_draw_from_coming_is_named(world: World) -> None:
    learner = carer()
    row = whole(submitted(world, learner))
    assert services.hindrance_of(row, today=TODAY) is None
    field = row.claims.all()[0].unit.field
    Assessor.objects.filter(centre=world.centre).update(fields=["9999"])
    assert services.hindrance_of(row, today=TODAY) == ("field", field)
    expert = Assessor.objects.filter(centre=world.centre).order_by("pk")[0]
    Assessor.objects.filter(pk=expert.pk).update(fields=[field])
    assert services.hindrance_of(row, today=TODAY) is None
    Assessor.objects.exclude(pk=expert.pk).update(is_active=False)
    assert services.hindrance_of(row, today=TODAY) == ("few", field)
    Assessor.objects.filter(pk=expert.pk).update(employer=world.school)
    Application.objects.filter(pk=row.pk).update(employer=world.school)
    assert services.hindrance_of(whole(row), today=TODAY) == ("expert", field)


def a_witness(row: Application, *, name: str = "黄护士") -> Witness:
    return services.name_witness(
        actor=of(row.learner), application=row, public_id=uuid4(), piece=services.Piece("社区护士的证明"),
        contact=services.Contact(name, "社区护士", "13800138000"), at=NOW,
    )  # fmt: skip


def test_a_witness_speaks_by_link_and_code_once_and_in_time(world: World) -> None:
    row = begun(world, carer())
    witness = a_witness(row)
    contact = services.contact_of(witness)
    assert (contact.name, contact.reach, len(contact.code)) == ("黄护士", "13800138000", 8)
    assert "黄护士".encode() not in bytes(witness.sealed)
    speak = {"public_id": witness.public_id, "confirms": True, "statement": "我每周上门，看着她做。"}
    with pytest.raises(refusals.WitnessGone):
        services.speak_as_witness(code=contact.code, at=NOW + 30 * DAY, **speak)
    with pytest.raises(refusals.StatementMissing):
        services.speak_as_witness(code=contact.code, at=NOW, **speak | {"statement": " "})
    spoke = services.speak_as_witness(code=contact.code, at=NOW + 29 * DAY, **speak)
    assert services.speak_as_witness(code=contact.code, at=NOW + 29 * DAY, **speak).spoke_at == spoke.spoke_at
    with pytest.raises(refusals.WitnessGone):
        services.speak_as_witness(code=contact.code, at=NOW, **speak | {"statement": "不是这样"})
    with pytest.raises(refusals.WitnessIsLearner):
        a_witness(row, name="林秀英")


def test_five_wrong_codes_close_the_link(world: World) -> None:
    witness = a_witness(begun(world, carer()))
    for _try in range(5):
        with pytest.raises(refusals.WitnessGone):
            services.speak_as_witness(public_id=witness.public_id, code="x", confirms=True, statement="看见", at=NOW)
    with pytest.raises(refusals.WitnessGone):
        services.speak_as_witness(
            public_id=witness.public_id, code=services.contact_of(witness).code, confirms=True, statement="看见", at=NOW
        )


def test_a_silent_witness_proves_nothing(world: World) -> None:
    learner = carer()
    row = begun(world, learner)
    witness = a_witness(row)
    services.save_answers(
        actor=of(learner), application=row, answers={(1, 1): "翻身"}, employer_name="", employer=None, at=NOW
    )
    services.add_statement(
        actor=of(learner), application=row, public_id=uuid4(), piece=services.Piece("我的一天", "六点起"), at=NOW
    )
    services.submit_application(actor=of(learner), application=whole(row), at=NOW)
    services.pass_screening(actor=world.registrar, application=row, at=NOW)
    mine = places(whole(row))[0]
    with pytest.raises(refusals.GridNotWhole):
        says(mine, claim_of(row))
    services.speak_as_witness(
        public_id=witness.public_id, code=services.contact_of(witness).code, confirms=True, statement="看见", at=NOW
    )
    says(mine, claim_of(row))


def test_own_records_are_evidence_and_others_are_not(world: World) -> None:
    learner = carer()
    row = begun(world, learner)
    mine, other = a_record(learner, world.bank.college), a_record(a_person("别人"), world.bank.college)
    add = {"actor": of(learner), "application": row, "words": "", "at": NOW}
    piece = services.add_record(public_id=uuid4(), record_id=mine.pk, **add)
    assert (piece.source, piece.dated_on) == ("天河社区学院", date(2026, 4, 30))
    with pytest.raises(refusals.RecordUnknown):
        services.add_record(public_id=uuid4(), record_id=other.pk, **add)
    services.remove_evidence(actor=of(learner), application=row, evidence=piece, at=NOW)
    assert not Evidence.objects.filter(application=row, removed_at=None).exists()


def test_an_appeal_is_decided_by_others_and_never_ends_worse(world: World) -> None:
    """C-48: upheld, changed, assessed anew; the panel had no part in it."""
    row, appeal = appealed(world, carer())
    first = set(Assignment.objects.filter(application=row, purpose="assessing").values_list("person", flat=True))
    panel = {one.person_id for one in places(row, purpose="panel")}
    assert (row.state, row.due_on, len(panel)) == ("appealed", due_after(date(2026, 11, 24), 20), 3)
    assert first.isdisjoint(panel)
    row = voted(row, appeal, "uphold", "change", "change")
    assert (row.state, claim_of(row).state, credits_of(row.learner)) == ("decided", "granted", 300)

    row, appeal = appealed(world, a_person("周大姐"))
    row = voted(row, appeal, "uphold", "uphold", "change")
    assert (row.state, claim_of(row).state, Appeal.objects.get(pk=appeal.pk).state) == ("decided", "not_yet", "upheld")
    with pytest.raises(refusals.NothingToAppeal):
        services.appeal(actor=of(row.learner), claim=claim_of(row), ground="evidence", words="再一次", at=NOW)


def test_assessed_anew_means_by_others(world: World) -> None:
    for name in ("评子", "评丑"):
        an_assessor(world, name)
    row, appeal = appealed(world, carer())
    before = set(row.assignments.values_list("person", flat=True))
    row = voted(row, appeal, "reassess", "reassess", "uphold")
    assert (row.state, row.round, claim_of(row).state) == ("assessing", 2, "claimed")
    assert before.isdisjoint({one.person_id for one in places(row)})
    row = opined(row, "yes", "yes")
    assert (row.state, claim_of(row).state) == ("decided", "granted")


def test_an_appeal_has_fifteen_working_days(world: World) -> None:
    row = decided(world, carer(), "not_yet")
    until = due_after(date(2026, 11, 23), 15)
    late = NOW + timedelta(days=(until - date(2026, 11, 23)).days + 1)
    lodge = {"actor": of(row.learner), "claim": claim_of(row), "ground": "procedure", "words": "没有面谈。"}
    with pytest.raises(refusals.TooLateToAppeal):
        services.appeal(at=late, **lodge)
    made = services.appeal(at=late - DAY, **lodge)
    assert services.appeal(at=late, **lodge) == made
    granted = decided(world, a_person("周大姐"))
    with pytest.raises(refusals.NothingToAppeal):
        services.appeal(
            actor=of(granted.learner), claim=claim_of(granted), ground="procedure", words="想要更多", at=NOW
        )


def test_a_correction_reverses_and_the_unit_may_be_asked_for_again(world: World) -> None:
    row = decided(world, carer())
    with pytest.raises(Denied):
        services.reverse_grant(actor=world.registrar, claim=claim_of(row), why="证明是假的", at=NOW)
    done = services.reverse_grant(actor=world.officer, claim=claim_of(row), why="证明是假的", at=NOW)
    assert (done.state, credits_of(row.learner)) == ("reversed", 0)
    assert services.reverse_grant(actor=world.officer, claim=claim_of(row), why="证明是假的", at=NOW).pk == done.pk
    begun(world, row.learner)
    other = decided(world, a_person("周大姐"))
    record = LearningRecord.objects.select_related("institution__territory").get(pk=claim_of(other).record_id)
    with pytest.raises(DecidedByAssessors):
        rerecognise_record(actor=world.officer, record=record, why="重算", at=NOW)
    reverse_postings(actor=world.officer, record=record, why="证明是假的", at=NOW)
    services.tend(at=NOW)
    assert claim_of(other).state == "reversed"


def test_what_the_ledger_refuses_waits_and_is_posted_later(world: World) -> None:
    learner = carer()
    row = assessing(world, learner)
    other = decided(world, a_person("周大姐"))
    unit = Posting.objects.get(key=claim_of(other).posting).credit_class_id
    account = ledger.learner_account(learner_id=learner.pk, unit=unit)
    ledger.set_state(account=account, state=ledger.State.CLOSED, reason="查", actor=0)
    row = opined(row, "yes", "yes")
    assert (row.state, claim_of(row).state, claim_of(row).posting) == ("decided", "granted", None)
    assert credits_of(learner) == 0
    ledger.set_state(account=account, state=ledger.State.OPEN, reason="好", actor=0)
    services.tend(at=NOW + DAY)
    assert credits_of(learner) == 300
    services.tend(at=NOW + DAY)
    assert credits_of(learner) == 300


def test_the_database_keeps_the_order_whoever_writes(world: World) -> None:
    row = decided(world, carer(), "not_yet")
    for change in ({"state": "assessing"}, {"learner": a_person("别人")}, {"seed": "1:x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Application.objects.filter(pk=row.pk).update(**change)
    granted = claim_of(decided(world, a_person("周大姐")))
    for change in ({"state": "not_yet"}, {"state": "reversed"}, {"posting": uuid4()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Claim.objects.filter(pk=granted.pk).update(**change)
    with pytest.raises(ProgrammingError), transaction.atomic():
        Opinion.objects.all().delete()
    waits = begun(world, a_person("何大叔"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.filter(application=waits).update(state="granted", decided_at=NOW, decided_by=1, words="好")


def test_clocks_remind_once_and_raise_once(world: World) -> None:
    row = submitted(world, carer())
    assert services.tend(at=NOW + DAY) == 0
    assert services.tend(at=NOW + 2 * DAY) == 1
    assert services.tend(at=NOW + 2 * DAY) == 0
    assert whole(row).reminded_at is not None
    assert services.tend(at=NOW + 8 * DAY) == 1
    assert whole(row).overdue_at is not None
    assert services.tend(at=NOW + 9 * DAY) == 0


def test_strangers_and_colleagues_without_a_part_are_denied(world: World) -> None:
    row = assessing(world, carer())
    stranger, first, claim = a_stranger(), places(row)[0], claim_of(row)
    outsider = next(one for one in world.assessors if one.person_id not in {p.person_id for p in places(row)})
    for actor in (stranger, of(outsider.person), world.registrar, of(row.learner)):
        with pytest.raises(Denied):
            services.give_opinion(actor=actor, assignment=first, claim=claim, word="not_yet", words="不", at=NOW)
    for verb in (services.pause_application, services.withdraw_application, services.submit_application):
        with pytest.raises(Denied):
            verb(actor=stranger, application=row, at=NOW)
    for verb in (services.return_application, services.decline_application):
        with pytest.raises(Denied):
            verb(actor=of(row.learner), application=row, reason="field", words="不", at=NOW)
    with pytest.raises(Denied):
        services.open_centre(actor=world.registrar, organisation=world.school, is_open=True, numbers={})
    with pytest.raises(Denied):
        services.keep_assessor(
            actor=stranger, centre=world.centre, person=stranger.person, fields=["092"], capacity=1, employer=None,
            at=NOW,
        )  # fmt: skip


def test_whoever_takes_it_back_may_ask_again(world: World) -> None:
    row = assessing(world, carer())
    me = of(row.learner)
    services.withdraw_application(actor=me, application=row, at=NOW)
    services.withdraw_application(actor=me, application=row, at=NOW)
    assert (whole(row).state, claim_of(row).state, places(row)) == ("withdrawn", "dropped", [])
    begun(world, row.learner)
    done = decided(world, a_person("周大姐"))
    with pytest.raises(refusals.TooLateToWithdraw):
        services.withdraw_application(actor=of(done.learner), application=done, at=NOW)
