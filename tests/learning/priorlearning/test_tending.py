"""What the clock finds: corrections after a case was closed, a long queue, learners who were erased (C-49)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from city.situations import a_person, a_registrar
from learning.priorlearning.situations import (
    DAY,
    NOW,
    World,
    assessing,
    begun,
    claim_of,
    decided,
    of,
    opined,
    submitted,
    whole,
)
from xuecheng.city.mydata import services as mydata
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.priorlearning import queries, services
from xuecheng.learning.priorlearning.models import Application, Claim
from xuecheng.learning.priorlearning.services import granting, refusals, tending
from xuecheng.learning.recognition.models import Posting
from xuecheng.learning.recognition.services.corrections import withdraw_credit
from xuecheng.learning.recognition.services.deciding import give_again
from xuecheng.learning.records import services as records
from xuecheng.learning.records.models import LearningRecord

pytestmark = pytest.mark.django_db


def record_of(row: Application) -> LearningRecord:
    return LearningRecord.objects.select_related("institution__territory", "learner").get(pk=claim_of(row).record_id)


def taken_back(world: World, row: Application) -> LearningRecord:
    """As a withdrawal does, beside the verbs of prior learning."""
    record = record_of(row)
    ledger.lock_books(books={record.book})
    withdraw_credit(record=record, officer_id=world.officer.person.pk, why="证明是假的", at=NOW)
    return record


def test_credit_that_is_taken_back_after_the_case_was_closed_frees_the_unit(world: World) -> None:
    row = decided(world, a_person("林秀英"))
    services.tend(at=NOW + 60 * DAY)
    assert whole(row).state == "closed"
    taken_back(world, row)
    assert services.tend(at=NOW + 90 * DAY) == 1
    assert claim_of(row).state == "reversed"
    begun(world, row.learner)
    assert not queries.to_tend(today=NOW.date()).filter(pk=row.pk).exists()


def test_credit_that_is_given_again_stands_behind_the_unit_as_before(world: World) -> None:
    row = decided(world, a_person("林秀英"))
    services.tend(at=NOW + 60 * DAY)
    record, first = taken_back(world, row), claim_of(row).posting
    services.tend(at=NOW + 61 * DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.filter(pk=claim_of(row).pk).update(state="granted")
    (given,) = give_again(record=record, ledger_kind=granting.LEDGER_KIND, officer_id=1, at=NOW)
    assert services.tend(at=NOW + 62 * DAY) == 1
    assert services.tend(at=NOW + 62 * DAY) == 0
    claim = claim_of(row)
    assert (claim.state, claim.posting) == ("granted", given.key)
    assert claim.posting != first
    with pytest.raises(refusals.UnitHeld):
        begun(world, row.learner)
    services.reverse_grant(actor=world.officer, claim=claim_of(row), why="证明是假的", at=NOW + 64 * DAY)
    assert claim_of(row).state == "reversed"


def test_the_clock_may_see_both_at_once(world: World) -> None:
    row = decided(world, a_person("林秀英"))
    record = taken_back(world, row)
    (given,) = give_again(record=record, ledger_kind=granting.LEDGER_KIND, officer_id=1, at=NOW)
    services.tend(at=NOW + DAY)
    assert (claim_of(row).state, claim_of(row).posting) == ("granted", given.key)


def test_a_unit_given_again_waits_for_the_application_that_asked_for_it_meanwhile(world: World) -> None:
    row = decided(world, a_person("林秀英"))
    record = taken_back(world, row)
    services.tend(at=NOW)
    anew = assessing(world, row.learner)
    give_again(record=record, ledger_kind=granting.LEDGER_KIND, officer_id=1, at=NOW)
    services.tend(at=NOW)
    assert claim_of(row).state == "reversed"
    anew = opined(anew, "yes", "yes")
    services.tend(at=NOW)
    assert (claim_of(anew).state, claim_of(row).state) == ("held", "granted")
    assert sum(one.balance for one in ledger.balances_of(learner_id=row.learner_id)) == 300


def test_nobody_waits_behind_those_who_cannot_go_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """More applications than any slice, all due before: the last one is looked at as well."""
    seen: list[int] = []
    monkeypatch.setattr(tending, "_tend", lambda row, *, at: seen.append(row.pk) or True)
    row = submitted(world, a_person("林秀英"))
    copies = []
    for _number in range(205):
        copy = Application.objects.get(pk=begun(world, a_person("周大姐"), world.food).pk)
        copies.append(copy.pk)
    Application.objects.filter(pk__in=copies).update(
        state="submitted", submitted_at=NOW, seal_number=row.seal_number, seed=row.seed, due_on=NOW.date()
    )
    assert services.tend(at=NOW) == 206
    assert seen[-1] == row.pk


def test_a_case_that_is_decided_ends_when_its_learner_is_erased(world: World, caplog: pytest.LogCaptureFixture) -> None:
    learner = a_person("林秀英")
    first = opined(assessing(world, learner, world.care, world.food), "yes", "yes", number=1)
    first = opined(first, "task", "task", number=2)
    made = mydata.ask_erasure(actor=of(learner), public_id=uuid4(), at=NOW)
    mydata.carry_out(erasure=made, at=NOW + timedelta(days=settings.MYDATA_ERASURE_DAYS))
    row = whole(first)
    assert (row.state, row.due_on, row.assignments.filter(ended_at=None).count()) == ("closed", None, 0)
    assert [one.state for one in row.claims.all()] == ["granted", "not_yet"]
    assert Posting.objects.filter(key=claim_of(row).posting).exists()
    assert not queries.to_tend(today=NOW.date() + timedelta(days=300)).exists()
    services.tend(at=NOW + 300 * DAY)
    assert "not tended" not in caplog.text


def test_what_was_declined_does_not_hinder_erasure(world: World) -> None:
    row = submitted(world, a_person("林秀英"))
    services.decline_application(
        actor=world.registrar, application=row, reason="unit", words="这个单元要求别的经历。", at=NOW
    )
    made = mydata.ask_erasure(actor=of(row.learner), public_id=uuid4(), at=NOW)
    mydata.carry_out(erasure=made, at=NOW + timedelta(days=settings.MYDATA_ERASURE_DAYS))
    assert (whole(row).state, whole(row).words) == ("declined", "—")


def test_the_page_of_the_record_tells_its_versions_and_nobody_corrects_it_by_hand(world: World, client: Client) -> None:
    """It follows from the decision: what is wrong is decided anew. The page opens for every origin."""
    row = decided(world, a_person("林秀英"))
    first = record_of(row)
    clerk = a_registrar(first.institution)
    newer = records.withdraw_record(actor=clerk, record=first, reason="证明是假的", at=NOW)
    for reader in (row.learner, clerk.person):
        client.force_login(reader)
        shown = client.get(reverse("records:show_record", args=[newer.pk]))
        assert shown.status_code == 200
        ((_newest, changes), _oldest) = shown.context["versions"]
        assert [label for label, _before, _after in changes] == ["结果"]
        assert not shown.context["may_correct"]
    assert client.get(reverse("records:correct_record", args=[first.pk])).status_code == 404
