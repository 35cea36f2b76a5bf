"""Exchanged credit is certified once: where it counts now, and no more where it came from (C-34, C-88)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from learning.exchange.situations import NOW, World, a_learner, a_world, agreed, asked, earned, held, of
from xuecheng.city.people.models import Person
from xuecheng.learning.credentials import services
from xuecheng.learning.credentials.models import Transcript
from xuecheng.learning.exchange import services as exchange

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return a_world()


def issued(learner: Person) -> Transcript:
    return services.issue_transcript(actor=of(learner), learner=learner, at=NOW, language="zh-hans")


def lines(made: Transcript) -> list[tuple[str, int]]:
    (table,) = made.snapshot["frameworks"]
    assert table["total"] == sum(line["credits"] for line in table["lines"])
    return [(line["institution"], line["credits"]) for line in table["lines"]]


@pytest.mark.parametrize(
    ("most", "left", "given"), [(None, 0, 230), (100, 200, 100)], ids=["all of it", "as much as the cap lets"]
)
def test_it_stands_where_it_counts_now(world: World, most: int | None, left: int, given: int) -> None:
    agreed(world, most_per_learner=most)
    learner = a_learner()
    posting = earned(learner, world.open_university, minutes=3360)
    before = issued(learner)
    source, target = world.open_university.name_zh, world.vocational.name_zh
    assert lines(before) == [(source, 350)]

    case = asked(world, learner, posting)
    assert lines(issued(learner)) == [(source, 350)], "what is held is still the learner's"
    later = NOW + timedelta(days=1)
    exchange.accept_case(actor=world.vc, case=case, at=later)
    wanted = {(f"{target}，由{source}的学分互换而来", given)} | ({(source, left)} if left else set())
    assert set(lines(issued(learner))) == wanted
    assert sum(credits_ for _name, credits_ in wanted) == held(learner)["free"]

    (change,) = services.answer_code(text=before.code).changes
    assert (change.on, change.is_exchanged, change.is_taken_back) == (later, True, False)
