"""The law of the network: what may stand under what, what holds on a day, how far it is, how residents are divided."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuecheng.coordination.colleges import rules
from xuecheng.coordination.colleges.rules import ACCEPTED, GIVEN, NOT_ACCEPTED, Shown

TODAY = date(2026, 11, 23)
LEVELS = st.sampled_from(rules.LEVELS)


class TestTheTree:
    """N-05."""

    @given(st.lists(st.tuples(LEVELS, st.one_of(st.none(), st.integers(0, 30))), max_size=30))
    def test_whatever_is_tried_no_ring_closes_and_no_line_is_longer_than_four(self, wishes):
        levels: list[str] = []
        parents: list[int | None] = []

        def depth(at):
            found, at_most = 0, len(levels) + 1
            while at is not None:
                found += 1
                assert found <= at_most, "a ring"
                at = parents[at]
            return found

        for level, wish in wishes:
            parent = wish % len(levels) if wish is not None and levels else None
            try:
                rules.check_parent(level, levels[parent] if parent is not None else None, depth_above=depth(parent))
            except (rules.ParentMissing, rules.ParentNotAbove, rules.CityHasNoParent, rules.TooDeep):
                continue
            levels.append(level)
            parents.append(parent)
        # Then every unit is moved wherever the rule lets it.
        for at, level in enumerate(levels):
            for target in range(len(levels)):
                try:
                    rules.check_parent(level, levels[target], depth_above=depth(target))
                except (rules.ParentMissing, rules.ParentNotAbove, rules.CityHasNoParent, rules.TooDeep):
                    continue
                parents[at] = target
        assert all(depth(at) <= rules.MOST_DEPTH for at in range(len(levels)))

    @pytest.mark.parametrize("level", rules.LEVELS)
    def test_none_stands_under_its_like(self, level):
        with pytest.raises((rules.ParentNotAbove, rules.CityHasNoParent)):
            rules.check_parent(level, level, depth_above=1)

    def test_both_sides_of_the_depth(self):
        rules.check_parent("point", "street", depth_above=3)
        with pytest.raises(rules.TooDeep):
            rules.check_parent("point", "street", depth_above=4)

    def test_a_district_college_may_stand_alone_a_school_may_not(self):
        rules.check_parent("district", None)
        with pytest.raises(rules.ParentMissing):
            rules.check_parent("street", None)


class TestAnItemOnADay:
    def test_both_sides_of_the_last_day(self):
        held = [Shown(ACCEPTED, TODAY)]
        assert rules.state_of_item(held, on=TODAY, remind_days=60) == rules.ENDING
        assert rules.state_of_item(held, on=TODAY + timedelta(days=1), remind_days=60) == rules.ENDED

    def test_both_sides_of_the_reminder(self):
        held = [Shown(ACCEPTED, TODAY + timedelta(days=61))]
        assert rules.state_of_item(held, on=TODAY, remind_days=60) == rules.MET
        assert rules.state_of_item(held, on=TODAY + timedelta(days=1), remind_days=60) == rules.ENDING

    @pytest.mark.parametrize(
        ("given_for_it", "state"),
        [
            ([], rules.MISSING),
            ([Shown(GIVEN, None)], rules.WAITING),
            ([Shown(NOT_ACCEPTED, None)], rules.REFUSED),
            ([Shown(ACCEPTED, None)], rules.MET),
            # What holds goes on holding while its renewal waits, or was refused.
            ([Shown(ACCEPTED, TODAY + timedelta(days=200)), Shown(GIVEN, None)], rules.MET),
            ([Shown(ACCEPTED, TODAY + timedelta(days=200)), Shown(NOT_ACCEPTED, None)], rules.MET),
            ([Shown(ACCEPTED, TODAY - timedelta(days=1)), Shown(GIVEN, None)], rules.WAITING),
        ],
    )
    def test_by_what_was_given(self, given_for_it, state):
        assert rules.state_of_item(given_for_it, on=TODAY, remind_days=60) == state

    def test_evidence_that_must_end_names_its_day(self):
        latest = rules.months_later(TODAY, 12)
        assert latest == date(2027, 11, 23)
        rules.check_expiry(latest, months=12, today=TODAY)
        rules.check_expiry(None, months=None, today=TODAY)
        rules.check_expiry(TODAY, months=12, today=TODAY)
        for wrong in (None, latest + timedelta(days=1)):
            with pytest.raises(rules.ExpiryNeeded):
                rules.check_expiry(wrong, months=12, today=TODAY)
        with pytest.raises(rules.ExpiredAlready):
            rules.check_expiry(TODAY - timedelta(days=1), months=12, today=TODAY)

    @given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 120))
    def test_months_later_stays_in_its_month(self, on, months):
        found = rules.months_later(on, months)
        assert (found.year * 12 + found.month) - (on.year * 12 + on.month) == months
        assert found.day == on.day or (found + timedelta(days=1)).day == 1


class TestNumbers:
    @given(st.integers(0, 10**7), st.lists(st.integers(0, 50), max_size=40))
    def test_residents_are_divided_without_loss_and_in_proportion(self, total, weights):
        found = rules.shares_of(total, weights)
        if sum(weights):
            assert sum(found) == total
            whole = sum(weights)
            assert all(abs(part - total * weight / whole) <= 1 for part, weight in zip(found, weights, strict=True))
        else:
            assert found == [0] * len(weights)

    @given(st.lists(st.one_of(st.none(), st.integers(0, 10**6)), max_size=30))
    def test_each_value_lies_within_the_bounds_of_its_step(self, values):
        bounds = rules.bounds_of(values)
        for value, step in zip(values, rules.steps_of(values), strict=True):
            if value is None:
                assert step is None
            else:
                low, high = bounds[step - 1]
                assert low <= value <= high

    def test_a_share_is_not_called_reached_before_it_is(self):
        assert rules.percent(99, 200) == 49
        assert rules.percent(100, 200) == 50
        assert rules.percent(0, 0) is None
