"""A new version of a rule leaves what was credited as it is, unless an officer has it recognised anew (C-18)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import uuid4

import pytest

from learning.recognition import situations as so
from xuecheng.city.access.services import Denied
from xuecheng.city.jobs.models import Job
from xuecheng.learning.recognition.models import Posting, RuleVersion, Run
from xuecheng.learning.recognition.queries.under_rule import affected_by
from xuecheng.learning.recognition.services import under_rule
from xuecheng.learning.recognition.services.rule_versions import RuleNotInForce

pytestmark = pytest.mark.django_db(transaction=True)

WIDER = so.body(quantity={"from": "minutes", "bands": [{"to": 480, "percent": 100}, {"to": None, "percent": 50}]})
SINCE = date(2026, 12, 1)
WHY = "The council counts long courses by half from December."


@pytest.fixture
def learners(city: so.City) -> list[object]:
    """Four learners with a record before and one after the day of the new version, all credited under the old one."""
    first = so.in_force(city)
    learners = [so.a_learner() for _ in range(4)]
    records = [
        so.a_record(learner, city.college, ended_on=day)
        for learner in learners
        for day in (date(2026, 11, 30), date(2026, 12, 1))
    ]
    so.recognised(*records)
    so.followed(city, first, WIDER, since=SINCE)
    return learners


@pytest.fixture
def small_slices(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(under_rule, "_SLICE_RECORDS", 1)
    return


def newest(city: so.City) -> RuleVersion:
    return RuleVersion.objects.get(version=2)


def test_the_preview_counts_what_stands_under_older_versions(city: so.City, learners: list[object]) -> None:
    affected = affected_by(newest(city))
    assert (affected.records, affected.learners, list(affected.credits.values())) == (4, 4, [400])


def test_nothing_changes_by_itself(city: so.City, learners: list[object]) -> None:
    assert Posting.objects.filter(rule__version=2).count() == 0
    assert [so.balances(learner) for learner in learners] == [{"community/1": 200}] * 4


def test_an_officer_has_it_recognised_anew_by_reversal_and_new_posting(city: so.City, learners: list[object]) -> None:
    run = under_rule.rerecognise_under_rule(actor=city.author, public_id=uuid4(), rule=newest(city), why=WHY, at=so.NOW)
    so.work(Job.objects.get(pk=run.job_id))

    run = Run.objects.get(pk=run.pk)
    assert (run.reversed_count, run.credited_count, list(run.credits.values())) == (4, 4, [280])
    # 480 minutes whole and 480 by half make 0.70; November stays at 1.00.
    assert [so.balances(learner) for learner in learners] == [{"community/1": 170}] * 4
    assert set(Posting.objects.filter(rule__version=2).values_list("why", flat=True)) == {WHY}
    assert affected_by(newest(city)).records == 0


@pytest.mark.usefixtures("small_slices")
def test_killed_in_between_it_goes_on_with_exact_totals(city: so.City, learners: list[object]) -> None:
    run = Run.objects.create(rule=newest(city), why=WHY, started_by=city.author.person, started_at=so.NOW)
    with pytest.raises(so.Killed):
        under_rule.rerecognise_run(run, so.Hand(stop_after=2), now=lambda: so.NOW)
    assert Posting.objects.filter(rule__version=2).count() == 2

    run = under_rule.rerecognise_run(run, so.Hand(), now=lambda: so.NOW)

    assert (run.reversed_count, run.credited_count) == (4, 4)
    assert Posting.objects.filter(rule__version=2).count() == 4


def test_what_was_spent_already_stays_under_the_old_version(city: so.City, learners: list[object]) -> None:
    so.spent(learners[0], 150)
    run = Run.objects.create(rule=newest(city), why=WHY, started_by=city.author.person, started_at=so.NOW)

    run = under_rule.rerecognise_run(run, so.Hand(), now=lambda: so.NOW)

    assert run.reversed_count == 3
    so.given_back(learners[0], 150)
    assert so.balances(learners[0]) == {"community/1": 200}


def test_registrars_do_not_decide_it_and_drafts_are_not_in_force(city: so.City, learners: list[object]) -> None:
    rule = newest(city)
    with pytest.raises(Denied):
        under_rule.rerecognise_under_rule(actor=city.registrar, public_id=uuid4(), rule=rule, why=WHY, at=so.NOW)
    with pytest.raises(RuleNotInForce):
        under_rule.rerecognise_under_rule(
            actor=city.author, public_id=uuid4(), rule=so.a_draft(city), why=WHY, at=so.NOW
        )
