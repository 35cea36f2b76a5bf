"""Keys: derived, the same for ever, in the order of time (ledger.md §4.1 "Keys")."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.creditbank.ledger.bank import MAY, sql
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.ledger.keys import call_key, fresh_call_key

texts = st.text(max_size=12)
times = st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2999, 1, 1), timezones=st.just(UTC))


def key(at: datetime = MAY, system: str = "学校", number: str = "1", purpose: str = "recognition") -> UUID:
    return ledger.derive_key(at=at, source_system=system, source_id=number, purpose=purpose)


def test_a_record_has_one_key_for_ever() -> None:
    assert str(key()) == "019df081-acc0-812b-bea9-c6a3a9b149c6"
    assert key(at=MAY.astimezone(timezone(timedelta(hours=8)))) == key()


@given(times, texts, texts, texts)
def test_a_key_is_a_uuid_of_version_8_that_begins_with_its_time(
    at: datetime, system: str, number: str, why: str
) -> None:
    derived = key(at, system, number, why)
    assert (derived.version, derived.variant) == (8, "specified in RFC 4122")
    milliseconds = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    assert derived.int >> 80 == milliseconds


@given(st.tuples(texts, texts, texts), st.tuples(texts, texts, texts))
def test_other_records_have_other_keys(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    assert (key(MAY, *one) == key(MAY, *other)) == (one == other)


def test_parts_that_join_alike_stay_apart() -> None:
    assert key(system="ab", number="c") != key(system="a", number="bc")


@given(times, times)
def test_keys_sort_by_time(one: datetime, other: datetime) -> None:
    if (other - one) >= timedelta(milliseconds=1):
        assert key(one) < key(other)


def test_what_happened_before_1970_has_a_key_too() -> None:
    assert key(datetime(1962, 3, 1, tzinfo=UTC)).int >> 80 == 0


def test_a_time_without_zone_has_no_key() -> None:
    with pytest.raises(ValueError, match="aware"):
        key(MAY.replace(tzinfo=None))


@given(st.uuids(), st.integers(-(2**31), 2**31 - 1))
def test_parts_have_the_same_key_in_python_and_sql(whole: UUID, part: int) -> None:
    assert ledger.part_key(whole, part) == sql("select ledger.part_key(%s, %s)", whole, part)[0][0]


def test_calls_have_keys_at_the_time_of_their_transfers() -> None:
    like = key()
    assert call_key(like, b"content") == call_key(like, b"content") != call_key(like, b"other")
    assert fresh_call_key(like) != fresh_call_key(like)
    assert call_key(like, b"content").bytes[:6] == fresh_call_key(like).bytes[:6] == like.bytes[:6]


def test_a_learner_is_never_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        ledger.book_of(-1)
