"""Detection: what looks wrong is found once, stays dismissed, and is found again when the facts change (C-12, C-13)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from learning.recognition.situations import a_record, corrected, recognised
from learning.supervision.situations import (
    NOW,
    World,
    a_double,
    a_learner,
    a_third,
    found,
    of,
    opener,
    record_of,
)
from xuecheng.city.access.services import Denied
from xuecheng.learning.supervision import rules, services
from xuecheng.learning.supervision.models import Scan, Suspicion
from xuecheng.learning.supervision.rules import Claim
from xuecheng.learning.supervision.services import scanning

pytestmark = pytest.mark.django_db


def claim(number: int, **facts: Any) -> Claim:
    plain: dict[str, Any] = {
        "id": number, "key": f"1/K{number}", "learner": 1, "institution": 1, "origin": "nonformal", "code": "C",
        "title": f"课{number}", "started_on": date(2026, 4, 30), "ended_on": date(2026, 4, 30), "minutes": 0, "mode": "classroom",
        "territory": "440106", "credits": 100,
    }  # fmt: skip
    return Claim(**plain | facts)


def kinds(*claims: Claim) -> list[str]:
    return [one.kind for one in rules.suspicions_of(claims)]


def test_hours_over_the_day() -> None:
    """Exactly 24 hours are none; a minute more is one, over sources and over spans of days."""
    assert kinds(claim(1, minutes=720), claim(2, minutes=720)) == []
    assert kinds(claim(1, minutes=720), claim(2, minutes=721)) == ["hours"]
    week = {"started_on": date(2026, 4, 24), "minutes": 7 * 1000}
    assert kinds(claim(1, **week), claim(2, minutes=440)) == []
    (one,) = rules.suspicions_of([claim(1, **week), claim(2, minutes=441)])
    assert one.facts == {"day": "2026-04-30", "minutes": 1441, "credits": 200}
    assert kinds(claim(1, minutes=1000), claim(2, learner=2, minutes=1000)) == []


def test_learning_without_a_first_day_is_of_no_known_day_beyond_eight_hours() -> None:
    """A course that is told by its last day alone lasted longer than that day."""
    course = {"started_on": None, "minutes": 2880, "origin": "formal"}
    assert kinds(claim(1, **course), claim(2, **course)) == []
    short = [claim(number, started_on=None, minutes=480) for number in range(1, 5)]
    assert kinds(*short[:3]) == []
    assert kinds(*short) == ["hours"]


def test_two_places_on_one_day() -> None:
    there = {"territory": "440303", "minutes": 361}
    assert kinds(claim(1, minutes=360), claim(2, **there)) == ["places"]
    assert kinds(claim(1, minutes=359), claim(2, **there)) == []
    assert kinds(claim(1, minutes=360), claim(2, **there | {"territory": "440106001"})) == []
    assert kinds(claim(1, minutes=360), claim(2, **there | {"mode": "online"})) == []


def test_one_certificate_of_two_people() -> None:
    rows = [
        claim(1, key="1/YL-2026 001", origin="certificate"),
        claim(2, key="2/ｙｌ2026001", origin="certificate", learner=2, institution=2),
        claim(3, key="1/YL2026002", origin="certificate"),
    ]
    (one,) = rules.certificate_suspicions(rows)
    assert (one.facts["number"], one.risk) == ("YL2026001", 90)
    (same,) = rules.certificate_suspicions([rows[0], rows[1]._replace(learner=1)])
    assert same.risk == 70


def test_a_double_is_found_once_with_its_reasons(world: World) -> None:
    learner = a_learner()
    first, second = a_double(world, learner)
    one = found()
    assert (one.kind, one.learner_id, one.record_ids) == ("double", learner.pk, [first.record_id, second.record_id])
    assert one.points == [["double", 50], ["two_sources", 10], ["some_credit", 5]]
    assert one.risk == 65
    services.scan(at=NOW)
    assert Suspicion.objects.count() == 1
    assert Scan.objects.filter(finished_at=None).count() == 0


def test_dismissed_stays_dismissed_until_the_facts_change(world: World) -> None:
    learner = a_learner()
    _first, second = a_double(world, learner)
    one = found()
    officer = opener(world)
    with pytest.raises(services.NotTaken):
        services.dismiss_suspicion(actor=officer, suspicion=one, words="两次", at=NOW)
    services.take_suspicion(actor=officer, suspicion=one, at=NOW)
    with pytest.raises(services.TakenByAnother):
        services.take_suspicion(actor=a_third(world), suspicion=one, at=NOW)
    with pytest.raises(services.WordsMissing):
        services.dismiss_suspicion(actor=officer, suspicion=one, words=" ", at=NOW)
    services.dismiss_suspicion(actor=officer, suspicion=one, words="两次不同的班", at=NOW)
    services.scan(at=NOW)
    assert Suspicion.objects.count() == 1
    record = record_of(second)
    again = corrected(record, started_on=record.started_on, minutes=record.minutes + 960)
    recognised(again)
    services.scan(at=NOW)
    assert sorted(Suspicion.objects.values_list("state", flat=True)) == ["dismissed", "found"]


def test_what_has_no_credit_is_no_suspicion(world: World) -> None:
    learner = a_learner()
    for where in (world.open_university, world.vocational):
        a_record(learner, where, title="书法", minutes=10)
    services.scan(at=NOW)
    assert not Suspicion.objects.exists()


def test_an_institution_is_asked_with_a_clock(world: World) -> None:
    learner = a_learner()
    a_double(world, learner)
    one, officer = found(), opener(world)
    services.take_suspicion(actor=officer, suspicion=one, at=NOW)
    services.add_note(actor=officer, suspicion=one, words="打电话问过班主任", at=NOW)
    number = uuid4()
    said: dict[str, Any] = {
        "actor": officer,
        "suspicion": one,
        "public_id": number,
        "words": "是同一个班吗？",
        "at": NOW,
    }
    with pytest.raises(services.NotBehind):
        services.ask_institution(institution=world.bank.college, **said)
    asked = services.ask_institution(institution=world.vocational, **said)
    assert services.ask_institution(institution=world.vocational, **said) == asked
    assert str(asked.due_on) == "2026-12-07"
    with pytest.raises(Denied):
        services.answer_question(actor=world.ou, question=asked, answer="是", at=NOW)
    services.answer_question(actor=world.vc, question=asked, answer="是同一个班", at=NOW)
    services.answer_question(actor=world.vc, question=asked, answer="是同一个班", at=NOW)
    with pytest.raises(services.QuestionAnswered):
        services.answer_question(actor=world.vc, question=asked, answer="不是", at=NOW)


def test_nobody_looks_into_their_own(world: World) -> None:
    officer = opener(world)
    a_double(world, officer.person)
    one = found()
    with pytest.raises(services.OwnRecords):
        services.take_suspicion(actor=officer, suspicion=one, at=NOW)
    with pytest.raises(Denied):
        services.take_suspicion(actor=of(a_learner("路人")), suspicion=one, at=NOW)


def test_an_interrupted_search_goes_on_and_asks_the_same_number_of_questions(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "SLICE_LEARNERS", 1)
    learners = [a_learner(name) for name in ("甲", "乙", "丙")]
    for learner in learners:
        a_double(world, learner)
    real, done = scanning.note_findings, []

    def fails(found_: Any, *, at: Any) -> int:
        if len(done) == 1:
            raise RuntimeError("lights out")
        done.append(1)
        return real(found_, at=at)

    monkeypatch.setattr(scanning, "note_findings", fails)
    with pytest.raises(RuntimeError):
        services.scan(at=NOW)
    assert Suspicion.objects.count() == 1
    monkeypatch.setattr(scanning, "note_findings", real)
    run = services.scan(at=NOW)
    assert (Scan.objects.count(), run.learner_count, run.found_count) == (1, 3, 3)
    monkeypatch.setattr(scanning, "SLICE_LEARNERS", 2)
    counts = []
    for size in (1, 3):
        monkeypatch.setattr(scanning, "SLICE_LEARNERS", size)
        fresh = Scan.objects.create(started_at=NOW)
        with CaptureQueriesContext(connection) as asked:
            scanning._next_slice(fresh.pk, at=NOW)
        counts.append(len(asked))
        Scan.objects.filter(pk=fresh.pk).update(finished_at=NOW)
    assert counts[0] == counts[1]
