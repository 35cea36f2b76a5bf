"""Somebody's process is killed between the hold and its settling: nothing is half done, and the retry does it once (C-40)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest
from psycopg import sql

from faults.test_kill import Works, books_are_good, until, waiting_for_a_lock, works
from learning.redemption.live import an_offer
from learning.redemption.situations import a_world, points_of, stock_of, with_points
from xuecheng.city import clock
from xuecheng.city.access.queries import standing_of
from xuecheng.learning.redemption import services
from xuecheng.learning.redemption.models import Handing, Redemption

__all__ = ["works"]
pytestmark = pytest.mark.slow

_ACT = """
import sys, django
django.setup()
from uuid import UUID
from xuecheng.city import clock
from xuecheng.city.access.queries import standing_of
from xuecheng.city.people.models import Person
from xuecheng.learning.redemption import services
from xuecheng.learning.redemption.models import Offer, Redemption
verb, person, number, thing = sys.argv[1:]
actor = standing_of(Person.objects.get(pk=person), today=clock.today())
if verb == "reserve":
    offer = Offer.objects.select_related("organisation__territory").get(pk=thing)
    services.reserve(actor=actor, public_id=UUID(number), offer=offer, items=2, at=clock.now())
else:
    order = Redemption.objects.select_related("learner", "offer", "organisation__territory").get(pk=thing)
    services.hand_out(
        actor=actor, public_id=UUID(number), redemption=order, items=1, keeps_rest=True, at=clock.now()
    )
"""


@contextmanager
def shut(works: Works, *table: str) -> Iterator[None]:
    """Whoever comes to write into the table waits there, with all that was done before undecided."""
    with works.server.connect("xuecheng") as apart, apart.transaction():
        apart.execute(sql.SQL("lock table {} in exclusive mode").format(sql.Identifier(*table)))
        yield


def killed(works: Works, *table: str, verb: str, person: int, number: UUID, thing: int) -> None:
    """A process of the product does `verb`, and is killed when it has come to `table`."""
    environment = works.environment("application") | {"DJANGO_SETTINGS_MODULE": "xuecheng.config.settings"}
    environment |= {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with shut(works, *table):
        command = [sys.executable, "-W", "ignore", "-c", _ACT, verb, str(person), str(number), str(thing)]
        victim = subprocess.Popen(command, env=environment)
        until(waiting_for_a_lock, f"{verb} has come to {'.'.join(table)}")
        victim.send_signal(signal.SIGKILL)
        victim.wait()
    until(lambda: not waiting_for_a_lock(), "the statement of the dead is over")


def test_killed_between_stock_and_hold_and_between_hold_and_settling(works: Works) -> None:
    world = a_world()
    learner = with_points(5000)
    offer = an_offer(world.desk, world.college, stock=5)
    own, number = standing_of(learner, today=clock.today()), uuid4()

    killed(works, "ledger", "hold", verb="reserve", person=learner.pk, number=number, thing=offer.pk)
    assert (Redemption.objects.count(), stock_of(offer), points_of(learner)) == (0, (5, 0), (5000, 0))
    for _time in range(2):
        services.reserve(actor=own, public_id=number, offer=offer, items=2, at=clock.now())
    order = Redemption.objects.select_related("learner", "offer", "organisation__territory").get()
    assert (stock_of(offer), points_of(learner)) == ((5, 2), (4000, 1000))

    act = uuid4()
    killed(works, "ledger", "hold_end", verb="hand_out", person=world.desk.person.pk, number=act, thing=order.pk)
    assert (Handing.objects.count(), stock_of(offer), points_of(learner)) == (0, (5, 2), (4000, 1000))
    for _time in range(2):
        services.hand_out(actor=world.desk, public_id=act, redemption=order, items=1, keeps_rest=True, at=clock.now())
    assert (Handing.objects.count(), stock_of(offer), points_of(learner)) == (1, (4, 1), (4000, 500))

    order.refresh_from_db()
    services.tend(at=order.until)
    assert (stock_of(offer), points_of(learner)) == ((4, 0), (4500, 0))
    books_are_good()
