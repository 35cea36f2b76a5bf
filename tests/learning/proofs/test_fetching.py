"""The way out leads nowhere inside, whatever an address says or leads on to, and it ends in time."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from xuecheng.learning.proofs import fetching
from xuecheng.learning.proofs.fetching import MOST_ASKED, MOST_BYTES, Guarded, NotFetched, by_settings, is_outside


class Answers(BaseHTTPRequestHandler):
    """What strangers' servers do."""

    seen: list[tuple[str, dict[str, str]]] = []

    def do_GET(self) -> None:  # noqa: C901  # a branch for each way in which a server can be bad
        Answers.seen.append((self.path, dict(self.headers)))
        name = self.path.strip("/")
        if name.startswith("hop"):
            left = int(name[3:])
            self.send_response(302)
            self.send_header("Location", f"/hop{left - 1}" if left else "/good.json")
            self.end_headers()
        elif name == "inward":
            self.send_response(301)
            self.send_header("Location", "http://169.254.169.254/latest/meta-data")
            self.end_headers()
        elif name == "gone":
            self.send_error(410)
        elif name == "drip":
            self.answer(length=1_000)
            for _ in range(100):
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.1)
        elif name == "silent":
            time.sleep(3)
        elif name == "page":
            self.answer(b"<html></html>", media="text/html")
        elif name == "packed":
            self.answer(b"x", encoding="gzip")
        elif name == "large":
            self.answer(b" " * (MOST_BYTES + 1))
        elif name == "short":
            self.answer(b"{}", length=10)
        else:
            self.answer(b"{}")

    def answer(
        self, body: bytes = b"", *, media: str = "application/json", length: int | None = None, encoding: str = ""
    ) -> None:
        self.send_response(200)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.send_header("Set-Cookie", "a=b")
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        """Silent."""


@pytest.fixture(autouse=True)
def nothing_is_kept() -> None:
    fetching.forget()
    Answers.seen.clear()


@pytest.fixture
def server() -> Iterator[str]:
    running = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    running.daemon_threads = True
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()


def reason(fetch: Guarded, address: str) -> str:
    with pytest.raises(NotFetched) as caught:
        fetch(address)
    assert caught.value.sentence()
    return caught.value.reason


@pytest.mark.parametrize(
    "number",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "no number",
    ],
)
def test_numbers_of_closed_networks_are_inside(number: str) -> None:
    assert not is_outside(number)


def test_numbers_of_the_open_internet_are_outside() -> None:
    assert is_outside("93.184.216.34")
    assert is_outside("2606:2800:220:1:248:1893:25c8:1946")
    assert is_outside("::ffff:93.184.216.34")


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://example.com/", "not_https"),
        ("ftp://example.com/", "not_https"),
        ("file:///etc/passwd", "not_https"),
        ("https://", "not_https"),
        ("https://name:word@example.com/", "not_https"),
        ("https://@example.com/", "not_https"),
        ("https://example.com:0/", "not_https"),
        ("https://example.com:99999/", "not_https"),
        ("https://[::1/", "not_https"),
        ("https://example.com/\r\nHost: x", "not_https"),
        ("https://127.0.0.1/", "inside"),
        ("https://2130706433/", "inside"),
        ("https://0x7f.1/", "inside"),
        ("https://[::ffff:127.0.0.1]/", "inside"),
        ("https://localhost/", "inside"),
        ("https://localhost./", "inside"),
        ("https://169.254.169.254/latest/meta-data", "inside"),
        ("https://nobody.invalid/", "no_name"),
    ],
)
def test_an_address_that_is_not_for_strangers_is_never_asked(
    address: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_args: object, **_more: object) -> socket.socket:
        raise AssertionError

    monkeypatch.setattr(socket, "create_connection", never)
    assert reason(Guarded(), address) == why


def test_a_name_that_also_leads_inside_or_to_us_is_refused(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    leads = {
        "both.example": ["93.184.216.34", "127.0.0.1"],
        "us.example": ["93.184.216.35"],
        "alias.example": ["93.184.216.35"],
    }
    monkeypatch.setattr(fetching, "_numbers", lambda host, _port: leads.get(host, []))
    monkeypatch.setattr(fetching, "_OWN", fetching._Own())
    settings.ALLOWED_HOSTS = ["us.example"]
    for host in leads:
        assert reason(Guarded(), f"https://{host}/") == "inside"


def test_the_connection_goes_to_the_number_that_was_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads elsewhere when it is looked up again changes nothing (DNS rebinding)."""
    asked, reached = [], []

    def numbers(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["93.184.216.34"] if len(asked) == 1 else ["127.0.0.1"]

    def connect(where: tuple[str, int], **_more: object) -> socket.socket:
        reached.append(where)
        raise ConnectionRefusedError

    monkeypatch.setattr(fetching, "_numbers", numbers)
    monkeypatch.setattr(fetching, "_own_numbers", set)
    monkeypatch.setattr(socket, "create_connection", connect)
    assert reason(Guarded(), "https://rebind.example/x") == "no_connection"
    assert reached == [("93.184.216.34", 443)]


def test_three_redirects_are_followed_and_each_is_judged(server: str) -> None:
    fetch = Guarded(may_stay_inside=True)
    assert fetch(f"{server}/hop2") == b"{}"
    assert reason(fetch, f"{server}/hop3") == "too_many_hops"
    strict = Guarded(may_stay_inside=True)
    strict._checked = Guarded()._checked  # type: ignore[method-assign]
    assert reason(strict, f"{server}/inward") == "not_https"


@pytest.mark.parametrize(
    ("name", "why"),
    [("gone", "gone"), ("page", "media"), ("packed", "media"), ("large", "too_large"), ("short", "no_connection")],
)
def test_what_is_not_a_whole_small_document_is_refused(server: str, name: str, why: str) -> None:
    assert reason(Guarded(may_stay_inside=True), f"{server}/{name}") == why


@pytest.mark.parametrize("name", ["drip", "silent"])
def test_slow_servers_are_left(server: str, name: str) -> None:
    began = time.monotonic()
    assert reason(Guarded(may_stay_inside=True, in_all_seconds=0.6), f"{server}/{name}") == "too_slow"
    assert time.monotonic() - began < 2


def test_nobody_is_told_who_asks_and_an_answer_is_used_again(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    for _ in range(3):
        assert Guarded(may_stay_inside=True)(f"{server}/good.json#key-1") == b"{}"
    ((path, headers),) = Answers.seen
    assert path == "/good.json"
    assert not {"Cookie", "Authorization", "Referer"} & headers.keys()
    monkeypatch.setattr(fetching, "AGE_S", -1)
    assert Guarded(may_stay_inside=True)(f"{server}/good.json") == b"{}"
    assert len(Answers.seen) == 2


def test_one_credential_asks_so_many_at_most_and_nobody_where_it_is_off(settings: Any) -> None:
    fetch = Guarded()
    for number in range(MOST_ASKED):
        assert reason(fetch, f"ftp://example.com/{number}") == "not_https"
    assert reason(fetch, "ftp://example.com/last") == "too_many"
    settings.PROOFS_MAY_ASK = True
    assert by_settings() == Guarded()
    settings.PROOFS_MAY_ASK = False
    assert by_settings() is None
