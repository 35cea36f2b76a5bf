"""Renaming, moving, merging and splitting from a date on, and what `as of` answers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from city.situations import KNOWN_SINCE, TODAY, a_stranger, an_operator, small_city
from xuecheng.city import rights, trace
from xuecheng.city.territories import queries, rules, services
from xuecheng.city.territories.models import Succession, Territory, TerritoryVersion
from xuecheng.city.territories.services import NewDivision, Part

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
LAST_YEAR = date(2025, 9, 1)
NEXT_MONTH = date(2026, 12, 23)


@pytest.fixture
def city():
    return small_city()


@pytest.fixture
def operator(city):
    return an_operator(city["广州市"])


def doing(operator, **more):
    return {"actor": operator, "on": LAST_YEAR, "today": TODAY, "reason": "穗府函〔2025〕1号"} | more


def name_on(code, day):
    found = queries.as_of(code, day)
    return found and found.name_zh


class TestRename:
    def test_the_new_name_holds_from_its_day_and_the_old_one_before(self, city, operator):
        services.rename(**doing(operator, territory=city["五山街道"], name_zh="石牌街道", name_en="Shipai Subdistrict"))
        code = city["五山街道"].code
        assert name_on(code, KNOWN_SINCE - DAY) is None
        assert name_on(code, KNOWN_SINCE) == "五山街道"
        assert name_on(code, LAST_YEAR - DAY) == "五山街道"
        assert name_on(code, LAST_YEAR) == "石牌街道"
        assert Territory.objects.get(code=code).name_zh == "石牌街道"

    def test_a_future_name_waits_for_its_day(self, city, operator):
        services.rename(**doing(operator, territory=city["五山街道"], name_zh="石牌街道", on=NEXT_MONTH))
        row = Territory.objects.get(code=city["五山街道"].code)
        assert row.name_zh == "五山街道"
        assert services.apply_due_changes(today=NEXT_MONTH - DAY) == 0
        assert services.apply_due_changes(today=NEXT_MONTH) == 1
        row.refresh_from_db()
        assert row.name_zh == "石牌街道"
        # A routine that runs twice, or late, changes nothing more.
        assert services.apply_due_changes(today=NEXT_MONTH + DAY) == 0

    def test_changes_are_entered_in_the_order_of_their_days(self, city, operator):
        services.rename(**doing(operator, territory=city["五山街道"], name_zh="石牌街道", on=NEXT_MONTH))
        with pytest.raises(services.LaterChangeKnown):
            services.rename(**doing(operator, territory=city["五山街道"], name_zh="岑村街道"))

    def test_two_changes_on_one_day_are_one_period(self, city, operator):
        services.rename(**doing(operator, territory=city["五山街道"], name_zh="石牌街道"))
        services.move(**doing(operator, territory=city["五山街道"], parent=city["从化区"]))
        newest, first = queries.periods_of(city["五山街道"])
        assert (newest.name_zh, newest.parent_name_zh) == ("石牌街道", "从化区")
        assert (first.name_zh, first.parent_name_zh, first.ends_on) == ("五山街道", "天河区", LAST_YEAR)

    def test_a_name_that_is_the_same_is_no_change(self, city, operator):
        with pytest.raises(services.NothingChanges):
            services.rename(**doing(operator, territory=city["五山街道"], name_zh="五山街道"))
        with pytest.raises(rules.NameMissing):
            services.rename(**doing(operator, territory=city["五山街道"], name_zh=""))
        assert TerritoryVersion.objects.count() == 11

    def test_the_trace_tells_who_and_why(self, city, operator):
        services.rename(**doing(operator, territory=city["五山街道"], name_zh="石牌街道"))
        newest = trace.history_of(Territory.objects.get(code=city["五山街道"].code))[0]
        assert (newest.by_name, newest.why) == ("何运维", "穗府函〔2025〕1号")
        assert newest.changes == {"name_zh": ("五山街道", "石牌街道")}

    def test_somebody_without_the_right_there_is_denied(self, city):
        for nobody in (a_stranger(), an_operator(city["从化区"], name="从化运维")):
            with pytest.raises(rights.Denied):
                services.rename(**doing(nobody, territory=city["五山街道"], name_zh="石牌街道"))
        services.rename(**doing(an_operator(city["天河区"]), territory=city["五山街道"], name_zh="石牌街道"))


class TestMove:
    def test_all_beneath_comes_along(self, city, operator):
        services.move(**doing(operator, territory=city["五山街道"], parent=city["从化区"]))
        assert [one.name_zh for one in queries.beneath(city["从化区"], level="community") if not one.is_pseudo] == [
            "华农社区居民委员会",
            "岳洲社区居民委员会",
        ]
        community = Territory.objects.get(name_zh="华农社区居民委员会")
        assert [one.name_zh for one in queries.line_of(community)] == ["广州市", "从化区", "五山街道"]
        assert [one.name_zh for one in queries.as_of(community.code, LAST_YEAR - DAY).line] == [
            "广州市",
            "天河区",
            "五山街道",
        ]
        assert [one.name_zh for one in queries.as_of(community.code, LAST_YEAR).line] == [
            "广州市",
            "从化区",
            "五山街道",
        ]

    def test_a_parent_of_the_same_level_or_below_is_refused(self, city, operator):
        with pytest.raises(rules.ParentNotAbove):
            services.move(**doing(operator, territory=city["五山街道"], parent=city["员村街道"]))
        with pytest.raises(rules.ParentNotAbove):
            services.move(**doing(operator, territory=city["天河区"], parent=city["五山街道"]))

    def test_the_right_is_needed_at_both_ends(self, city):
        with pytest.raises(rights.Denied):
            services.move(**doing(an_operator(city["天河区"]), territory=city["五山街道"], parent=city["从化区"]))


class TestMerge:
    def test_into_one_that_stays(self, city, operator):
        successor = services.merge(**doing(operator, merged=[city["五山街道"]], into=city["员村街道"]))
        assert successor == city["员村街道"]
        ended = Territory.objects.get(code=city["五山街道"].code)
        assert not ended.is_current
        assert name_on(ended.code, LAST_YEAR - DAY) == "五山街道"
        assert name_on(ended.code, LAST_YEAR) is None
        assert len(queries.beneath(successor)) == 3
        assert queries.successors(ended) == [successor]
        assert queries.successors(successor) == [successor]

    def test_two_into_a_new_one(self, city, operator):
        successor = services.merge(
            **doing(
                operator,
                merged=[city["五山街道"], city["员村街道"]],
                into=NewDivision("440106009000", "珠江新城街道"),
            )
        )
        assert successor.is_current
        assert successor.parent == city["天河区"]
        assert successor.path == f"{city['天河区'].path}{successor.pk}/"
        assert queries.counts(city["天河区"])["street"] == 1
        assert queries.counts(city["天河区"])["community"] == 3
        assert name_on(successor.code, LAST_YEAR - DAY) is None
        assert {one.predecessor.name_zh for one in queries.successions_of(successor)} == {"五山街道", "员村街道"}

    def test_a_future_merger_shows_on_its_day(self, city, operator):
        successor = services.merge(
            **doing(
                operator, merged=[city["五山街道"]], into=NewDivision("440106009000", "珠江新城街道"), on=NEXT_MONTH
            )
        )
        assert not successor.is_current
        assert queries.counts(city["天河区"])["street"] == 2
        services.apply_due_changes(today=NEXT_MONTH)
        successor.refresh_from_db()
        assert successor.is_current
        assert len(queries.beneath(successor)) == 2
        assert queries.counts(city["天河区"])["street"] == 2

    def test_what_cannot_be_merged_is_refused_and_nothing_changes(self, city, operator):
        wushan, yuancun = city["五山街道"], city["员村街道"]
        cases = [
            (services.NothingToMerge, [], yuancun),
            (services.MergeWithItself, [wushan, yuancun], yuancun),
            (services.LevelsDiffer, [wushan], city["从化区"]),
            (services.LevelsDiffer, [wushan, city["从化区"]], yuancun),
            (services.CodeTaken, [wushan], NewDivision(yuancun.code, "新街道")),
            (rules.CodeNotOfLevel, [wushan], NewDivision("440106009001", "新街道")),
        ]
        for refusal, merged, into in cases:
            with pytest.raises(refusal):
                services.merge(**doing(operator, merged=merged, into=into))
        with pytest.raises(services.BeganThatDay):
            services.merge(**doing(operator, merged=[wushan], into=yuancun, on=KNOWN_SINCE))
        with pytest.raises(services.NotInForce):
            services.merge(**doing(operator, merged=[wushan], into=yuancun, on=KNOWN_SINCE - DAY))
        assert not Succession.objects.exists()
        assert Territory.objects.filter(is_current=True).count() == 11


class TestSplit:
    def test_a_division_that_ends_gives_everything_to_its_parts(self, city, operator):
        north, south = services.split(
            **doing(
                operator,
                territory=city["五山街道"],
                parts=[
                    Part(NewDivision("440106011000", "五山北街道"), ["440106001001"]),
                    Part(NewDivision("440106012000", "五山南街道"), ["440106001002"]),
                ],
            )
        )
        assert [one.name_zh for one in queries.beneath(north)] == ["华农社区居民委员会"]
        assert [one.name_zh for one in queries.beneath(south)] == ["岳洲社区居民委员会"]
        old = Territory.objects.get(code="440106001000")
        assert not old.is_current
        assert queries.successors(old) == [north, south]
        assert name_on("440106001000", LAST_YEAR - DAY) == "五山街道"

    def test_a_division_that_remains_keeps_what_is_not_taken(self, city, operator):
        (east,) = services.split(
            **doing(
                operator,
                territory=city["五山街道"],
                parts=[Part(NewDivision("440106011000", "五山东街道"), ["440106001002"])],
                remains=True,
            )
        )
        old = Territory.objects.get(code="440106001000")
        assert old.is_current
        assert [one.code for one in queries.beneath(old)] == ["440106001001"]
        assert [one.code for one in queries.beneath(east)] == ["440106001002"]

    def test_parts_that_do_not_add_up_are_refused(self, city, operator):
        one, two = NewDivision("440106011000", "五山北街道"), NewDivision("440106012000", "五山南街道")
        cases = [
            (services.TooFewParts, [Part(one, ["440106001001", "440106001002"])]),
            (services.BeneathWithoutPart, [Part(one, ["440106001001"]), Part(two)]),
            (services.BeneathTwice, [Part(one, ["440106001001"]), Part(two, ["440106001001"])]),
            (services.NotBeneath, [Part(one, ["440106002001"]), Part(two)]),
        ]
        for refusal, parts in cases:
            with pytest.raises(refusal):
                services.split(**doing(operator, territory=city["五山街道"], parts=parts))
        assert Territory.objects.count() == 11


class TestTreeAsOf:
    def test_the_tree_of_a_day_is_that_days(self, city, operator):
        services.merge(**doing(operator, merged=[city["五山街道"]], into=city["员村街道"]))
        (before,) = queries.tree_as_of(LAST_YEAR - DAY)
        (after,) = queries.tree_as_of(LAST_YEAR)
        assert before.count() == {"district": 2, "street": 3, "community": 3}
        assert after.count() == {"district": 2, "street": 2, "community": 3}
        assert queries.tree_as_of(KNOWN_SINCE - DAY) == []
        (tianhe,) = queries.tree_as_of(LAST_YEAR, root=city["天河区"])
        assert [node.division.name_zh for node in tianhe.children] == ["员村街道"]

    def test_each_question_takes_a_fixed_number_of_queries(self, city, django_assert_num_queries):
        with django_assert_num_queries(1):
            queries.tree_as_of(TODAY)
        with django_assert_num_queries(1):
            queries.as_of("440106001001", TODAY)
        with django_assert_num_queries(2):
            queries.children(city["广州市"])
        with django_assert_num_queries(1):
            queries.search("五山")
        with django_assert_num_queries(2):
            queries.search("天河 五山")
        with django_assert_num_queries(1):
            queries.periods_of(city["天河区"])

    def test_lists_leave_pseudo_rows_out_of_counts(self, city):
        listed = {one.territory.name_zh: one for one in queries.children(city["广州市"])}
        assert (listed["从化区"].street_count, listed["从化区"].community_count) == (1, 0)
        assert (listed["天河区"].street_count, listed["天河区"].community_count) == (2, 3)

    def test_search_finds_by_part_of_a_name_or_the_beginning_of_a_code(self, city):
        assert [one.name_zh for one in queries.search("山")] == ["五山街道"]
        assert queries.search("440106")[0].name_zh == "天河区"
        assert queries.search("tianhe")[0].name_zh == "天河区"
        assert queries.search("  ") == []
