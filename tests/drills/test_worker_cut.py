"""A worker loses its database in the middle of an errand: it ends with a sign, and what it held is done by the next."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from faults import telling
from faults.test_cut import server_of_the_tests
from faults.test_kill_sending import Provider, Worker, connection_url, listening, provider, time_passes
from faults.wires import wire_to
from xuecheng.city import clock
from xuecheng.city.notices import jobs, sending
from xuecheng.city.notices.models import Message
from xuecheng.config.cli.worker import ENDED_BY_ITSELF

from .house import report, until

__all__ = ["provider"]


@pytest.mark.django_db(transaction=True)
def test_cut_off_in_the_middle_of_an_errand_the_next_sends_under_the_same_id(
    provider: Provider, tmp_path: Path
) -> None:
    """The provider has taken the message, and the worker cannot note it any more."""
    with wire_to(server_of_the_tests()) as wire, listening(provider) as url:
        worker = Worker(url, tmp_path / "errands.log")
        address = connection_url().replace("@/", f"@127.0.0.1:{wire.port}/")
        worker._environment["DATABASE_URL"] = re.sub(r"\?host=.*", "", address)
        provider.kill = wire.cut
        provider.kills = {1: "after"}
        try:
            sending.send("phone", "13912345678", telling.TEMPLATE, {"code": "804512"}, message_id="1", at=clock.now())
            worker.start()
            until(lambda: provider.calls, "the provider is called")
            time.sleep(1)
            wire.mend()
            mended = time.monotonic()
            assert worker._process is not None
            assert worker._process.wait(60) == ENDED_BY_ITSELF
            ended_after = time.monotonic() - mended

            def is_sent() -> bool:
                worker.start()
                time_passes()
                jobs.look()
                time.sleep(0.5)
                return Message.objects.filter(state=Message.State.SENT).exists()

            until(is_sent, "it is sent")
            assert len(provider.taken) == 1
            assert len(provider.calls) == 2
            report("A worker cut off its database in an errand", ended_by_itself_after=f"{ended_after:.1f} s",
                   sent=2, taken=1)  # fmt: skip
        finally:
            worker.kill()
