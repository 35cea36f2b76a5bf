"""What must not happen again: counting twice, washing off a refusal, one's own word, one broken file before all others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from learning.foreign.situations import (
    DAY,
    EMAIL,
    NOW,
    Hand,
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
from learning.foreign.test_stating import a_holder, a_row
from xuecheng.city.imports.models import ImportFile
from xuecheng.city.jobs.models import Job
from xuecheng.learning.creditbank.models import UnitVersion
from xuecheng.learning.foreign import services
from xuecheng.learning.foreign.models import Delivery, ForeignRecord
from xuecheng.learning.foreign.rules import Match, compare
from xuecheng.learning.foreign.services import refusals
from xuecheng.learning.foreign.services.stating import OwnLearning, judged
from xuecheng.learning.proofs.fetching import NotFetched
from xuecheng.learning.recognition.models import Posting

pytestmark = pytest.mark.django_db


def test_courses_first_and_the_degree_later_count_once(world: World) -> None:
    a_rule(world, achievement="A1")
    a_rule(world, achievement="A", unit=world.other_unit)
    learner = a_person()
    brought(learner, transcript(course("A1", "A1")))
    brought(learner, transcript(course("A", "A", parts=course("M", "M", parts=course("A1", "A1")))))
    states = {one.code: (one.state, one.wait) for one in records_of(learner)}
    assert states == {"A1": ("credited", ""), "A": ("waiting", "part"), "M": ("waiting", "no_rule")}
    assert Posting.objects.filter(learner=learner).count() == 1


@pytest.mark.parametrize(
    ("changes", "match"),
    [({}, Match.NAMED), ({"born_on": date(1958, 3, 4)}, Match.SAME), ({"born_on": date(1959, 3, 4)}, Match.OTHER),
     ({"emails": ("a@x.cn",)}, Match.SAME), ({"emails": ("b@x.cn",), "born_on": date(1958, 1, 1)}, Match.OTHER),
     ({"names": ("Maria",), "emails": ("a@x.cn",)}, Match.OTHER), ({"names": ()}, Match.UNNAMED)],
)  # fmt: skip
def test_a_name_alone_is_nobodys_and_one_difference_is_anothers(changes: dict[str, Any], match: Match) -> None:
    plain: dict[str, Any] = {"names": ("Chen Jiamin",), "emails": (), "hashes": (), "born_on": None}
    known: dict[str, Any] = {"known_name": "陈嘉敏", "known_emails": ("a@x.cn",), "known_birth_year": 1958}
    assert compare(**(plain | known | changes)) is match


def test_a_namesake_waits_for_an_officer(world: World) -> None:
    a_rule(world, issuer=world.platform)
    learner = a_person()
    brought(learner, a_badge(world.key, holder="陈嘉敏"))
    record = the_record(learner)
    assert (record.holder, record.wait) == ("named", "nobody")


def test_a_copy_of_somebodys_badge_takes_nothing_from_them(world: World) -> None:
    a_rule(world, issuer=world.platform)
    badge = a_badge(world.key)
    thief, owner = a_person("林大盗"), a_person(email=EMAIL)
    brought(thief, badge)
    brought(owner, badge)
    assert (the_record(thief).state, the_record(owner).state) == ("waiting", "credited")
    with pytest.raises(refusals.ClaimedMeanwhile):
        services.credit_record(
            actor=world.officer, record=the_record(thief), unit=world.unit, amount=1, words="好", at=NOW
        )
    # And one who brings it after them neither has it nor casts doubt on them.
    late = a_person("林小盗")
    assert [one["code"] for one in brought(late, badge).problems] == ["names_another"]
    assert the_record(owner).contested_at is None


def test_nobody_states_or_decides_what_they_brought_for_themselves(world: World) -> None:
    a_rule(world, needs="stated")
    me, other = a_holder(), a_holder()
    rows = [a_row(me), a_row(other, record_key="UW-2")]
    assert [type(one) for one in judged(rows, brought_by=me.pk, today=NOW.date())] == [OwnLearning, bool]
    stated = services.state_records(rows, stated_by=world.bank.college, brought_by=me.pk, import_file_id=7, at=NOW)
    assert stated == (1, 0)
    assert (records_of(me), the_record(other).state) == ([], "credited")


def test_a_refusal_is_not_washed_off_by_taking_back(world: World) -> None:
    record = a_waiting_record(world, a_person())
    services.refuse_record(actor=world.officer, record=record, words="看不出内容", at=NOW)
    services.ask_again(actor=of(record.learner), record=record, words="请再看", at=NOW)
    with pytest.raises(refusals.TooLateToDrop):
        services.drop_record(actor=of(record.learner), record=record, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        ForeignRecord.objects.filter(pk=record.pk).update(state="dropped", wait="", waits_since=None)


def test_a_unit_that_ended_is_not_given_and_a_wrong_rule_applies_to_nothing_new(world: World) -> None:
    rule = a_rule(world)
    UnitVersion.objects.filter(pk=world.unit.pk).update(state="ended")
    first, second = a_person(), a_person("林秀英")
    brought(first, transcript(course()))
    assert the_record(first).wait == "unit_ended"
    services.end_law(actor=world.officer, law=rule, reason="写错了", at=NOW, from_start=True)
    brought(second, transcript(course("X", "X"), given="秀英", family="林"))
    assert the_record(second).wait == "no_rule"


def _asked(number: str, world: World, asked: list[str], *, answers: bool) -> Callable[[str], bytes]:
    def fetch(address: str) -> bytes:
        asked.append(address)
        if not answers:
            raise NotFetched("no_connection")
        return revocations(world.key, address, [number])

    return fetch


def test_one_erased_or_silent_file_keeps_no_other_waiting(world: World) -> None:
    asked: list[str] = []
    good, numbers = a_person(email=EMAIL), [f"urn:uuid:{uuid4()}" for _ in range(2)]
    gone = a_person("林秀英")
    for person, number in zip((gone, good), numbers, strict=True):
        brought(person, a_badge(world.key, number=number, status="https://mooc.example/r"),
                fetch=_asked("none", world, [], answers=True))  # fmt: skip
    Delivery.objects.filter(learner=gone).update(sealed=b"broken")
    kept = the_record(good).findings
    silent = _asked("", world, asked, answers=False)
    assert services.recheck(at=NOW + 2 * DAY, way_out=lambda: silent) == 0
    record = the_record(good)
    assert (record.findings, record.checked_at, record.tried_at) == (kept, NOW, NOW + 2 * DAY)
    assert len(asked) == len(set(asked))
    Delivery.objects.filter(learner=gone).update(sealed=b"")
    ways: list[object] = []

    def way_out() -> Callable[[str], bytes]:
        ways.append(1)
        return _asked(numbers[1], world, asked, answers=True)

    assert services.recheck(at=NOW + 4 * DAY, way_out=way_out) == 1
    assert len(ways) == 1


def test_what_expired_is_seen_to_be_revoked_too(world: World) -> None:
    learner, number = a_person(email=EMAIL), f"urn:uuid:{uuid4()}"
    until = (NOW + DAY).isoformat()
    badge = a_badge(world.key, number=number, status="https://mooc.example/r", validUntil=until)
    brought(learner, badge, fetch=_asked("none", world, [], answers=True))
    answer = _asked(number, world, [], answers=True)
    assert services.recheck(at=NOW + 5 * DAY, way_out=lambda: answer) == 1
    assert the_record(learner).revoked_at is not None


def test_a_job_that_failed_leaves_no_file_being_read_for_ever(world: World) -> None:
    row = sent(a_person(), transcript(course()))
    assert "transcript.xml" not in row.job.title_en + row.job.title_zh  # type: ignore[union-attr]  # it has one
    Job.objects.filter(pk=row.job_id).update(state=Job.State.FAILED, ended_at=NOW)
    services.tend(at=NOW)
    row.refresh_from_db()
    assert (row.state, [one["code"] for one in row.problems]) == ("refused", ["not_read_to_the_end"])


def test_what_was_learnt_does_not_stay_in_the_job_nor_a_file_of_which_nothing_counts(world: World) -> None:
    learner = a_person()
    row, hand = sent(learner, transcript(course())), Hand()
    services.read_delivery(row, hand, now=lambda: NOW)  # type: ignore[arg-type]
    assert hand.cursor == {}
    services.drop_record(actor=of(learner), record=the_record(learner), at=NOW)
    services.tend(at=NOW + 100 * DAY)
    assert bytes(Delivery.objects.get(pk=row.pk).sealed)
    services.tend(at=NOW + 200 * DAY)
    assert not bytes(Delivery.objects.get(pk=row.pk).sealed)


def test_who_brought_the_table_does_not_decide_on_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    learner = a_holder()
    services.state_records([a_row(learner)], stated_by=world.bank.college, brought_by=0, import_file_id=7, at=NOW)
    asked: list[dict[str, Any]] = []

    def found(**wish: Any) -> Any:
        asked.append(wish)
        return ImportFile.objects.none() if wish["brought_by__in"] == () else _Some()

    monkeypatch.setattr(ImportFile.objects, "filter", found)
    with pytest.raises(refusals.StatedByYou):
        services.refuse_record(actor=world.officer, record=the_record(learner), words="好", at=NOW)
    assert asked == [{"pk": 7, "brought_by__in": world.officer.person_keys}]


class _Some:
    def exists(self) -> bool:
        return True
