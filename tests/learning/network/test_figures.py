"""Figures of the public pages are rolled up, settled, and put right once a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from learning.account import makers
from xuecheng.city.organisations.models import Kind
from xuecheng.learning.network import queries, services
from xuecheng.learning.network.models import DailyRecords, Figures

pytestmark = pytest.mark.django_db

TEN = timedelta(minutes=10)


def figures():
    return queries.network(today=makers.TODAY)


def test_records_are_counted_by_district_year_and_the_last_30_days() -> None:
    liwan, tianhe = makers.district(), makers.district("440106000000", "天河区", "Tianhe")
    who = makers.learner()
    here, there = makers.school(at=liwan), makers.school("天河社区学院", at=tianhe)
    makers.record(who, institution=here, ended_on=date(2026, 11, 23))
    makers.record(who, institution=here, ended_on=date(2026, 10, 25))
    makers.record(who, institution=here, ended_on=date(2026, 10, 24))
    makers.record(who, institution=there, ended_on=date(2026, 1, 1))
    makers.record(who, institution=there, ended_on=date(2025, 12, 31))
    makers.record(who, institution=makers.body(), ended_on=date(2026, 11, 1))
    services.roll_up(now=makers.NOW)
    told = figures()
    assert told.records_in_year == 5
    assert told.records_recent == 3
    assert [(one.code[:6], one.records_recent) for one in told.districts] == [("440103", 2), ("440106", 0)]
    assert told.accounts == 1


def test_a_correction_counts_once_and_a_withdrawal_takes_away() -> None:
    who = makers.learner()
    first = makers.record(who, record_key="K")
    again = {"institution": first.institution, "record_key": "K", "reason": "更正"}
    second = makers.record(who, version=2, replaces_id=first.pk, **again)
    services.roll_up(now=makers.NOW)
    assert figures().records_in_year == 1
    makers.record(who, version=3, replaces_id=second.pk, status="withdrawn", **again)
    services.roll_up(now=makers.NOW + TEN)
    assert figures().records_in_year == 0


def test_what_was_seen_a_round_ago_is_settled_and_never_read_again() -> None:
    who = makers.learner()
    last = makers.record(who)
    services.roll_up(now=makers.NOW)
    assert Figures.objects.get().settled_to == 0
    services.roll_up(now=makers.NOW + TEN)
    assert Figures.objects.get().settled_to == last.pk
    makers.record(who)
    services.roll_up(now=makers.NOW + 2 * TEN)
    assert figures().records_in_year == 2
    assert {row.is_settled: row.count for row in DailyRecords.objects.all()} == {True: 1, False: 1}


def test_a_round_just_after_another_does_nothing_unless_asked() -> None:
    services.roll_up(now=makers.NOW)
    makers.record(makers.learner())
    assert not services.roll_up(now=makers.NOW + timedelta(seconds=5))
    assert figures().records_in_year == 0
    assert services.roll_up(now=makers.NOW + timedelta(seconds=6), at_once=True)
    assert figures().records_in_year == 1


def test_once_a_day_everything_is_counted_anew() -> None:
    makers.record(makers.learner())
    services.roll_up(now=makers.NOW)
    services.roll_up(now=makers.NOW + TEN)
    DailyRecords.objects.update(count=99)
    services.roll_up(now=makers.NOW + 2 * TEN)
    assert figures().records_in_year == 99
    services.roll_up(now=makers.NOW + timedelta(days=1))
    assert figures().records_in_year == 1


def test_learning_places_are_the_open_doors_only() -> None:
    at = makers.district()
    makers.school(at=at)
    makers.body("荔湾区图书馆", kind=Kind.LIBRARY, at=at)
    makers.body("荔湾区教育局", kind=Kind.DEPARTMENT, at=at)
    closed = makers.school("关了的学校", at=at)
    closed.is_active = False
    closed.save()
    told = figures()
    assert (told.places, told.districts[0].places) == (2, 2)
    assert {place.name_zh for place in queries.learning_places(district=at.code)} == {"逢源街社区学校", "荔湾区图书馆"}
    assert list(queries.learning_places(text="图书").values_list("name_zh", flat=True)) == ["荔湾区图书馆"]
    assert not queries.learning_places(district="999999999999").exists()


def test_the_public_figures_are_four_queries_at_two_sizes(django_assert_num_queries) -> None:
    for _size in range(2):
        who = makers.learner()
        for _record in range(5):
            makers.record(who)
        services.roll_up(now=makers.NOW, at_once=True)
        with django_assert_num_queries(4):
            figures()


def test_the_map_has_an_outline_for_each_of_the_eleven_districts_and_none_for_another_city() -> None:
    drawing = queries.district_map("440100000000")
    assert drawing is not None
    assert len(drawing.outlines) == 11
    assert all(path.startswith("M") and path.endswith("z") for path in drawing.outlines.values())
    assert queries.district_map("310000000000") is None


@pytest.mark.parametrize(("most", "size"), [(0, 1), (18, 1), (19, 2), (90, 5), (91, 10), (1_000_000, 100_000)])
def test_a_pane_stands_for_a_round_number(most: int, size: int) -> None:
    assert queries.pane_size(most) == size
