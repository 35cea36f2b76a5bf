"""Text messages by a provider that takes JSON over HTTPS.

`POST {"id", "to", "text", "language"}` with a bearer token; any 2xx answer is a yes, with `{"reference": …}` if it
likes; 409 says that this id was taken before. The address is the operator's, yet nothing inside our network is reached
by it unless the settings say so (SSRF): the name is looked up once, every address it has is judged, and the connection
goes to one of those; redirects are not followed, and an answer that is slow or long is cut off.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import socket
import ssl
import threading
import time
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from . import Parcel, Undeliverable, Unreachable

MOST_ANSWER_BYTES = 65_536
_AGAIN = frozenset({401, 403, 404, 408, 421, 425, 429})
"""Refusals that are about us or the moment, not about the message."""


class HttpSmsSender:
    """Sends by one provider. `timeout_s` is for the whole of it, however slowly it drips."""

    def __init__(self, url: str, *, token: str, may_be_private: bool = False, timeout_s: float = 10) -> None:
        self._url = urlsplit(url)
        self._token = token
        self._may_be_private = may_be_private
        self._timeout_s = timeout_s

    def send(self, parcel: Parcel) -> str:
        """Post one text message."""
        deadline = time.monotonic() + self._timeout_s
        if self._url.scheme != "https" and not (self._may_be_private and self._url.scheme == "http"):
            raise Unreachable("not-https")
        connection = self._connection(deadline)
        # A time-out of the socket begins anew with each drop of a slow answer; this one does not.
        cutter = threading.Timer(self._timeout_s, connection.cut)
        cutter.daemon = True
        cutter.start()
        try:
            status, body = self._post(connection, parcel)
            if time.monotonic() >= deadline:
                raise TimeoutError
        except (OSError, http.client.HTTPException) as error:
            late = time.monotonic() >= deadline
            raise Unreachable("TimeoutError" if late else type(error).__name__) from None
        finally:
            cutter.cancel()
            connection.close()
        return _judged(status, body)

    def _connection(self, deadline: float) -> _Pinned:
        host = self._url.hostname or ""
        port = self._url.port or (443 if self._url.scheme == "https" else 80)
        try:
            found = {row[4][0] for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
        except OSError:
            raise Unreachable("unknown-host") from None
        if not self._may_be_private and not all(_is_public(str(address)) for address in found):
            raise Unreachable("private-address")
        place = min(str(address) for address in found)
        if self._url.scheme == "https":
            return _PinnedHttps(host, port, place=place, deadline=deadline)
        return _Pinned(host, port, place=place, deadline=deadline)

    def _post(self, connection: http.client.HTTPConnection, parcel: Parcel) -> tuple[int, bytes]:
        text = {
            "id": str(parcel.message_id),
            "to": parcel.address,
            "text": parcel.text,
            "language": parcel.language,
        }
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}", "Connection": "close"}
        path = self._url.path or "/"
        connection.request("POST", path, json.dumps(text, ensure_ascii=False).encode(), headers)
        answer = connection.getresponse()
        read = b""
        while len(read) < MOST_ANSWER_BYTES:
            part = answer.read1(4096)
            if not part:
                break
            read += part
        return answer.status, read


def _judged(status: int, body: bytes) -> str:
    if 200 <= status < 300 or status == 409:
        try:
            said: Any = json.loads(body or b"{}")
        except ValueError:
            return ""
        reference = said.get("reference", "") if isinstance(said, dict) else ""
        return str(reference)[:100]
    if 400 <= status < 500 and status not in _AGAIN:
        raise Undeliverable(f"http-{status}", is_address=status == 422)
    raise Unreachable(f"http-{status}")


def _is_public(address: str) -> bool:
    known = ipaddress.ip_address(address.partition("%")[0])
    mapped = known.ipv4_mapped if isinstance(known, ipaddress.IPv6Address) else None
    return (mapped or known).is_global and not known.is_multicast


class _Pinned(http.client.HTTPConnection):
    """Goes to the address that was judged, whatever the name says a moment later."""

    def __init__(self, host: str, port: int, *, place: str, deadline: float) -> None:
        super().__init__(host, port, timeout=max(deadline - time.monotonic(), 0.01))
        self._place = place
        self._wire: socket.socket | None = None

    def connect(self) -> None:
        self.sock = self._wire = socket.create_connection((self._place, self.port), self.timeout)

    def cut(self) -> None:
        """Let whoever waits for this connection wait no longer. Called by another thread."""
        if self._wire is not None:
            with suppress(OSError):
                # Not the TLS socket's own, which would take itself apart under the reader.
                socket.socket.shutdown(self._wire, socket.SHUT_RDWR)


class _PinnedHttps(_Pinned):
    """The same by TLS; the certificate must be of the name."""

    def connect(self) -> None:
        super().connect()
        self.sock = self._wire = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)
