"""The sender of webhooks is killed between commit and delivery, again and again: none is lost, repeats are known by id."""

from __future__ import annotations

import os
import signal
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from city.api.programs import a_town
from city.webhooks.receivers import Receiver, subscribe
from xuecheng.city import clock
from xuecheng.city.webhooks.delivering import CLAIMED_FOR, deliver_due
from xuecheng.city.webhooks.models import Delivery

MESSAGES = 60


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_killed_between_commit_and_delivery_nothing_is_lost(settings: Any) -> None:
    settings.WEBHOOKS_MAY_STAY_INSIDE = True
    receiver = Receiver()
    try:
        town = a_town()
        subscribe(town, receiver.url)
        for _number in range(MESSAGES):
            town.desk.record(town.learner)
        wanted = {f"msg_{one}" for one in Delivery.objects.values_list("message_id", flat=True)}
        assert len(wanted) == MESSAGES
        moment = clock.now()
        for kill_after in (1, 7, 20, 33):
            _send_and_kill(receiver, kill_after=kill_after, moment=moment)
            # What the dead one had claimed is due again when its claim has run out.
            moment += CLAIMED_FOR + timedelta(seconds=1)
        deliver_due(now=lambda: moment)
        assert {headers["webhook-id"] for headers, _body in receiver.got} == wanted
        assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}
    finally:
        receiver.close()


def _send_and_kill(receiver: Receiver, *, kill_after: int, moment: Any) -> None:
    """A process that sends, killed by the receiver's side after so many more messages have come."""
    before = len(receiver.got)
    connections.close_all()
    child = os.fork()
    if child == 0:
        deliver_due(now=lambda: moment)
        os._exit(0)
    while len(receiver.got) < before + kill_after:
        ended, _status = os.waitpid(child, os.WNOHANG)
        if ended:
            return
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
