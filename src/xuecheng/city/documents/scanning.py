"""The malware scanner's port. Without one, files are honestly called "not scanned"; with one, none passes unscanned."""

from __future__ import annotations

import socket
import struct
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from django.conf import settings


class Finding(Enum):
    CLEAN = "clean"
    INFECTED = "infected"
    FAILED = "failed"
    """The scanner answered that it could not scan this file (too large for it, say)."""


class Verdict(NamedTuple):
    finding: Finding
    note: str
    """The name of what was found, or what the scanner said; never a word of the file."""


class ScannerUnreachable(Exception):
    """Nobody answers, or no sense: the file waits, and is handed to nobody until somebody has looked at it."""


class Scanner(Protocol):
    """Looks at one file."""

    def scan(self, path: Path) -> Verdict:
        """Raises `ScannerUnreachable`."""


class Clamd:
    """ClamAV's daemon by its INSTREAM command, at `tcp://host:port` or `unix:///path/to/socket`."""

    _PIECE = 65_536

    def __init__(self, address: str, *, timeout_s: float) -> None:
        self._address, self._timeout_s = urlsplit(address), timeout_s
        if self._address.scheme not in ("tcp", "unix"):
            raise ValueError("the scanner's address begins with tcp:// or unix://")

    def scan(self, path: Path) -> Verdict:
        try:
            with self._connected() as line, path.open("rb") as file:
                # Past its own limit the daemon answers and hangs up while we still send.
                with suppress(BrokenPipeError, ConnectionResetError):
                    line.sendall(b"zINSTREAM\0")
                    while piece := file.read(self._PIECE):
                        line.sendall(struct.pack(">I", len(piece)) + piece)
                    line.sendall(struct.pack(">I", 0))
                return self._read(self._answer(line))
        except OSError as error:
            raise ScannerUnreachable(type(error).__name__) from error

    def _connected(self) -> socket.socket:
        if self._address.scheme == "tcp":
            place = (self._address.hostname or "127.0.0.1", self._address.port or 3310)
            return socket.create_connection(place, timeout=self._timeout_s)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(self._timeout_s)
        try:
            line.connect(self._address.path)
        except OSError:
            line.close()
            raise
        return line

    @staticmethod
    def _answer(line: socket.socket) -> str:
        answer = b""
        while b"\0" not in answer and len(answer) < 4_096:
            piece = line.recv(1_024)
            if not piece:
                break
            answer += piece
        return answer.split(b"\0", 1)[0].decode("utf-8", "replace").strip()

    @staticmethod
    def _read(answer: str) -> Verdict:
        said = answer.removeprefix("stream:").strip()
        if said == "OK":
            return Verdict(Finding.CLEAN, "")
        if said.endswith(" FOUND"):
            return Verdict(Finding.INFECTED, said.removesuffix(" FOUND")[:200])
        if said.endswith("ERROR"):
            return Verdict(Finding.FAILED, said[:200])
        raise ScannerUnreachable("no answer that makes sense")


def scanner() -> Scanner | None:
    """The scanner that the settings name, or None."""
    address = settings.MALWARE_SCANNER
    return Clamd(address, timeout_s=settings.MALWARE_SCANNER_TIMEOUT_S) if address else None
