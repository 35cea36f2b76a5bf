"""The tools themselves do what they say, or a test with them would prove nothing."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest

from faults.frozen import frozen, kill
from faults.wires import Wire, wire_to


@pytest.fixture
def wire() -> Iterator[Wire]:
    """A wire to a server that says back what it hears."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def echo(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                while heard := connection.recv(4096):
                    connection.sendall(heard)

        def serve() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=echo, args=(listening.accept()[0],), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        with wire_to(listening.getsockname()) as made:
            yield made
        listening.shutdown(socket.SHUT_RDWR)


def call(wire: Wire) -> socket.socket:
    return socket.create_connection(("127.0.0.1", wire.port), timeout=2)


def said_back(connection: socket.socket, words: bytes) -> bytes:
    connection.sendall(words)
    heard = b""
    while len(heard) < len(words) and (more := connection.recv(4096)):
        heard += more
    return heard


def is_refused(wire: Wire) -> bool:
    """A reset comes while connecting, or while speaking."""
    try:
        with call(wire) as one:
            return said_back(one, b"hello") == b""
    except OSError:
        return True


def test_it_carries_both_ways_and_counts(wire: Wire) -> None:
    with call(wire) as one:
        assert said_back(one, b"x" * 50_000) == b"x" * 50_000
    assert wire.carried_bytes == 100_000


def test_it_is_late_by_as_much_as_was_wished(wire: Wire) -> None:
    wire.delay(0.1)
    with call(wire) as one:
        began = time.monotonic()
        assert said_back(one, b"hello") == b"hello"
        assert time.monotonic() - began >= 0.2


def test_cut_it_ends_what_stands_and_refuses_what_comes_until_mended(wire: Wire) -> None:
    with call(wire) as one:
        said_back(one, b"hello")
        wire.cut()
        with pytest.raises(ConnectionResetError):
            said_back(one, b"hello")
    assert is_refused(wire)
    wire.mend()
    with call(wire) as again:
        assert said_back(again, b"hello") == b"hello"


def test_silent_it_stands_and_says_nothing(wire: Wire) -> None:
    with call(wire) as one:
        said_back(one, b"hello")
        wire.go_silent()
        one.settimeout(0.2)
        with pytest.raises(TimeoutError):
            said_back(one, b"hello")


def test_it_ends_in_the_middle_of_an_answer(wire: Wire) -> None:
    with call(wire) as one:
        wire.reset_after(7)
        one.sendall(b"0123456789")
        heard = b""
        with suppress(ConnectionResetError):
            while more := one.recv(4096):
                heard += more
        # A reset may overtake the last bytes.
        assert b"0123456".startswith(heard)


def test_it_drips(wire: Wire) -> None:
    wire.drip(50)
    with call(wire) as one:
        began = time.monotonic()
        assert said_back(one, b"0123456789") == b"0123456789"
        assert time.monotonic() - began >= 0.2


def test_a_frozen_process_says_nothing_and_goes_on_where_it_was() -> None:
    program = "import sys\nfor line in sys.stdin: print(line, end='', flush=True)"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as one:
        assert one.stdin is not None
        assert one.stdout is not None
        heard: list[str] = []
        listening = threading.Thread(target=lambda: heard.append(one.stdout.readline()))
        with frozen(one.pid):
            one.stdin.write("hello\n")
            one.stdin.flush()
            listening.start()
            listening.join(0.3)
            assert heard == []
        listening.join(5)
        assert heard == ["hello\n"]
        kill(one.pid)
        assert not psutil.pid_exists(one.pid)
