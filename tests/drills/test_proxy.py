"""Two web processes behind Debian's HAProxy: one is stopped, killed, frozen; nobody who reads sees a failure (REL-06)."""

from __future__ import annotations

import shutil
import signal
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
import requests

from faults.frozen import frozen, kill

from .house import House, answers, free_port, report, until

CONFIGURATION = """
defaults
  mode http
  timeout connect 2s
  timeout client 30s
  timeout server 15s
  retries 3
  option redispatch 1
  # What was sent to a process that went is sent to the other one, if it may be repeated: reading may.
  retry-on conn-failure empty-response response-timeout 503
frontend people
  bind 127.0.0.1:{port}
  default_backend houses
backend houses
  balance roundrobin
  option httpchk
  http-check send meth GET uri {health} ver HTTP/1.1 hdr Host localhost
  http-request disable-l7-retry if METH_POST
  timeout check 1s
  default-server inter 500ms fall 2 rise 1 on-marked-down shutdown-sessions
  server one 127.0.0.1:{one} check
  server two 127.0.0.1:{two} check
"""


class Readers:
    """People who open pages, and try nothing twice."""

    def __init__(self, address: str, *, threads: int = 3) -> None:
        self.address = address
        self.answers: Counter[str] = Counter()
        self._threads = [threading.Thread(target=self._read, args=(number,)) for number in range(threads)]
        self._is_over = False

    def __enter__(self) -> Readers:
        for one in self._threads:
            one.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._is_over = True
        for one in self._threads:
            one.join(60)

    def _read(self, number: int) -> None:
        session = requests.Session()
        pages = ["/", "/organisations/", "/sign-in/", "/api/v1/territories"]
        while not self._is_over:
            number += 1
            try:
                answer = session.get(self.address + pages[number % len(pages)], timeout=30)
                self.answers[str(answer.status_code)] += 1
            except requests.RequestException as error:
                self.answers[type(error).__name__] += 1

    @property
    def failed(self) -> dict[str, int]:
        return {name: many for name, many in self.answers.items() if name not in ("200", "401")}


class Pair:
    """The proxy and both processes behind it."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.ports = [free_port(), free_port()]
        self.address = f"http://127.0.0.1:{free_port()}"
        self.webs = [house.web(port) for port in self.ports]
        for port in self.ports:
            until(lambda port=port: answers(f"http://127.0.0.1:{port}/"), "a process answers")
        is_ready = requests.get(f"http://127.0.0.1:{self.ports[0]}/readyz", timeout=5).status_code == 200
        text = CONFIGURATION.format(
            port=self.address.rpartition(":")[2], one=self.ports[0], two=self.ports[1],
            health="/readyz" if is_ready else "/sign-in/",
        )  # fmt: skip
        file = Path(house.home) / "haproxy.cfg"
        file.write_text(text)
        subprocess.run(["haproxy", "-c", "-f", str(file)], check=True, capture_output=True)
        house.start("haproxy", "-f", str(file), log="haproxy.log")
        until(lambda: answers(f"{self.address}/"), "the proxy answers")

    def start_again(self, number: int) -> None:
        self.webs[number].wait(60)
        self.webs[number] = self.house.web(self.ports[number])
        until(lambda: answers(f"http://127.0.0.1:{self.ports[number]}/"), "it is back")
        time.sleep(1.5)  # until the proxy has seen it


@pytest.fixture(scope="module")
def pair(house: House) -> Pair:
    if shutil.which("haproxy") is None:
        pytest.skip("HAProxy is missing and cannot be installed here: apt-get install haproxy")
    return Pair(house)


def test_one_is_asked_to_stop_and_nobody_notices(house: House, pair: Pair) -> None:
    with Readers(pair.address) as readers, house.load_on(pair.address, threads=1) as load:
        until(lambda: readers.answers["200"] > 20, "pages are read")
        for number in (0, 1):
            pair.webs[number].send_signal(signal.SIGTERM)
            pair.start_again(number)
        # Whoever entered records tried again where a write was cut; none of them should have been.
    house.holds()
    report("SIGTERM and start of each of two web processes behind HAProxy", pages=readers.answers.total(),
           failed=sum(readers.failed.values()), records=len(load.acknowledged), answers_to_writes=dict(load.answers))  # fmt: skip
    assert readers.failed == {}
    assert set(load.answers) == {"200"} or set(load.answers) == {"201"}


def test_one_is_killed_and_nobody_who_reads_notices(house: House, pair: Pair) -> None:
    with Readers(pair.address) as readers, house.load_on(pair.address, threads=1) as load:
        until(lambda: readers.answers["200"] > 20, "pages are read")
        kill(pair.webs[0].pid)
        time.sleep(3)
        pair.start_again(0)
    house.holds()
    report("SIGKILL of one of two web processes behind HAProxy", pages=readers.answers.total(),
           failed=sum(readers.failed.values()), records=len(load.acknowledged), lost=0,
           answers_to_writes=dict(load.answers))  # fmt: skip
    assert readers.failed == {}


def test_one_stands_still_and_is_left_alone_until_it_goes_on(house: House, pair: Pair) -> None:
    with Readers(pair.address) as readers, house.load_on(pair.address, threads=1) as load:
        until(lambda: readers.answers["200"] > 20, "pages are read")
        began = time.monotonic()
        with frozen(pair.webs[1].pid):
            time.sleep(8)
        gap = load.gap_s(began)
        time.sleep(2)
    house.holds()
    report("SIGSTOP of one of two web processes for 8 s, then SIGCONT", pages=readers.answers.total(),
           failed=sum(readers.failed.values()), records=len(load.acknowledged), lost=0, gap_of_writes=f"{gap:.1f} s",
           answers_to_writes=dict(load.answers))  # fmt: skip
    assert readers.failed == {}
