"""A worker is killed while it issues credentials, another process while it replaces their key, a worker while it issues
anew what a stolen key signed: none is doubled, none lost, what was issued before still verifies (standards §2.4)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from faults.test_kill import Works, done, shut, until, works
from learning.account import makers
from learning.badges.situations import asked
from learning.badges.test_issuing import verifies
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.jobs.models import Job
from xuecheng.city.notices.models import Notice
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.vault import keyring
from xuecheng.learning.badges import queries, services
from xuecheng.learning.badges.models import Badge, Batch, SigningKey
from xuecheng.learning.badges.services import batches
from xuecheng.learning.badges.services.keys import REISSUED

__all__ = ["works"]
pytestmark = pytest.mark.slow

_ACT = """
import sys, django
django.setup()
from xuecheng.city import clock
from xuecheng.city.access.queries import standing_of
from xuecheng.city.people.models import Person
from xuecheng.learning.badges import services
from xuecheng.learning.badges.models import SigningKey
person, key = sys.argv[1:]
actor = standing_of(Person.objects.get(pk=person), today=clock.today())
row = SigningKey.objects.select_related("issuer__territory").get(pk=key)
services.rotate_key(actor=actor, key=row, at=clock.now())
"""


@pytest.fixture
def vault(works: Works, settings: Any) -> Iterator[None]:
    """What opens keys of this city lies in its home."""
    settings.VAULT_KEYS_FOLDER = str(works.home / "keys")
    keyring.forget_unwrapped()
    yield
    keyring.forget_unwrapped()


def killed_while_it_rotates(works: Works, officer: Standing, key: SigningKey) -> None:
    """A process of the product has destroyed the old key's private half, and not made the next, when it is killed."""
    environment = works.environment("application") | {"DJANGO_SETTINGS_MODULE": "xuecheng.config.settings"}
    environment |= {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with shut("badges_signingkeyevent", works):
        command = [sys.executable, "-W", "ignore", "-c", _ACT, str(officer.person.pk), str(key.pk)]
        victim = subprocess.Popen(command, env=environment)
        try:
            until(somebody_waits, "it has come to the history of keys")
        finally:
            victim.send_signal(signal.SIGKILL)
            victim.wait()
    until(lambda: not somebody_waits(), "the statement of the dead is over")


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select exists (select from pg_locks where not granted)")
        return bool(cursor.fetchone()[0])


@contextmanager
def kept(works: Works, learner: Person) -> Iterator[None]:
    """Whoever comes to this learner waits; what was done for others before is decided."""
    with works.server.connect("xuecheng") as apart, apart.transaction():
        apart.execute("select from people_person where id = %s for update", [learner.pk])
        yield


def graduates(school: Organisation, count: int) -> list[Person]:
    """In the order in which the job comes to them."""
    people = [makers.learner(f"学员{number}") for number in range(count)]
    for person in people:
        makers.credit(person, 100, institution=school)
    return people


def a_batch(school: Organisation) -> Batch:
    today = clock.today()
    return services.issue_for_course(
        actor=makers.registrar(school), public_id=uuid4(), organisation=school, code="TJ101",
        ended_from=today - timedelta(days=3650), ended_to=today + timedelta(days=1), at=clock.now(),
    )  # fmt: skip


def each_holds_once(school: Organisation, people: list[Person], *, key: str) -> None:
    """One for each, and no second one beside it; each proves what it says by a key that the school publishes."""
    held = list(Badge.objects.filter(issuer=school).exclude(state=Badge.State.REVOKED))
    assert Counter(row.learner_id for row in held) == Counter(person.pk for person in people)
    places = Badge.objects.filter(issuer=school).values_list("status_list", "status_index")
    assert len(set(places)) == len(places)
    documents = [json.loads(row.document) for row in held]
    assert {made["proof"][0]["verificationMethod"].partition("#")[2] for made in documents} == {key}
    assert all(verifies(made) for made in documents)


def test_a_worker_killed_while_it_issues_leaves_whole_slices_and_the_next_issues_the_rest(works: Works) -> None:
    school = makers.school()
    people = graduates(school, batches.SLICE + 1)
    works.start_workers()
    with shut("notices_notice", works):
        batch = a_batch(school)
        until(somebody_waits, "a slice is signed and written, and its holders are about to be told", works=works)
        works.kill_worker()
    until(lambda: not somebody_waits(), "the statement of the dead is over")
    assert not Badge.objects.filter(issuer=school).exists()

    here = Badge.objects.filter(batch=batch)
    with kept(works, people[-1]):
        works.look_for_the_dead()
        until(lambda: here.count() and somebody_waits(), "the last slice has come to its learner", works=works)
        works.kill_worker()
    until(lambda: not somebody_waits(), "the statement of the dead is over")
    assert here.count() == batches.SLICE
    works.look_for_the_dead()
    assert batch.job_id is not None
    done(works, batch.job_id)

    each_holds_once(school, people, key="key-1")
    batch.refresh_from_db()
    assert (batch.issued_count, Badge.objects.filter(issuer=school).count()) == (len(people), len(people))
    told = Notice.objects.filter(kind="badges.issued", person__in=people).values_list("person", flat=True)
    assert Counter(told) == Counter(person.pk for person in people)


def test_killed_while_a_key_is_replaced_or_its_work_done_anew(works: Works, vault: None) -> None:
    school, officer = makers.school(), makers.officer()
    people = graduates(school, 3)
    works.start_workers()
    for person in people:
        asked(person, at=clock.now())
    of_school = SigningKey.objects.select_related("issuer__territory").filter(issuer=school)
    first = of_school.get()

    killed_while_it_rotates(works, officer, first)
    assert of_school.get().sealed == first.sealed
    services.rotate_key(actor=officer, key=first, at=clock.now())
    assert list(of_school.order_by("number").values_list("state", flat=True)) == ["retired", "active"]
    each_holds_once(school, people, key="key-1")

    with kept(works, people[1]):
        services.compromise_key(actor=officer, key=first, why="服务器失窃", at=clock.now())
        anew = Badge.objects.filter(issuer=school, version=2)
        until(lambda: anew.count() and somebody_waits(), "the job has come to the second", works=works)
        works.kill_worker()
    until(lambda: not somebody_waits(), "the statement of the dead is over")
    assert anew.count() == 1
    works.look_for_the_dead()
    done(works, Job.objects.get(kind=REISSUED).pk)
    each_holds_once(school, people, key="key-2")
    assert (anew.count(), Badge.objects.filter(issuer=school).count()) == (len(people), 2 * len(people))
    (published,) = queries.did_document(school)["assertionMethod"]
    assert published.endswith("#key-2")
