"""A wire between client and server that can be cut at a chosen message, as networks do."""

from __future__ import annotations

import contextlib
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from django.db import connection, connections

_PIECE = 1 << 16


class Wire:
    """Listens in a folder of its own and carries bytes to the server that Django is told of."""

    def __init__(self) -> None:
        settings = connections["default"].settings_dict
        self._server = (settings["HOST"], int(settings["PORT"] or 5432))
        self._folder = tempfile.TemporaryDirectory(prefix="wire")
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(Path(self._folder.name) / ".s.PGSQL.5432"))
        self._listener.listen()
        self._question: bytes | None = None
        self._answer_to: bytes | None = None
        self.cut = False
        self.lost = 0

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._listener.close()
        self._folder.cleanup()

    @contextlib.contextmanager
    def between_us_and_the_server(self) -> Iterator[None]:
        settings = connections["default"].settings_dict
        before = {name: settings[name] for name in ("HOST", "PORT")}
        connection.close()
        settings.update({"HOST": self._folder.name, "PORT": "5432"})
        try:
            yield
        finally:
            connection.close()
            settings.update(before)

    def lose_next_question(self, content: bytes) -> None:
        """Cut when a message with `content` comes from the client, before the server gets it."""
        self._question = content

    def lose_next_answer_to(self, content: bytes) -> None:
        """Pass the message with `content` on, let the server do it, and cut when its answer comes."""
        self._answer_to = content

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self.cut:
                    client.close()
                    continue
                host, port = self._server
                if host.startswith("/"):
                    server = socket.socket(socket.AF_UNIX)
                    server.connect(f"{host}/.s.PGSQL.{port}")
                else:
                    server = socket.create_connection((host or "localhost", port))
                armed = threading.Event()
                threading.Thread(target=self._carry_questions, args=(client, server, armed), daemon=True).start()
                threading.Thread(target=self._carry_answers, args=(server, client, armed), daemon=True).start()

    def _carry_questions(self, client: socket.socket, server: socket.socket, armed: threading.Event) -> None:
        with contextlib.suppress(OSError), client, server:
            while piece := client.recv(_PIECE):
                if self._question and self._question in piece:
                    self._question = None
                    self.lost += 1
                    break
                if self._answer_to and self._answer_to in piece:
                    self._answer_to = None
                    armed.set()
                server.sendall(piece)
            self._shut(client, server)

    def _carry_answers(self, server: socket.socket, client: socket.socket, armed: threading.Event) -> None:
        with contextlib.suppress(OSError), client, server:
            while piece := server.recv(_PIECE):
                if armed.is_set():
                    self.lost += 1
                    break
                client.sendall(piece)
            self._shut(client, server)

    @staticmethod
    def _shut(*ends: socket.socket) -> None:
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
