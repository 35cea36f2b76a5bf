"""The gap report (N-01): counted from real premises, residents estimated where nobody counted them, few questions."""

from __future__ import annotations

from decimal import Decimal

import pytest

from coordination.colleges.situations import TODAY, WHY, a_house, a_point, a_unit, declared, founded
from coordination.facilities.situations import a_space
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.colleges import offers, queries, services

pytestmark = pytest.mark.django_db


def streets(net):
    return {one.name_zh: one for one in queries.gap_report(net.places["天河区"], on=TODAY).areas}


def districts(net):
    return {one.name_zh: one for one in queries.gap_report(net.places["广州市"], on=TODAY).areas}


class TestCoverage:
    def test_declared_is_not_there_until_it_has_rooms(self, net):
        assert {name: one.state for name, one in streets(net).items()} == {"五山街道": "declared", "员村街道": "none"}
        a_house(net.street.organisation, net.places["华农社区居民委员会"])
        assert streets(net)["五山街道"].state == "own"
        assert (districts(net)["天河区"].streets.own, districts(net)["天河区"].streets.percent) == (1, 50)

    def test_both_sides_of_the_least_seats(self, net):
        venue = a_house(net.street.organisation, net.places["五山街道"], seats=9)
        assert streets(net)["五山街道"].state == "declared"
        a_space(net.keeper, venue, name_zh="小间", capacity=1)
        assert streets(net)["五山街道"].state == "own"

    def test_whoever_serves_two_streets_is_at_home_in_one(self, net):
        a_house(net.street.organisation, net.places["五山街道"])
        services.set_coverage(
            actor=net.operator, college=net.street, territories=[net.places["五山街道"], net.places["员村街道"]],
            from_on=TODAY, today=TODAY, why=WHY,
        )  # fmt: skip
        found = streets(net)
        assert (found["五山街道"].state, found["员村街道"].state) == ("own", "shared")
        assert found["员村街道"].unit == net.street

    def test_a_school_that_does_not_agree_is_no_place(self, net):
        """B-06."""
        a_house(net.street.organisation, net.places["五山街道"], kind="school", name_zh="校舍")
        assert streets(net)["五山街道"].houses == 0
        a_house(net.street.organisation, net.places["五山街道"], kind="school", name_zh="新校舍", has_consent=True)
        assert streets(net)["五山街道"].houses == 1

    def test_a_district_college_counts_where_it_is(self, net):
        assert districts(net)["天河区"].state == "declared"
        assert districts(net)["从化区"].state == "none"
        a_house(net.district.organisation, net.places["员村街道"])
        assert districts(net)["天河区"].state == "own"

    def test_points_count_by_community(self, net):
        a_house(net.street.organisation, net.places["华农社区居民委员会"])
        assert streets(net)["五山街道"].communities == queries.Share(whole=2, own=0)
        a_point(net)
        assert streets(net)["五山街道"].communities.percent == 50

    def test_pseudo_rows_do_not_count(self, net):
        found = districts(net)["从化区"]
        assert (found.streets.whole, found.communities.whole) == (1, 0)


class TestPeople:
    def test_of_a_street_they_are_an_estimate_and_say_so(self, net):
        found = streets(net)
        # Two communities and one, of 2,241,826 people.
        assert (found["五山街道"].people, found["员村街道"].people) == (1_494_551, 747_275)
        assert all(one.people_estimated for one in found.values())
        assert not districts(net)["天河区"].people_estimated

    def test_what_is_published_stays(self, net):
        Territory.objects.filter(pk=net.places["员村街道"].pk).update(population=80_000, population_source="街道统计")
        assert (streets(net)["员村街道"].people, streets(net)["员村街道"].people_estimated) == (80_000, False)

    def test_what_nobody_counted_is_not_known(self, net):
        assert districts(net)["从化区"].people is None
        assert districts(net)["从化区"].people_per_seat is None

    def test_people_per_seat(self, net):
        a_house(net.street.organisation, net.places["五山街道"], seats=100)
        assert districts(net)["天河区"].people_per_seat == 22_418


class TestDistance:
    def test_from_the_houses_known_there_to_the_nearest_school(self, net):
        a_house(
            net.street.organisation,
            net.places["五山街道"],
            latitude=Decimal("23.150000"),
            longitude=Decimal("113.350000"),
        )
        assert streets(net)["员村街道"].nearest_km is None
        library = a_unit("street", net.places["员村街道"], "别家")
        a_house(library, net.places["员村街道"], latitude=Decimal("23.120000"), longitude=Decimal("113.350000"))
        assert streets(net)["员村街道"].nearest_km == pytest.approx(3.34, abs=0.01)
        assert streets(net)["五山街道"].nearest_km is None


class TestOffers:
    def test_what_units_declare_and_what_apps_above_count(self, net, monkeypatch):
        declared(net)
        declared(net, side="lacks", theme="dance")
        path = net.places["昌乐园社区居民委员会"].path
        monkeypatch.setitem(offers._SOURCES, "classes", lambda within, on: [(path, "cooking", 7), (path, "unknown", 1)])
        found = streets(net)
        assert dict(found["五山街道"].themes) == {"calligraphy": 1}
        assert found["员村街道"].themes["cooking"] == 7
        assert len(found["员村街道"].theme_words()) == 1
        assert districts(net)["天河区"].themes["calligraphy"] == 1


def test_the_questions_do_not_grow_with_the_city(net, django_assert_num_queries):
    for number in range(3):
        other = a_unit("street", net.places["员村街道"], f"学校{number}")
        founded(net.operator, other, "street", net.district)
        a_house(other, net.places["员村街道"])
    # One for each that counts what is offered: units themselves, and apps above.
    sources = len(offers._SOURCES)
    with django_assert_num_queries(2 + sources):
        queries.gap_report(net.places["广州市"], on=TODAY)
    with django_assert_num_queries(4 + sources):
        queries.gap_report(net.places["天河区"], on=TODAY)


def test_sorted_the_worst_first_and_the_unknown_last(net):
    a_house(net.street.organisation, net.places["五山街道"])
    areas = queries.gap_report(net.places["天河区"], on=TODAY).areas
    assert [one.name_zh for one in queries.in_order(areas, "schools")] == ["员村街道", "五山街道"]
    assert [one.name_zh for one in queries.in_order(areas, "per_seat")] == ["员村街道", "五山街道"]
    assert [one.name_zh for one in queries.in_order(areas, "people")] == ["五山街道", "员村街道"]
    for sort in queries.SORTS:
        assert len(queries.in_order(areas, sort)) == 2
