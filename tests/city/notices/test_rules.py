"""Quiet hours, digests, back-off, parts of a text message."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuecheng.city import clock
from xuecheng.city.notices import rules

ZONE = clock.zone()


def at(hour, minute=0, second=0, *, day=24):
    return datetime(2026, 11, day, hour, minute, second, tzinfo=ZONE)


def free(moment, begins=rules.QUIET_FROM, ends=rules.QUIET_UNTIL):
    return rules.end_of_quiet(moment, begins=begins, ends=ends, zone=ZONE)


class TestQuietHours:
    def test_they_begin_at_nine_in_the_evening_to_the_second(self):
        assert free(at(20, 59, 59)) == at(20, 59, 59)
        assert free(at(21)) == at(8, day=25)

    def test_they_end_at_eight_in_the_morning_to_the_second(self):
        assert free(at(7, 59, 59)) == at(8)
        assert free(at(8)) == at(8)

    def test_after_midnight_they_end_on_the_same_day(self):
        assert free(at(0, 0)) == at(8)

    def test_they_are_hours_of_the_city_whatever_zone_the_moment_is_written_in(self):
        assert free(datetime(2026, 11, 24, 13, 0, tzinfo=UTC)) == at(8, day=25)
        assert free(datetime(2026, 11, 24, 12, 59, 59, tzinfo=UTC)) == at(20, 59, 59)

    def test_they_may_lie_within_a_day(self):
        assert free(at(13), time(12), time(14)) == at(14)
        assert free(at(14), time(12), time(14)) == at(14)

    @given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)), st.times(), st.times())
    def test_what_is_answered_is_never_quiet_and_never_earlier_nor_a_day_later(self, moment, begins, ends):
        moment = moment.replace(tzinfo=ZONE)
        answered = free(moment, begins, ends)
        assert moment <= answered <= moment + timedelta(days=1)
        assert not rules.is_quiet(answered.time(), begins=begins, ends=ends)


class TestDigests:
    @pytest.mark.parametrize(("told", "due"), [(at(8, 59, 59), at(9)), (at(9), at(9, day=25)), (at(23), at(9, day=25))])
    def test_a_daily_one_goes_out_at_the_next_nine_in_the_morning(self, told, due):
        assert rules.next_digest(told, is_weekly=False, zone=ZONE) == due

    @pytest.mark.parametrize(
        ("told", "due"), [(at(12), at(9, day=30)), (at(8, day=30), at(9, day=30)), (at(8, day=23), at(9, day=23))]
    )
    def test_a_weekly_one_goes_out_on_the_next_monday(self, told, due):
        assert rules.next_digest(told, is_weekly=True, zone=ZONE) == due

    def test_what_is_told_on_monday_at_nine_waits_a_week(self):
        due = rules.next_digest(at(9, day=23), is_weekly=True, zone=ZONE)
        assert due == at(9, day=30)


class TestBackOff:
    @pytest.mark.parametrize("urgency", ["now", "normal", "bulk"])
    def test_each_wait_is_longer_and_then_it_is_given_up(self, urgency):
        waits = []
        while (wait := rules.wait_after(len(waits) + 1, urgency=urgency)) is not None:
            waits.append(wait)
        assert waits == sorted(set(waits))
        assert 5 <= len(waits) <= 6

    def test_a_code_is_given_up_while_it_would_still_be_of_use(self):
        waits = [rules.wait_after(attempt, urgency="now") for attempt in range(1, 6)]
        assert sum(waits, timedelta()) < timedelta(minutes=5)


class TestTextMessages:
    @pytest.mark.parametrize(
        ("text", "parts"),
        [("字" * 70, 1), ("字" * 71, 2), ("字" * 134, 2), ("字" * 135, 3), ("a" * 160, 1), ("a" * 161, 2), ("", 1)],
    )
    def test_seventy_signs_of_chinese_are_one_part(self, text, parts):
        assert rules.sms_parts(text) == parts

    def test_one_chinese_sign_makes_all_of_it_wide(self):
        assert (rules.sms_parts("a" * 100), rules.sms_parts("a" * 100 + "字")) == (1, 2)

    def test_a_sign_beyond_sixteen_bits_counts_twice(self):
        assert (rules.sms_parts("𬱖" * 35), rules.sms_parts("𬱖" * 36)) == (1, 2)

    @given(st.text(max_size=400), st.integers(1, 3))
    def test_what_is_cut_fits_and_begins_as_it_did(self, text, most):
        cut = rules.cut_to_parts(text, most=most)
        assert rules.sms_parts(cut) <= most
        assert cut == text or (cut.endswith("…") and text.startswith(cut[:-1]))


class TestIds:
    def test_the_same_event_has_the_same_id_for_the_same_person_only(self):
        one = rules.notice_id(kind="a", key="k", person_id=1)
        assert one == rules.notice_id(kind="a", key="k", person_id=1)
        others = [
            rules.notice_id(kind="b", key="k", person_id=1),
            rules.notice_id(kind="a", key="l", person_id=1),
            rules.notice_id(kind="a", key="k", person_id=2),
            rules.message_id(one, "sms"),
            rules.message_id(one, "email"),
            rules.digest_id(one),
        ]
        assert len({one, *others}) == 7

    def test_the_id_never_changes_from_one_release_to_the_next(self):
        """It is what a provider knows a second try by."""
        assert rules.notice_id(kind="records.dispute_answered", key="17", person_id=4) == UUID(
            "f74540ba-56f4-5bb8-b066-a82322623c02"
        )


def test_a_value_in_two_languages_is_said_in_the_readers():
    values = {"name": {"zh": "社区", "en": "Community"}, "only": {"zh": "学院", "en": ""}, "count": 3}
    assert rules.in_language(values, language="en") == {"name": "Community", "only": "学院", "count": 3}
    assert rules.in_language(values, language="zh-hans")["name"] == "社区"
