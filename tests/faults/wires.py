"""A wire on loopback before a server, which is slow, cut, silent or dripping when a test wants it (REL §2.4).

    with wire_to(("127.0.0.1", 5432)) as wire:
        …  # use 127.0.0.1, wire.port
        wire.cut()

Before PostgreSQL (its socket's path is an address too), a mail server, a receiver of webhooks. All methods may be called
from any thread, and hold from the next byte on.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

Address = tuple[str, int] | Path
_CHUNK = 16_384
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER of nothing: closing says "reset by peer", as a machine does that fell over and came back."""


class Wire:
    def __init__(self, server: Address) -> None:
        self._server = server
        self.port = 0
        self.carried_bytes = 0
        """What has gone over it, both ways."""
        self.connections_seen = 0
        self._latency_s = 0.0
        self._drip_bytes_per_s = 0
        self._left_bytes: int | None = None
        self._is_cut = self._is_silent = False
        self._ends: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._takes: set[asyncio.Task[Any]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="wire", daemon=True)

    # What a test does with it.

    def delay(self, seconds: float) -> None:
        """Each piece arrives so much later, both ways."""
        self._latency_s = seconds

    def drip(self, bytes_per_s: int) -> None:
        """What the server says comes byte by byte."""
        self._drip_bytes_per_s = bytes_per_s

    def reset(self) -> None:
        """All connections end as by a machine that fell over; new ones are taken."""
        self._in_loop(self._end_all)

    def cut(self) -> None:
        """All connections end, and new ones are refused, until it is mended."""
        self._is_cut = True
        self.reset()

    def go_silent(self) -> None:
        """Half open: connections stand and are taken, and nothing comes through any more."""
        self._is_silent = True

    def reset_after(self, many_bytes: int) -> None:
        """All connections end once the server has said so many bytes more, in the middle of a message if it falls so."""
        self._left_bytes = many_bytes

    def mend(self) -> None:
        """A good wire again. Connections that fell silent stay so: what was swallowed cannot come any more."""
        self._latency_s, self._drip_bytes_per_s, self._left_bytes = 0.0, 0, None
        if self._is_silent:
            self.reset()
        self._is_cut = self._is_silent = False

    # What it is made of.

    def open(self) -> None:
        self._thread.start()
        self._listening = self._ask(asyncio.start_server(self._take, "127.0.0.1", 0))
        self.port = self._listening.sockets[0].getsockname()[1]

    def close(self) -> None:
        async def end() -> None:
            self._listening.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await asyncio.gather(*self._takes, return_exceptions=True)

        self._ask(end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _ask(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def _in_loop(self, work: Callable[[], None]) -> None:
        async def run() -> None:
            work()

        self._ask(run())

    def _end_all(self) -> None:
        for writer in list(self._ends):
            _reset(writer)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections_seen += 1
        if (mine := asyncio.current_task()) is not None:
            self._takes.add(mine)
            mine.add_done_callback(self._takes.discard)
        if self._is_cut:
            _reset(writer)
            return
        try:
            if isinstance(self._server, Path):
                from_server, to_server = await asyncio.open_unix_connection(self._server)
            else:
                from_server, to_server = await asyncio.open_connection(*self._server)
        except OSError:
            _reset(writer)
            return
        self._ends |= {writer, to_server}
        both = [
            asyncio.ensure_future(self._carry(reader, to_server, is_answer=False)),
            asyncio.ensure_future(self._carry(from_server, writer, is_answer=True)),
        ]
        self._tasks |= set(both)
        await asyncio.wait(both)
        self._tasks -= set(both)
        self._ends -= {writer, to_server}
        for one in (writer, to_server):
            one.close()

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, is_answer: bool) -> None:
        with suppress(OSError):
            while piece := await source.read(_CHUNK):
                if self._latency_s:
                    await asyncio.sleep(self._latency_s)
                if self._is_silent:
                    continue  # swallowed
                if is_answer and self._left_bytes is not None:
                    piece, self._left_bytes = piece[: self._left_bytes], self._left_bytes - len(piece)
                await self._put(sink, piece, is_slow=is_answer and self._drip_bytes_per_s > 0)
                if self._left_bytes is not None and self._left_bytes <= 0:
                    self._left_bytes = None
                    self._end_all()
            sink.write_eof()

    async def _put(self, sink: asyncio.StreamWriter, piece: bytes, *, is_slow: bool) -> None:
        for part in [bytes([one]) for one in piece] if is_slow else [piece]:
            if is_slow and self._drip_bytes_per_s:
                await asyncio.sleep(1 / self._drip_bytes_per_s)
            self.carried_bytes += len(part)
            sink.write(part)
            await sink.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    raw = writer.get_extra_info("socket")
    if raw is not None and raw.family == socket.AF_INET:
        with suppress(OSError):
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()


@contextmanager
def wire_to(server: Address) -> Iterator[Wire]:
    wire = Wire(server)
    wire.open()
    try:
        yield wire
    finally:
        wire.close()
