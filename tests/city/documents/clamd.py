"""A daemon on the loopback that speaks ClamAV's INSTREAM as the real one does, and finds the EICAR test file."""

from __future__ import annotations

import socket
import struct
import threading
from pathlib import Path

from city.documents.nasty import EICAR


class FakeClamd:
    """Answers one connection after another; `most_bytes` is its StreamMaxLength, `answer` replaces what it would say."""

    def __init__(self, *, unix: Path | None = None, most_bytes: int = 25_000_000, answer: bytes | None = None) -> None:
        self.most_bytes, self.answer, self.scanned = most_bytes, answer, 0
        if unix:
            self._line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self._line.bind(str(unix))
            self.address = f"unix://{unix}"
        else:
            self._line = socket.create_server(("127.0.0.1", 0))
            self.address = f"tcp://127.0.0.1:{self._line.getsockname()[1]}"
        self._line.listen()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                peer, _address = self._line.accept()
            except OSError:
                return
            with peer:
                try:
                    self._talk(peer)
                except OSError:
                    continue

    def _talk(self, peer: socket.socket) -> None:
        assert self._exactly(peer, 10) == b"zINSTREAM\0"
        content = b""
        while (length := struct.unpack(">I", self._exactly(peer, 4))[0]) != 0:
            if len(content) + length > self.most_bytes:
                peer.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
            content += self._exactly(peer, length)
        self.scanned += 1
        verdict = b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"
        peer.sendall(self.answer if self.answer is not None else verdict)

    @staticmethod
    def _exactly(peer: socket.socket, count: int) -> bytes:
        found = b""
        while len(found) < count:
            piece = peer.recv(count - len(found))
            if not piece:
                raise OSError
            found += piece
        return found

    def close(self) -> None:
        # A listening socket that is only closed would leave its thread in accept.
        self._line.shutdown(socket.SHUT_RDWR)
        self._line.close()
        self._thread.join(5)
