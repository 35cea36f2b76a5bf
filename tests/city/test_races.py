"""Two at once: real threads on real connections, as two clerks or two workers would be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections

from city.situations import (
    KNOWN_SINCE,
    SMALL_CITY,
    TODAY,
    a_job,
    a_person,
    an_operator,
    an_organisation,
    rows,
    small_city,
)
from xuecheng.city import clock, rights
from xuecheng.city.access import services as access
from xuecheng.city.access.models import RoleHolding
from xuecheng.city.ids import uuid7
from xuecheng.city.jobs import registry, running
from xuecheng.city.jobs.models import RoutineRun
from xuecheng.city.organisations import services as organisations
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.territories import services as territories
from xuecheng.city.territories.models import Territory, TerritoryVersion

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Call all at the same moment; answers what each returned or raised."""
    start = Barrier(len(calls))

    def go(call: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            start.wait(10)
            return call()
        except Exception as error:  # noqa: BLE001  # the test looks at it
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(go, calls))


def test_a_city_loaded_by_two_at_once_is_there_once() -> None:
    def load() -> territories.Loaded:
        return territories.load_territories(
            rows(*SMALL_CITY), actor=rights.OWNER, valid_from=KNOWN_SINCE, today=TODAY, reason="Code list"
        )

    answers = at_once(load, load)
    assert sorted((one.new, one.known) for one in answers) == [(0, 11), (11, 0)]
    assert TerritoryVersion.objects.count() == 11


def test_of_two_who_merge_the_same_street_one_is_told_that_it_has_ended() -> None:
    city = small_city()
    operator = an_operator(city["广州市"])

    def merge() -> Territory:
        return territories.merge(
            actor=operator, merged=[city["五山街道"]], into=city["员村街道"], on=TODAY, today=TODAY, reason="合并"
        )

    answers = at_once(merge, merge)
    assert Counter(type(one) for one in answers) == {Territory: 1, territories.NotInForce: 1}


def test_of_two_who_grant_the_same_role_one_is_told_that_it_is_held() -> None:
    city = small_city()
    college, person = an_organisation(city["天河区"]), a_person("梁登记")
    operators = [an_operator(city["广州市"], name=name) for name in ("甲", "乙")]

    def grant(operator: Any) -> Callable[[], RoleHolding]:
        return lambda: access.grant_role(
            actor=operator,
            public_id=uuid7(),
            person=person,
            role="registrar",
            organisation=college,
            begins_on=TODAY,
            reason="任命",
        )

    answers = at_once(*map(grant, operators))
    assert Counter(type(one) for one in answers) == {RoleHolding: 1, access.RoleHeldAlready: 1}


def test_two_organisations_are_never_put_under_each_other() -> None:
    city = small_city()
    operator = an_operator(city["广州市"])
    one, other = (an_organisation(city["天河区"], kind="library") for _each in range(2))

    def put(organisation: Organisation, parent: Organisation) -> Callable[[], Organisation]:
        facts = organisations.Facts(
            code=organisation.code,
            kind="library",
            name_zh=organisation.name_zh,
            territory=organisation.territory,
            parent=parent,
        )
        return lambda: organisations.change_organisation(
            actor=operator, organisation=organisation, facts=facts, reason="隶属"
        )

    answers = at_once(put(one, other), put(other, one))
    assert Counter(type(each) for each in answers) == {Organisation: 1, organisations.ParentBelow: 1}


def test_two_workers_that_take_one_job_have_different_turns() -> None:
    job = a_job(state="waiting")
    taken = at_once(lambda: running._take(job.pk), lambda: running._take(job.pk))
    assert sorted(one.turn for one in taken) == [1, 2]


def test_of_two_workers_one_runs_the_routine(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []
    routine = registry.Routine("test.daily", cron="0 3 * * *", run=lambda: done.append(1), title="Daily")
    monkeypatch.setattr(running, "ROUTINES", {"test.daily": routine})
    now = clock.now()
    at_once(*[lambda: running.run_due_routines(at=now)] * 2)
    assert len(done) == 1
    assert RoutineRun.objects.get().ended_at is not None
