"""A worker is killed while it sends: no message is lost, and a provider that knows its ids doubles none (REL-02).

The worker is a process as `xuecheng up` starts it; the provider listens on loopback and kills it at the two moments that
matter: when the message has left our books and the provider has not taken it, and when it has and we do not know yet.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from procrastinate.contrib.django import app as queue
from procrastinate.exceptions import AlreadyEnqueued

from city.notices.situations import prefers
from city.situations import a_person
from faults import telling
from xuecheng.city import clock
from xuecheng.city.notices import addresses, jobs, kinds, sending
from xuecheng.city.notices.models import Message
from xuecheng.city.notices.services import tell

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PATIENCE_S = 60
TESTS = Path(__file__).resolve().parent.parent


class Provider:
    """Takes a text once for each id. `kills` says at which call, counted from 1, and when: "before" or "after" taking."""

    def __init__(self) -> None:
        self.taken: dict[str, str] = {}
        self.calls: list[str] = []
        self.kills: dict[int, str] = {}
        self.kill: Callable[[], None] = lambda: None
        self._lock = threading.Lock()

    def receive(self, said: dict[str, str]) -> int | None:
        """The status to answer, or None for silence."""
        with self._lock:
            self.calls.append(said["id"])
            moment = self.kills.pop(len(self.calls), None)
            if moment == "before":
                self.kill()
                return None
            is_known = said["id"] in self.taken
            self.taken.setdefault(said["id"], said["text"])
            if moment == "after":
                self.kill()
                return None
            return 409 if is_known else 200


@contextmanager
def listening(provider: Provider) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status = provider.receive(said)
            if status is not None:
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Worker:
    """The errands worker, as a process on this test's database."""

    def __init__(self, url: str, log: Path) -> None:
        self._log = log
        self._environment = os.environ | {
            "DATABASE_URL": connection_url(),
            "DJANGO_SETTINGS_MODULE": "faults.telling_settings",
            "PYTHONPATH": str(TESTS),
            "XUECHENG_IDENTITY": "application",
            "XUECHENG_SMS_URL": url,
            "XUECHENG_SMS_PRIVATE": "1",
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        if self._process is not None and self._process.poll() is None:
            return
        command = [sys.executable, "-m", "xuecheng.config.cli.worker", "now,normal", "2"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=subprocess.STDOUT)

    def kill(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()


def connection_url() -> str:
    """This test's database, as an address."""
    where = connection.settings_dict
    who = f"{quote(where['USER'])}:{quote(where['PASSWORD'])}" if where["PASSWORD"] else quote(where["USER"])
    place = f"host={quote(where['HOST'], safe='')}" + (f"&port={where['PORT']}" if where["PORT"] else "")
    return f"postgresql://{who}@/{where['NAME']}?{place}"


@pytest.fixture
def provider() -> Iterator[Provider]:
    kept = dict(kinds.KINDS), dict(kinds.TEMPLATES)
    known = addresses.registered()
    telling.register()
    made = Provider()
    yield made
    kinds.KINDS.clear()
    kinds.KINDS.update(kept[0])
    kinds.TEMPLATES.clear()
    kinds.TEMPLATES.update(kept[1])
    addresses.register(known.provider, bounced=known.bounced)


@pytest.fixture
def worker(provider: Provider, tmp_path: Path) -> Iterator[Worker]:
    with listening(provider) as url:
        made = Worker(url, tmp_path / "errands.log")
        provider.kill = made.kill
        yield made
        made.kill()


def time_passes() -> None:
    """What comes after the lease and half a minute of silence, now: the dead are found, what they held is due."""
    with connection.cursor() as cursor:
        cursor.execute("reset role")
        cursor.execute("update procrastinate_workers set last_heartbeat = now() - interval '1 minute'")
        cursor.execute("update notices_message set due_at = now() - interval '1 second' where state = 'sending'")
        # A loop of tests needs no back-off.
        cursor.execute("update notices_message set due_at = now() - interval '1 second' where state = 'waiting'")
    with suppress(AlreadyEnqueued):
        queue.configure_task("xuecheng.resume_stalled").defer(timestamp=0)

    def work() -> None:
        with queue.replace_connector(queue.connector.get_worker_connector()) as once:  # type: ignore[attr-defined]
            once.run_worker(queues=["routines"], wait=False, install_signal_handlers=False, listen_notify=False)

    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(work).result()


def until_all_are_sent(worker: Worker, many: int) -> None:
    """Workers start again and the routine looks, as long as it takes."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        worker.start()
        jobs.look()
        time.sleep(0.5)
        if Message.objects.filter(state=Message.State.SENT).count() == many:
            return
        if worker._process is not None and worker._process.poll() is not None:
            time_passes()
    pytest.fail(f"not all were sent: {list(Message.objects.values_list('state', 'attempts', 'error'))}")


def tell_everybody(many: int) -> None:
    at = clock.now()
    for number in range(many):
        person = a_person()
        # At whatever hour this runs.
        minute = (at.astimezone(clock.zone()) + timedelta(hours=12)).time().replace(second=0, microsecond=0)
        prefers(person, quiet_from=minute, quiet_until=minute.replace(second=1))
        tell(person, telling.KIND, {"number": number}, key="event", at=at)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_code_is_neither_lost_nor_doubled(provider: Provider, worker: Worker, moment: str) -> None:
    provider.kills = {1: moment}
    sending.send("phone", "13912345678", telling.TEMPLATE, {"code": "804512"}, message_id="1", at=clock.now())
    until_all_are_sent(worker, 1)
    assert list(provider.taken.values()) == ["【学城】Code 804512"]
    assert len(provider.calls) == 2


def test_of_many_notices_none_is_lost_and_none_doubled_through_three_deaths(provider: Provider, worker: Worker) -> None:
    # They are committed while no worker is up; then one dies at the second, the fifth and the ninth call.
    tell_everybody(12)
    provider.kills = {2: "before", 5: "after", 9: "after"}
    until_all_are_sent(worker, 12)
    assert sorted(provider.taken.values()) == sorted(f"【学城】News {number}" for number in range(12))
    assert len(provider.calls) == 15
    assert set(provider.taken) == {str(name) for name in Message.objects.values_list("message_id", flat=True)}
    # Told again by an event that is repeated, nobody hears it twice.
    assert Message.objects.filter(attempts__gt=1).count() == 3
