"""A learner brings a file: it comes in once, for one person, and a rule or an officer says what it counts."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from learning.foreign.situations import (
    DAY,
    EMAIL,
    NOW,
    Hand,
    Killed,
    World,
    a_badge,
    a_person,
    a_rule,
    a_waiting_record,
    brought,
    course,
    of,
    records_of,
    revocations,
    sent,
    the_record,
    transcript,
)
from learning.recognition.situations import balances
from xuecheng.city.access.services import Denied
from xuecheng.city.notices.models import Notice
from xuecheng.city.refusals import FormUsedBefore
from xuecheng.learning.foreign import queries, services
from xuecheng.learning.foreign.models import Delivery, ForeignRecord
from xuecheng.learning.foreign.services import refusals
from xuecheng.learning.recognition.models import Posting
from xuecheng.learning.recognition.services.corrections import DecidedByAssessors, rerecognise_record, reverse_postings
from xuecheng.learning.records.models import LearningRecord, Origin

pytestmark = pytest.mark.django_db


def test_a_rule_credits_what_the_learner_brings_at_once(world: World) -> None:
    rule = a_rule(world)
    learner = a_person("陈嘉敏")
    row = brought(learner, transcript(course()))
    assert (row.state, row.found_count, row.problems, row.kind) == ("read", 1, [], "ELMO 1")
    record = the_record(learner)
    assert (record.state, record.rule, record.unit, record.credits_given) == ("credited", rule, world.unit, 400)
    assert (record.holder, record.proof, record.decided_by) == ("same", "unproven", None)
    posting = Posting.objects.get(key=record.posting)
    assert (posting.credits, posting.effective_on, posting.officer_id) == (400, record.ended_on, None)
    kept = LearningRecord.objects.get(pk=record.record_id)
    assert (kept.origin, kept.title, kept.institution) == (Origin.FOREIGN, "Compiler construction", world.bank.centre)
    assert sum(balances(learner).values()) == 400
    assert Notice.objects.filter(person=learner, kind__in=["foreign.read", "foreign.decided"]).count() == 2


def test_the_file_lies_sealed_and_opens_as_it_came(world: World) -> None:
    data = transcript(course())
    row = sent(a_person("陈嘉敏"), data)
    assert b"Warsaw" not in bytes(row.sealed)
    assert services.bytes_of(row) == data


@pytest.mark.parametrize(
    ("given", "family", "holder"),
    [("Jiamin", "Chen", "same"), ("CHEN", "jia-min", "same"), ("嘉敏", "陈", "same"), ("Maria", "Chen", "other"),
     ("", "", "unnamed")],
)  # fmt: skip
def test_only_what_names_the_learner_counts_by_itself(world: World, given: str, family: str, holder: str) -> None:
    a_rule(world)
    learner = a_person("陈嘉敏")
    brought(learner, transcript(course(), given=given, family=family))
    record = the_record(learner)
    assert record.holder == holder
    assert record.state == ("credited" if holder == "same" else "waiting")
    assert record.wait == {"same": "", "other": "holder", "unnamed": "nobody"}[holder]


def test_a_badge_counts_where_the_rule_asks_for_a_verified_one(world: World) -> None:
    a_rule(world, issuer=world.platform, needs="verified", num=100, den=100)
    learner = a_person("陈嘉敏", email=EMAIL)
    brought(learner, a_badge(world.key))
    record = the_record(learner)
    assert (record.state, record.proof, record.credits_given) == ("credited", "verified", 300)
    assert record.signed_by == world.key.verification_method
    assert {one["question"]: one["outcome"] for one in record.findings}["signature"] == "proven"


def test_a_paper_waits_where_the_rule_asks_for_a_verified_one(world: World) -> None:
    a_rule(world, needs="verified")
    learner = a_person("陈嘉敏")
    brought(learner, transcript(course()))
    assert the_record(learner).wait == "proof"


def test_the_same_again_is_the_same_record_in_whatever_file(world: World) -> None:
    a_rule(world)
    learner = a_person("陈嘉敏")
    brought(learner, transcript(course()))
    again = brought(learner, transcript(course(), course("X-2", "Something else")))
    assert again.found_count == 2
    assert [one.code for one in records_of(learner)] == ["1000-217", "X-2"]
    assert sum(balances(learner).values()) == 400


def test_the_same_file_again_after_it_was_refused_stays_refused(world: World) -> None:
    record = a_waiting_record(world)
    services.refuse_record(actor=world.officer, record=record, words="与本市单元无关", at=NOW)
    brought(record.learner, transcript(course(title="Old Norse", code=record.code)))
    assert the_record(record.learner).state == "refused"


def test_what_says_something_else_than_before_is_refused(world: World) -> None:
    learner = a_person("陈嘉敏")
    brought(learner, transcript(course(ects="6")))
    row = brought(learner, transcript(course(ects="30")))
    assert [one["code"] for one in row.problems] == ["says_something_else"]
    assert row.problems[0]["place"] == "1 / 1000-217"
    assert the_record(learner).credits == 600


def test_what_another_person_brought_is_refused_and_an_officer_is_told(world: World) -> None:
    a_rule(world, needs="verified")
    first, second = a_person("陈嘉敏"), a_person("陈嘉敏")
    badge = transcript(course())
    brought(first, badge)
    row = brought(second, badge)
    assert [one["code"] for one in row.problems] == ["claimed_by_another"]
    assert records_of(second) == []
    record = the_record(first)
    assert record.contested_at == NOW
    assert record.wait == "contested"
    assert Notice.objects.filter(person=world.officer.person, kind="foreign.look").count() == 1
    # Refused for the first, it is free for whom it belongs to.
    services.refuse_record(actor=world.officer, record=record, words="不是本人的", at=NOW)
    assert brought(second, badge, at=NOW + DAY).found_count == 1


def test_a_contested_record_that_counts_stands_at_the_desk(world: World) -> None:
    a_rule(world)
    first, second = a_person("陈嘉敏"), a_person("陈嘉敏")
    badge = transcript(course())
    brought(first, badge)
    brought(second, badge, at=NOW + DAY)
    assert list(queries.desk(world.officer, state="revoked")) == [the_record(first)]


@pytest.mark.parametrize("slices", range(8))
def test_a_killed_reader_goes_on_and_nothing_comes_twice(world: World, slices: int) -> None:
    a_rule(world)
    learner = a_person("陈嘉敏")
    data = transcript(course("A", "A", parts=course("A1", "A1")), course("B", "B", status="failed"), course("C", "C"))
    row, hand = sent(learner, data), Hand(stop_after=slices)
    with pytest.raises(Killed):
        services.read_delivery(row, hand, now=lambda: NOW)
    later = Hand()
    later.cursor = hand.cursor
    row = services.read_delivery(Delivery.objects.get(pk=row.pk), later, now=lambda: NOW)
    found = {one.code: one for one in records_of(learner)}
    assert sorted(found) == ["A", "A1", "C"]
    assert found["A1"].part_of == found["A"]
    assert (row.found_count, [one["code"] for one in row.problems]) == (3, ["not_passed"])
    assert sum(balances(learner).values()) == 400


def test_the_whole_and_its_parts_never_both_count(world: World) -> None:
    a_rule(world, achievement="A")
    a_rule(world, achievement="A1", unit=world.other_unit)
    learner = a_person("陈嘉敏")
    brought(learner, transcript(course("A", "A", parts=course("M", "M", parts=course("A1", "A1")))))
    states = {one.code: (one.state, one.wait) for one in records_of(learner)}
    assert states == {"A": ("credited", ""), "M": ("waiting", "no_rule"), "A1": ("waiting", "part")}


def test_a_unit_is_credited_once(world: World) -> None:
    a_rule(world)
    learner = a_person("陈嘉敏")
    brought(learner, transcript(course("A", "A"), course("B", "B")))
    assert [(one.state, one.wait) for one in records_of(learner)] == [("credited", ""), ("waiting", "held")]
    waits = records_of(learner)[1]
    with pytest.raises(refusals.UnitCredited):
        services.credit_record(actor=world.officer, record=waits, unit=world.unit, amount=1, words="有关", at=NOW)


def test_a_file_is_brought_once_by_its_id(world: World) -> None:
    learner, number = a_person("陈嘉敏"), uuid4()
    data = transcript(course())
    assert sent(learner, data, public_id=number) == sent(learner, data, public_id=number)
    with pytest.raises(FormUsedBefore):
        sent(learner, data + b" ", public_id=number)
    with pytest.raises(FormUsedBefore):
        sent(a_person("别人"), data, public_id=number)
    with pytest.raises(refusals.FileEmpty):
        sent(learner, b"")


def test_a_file_that_cannot_be_read_says_why_in_both_languages(world: World) -> None:
    row = brought(a_person("陈嘉敏"), b"hello")
    assert (row.state, [one["code"] for one in row.problems]) == ("refused", ["credential_unreadable"])
    assert "ELMO" in row.problems[0]["en"]


def test_nothing_of_others_can_be_decided_by_those_who_may_not(world: World) -> None:
    record = a_waiting_record(world)
    for actor in (of(record.learner), of(a_person("路人"))):
        with pytest.raises(Denied):
            services.credit_record(actor=actor, record=record, unit=world.unit, amount=1, words="好", at=NOW)
        with pytest.raises(Denied):
            services.refuse_record(actor=actor, record=record, words="好", at=NOW)
    for act in (services.drop_record, services.ask_again):
        more = {"words": "请再看"} if act is services.ask_again else {}
        with pytest.raises(Denied):
            act(actor=world.officer, record=record, at=NOW, **more)  # type: ignore[operator]
    assert queries.record(of(a_person("路人")), record.public_id) is None


def test_officers_do_not_decide_on_their_own(world: World) -> None:
    record = a_waiting_record(world, world.officer.person)
    with pytest.raises(refusals.OwnRecord):
        services.refuse_record(actor=world.officer, record=record, words="好", at=NOW)
    assert record not in queries.desk(world.officer)


def test_an_officer_credits_with_reasons_and_within_the_unit(world: World) -> None:
    record = a_waiting_record(world)
    one = {"actor": world.officer, "record": record, "unit": world.unit, "at": NOW}
    for amount in (0, 401):
        with pytest.raises(refusals.CreditsOutOfRange):
            services.credit_record(amount=amount, words="相当", **one)
    with pytest.raises(refusals.ReasonsMissing):
        services.credit_record(amount=100, words=" ", **one)
    done = services.credit_record(amount=150, words="相当于本单元的一部分", **one)
    assert services.credit_record(amount=150, words="相当于本单元的一部分", **one) == done
    assert (done.state, done.credits_given, done.rule) == ("credited", 150, None)
    assert sum(balances(record.learner).values()) == 150


def test_who_asks_again_is_answered_by_another_officer_and_once(world: World) -> None:
    record = a_waiting_record(world)
    me = of(record.learner)
    with pytest.raises(refusals.NotRefused):
        services.ask_again(actor=me, record=record, words="请再看", at=NOW)
    services.refuse_record(actor=world.officer, record=record, words="看不出内容", at=NOW)
    asked = services.ask_again(actor=me, record=record, words="附上了课程说明", at=NOW + DAY)
    assert (asked.state, asked.wait, asked.first_decided_by) == ("waiting", "asked", world.officer.person)
    with pytest.raises(refusals.DecidedBefore):
        services.refuse_record(actor=world.officer, record=record, words="还是不行", at=NOW)
    services.refuse_record(actor=world.author, record=record, words="确实不属于本单元", at=NOW)
    with pytest.raises(refusals.AskedOnce):
        services.ask_again(actor=me, record=record, words="再看", at=NOW)


def test_what_was_asked_again_no_rule_decides(world: World) -> None:
    record = a_waiting_record(world)
    services.refuse_record(actor=world.officer, record=record, words="看不出内容", at=NOW)
    services.ask_again(actor=of(record.learner), record=record, words="请再看", at=NOW)
    a_rule(world)
    services.match_waiting(Hand(), now=lambda: NOW)  # type: ignore[arg-type]
    assert the_record(record.learner).state == "waiting"


def test_what_waits_can_be_taken_back_and_brought_again(world: World) -> None:
    record = a_waiting_record(world)
    me = of(record.learner)
    assert services.drop_record(actor=me, record=record, at=NOW).state == "dropped"
    assert services.drop_record(actor=me, record=record, at=NOW).state == "dropped"
    brought(record.learner, transcript(course(title="Old Norse", code=record.code)))
    assert [one.state for one in records_of(record.learner)] == ["dropped", "waiting"]


def test_a_rule_that_comes_into_force_credits_what_waits_slice_by_slice(world: World) -> None:
    learners = [a_person("陈嘉敏") for _ in range(3)]
    for number, learner in enumerate(learners):
        brought(learner, transcript(course(f"C-{number}")))
    a_rule(world)
    hand = Hand(stop_after=1)
    with pytest.raises(Killed):
        services.match_waiting(hand, now=lambda: NOW)  # type: ignore[arg-type]
    later = Hand()
    later.cursor = hand.cursor
    assert services.match_waiting(later, now=lambda: NOW) == {"credited": 3}  # type: ignore[arg-type]
    assert {the_record(one).state for one in learners} == {"credited"}


def test_a_correction_of_the_credit_is_followed_and_no_rule_gives_it_anew(world: World) -> None:
    a_rule(world)
    learner = a_person("陈嘉敏")
    brought(learner, transcript(course()))
    kept = LearningRecord.objects.select_related("institution__territory", "learner").get(learner=learner)
    with pytest.raises(DecidedByAssessors):
        rerecognise_record(actor=world.officer, record=kept, why="重算", at=NOW)
    reverse_postings(actor=world.officer, record=kept, why="证书被撤销", at=NOW)
    assert services.tend(at=NOW) == 1
    assert services.tend(at=NOW) == 0
    assert the_record(learner).state == "reversed"
    # It keeps its claim: bringing the file again gives nothing.
    brought(learner, transcript(course()))
    assert the_record(learner).state == "reversed"
    assert sum(balances(learner).values()) == 0


def test_what_its_issuer_revokes_later_is_found_and_told_to_the_officers(world: World) -> None:
    a_rule(world, issuer=world.platform, needs="verified")
    learner, revoked = a_person("陈嘉敏", email=EMAIL), set[str]()
    number = f"urn:uuid:{uuid4()}"

    def fetch(address: str) -> bytes:
        return revocations(world.key, address, revoked)

    brought(learner, a_badge(world.key, number=number, status="https://mooc.example/revoked"), fetch=fetch)
    record = the_record(learner)
    assert (record.state, record.has_status) == ("credited", True)
    assert services.recheck(at=NOW + DAY + timedelta(seconds=1), way_out=lambda: fetch) == 0
    revoked.add(number)
    assert services.recheck(at=NOW + 3 * DAY, way_out=lambda: fetch) == 1
    assert services.recheck(at=NOW + 5 * DAY, way_out=lambda: fetch) == 0
    record.refresh_from_db()
    # It counts on until the way that exists for all credit has been gone.
    assert (record.state, record.revoked_at) == ("credited", NOW + 3 * DAY)
    assert list(queries.desk(world.officer, state="revoked")) == [record]
    assert Notice.objects.filter(person=world.officer.person, kind="foreign.look").count() == 1


def test_a_revoked_credential_does_not_come_in(world: World) -> None:
    number = f"urn:uuid:{uuid4()}"
    badge = a_badge(world.key, number=number, status="https://mooc.example/revoked")
    row = brought(a_person("陈嘉敏"), badge, fetch=lambda address: revocations(world.key, address, [number]))
    assert [one["code"] for one in row.problems] == ["not_proven"]


def test_where_the_issuer_cannot_be_asked_it_is_not_taken_for_verified(world: World) -> None:
    a_rule(world, issuer=world.platform, needs="verified")
    learner = a_person("陈嘉敏", email=EMAIL)
    brought(learner, a_badge(world.key, status="https://mooc.example/revoked"))
    record = the_record(learner)
    assert (record.proof, record.wait) == ("unproven", "proof")


@pytest.mark.parametrize(
    "change",
    [{"state": "credited", "wait": "", "waits_since": None}, {"title": "更好的"}, {"credits": 9_000},
     {"state": "reversed", "wait": "", "waits_since": None}, {"wait": ""}, {"state": "dropped"}, {"holder": "same"}],
)  # fmt: skip
def test_the_database_lets_nothing_count_that_was_not_posted(world: World, change: dict[str, object]) -> None:
    learner = a_person("陈嘉敏")
    brought(learner, transcript(course(), given="Maria"))
    with pytest.raises(IntegrityError), transaction.atomic():
        ForeignRecord.objects.filter(learner=learner).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        ForeignRecord.objects.filter(learner=learner).delete()
