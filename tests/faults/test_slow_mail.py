"""A mail server that says one byte after the other holds nobody for ever: the time-out of a socket begins anew with each."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from faults.wires import Wire, wire_to
from xuecheng.city.notices.senders import Parcel, Undeliverable, Unreachable
from xuecheng.city.notices.senders.mail import MailSender

MAIL = Parcel(UUID(int=8), "chen@example.cn", "有新的学分", "请看看。\n", "zh-hans")


class Post(socketserver.StreamRequestHandler):
    """As much of a mail server as a mail needs."""

    taken: list[bytes]

    def handle(self) -> None:
        self.wfile.write(b"220 post.example.cn at your service, with many words of welcome\r\n")
        while line := self.rfile.readline():
            word = line.strip().upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                text = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.taken.append(text)
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            if word == b"QUIT":
                return


@pytest.fixture
def wire(settings: Any) -> Iterator[Wire]:
    settings.EMAIL_BACKEND = "xuecheng.city.notices.senders.mail.EndingBackend"
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    Post.taken = []
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Post) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        with wire_to(("127.0.0.1", server.server_address[1])) as made:
            settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made.port
            yield made
        server.shutdown()
        thread.join()


def test_a_good_server_takes_it_and_nothing_is_left_running(wire: Wire) -> None:
    MailSender().send(MAIL)
    assert len(Post.taken) == 1
    timers = [one for one in threading.enumerate() if isinstance(one, threading.Timer)]
    assert all(one.finished.is_set() for one in timers)


def test_one_that_drips_is_left_when_the_whole_time_is_over_and_asked_again_later(wire: Wire, settings: Any) -> None:
    settings.EMAIL_WHOLE_S = 0.5
    wire.drip(20)  # three seconds for its first line alone, and never silent for as long as the time-out
    began = time.monotonic()
    with pytest.raises(Unreachable) as left:
        MailSender().send(MAIL)
    assert time.monotonic() - began < 2.5
    assert not isinstance(left.value, Undeliverable)
    assert Post.taken == []


def test_one_that_goes_in_the_middle_is_asked_again_later(wire: Wire) -> None:
    wire.reset_after(100)
    with pytest.raises(Unreachable):
        MailSender().send(MAIL)
