"""Digests: everything kept goes out in one message, and in one only."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from city.notices.situations import NEWS, NOON, deliver, prefers, reachable
from city.situations import TODAY, a_person
from xuecheng.city.access.queries import standing_of
from xuecheng.city.notices import services
from xuecheng.city.notices.digests import bundle_due
from xuecheng.city.notices.models import Message
from xuecheng.city.notices.services import tell

NINE = (NOON + timedelta(days=1)).replace(hour=9)
_State = Message.State


@pytest.fixture
def reader(chen):
    prefers(chen, digest="daily")
    return chen


def news(person, many=3):
    for number in range(many):
        tell(person, NEWS, {"what": f"class {number}"}, key=str(number), at=NOON)


def test_before_nine_nothing_is_gathered_and_at_nine_all_of_it(reader, provider):
    news(reader)
    assert bundle_due(at=NINE - timedelta(seconds=1)) == 0
    assert bundle_due(at=NINE) == 1
    assert bundle_due(at=NINE) == 0
    assert deliver(NINE) == 1
    (parcel,) = provider.calls
    assert all(f"class {number}" in parcel.text for number in range(3))
    assert Message.objects.filter(state=_State.BUNDLED).count() == 3


def test_each_person_and_channel_has_its_own(reader, provider, told):
    other = reachable(a_person(), told)
    prefers(other, digest="daily")
    news(reader)
    news(other, many=1)
    assert bundle_due(at=NINE) == 2
    assert deliver(NINE) == 2


def test_a_long_one_says_how_much_more_there_is(reader, provider):
    news(reader, many=35)
    bundle_due(at=NINE)
    deliver(NINE)
    assert provider.calls[0].text.count("- ") == 30
    assert "5" in provider.calls[0].text.split("- News: class 5\n")[-1]


def test_broken_off_at_any_statement_everything_is_still_kept_and_goes_out_once(reader, provider):
    news(reader)

    class Broken(Exception):
        pass

    def breaking_at(number):
        left = [number]

        def run(execute, sql, params, many, context):
            left[0] -= 1
            if left[0] == 0:
                raise Broken
            return execute(sql, params, many, context)

        return run

    broken = 0
    while True:
        try:
            with transaction.atomic(), connection.execute_wrapper(breaking_at(broken + 1)):
                assert bundle_due(at=NINE) == 1
            break
        except Broken:
            broken += 1
            assert Message.objects.filter(state=_State.HELD).count() == Message.objects.count() == 3
    assert broken >= 5
    assert deliver(NINE) == 1
    assert deliver(NINE) == 0


def test_after_a_crash_behind_the_commit_it_is_sent_once(reader, provider):
    news(reader)
    bundle_due(at=NINE)
    # The next start of the routine, and of the errand.
    assert bundle_due(at=NINE + timedelta(minutes=5)) == 0
    assert deliver(NINE) == 1
    assert deliver(NINE + timedelta(minutes=5)) == 0


def test_one_that_comes_while_the_digest_is_gone_waits_for_the_next(reader, provider):
    news(reader)
    bundle_due(at=NINE)
    deliver(NINE)
    tell(reader, NEWS, {"what": "late"}, key="late", at=NINE)
    assert bundle_due(at=NINE) == 0
    assert bundle_due(at=NINE + timedelta(days=1)) == 1


def test_who_wants_each_by_itself_again_gets_what_was_kept_at_once(reader, provider):
    news(reader)
    services.choose(
        actor=standing_of(reader, today=TODAY), wanted={}, digest="off", quiet_from=NOON.time().replace(hour=21),
        quiet_until=NOON.time().replace(hour=8), language="", at=NOON,
    )  # fmt: skip
    assert deliver(NOON) == 3
    assert bundle_due(at=NINE) == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_routines_at_once_one_gathers(reader):
    news(reader, many=20)
    barrier, made = threading.Barrier(2), []

    def gather():
        try:
            barrier.wait(5)
            made.append(bundle_due(at=NINE))
        finally:
            connection.close()

    threads = [threading.Thread(target=gather) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sum(made) == 1
    assert Message.objects.filter(kind="notices.digest").count() == 1
    assert Message.objects.filter(state=_State.BUNDLED).count() == 20
