"""Checks of the ledger in the background, and what the health page is told (ledger.md §4.6, §4.7)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection

from learning.account import makers
from xuecheng.city import clock
from xuecheng.city.access.services import Denied
from xuecheng.city.jobs import running
from xuecheng.city.jobs.models import Job
from xuecheng.learning.creditbank import jobs, ledger, queries, services
from xuecheng.learning.creditbank.models import LedgerCheck

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def changed(key: UUID) -> Iterator[int]:
    """Some superuser changes a row, whose serial is told; undone at the end, as the books outlive the tests."""
    query = "update ledger.transfer set ref = ref + %s where key = %s returning seq"
    with connection.cursor() as cursor:

        def change(by: int) -> int:
            cursor.execute("alter table ledger.transfer disable trigger append_only")
            cursor.execute(query, [by, key])
            (seq,) = cursor.fetchone()
            cursor.execute("alter table ledger.transfer enable always trigger append_only")
            return int(seq)

        seq = change(1)
        try:
            yield seq
        finally:
            change(-1)


def check(*, is_full: bool = True) -> LedgerCheck:
    """A check asked for by an officer, worked on as a worker does."""
    asked = services.ask_for_check(
        actor=makers.officer(), city=makers.city(), public_id=uuid4(), at=clock.now(), is_full=is_full
    )
    running.run(asked.pk)
    asked.refresh_from_db()
    assert asked.state == Job.State.DONE, asked.error
    return LedgerCheck.objects.get(job=asked)


def test_a_check_reads_all_books_and_finds_them_good_with_sums_of_zero() -> None:
    who = makers.learner()
    community = makers.credit_class()
    credited = makers.credit(who, 150, of=community)
    makers.credit(who, 200, of=community)
    makers.take_back(credited)
    ledger.seal_all()
    found = check()
    assert (found.faults, found.findings, found.is_full) == ([], [], True)
    assert found.row_count >= 3
    assert str(ledger.book_of(who.pk)) in found.verified_to
    sums = {one["unit"]: one for one in found.sums}[community.pk]
    assert sums["issued"] == sums["held"] + sums["elsewhere"]


def test_the_next_check_begins_where_the_last_good_one_ended() -> None:
    who = makers.learner()
    makers.credit(who)
    ledger.seal_all()
    check()
    makers.credit(who)
    makers.credit(who)
    ledger.seal_all()
    found = check(is_full=False)
    assert (found.is_full, found.row_count, found.is_good) == (False, 2, True)


def test_a_row_changed_by_a_superuser_is_named_by_block_and_serial(as_owner: None) -> None:
    who = makers.learner()
    first = makers.credit(who)
    ledger.seal_all()
    with changed(first.posting.key) as seq:
        found = check()
    assert not found.is_good
    assert {"book": ledger.book_of(who.pk), "seq": seq, "what": "a row was changed"}.items() <= found.faults[0].items()
    problems = queries.health(now=clock.now()).problems
    assert "changed" in str(problems[0].what) or "改" in str(problems[0].what)


def test_a_check_asked_twice_with_one_id_is_one_job() -> None:
    officer, wanted = makers.officer(), uuid4()
    asked = {"actor": officer, "city": makers.city(), "public_id": wanted, "at": clock.now(), "is_full": True}
    assert services.ask_for_check(**asked).pk == services.ask_for_check(**asked).pk


def test_the_nightly_check_starts_once_a_night_and_is_full_on_the_first_of_a_month() -> None:
    first = services.check_tonight(night=date(2026, 12, 1), at=clock.now())
    assert services.check_tonight(night=date(2026, 12, 1), at=clock.now()).pk == first.pk
    second = services.check_tonight(night=date(2026, 12, 2), at=clock.now())
    assert (first.arguments, second.arguments) == ({"is_full": True}, {"is_full": False})


def test_a_registrar_may_not_have_the_ledger_checked() -> None:
    with pytest.raises(Denied):
        services.ask_for_check(
            actor=makers.registrar(makers.school()),
            city=makers.city(),
            public_id=uuid4(),
            at=clock.now(),
            is_full=True,
        )


def test_sealing_and_publishing_may_be_called_at_any_time() -> None:
    jobs.seal()
    jobs.publish_head()
    before = ledger.newest_city_head()
    jobs.publish_head()
    assert ledger.newest_city_head().n == before.n


def test_health_names_old_tails_missing_checks_and_missing_heads(django_assert_num_queries) -> None:
    makers.credit(makers.learner())
    LedgerCheck.objects.all().delete()
    later = clock.now() + timedelta(hours=31)
    told = queries.health(now=later)
    assert told.unsealed >= 1
    assert told.oldest_unsealed_age > timedelta(minutes=3)
    assert len(told.problems) == 3
    ledger.seal_all()
    ledger.publish_city_head()
    check()
    assert queries.health(now=clock.now()).problems == []
    with django_assert_num_queries(6):
        queries.health(now=clock.now())
