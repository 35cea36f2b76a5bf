"""Keys of postings are the ledger's, made faster (C-29)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from xuecheng.learning.creditbank import ledger
from xuecheng.learning.recognition import rules
from xuecheng.learning.recognition.services.keys import SOURCE_SYSTEM, PostingKeys, effective_at, reversal_key

keys = PostingKeys()
texts = st.text(min_size=1, max_size=12)


def line(record_key: str, version: int, rule: str, unit: str | None, level: str) -> rules.Line:
    return rules.Line(
        record_key,
        version,
        rule,
        2,
        0,
        unit,
        "GD-LEQ",
        "community",
        level,
        "",
        100,
        100,
        960,
        0,
        "",
        (),
        None,
        None,
        None,
        "",
    )


@given(
    record_key=texts,
    version=st.integers(1, 9),
    rule=texts,
    unit=st.none() | texts,
    level=texts,
    ended_on=st.dates(date(1950, 1, 1), date(2100, 1, 1)),
    part=st.integers(0, 3),
)
def test_a_key_is_what_the_ledger_derives(
    *, record_key: str, version: int, rule: str, unit: str | None, level: str, ended_on: date, part: int
) -> None:
    made = keys.key(line(record_key, version, rule, unit, level), ended_on=ended_on, part=part)
    gift = unit or f"GD-LEQ/community/{level}"
    assert made == ledger.derive_key(
        at=effective_at(ended_on),
        source_system=SOURCE_SYSTEM,
        source_id=f"{record_key}@{version}",
        purpose=f"{rule}@2/{gift}" + (f"#{part}" if part else ""),
    )


def test_a_reversal_has_a_key_of_its_own_that_is_always_the_same() -> None:
    key = keys.key(line("A/1", 1, "R-0001", None, "1"), ended_on=date(2026, 4, 30), part=0)
    assert reversal_key(key) == reversal_key(key) != key


def test_learning_counts_from_midnight_of_the_day_it_ended_in_the_city() -> None:
    day = date(2026, 4, 30)
    assert effective_at(day) == datetime.combine(day, time(), tzinfo=ZoneInfo("Asia/Shanghai"))
    assert effective_at(day).utcoffset() == timedelta(0)
