"""Numbers, dates and times are written as look.md 6 says, in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import translation
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from xuecheng.web.templatetags import xc

MONDAY = date(2026, 11, 23)
HALF_PAST_NINE = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)  # 9:30 in the city


@pytest.fixture
def english():
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def chinese():
    with translation.override("zh-hans"):
        yield


@pytest.mark.parametrize(
    ("hundredths", "text"), [(2640, "26.40"), (0, "0.00"), (5, "0.05"), (-30, "−0.30"), (123_456_789, "1,234,567.89")]
)
def test_credits_have_two_decimals_and_a_real_minus(hundredths, text):
    assert xc.credits(hundredths) == text


@pytest.mark.parametrize(("hundredths", "text"), [(150, "+1.50"), (-30, "−0.30"), (0, "0.00"), (None, "")])
def test_a_change_of_credits_bears_its_sign(hundredths, text):
    assert xc.signed_credits(hundredths) == text


@given(st.integers(-(10**12), 10**12))
def test_no_credit_is_lost_in_writing(hundredths):
    text = xc.credits(hundredths).replace("−", "-").replace(",", "")
    whole, _, decimals = text.partition(".")
    sign = -1 if text.startswith("-") else 1
    assert sign * (abs(int(whole)) * 100 + int(decimals)) == hundredths


@pytest.mark.parametrize(("fen", "text"), [(6000, "¥60"), (6050, "¥60.50"), (128_000, "¥1,280"), (-5, "−¥0.05")])
def test_money_is_said_short(fen, text):
    assert xc.money(fen) == text


def test_money_in_accounts_keeps_its_fen():
    assert xc.money_exact(128_000) == "¥1,280.00"


def test_money_in_english_names_the_currency(english):
    assert (xc.money(6000), xc.money_exact(128_000)) == ("CNY 60", "CNY 1,280.00")


@pytest.mark.parametrize(
    ("minutes", "zh", "en"),
    [
        (1440, "24小时", "24 h"),
        (90, "1.5小时", "1.5 h"),
        (45, "45分钟", "45 min"),
        (100, "1小时40分钟", "1 h 40 min"),
        (0, "0小时", "0 h"),
        (-240, "−4小时", "−4 h"),
        (60_000, "1,000小时", "1,000 h"),
    ],
)
def test_minutes_become_hours(minutes, zh, en):
    assert xc.hours(minutes) == zh
    with translation.override("en"):
        assert xc.hours(minutes) == en


@pytest.mark.parametrize(("hundredths", "text"), [(9120, "91.2%"), (5000, "50%"), (1, "0.01%"), (-250, "−2.5%")])
def test_per_cent_drops_empty_decimals(hundredths, text):
    assert xc.percent(hundredths) == text


def test_a_day_leaves_out_the_year_that_is_now():
    assert xc.day(MONDAY, date(2026, 1, 1)) == "11月23日（周一）"
    assert xc.day(MONDAY, date(2027, 1, 1)) == "2026年11月23日（周一）"


def test_a_day_in_english_always_has_its_year(english):
    assert xc.day(MONDAY, date(2026, 1, 1)) == "23 November 2026 (Mon)"


def test_a_moment_just_after_midnight_belongs_to_the_citys_day():
    late = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    assert xc.day(late, MONDAY) == "11月23日（周一）"
    assert xc.day(late - timedelta(seconds=1), MONDAY) == "11月22日（周日）"


@pytest.mark.parametrize(
    ("at", "zh", "en"),
    [
        (time(0, 5), "凌晨0:05", "12:05 am"),
        (time(5, 59), "凌晨5:59", "5:59 am"),
        (time(6, 0), "上午6:00", "6:00 am"),
        (time(9, 30), "上午9:30", "9:30 am"),
        (time(12, 0), "中午12:00", "12:00 pm"),
        (time(12, 59), "中午12:59", "12:59 pm"),
        (time(13, 0), "下午1:00", "1:00 pm"),
        (time(17, 59), "下午5:59", "5:59 pm"),
        (time(18, 0), "晚上6:00", "6:00 pm"),
        (time(23, 59), "晚上11:59", "11:59 pm"),
    ],
)
def test_a_time_names_its_part_of_the_day(at, zh, en):
    assert xc.clock_time(at) == zh
    with translation.override("en"):
        assert xc.clock_time(at) == en


def test_a_date_with_its_time():
    assert xc.day_time(HALF_PAST_NINE, MONDAY) == "11月23日（周一）上午9:30"
    with translation.override("en"):
        assert xc.day_time(HALF_PAST_NINE, MONDAY) == "23 November 2026 (Mon), 9:30 am"


def test_a_range_says_the_part_of_the_day_once():
    assert xc.until(time(9, 30), time(11, 0)) == "上午9:30–11:00"
    assert xc.until(time(11, 0), time(13, 0)) == "上午11:00–下午1:00"
    assert xc.until(time(9, 30), None) == "上午9:30"
    with translation.override("en"):
        assert xc.until(time(9, 30), time(11, 0)) == "9:30–11:00 am"
        assert xc.until(time(11, 0), time(13, 0)) == "11:00 am–1:00 pm"


def test_a_date_in_a_file_is_iso():
    assert xc.iso(MONDAY) == "2026-11-23"
    assert xc.iso(HALF_PAST_NINE) == "2026-11-23T09:30+08:00"


def test_nothing_is_written_for_nothing():
    for write in (xc.credits, xc.money, xc.hours, xc.thousands, xc.day, xc.day_time, xc.clock_time, xc.month, xc.nobr):
        assert write(None) == ""


def test_what_must_not_break_may_break_between_date_and_time():
    assert xc.nobr(xc.day_time(HALF_PAST_NINE, MONDAY)) == (
        '<span class="xc-nobr">11月23日（周一）</span><span class="xc-nobr">上午9:30</span>'
    )


def test_the_blank_between_date_and_time_is_no_part_of_what_must_not_break():
    assert xc.nobr("23 November 2026 (Mon), 9:30 am") == (
        '<span class="xc-nobr">23 November 2026 (Mon),</span> <span class="xc-nobr">9:30 am</span>'
    )


def test_what_must_not_break_is_escaped_once():
    assert xc.nobr("<b>") == '<span class="xc-nobr">&lt;b&gt;</span>'
    assert xc.nobr(SafeString("<i>1</i>")) == "<i>1</i>"


def test_a_card_number_stands_in_fours():
    assert xc.card_number(4401234567890131) == "4401 2345 6789 0131"
