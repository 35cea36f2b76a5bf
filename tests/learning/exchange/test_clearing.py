"""Clearing: statements of what was settled, acknowledged by both, doubted line by line, closed for good (C-35)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from city.situations import holding
from learning.exchange.situations import NOW, World, a_learner, agreed, asked, earned, ratio, whole_case
from xuecheng.city import clock
from xuecheng.city.access.queries import standing_of
from xuecheng.city.access.services import Denied
from xuecheng.city.jobs import registry
from xuecheng.city.notices.models import Notice
from xuecheng.learning.exchange import queries, rules, services
from xuecheng.learning.exchange.models import ClearingPeriod, Doubt, Statement, StatementLine

pytestmark = pytest.mark.django_db
TODAY = clock.date_of(NOW)
LATER = NOW + timedelta(days=3)


def settled(world: World) -> None:
    """4.00 from the university to the school (a credit costs 12.30), 2.00 back."""
    agreed(
        world, ratio(world),
        ratio(world, source=world.vocational, target=world.open_university, num=1, den=2), is_automatic=True,
        price_fen=1230,
    )  # fmt: skip
    for _number in range(2):
        learner = a_learner()
        asked(world, learner, earned(learner, world.open_university))
    learner = a_learner()
    asked(world, learner, earned(learner, world.vocational, minutes=3840), target=world.open_university)


def drawn(world: World, *, ends_on: date = TODAY + timedelta(days=1)) -> ClearingPeriod:
    return services.draw_period(
        actor=world.officer, public_id=uuid4(), begins_on=TODAY - timedelta(days=30), ends_on=ends_on, at=LATER
    )


def the_statement() -> Statement:
    return Statement.objects.select_related("one__territory", "other__territory", "period").get()


def test_a_statement_is_the_sum_of_its_lines_and_positions_are_zero(world: World) -> None:
    settled(world)
    with pytest.raises(Denied):
        services.draw_period(actor=world.vc, public_id=uuid4(), begins_on=TODAY, ends_on=TODAY, at=LATER)
    with pytest.raises(services.PeriodNotOver):
        drawn(world, ends_on=clock.date_of(LATER) + timedelta(days=1))
    period = drawn(world)
    with pytest.raises(services.DaysClearedBefore), transaction.atomic():
        drawn(world)
    row = the_statement()
    sums = {row.one_id: (row.to_other, row.owed_by_one_fen), row.other_id: (row.to_one, row.owed_by_other_fen)}
    assert sums[world.open_university.pk] == (400, 4920)
    assert sums[world.vocational.pk] == (200, 2460)
    assert abs(row.net) == 200
    assert (row.pays, row.is_paid, row.pays_fen) == (world.open_university, world.vocational, 2460)
    (standings,) = queries.positions(period)
    assert sorted(credits_ for _place, credits_ in standings.rows) == [-200, 200]
    assert list(queries.statements(world.vc)) == [row]
    assert not queries.statements(world.bank.registrar).exists()


def test_both_acknowledge_doubts_are_explained_and_closing_is_final(world: World) -> None:
    settled(world)
    period = drawn(world)
    row = the_statement()
    line = StatementLine.objects.select_related("statement").filter(statement=row)[0]
    services.acknowledge(actor=world.vc, statement=row, organisation=world.vocational, at=LATER)
    with pytest.raises(services.NotASide):
        services.acknowledge(actor=world.bank.registrar, statement=row, organisation=world.bank.college, at=LATER)
    with pytest.raises(services.NotAcknowledged), transaction.atomic():
        services.close_period(actor=world.officer, period=period, at=LATER)
    told = {"actor": world.vc, "line": line, "organisation": world.vocational, "at": LATER}
    doubt = services.raise_doubt(words="这一笔应算上期", **told)
    assert services.raise_doubt(words="这一笔应算上期", **told) == doubt
    with pytest.raises(services.DoubtOpen):
        services.acknowledge(actor=world.vc, statement=row, organisation=world.vocational, at=LATER)
    services.acknowledge(actor=world.ou, statement=row, organisation=world.open_university, at=LATER)
    doubt = Doubt.objects.select_related(
        "organisation__territory", "line__statement__one__territory", "line__statement__other__territory"
    ).get()
    with pytest.raises(services.OwnDoubt):
        services.explain_line(actor=world.vc, doubt=doubt, answer="不", at=LATER)
    services.explain_line(actor=world.ou, doubt=doubt, answer="本期入账，见回执", at=LATER)
    services.acknowledge(actor=world.vc, statement=row, organisation=world.vocational, at=LATER)
    services.close_period(actor=world.officer, period=period, at=LATER)
    assert services.close_period(actor=world.officer, period=period, at=LATER).state == "closed"
    with pytest.raises(services.PeriodClosed):
        services.acknowledge(actor=world.vc, statement=row, organisation=world.vocational, at=LATER)
    for break_it in (
        lambda: ClearingPeriod.objects.filter(pk=period.pk).update(state="drawn", closed_by=None, closed_at=None),
        lambda: Statement.objects.filter(pk=row.pk).update(to_other=1),
        lambda: StatementLine.objects.filter(pk=line.pk).update(credits=1),
        lambda: Doubt.objects.filter(pk=doubt.pk).update(answer="改"),
        lambda: StatementLine.objects.filter(pk=line.pk).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            break_it()


def test_nothing_is_settled_into_days_that_were_cleared(world: World) -> None:
    agreed(world)
    learner = a_learner()
    case = asked(world, learner, earned(learner, world.open_university))
    drawn(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        services.accept_case(actor=world.vc, case=case, at=NOW)
    services.accept_case(actor=world.vc, case=case, at=LATER)
    assert whole_case(case).state == "settled"


def test_one_person_acknowledges_for_one_side(world: World) -> None:
    settled(world)
    drawn(world)
    row = the_statement()
    holding(world.ou.person, "registrar", organisation=world.vocational)
    both = standing_of(world.ou.person, today=TODAY)
    services.acknowledge(actor=both, statement=row, organisation=world.open_university, at=LATER)
    services.acknowledge(actor=both, statement=row, organisation=world.open_university, at=LATER)
    with pytest.raises(services.OneSideEach):
        services.acknowledge(actor=both, statement=row, organisation=world.vocational, at=LATER)
    seen = {"one_seen_by": world.ou.person, "other_seen_by": world.ou.person}
    with pytest.raises(IntegrityError, match="exchange_statement_seen_by_two"), transaction.atomic():
        Statement.objects.filter(pk=row.pk).update(**seen)


def test_what_keeps_a_period_open_is_counted(world: World) -> None:
    settled(world)
    period = drawn(world)
    row = the_statement()
    assert list(queries.unacknowledged(period)) == [row]
    for actor, side in ((world.ou, world.open_university), (world.vc, world.vocational)):
        services.acknowledge(actor=actor, statement=row, organisation=side, at=LATER)
    assert list(queries.unacknowledged(period)) == []
    line = StatementLine.objects.select_related("statement").first()
    assert line is not None
    services.raise_doubt(actor=world.ou, line=line, organisation=world.open_university, words="少了", at=LATER)
    assert list(queries.unacknowledged(period)) == [row]


def test_the_page_knows_which_days_were_not_cleared_yet(world: World) -> None:
    after = clock.date_of(LATER)
    assert queries.uncleared(today=after) is None, "nothing was ever exchanged"
    settled(world)
    assert queries.uncleared(today=TODAY) is None, "today is not over"
    found = queries.uncleared(today=after)
    assert found == queries.Uncleared(TODAY, after, 3, 1)
    drawn(world)
    rest = queries.uncleared(today=after)
    assert rest == queries.Uncleared(TODAY + timedelta(days=1), after, 0, 0)
    services.draw_period(
        actor=world.officer, public_id=uuid4(), begins_on=rest.begins_on, ends_on=rest.ends_on, at=LATER
    )
    assert queries.uncleared(today=after) is None


def test_days_that_a_period_jumped_over_are_not_called_cleared(world: World) -> None:
    settled(world)
    begins_on, after = TODAY + timedelta(days=1), clock.date_of(LATER)
    services.draw_period(actor=world.officer, public_id=uuid4(), begins_on=begins_on, ends_on=after, at=LATER)
    assert queries.uncleared(today=after) == queries.Uncleared(TODAY, begins_on, 3, 1)
    before = TODAY - timedelta(days=9)
    services.draw_period(actor=world.officer, public_id=uuid4(), begins_on=before, ends_on=TODAY, at=LATER)
    assert queries.uncleared(today=after) == queries.Uncleared(TODAY, begins_on, 3, 1)
    services.draw_period(actor=world.officer, public_id=uuid4(), begins_on=TODAY, ends_on=begins_on, at=LATER)
    assert queries.uncleared(today=after) is None


def after_the_month(days: int) -> datetime:
    """Noon of a day so many days after the end of the month in which everything was settled."""
    end = rules.months_around(TODAY, 1).ends_on
    return NOW + timedelta(days=(end - TODAY).days + days)


def test_a_month_that_nobody_drew_is_drawn_by_itself_and_both_sides_are_told(world: World) -> None:
    assert services.draw_ended(at=after_the_month(3)) == [], "nothing was ever exchanged"
    settled(world)
    assert services.draw_ended(at=after_the_month(2)) == [], "too early"
    (period,) = services.draw_ended(at=after_the_month(3))
    assert (period.begins_on, period.ends_on) == rules.months_around(TODAY, 1)
    assert (period.drawn_by, period.state) == (None, "drawn")
    row = the_statement()
    assert (row.period, abs(row.net)) == (period, 200)
    told = Notice.objects.filter(kind="exchange.statement", about__1=str(row.public_id)).values_list(
        "person", flat=True
    )
    assert set(told) == {world.ou.person.pk, world.vc.person.pk}
    assert services.draw_ended(at=after_the_month(3)) == services.draw_ended(at=after_the_month(300)) == []
    for actor, side in ((world.ou, world.open_university), (world.vc, world.vocational)):
        services.acknowledge(actor=actor, statement=row, organisation=side, at=LATER)
    assert services.close_period(actor=world.officer, period=period, at=LATER).state == "closed"


def test_the_clock_draws_around_what_an_officer_drew(world: World) -> None:
    agreed(world, is_automatic=True)
    for days in (0, 2, 4):
        learner = a_learner()
        asked(world, learner, earned(learner, world.open_university), at=NOW + timedelta(days=days))
    by_hand = services.draw_period(
        actor=world.officer, public_id=uuid4(), begins_on=TODAY + timedelta(days=2),
        ends_on=TODAY + timedelta(days=3), at=NOW + timedelta(days=9),
    )  # fmt: skip
    month = rules.months_around(TODAY, 1)
    made = services.draw_ended(at=after_the_month(3))
    assert [(one.begins_on, one.ends_on) for one in made] == [
        (month.begins_on, by_hand.begins_on), (by_hand.ends_on, month.ends_on)
    ]  # fmt: skip
    assert sorted(StatementLine.objects.values_list("statement__period", flat=True)) == sorted(
        [by_hand.pk, *(one.pk for one in made)]
    )


def test_what_an_officer_drew_whole_is_not_drawn_again(world: World) -> None:
    settled(world)
    period = drawn(world)
    assert services.draw_ended(at=after_the_month(40)) == []
    assert list(ClearingPeriod.objects.all()) == [period]


def test_who_may_acknowledge_is_told_of_what_an_officer_draws_too(world: World) -> None:
    settled(world)
    drawn(world)
    told = Notice.objects.filter(kind="exchange.statement")
    assert set(told.values_list("person", flat=True)) == {world.ou.person.pk, world.vc.person.pk}


def test_periods_may_have_several_months(world: World, settings: Any) -> None:
    settings.CLEARING_MONTHS = 3
    settled(world)
    quarter = rules.months_around(TODAY, 3)
    at = NOW + timedelta(days=(quarter.ends_on - TODAY).days + 3)
    assert services.draw_ended(at=at - timedelta(days=1)) == []
    (period,) = services.draw_ended(at=at)
    assert (period.begins_on, period.ends_on) == quarter
    assert quarter.begins_on.month in (1, 4, 7, 10)


def test_the_clock_knows_the_routine() -> None:
    assert registry.ROUTINES["exchange.draw_ended"].cron == "40 4 * * *"
