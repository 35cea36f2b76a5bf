"""What an assessor is asked to do now, and what they wait for: one list, counted as the menu counts it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from city.situations import a_person
from learning.priorlearning.situations import DAY, NOW, World, a_world, assessing, of, places, says, whole
from xuecheng.city.access.queries import Standing
from xuecheng.learning.priorlearning import queries, services
from xuecheng.learning.priorlearning.models import Assignment

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return a_world(assessors=7)


def done_by(mine: Assignment, word: str = "yes") -> None:
    mine.application = whole(mine.application)
    found = queries.claim_of(mine.application, 1)
    assert found is not None
    says(mine, found, word)


def counted(viewer: Standing) -> tuple[int, int]:
    """Things to do now, as the page says; cases to do, as the menu counts."""
    return queries.duties_of(viewer, at=NOW).count, queries.to_do(viewer).count()


def test_a_unit_waits_for_an_opinion_then_for_the_other_one(world: World) -> None:
    row = assessing(world, a_person("陈嘉敏"))
    first, second = places(row)
    assert [counted(of(one.person)) for one in (first, second)] == [(1, 1), (1, 1)]
    (duty,) = queries.duties_of(of(first.person), at=NOW).opinions
    assert duty.due_on == row.due_on
    done_by(first)
    duties = queries.duties_of(of(first.person), at=NOW)
    assert (counted(of(first.person)), len(duties.waiting)) == ((0, 0), 1)
    done_by(second)
    duties = queries.duties_of(of(first.person), at=NOW)
    assert (len(duties.waiting), len(duties.decided), duties.count) == (0, 1, 0)
    stranger = queries.duties_of(of(a_person("外人")), at=NOW)
    assert stranger.is_none


def test_where_two_differ_a_third_is_asked(world: World) -> None:
    row = assessing(world, a_person("陈嘉敏"))
    for one, word in zip(places(row), ("yes", "not_yet"), strict=True):
        done_by(one, word)
    third = places(row)[2]
    assert third.place == 3
    assert counted(of(third.person)) == (1, 1)


def test_a_paused_case_asks_nothing(world: World) -> None:
    learner = a_person("陈嘉敏")
    row = assessing(world, learner)
    mine = places(row)[0]
    services.pause_application(actor=of(learner), application=whole(row), at=NOW)
    assert counted(of(mine.person)) == (0, 0)
    assert queries.duties_of(of(mine.person), at=NOW).is_none


def test_an_interview_comes_and_is_written_down_after_it_was_held(world: World) -> None:
    row = assessing(world, a_person("陈嘉敏"))
    mine = places(row)[0]
    made = services.call_meeting(
        actor=of(mine.person), application=whole(row), public_id=uuid4(), kind="interview", begins_at=NOW + 2 * DAY,
        minutes=40, place="实训楼 203 室", at=NOW,
    )  # fmt: skip
    for at, held, coming in ((NOW, 0, 1), (NOW + 2 * DAY, 1, 0), (NOW + 2 * DAY - timedelta(seconds=1), 0, 1)):
        duties = queries.duties_of(of(mine.person), at=at)
        assert (len(duties.minutes), len(duties.meetings)) == (held, coming)
    made.application = whole(row)
    services.write_minutes(actor=of(mine.person), meeting=made, notes="讲清了翻身的步骤。", at=NOW + 3 * DAY)
    duties = queries.duties_of(of(mine.person), at=NOW + 3 * DAY)
    assert (len(duties.minutes), len(duties.meetings)) == (0, 0)


def test_a_task_waits_for_those_who_gave_it_and_an_appeal_for_its_panel(world: World) -> None:
    learner = a_person("陈嘉敏")
    row = assessing(world, learner)
    first, second = places(row)
    for one in (first, second):
        done_by(one, "task")
    duties = queries.duties_of(of(first.person), at=NOW)
    assert (len(duties.tasks), counted(of(first.person))) == (1, (1, 1))
    mine = places(row)[0]
    task = queries.claim_of(whole(row), 1)
    assert task is not None
    services.settle_task(actor=of(first.person), assignment=mine, claim=task, is_done=False, words="没有交", at=NOW)
    assert counted(of(first.person)) == (0, 0)
    services.appeal(
        actor=of(learner), claim=queries.claim_of(whole(row), 1), ground="evidence", words="补了录像", at=NOW,
    )  # fmt: skip
    panel = places(row, purpose="panel")
    assert [counted(of(one.person)) for one in panel] == [(1, 1)] * 3
    assert counted(of(first.person)) == (0, 0), "none of the first assessors"
    services.vote_appeal(
        actor=of(panel[0].person), assignment=panel[0], appeal=queries.appeals_of(whole(row))[0], vote="uphold",
        words="没有录像", at=NOW,
    )  # fmt: skip
    assert counted(of(panel[0].person)) == (0, 0)


@pytest.mark.counted
def test_whoever_assesses_lands_on_it_once_and_finds_it_in_the_menu(world: World) -> None:
    row = assessing(world, a_person("陈嘉敏"))
    client, idle = Client(), Client()
    client.force_login(places(row)[0].person)
    work, home = reverse("priorlearning:list_work"), reverse("desk:home")
    assert client.get(home)["Location"] == work
    assert client.get(home)["Location"] != work, "from there, home is home"
    page = client.get(work).content.decode()
    assert "家庭养老护理" in page
    assert reverse("priorlearning:assess", args=[row.public_id, 1]) in page
    idle.force_login(a_person("住户"))
    assert idle.get(home)["Location"] != work
    assert work not in idle.get(reverse("network:show_learner_home")).content.decode()
    assert work in client.get(reverse("network:show_learner_home")).content.decode()
