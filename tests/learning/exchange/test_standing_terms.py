"""What holds for all alike is read once, and a change of it counts for the next who asks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from learning.exchange.situations import NOW, World, a_learner, agreed, asked, earned, pair, wallet
from xuecheng.learning.exchange import services
from xuecheng.learning.exchange.models import Agreement, Case
from xuecheng.learning.exchange.queries.standing_terms import standing_terms

pytestmark = pytest.mark.django_db


def test_another_who_asks_pays_for_one_question(world: World) -> None:
    agreed(world, is_automatic=True)
    day = NOW.date()
    source = [world.open_university.pk]
    first = standing_terms(day)
    first.clauses_of(source)
    with CaptureQueriesContext(connection) as queries:
        assert standing_terms(day) is first
        assert len(first.clauses_of(source)) == 1
    assert len(queries) == 1


def test_an_agreement_counts_from_the_moment_it_is_approved_and_no_longer_than_it_says(world: World) -> None:
    learner = a_learner()
    earned(learner, world.open_university)
    assert wallet(learner).places == ()
    row = agreed(world, pair(world))
    (place,) = wallet(learner).places
    assert [one.as_what for one in place.counts] == [world.elders.title]
    Agreement.objects.filter(pk=row.pk).update(state="ended", effect_to=NOW.date())
    assert wallet(learner).places == ()
    assert wallet(learner, NOW - timedelta(days=1)).places != ()


def test_each_reads_it_in_their_language(world: World) -> None:
    learner = a_learner()
    earned(learner, world.open_university)
    agreed(world)
    said = set()
    for language in ("zh-hans", "en", "zh-hans"):
        with override(language):
            ((place),) = wallet(learner).places
            said.add((language, place.counts[0].as_what))
    assert len(said) == 2
    assert dict(said)["en"].endswith("level 2")


def test_the_second_exchange_under_an_agreement_asks_a_fixed_number_of_questions(world: World) -> None:
    """Forty at most, of which eleven are the ledger's, with rights, rules, trace and notice (54 once)."""
    agreed(world, is_automatic=True)
    counts = []
    for name in ("陈嘉敏", "李嘉敏", "周嘉敏"):
        learner = a_learner(name)
        posting = earned(learner, world.open_university, minutes=3360)
        with CaptureQueriesContext(connection) as queries:
            case = asked(world, learner, posting)
        assert case.state == Case.State.SETTLED
        counts.append(len(queries))
    assert counts[1] == counts[2] <= 42
    assert services.tend(at=NOW) == 0
