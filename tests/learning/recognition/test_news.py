"""Learners hear of credit given, taken back and counted anew; officers of rules that wait for them."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from city.situations import a_person, holding
from learning.recognition import situations as so
from xuecheng.city.notices.models import Message, Notice
from xuecheng.learning.recognition import news
from xuecheng.learning.recognition.models import Run
from xuecheng.learning.recognition.services import rule_versions, runs, under_rule
from xuecheng.learning.recognition.services.corrections import rerecognise_record, reverse_postings

pytestmark = pytest.mark.django_db(transaction=True)


def now() -> object:
    return so.NOW


def told(kind: str) -> dict[int, dict[str, object]]:
    """Person → values of what they were told of that kind; each once."""
    rows = list(Notice.objects.filter(kind=kind).values_list("person", "values"))
    assert len(dict(rows)) == len(rows)
    return dict(rows)


@pytest.fixture
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "SLICE_RECORDS", 10)


@pytest.mark.usefixtures("small_slices")
def test_each_learner_of_a_run_hears_once_how_many_records_earned_credit(city: so.City) -> None:
    so.in_force(city)
    learners = [so.a_learner() for _ in range(12)]
    so.spread(learners, city.college)
    nothing = so.a_learner()
    so.a_record(nothing, city.college, origin="formal", code="X")

    runs.recognise_run(so.a_run(city), so.Hand(), now=now)

    assert told(news.CREDITED) == {learner.pk: {"count": 3} for learner in learners}
    assert not Message.objects.exists(), "in the site only"


@pytest.mark.usefixtures("small_slices")
def test_killed_in_any_slice_nobody_hears_twice_and_everybody_once(city: so.City) -> None:
    so.in_force(city)
    learners = [so.a_learner() for _ in range(12)]
    so.spread(learners, city.college)
    run = so.a_run(city)
    killed = 0
    while True:
        try:
            runs.recognise_run(Run.objects.get(pk=run.pk), so.Hand(stop_after=killed % 3), now=now)
            break
        except so.Killed:
            killed += 1
    assert killed
    assert set(told(news.CREDITED)) == {learner.pk for learner in learners}


def test_a_second_run_that_gives_nothing_tells_nothing_and_one_that_does_tells_anew(city: so.City) -> None:
    so.in_force(city)
    learner = so.a_learner()
    so.a_record(learner, city.college)
    runs.recognise_run(so.a_run(city), so.Hand(), now=now)
    runs.recognise_run(so.a_run(city, is_again=True), so.Hand(), now=now)
    assert set(told(news.CREDITED)) == {learner.pk}
    so.a_record(learner, city.college)
    runs.recognise_run(so.a_run(city), so.Hand(), now=now)
    assert Notice.objects.filter(person=learner, kind=news.CREDITED).count() == 2


def test_a_slice_costs_two_more_statements_however_many_learners_it_has(city: so.City) -> None:
    so.in_force(city)
    asked = []
    for many in (2, 20):
        so.spread([so.a_learner() for _ in range(many)], city.college, each=1)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            runs.recognise_run(so.a_run(city), so.Hand(), now=now)
        asked.append([query["sql"] for query in captured if "notices_" in query["sql"]])
    assert [len(one) for one in asked] == [2, 2]


def test_credit_taken_back_is_told_with_the_way_to_the_account(city: so.City) -> None:
    so.in_force(city)
    learner = so.a_learner()
    record = so.a_record(learner, city.college)
    so.recognised(record)
    reverse_postings(actor=city.author, record=record, why="Another class's list", at=so.NOW)
    assert told(news.TAKEN_BACK) == {learner.pk: {}}
    assert Notice.objects.get(kind=news.TAKEN_BACK).about == ["account:see_account"]


def test_credit_counted_anew_is_told_once_for_each_time(city: so.City) -> None:
    so.in_force(city)
    learner = so.a_learner()
    record = so.a_record(learner, city.college)
    so.recognised(record)
    for _ in range(2):
        rerecognise_record(actor=city.author, record=record, why="The right list", at=so.NOW)
    assert Notice.objects.filter(kind=news.COUNTED_ANEW, person=learner).count() == 2


def test_a_run_under_a_changed_rule_tells_those_whose_credit_it_touched(city: so.City) -> None:
    first = so.in_force(city)
    since = date(2026, 12, 1)
    touched, untouched = so.a_learner(), so.a_learner()
    so.recognised(
        so.a_record(touched, city.college, ended_on=since), so.a_record(untouched, city.college, ended_on=so.TODAY)
    )
    rule = so.followed(city, first, so.body(priority=60), since=since)
    run = under_rule.rerecognise_under_rule(
        actor=city.author, public_id=uuid4(), rule=rule, why="The council decided so", at=so.NOW
    )
    for _time in range(2):
        under_rule.rerecognise_run(run, so.Hand(), now=now)
    assert told(news.COUNTED_ANEW) == {touched.pk: {}}


def test_officers_hear_of_a_rule_that_waits_and_its_author_does_not(city: so.City) -> None:
    elsewhere = a_person("别区")
    holding(elsewhere, "certification_officer", territory=city.places["从化区"])
    draft = so.a_draft(city)
    for _time in range(2):
        rule_versions.propose_rule(actor=city.author, rule=draft, at=so.NOW)
    assert set(told(news.RULE_WAITS)) == {city.approver.person.pk}
    values = Notice.objects.get(kind=news.RULE_WAITS).values
    assert (values["code"], set(values["name"])) == (draft.code, {"zh", "en"})
