"""One message over the wire, to nobody inside: the address is looked up, judged, and then connected to as judged."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

SECONDS = 10
IN_ALL_SECONDS = 20
_READ_BYTES = 4_096


class Outcome(NamedTuple):
    """What became of a try: the receiver's status, or in a word why there is none."""

    status: int | None
    error: str = ""

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class NotAllowed(Exception):
    """The address is none that we send to; the message is the reason in a word."""


def check_address(url: str) -> SplitResult:
    """Raise `NotAllowed` for an address that is not https, or names somebody or a place inside."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise NotAllowed("address_malformed") from error
    schemes = ("https", "http") if settings.WEBHOOKS_MAY_STAY_INSIDE else ("https",)
    if parts.scheme not in schemes:
        raise NotAllowed("address_not_https")
    if not parts.hostname or parts.username or parts.password or parts.fragment or port == 0:
        raise NotAllowed("address_malformed")
    return parts


def resolve(parts: SplitResult) -> str:
    """The one number to connect to. Raises `NotAllowed` if the name leads nowhere, or anywhere inside."""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotAllowed("name_not_found") from error
    numbers = [str(entry[4][0]) for entry in found]
    # All of them: of two answers the second must not be the way in.
    if not settings.WEBHOOKS_MAY_STAY_INSIDE and not all(map(_is_outside, numbers)):
        raise NotAllowed("address_inside")
    return numbers[0]


def _is_outside(number: str) -> bool:
    address = ipaddress.ip_address(number.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if mapped is not None:
            return _is_outside(str(mapped))
    return address.is_global and not address.is_multicast


def send(url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
    """POST `body` once. No redirect is followed; time and what is read of the answer are limited."""
    try:
        parts = check_address(url)
        number = resolve(parts)
    except NotAllowed as refusal:
        return Outcome(None, str(refusal))
    link = _connection(parts, number)
    watch = threading.Timer(IN_ALL_SECONDS, _break, [link])
    watch.daemon = True
    watch.start()
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        link.request("POST", target, body=body, headers=dict(headers))
        answer = link.getresponse()
        answer.read(_READ_BYTES)
        return Outcome(answer.status, "" if 200 <= answer.status < 300 else "status")
    except TimeoutError:
        return Outcome(None, "too_slow")
    except ssl.SSLError:
        return Outcome(None, "tls")
    except (OSError, http.client.HTTPException, ValueError):
        return Outcome(None, "no_connection")
    finally:
        watch.cancel()
        link.close()


class _Pinned(http.client.HTTPSConnection):
    """TLS for the name, to the number that was judged: the name is not looked up a second time."""

    def __init__(self, host: str, number: str, port: int, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=SECONDS, context=context)
        self._number, self._tls = number, context

    def connect(self) -> None:
        raw = socket.create_connection((self._number, self.port), timeout=SECONDS)
        self.sock = self._tls.wrap_socket(raw, server_hostname=self.host)


class _PinnedPlain(http.client.HTTPConnection):
    def __init__(self, host: str, number: str, port: int) -> None:
        super().__init__(host, port, timeout=SECONDS)
        self._number = number

    def connect(self) -> None:
        self.sock = socket.create_connection((self._number, self.port), timeout=SECONDS)


def _connection(parts: SplitResult, number: str) -> http.client.HTTPConnection:
    host = parts.hostname or ""
    if parts.scheme == "https":
        return _Pinned(host, number, parts.port or 443, ssl.create_default_context())
    return _PinnedPlain(host, number, parts.port or 80)


def _break(link: http.client.HTTPConnection) -> None:
    """End a conversation that drips: each byte in time, the whole never."""
    if link.sock is not None:
        with suppress(OSError):
            link.sock.shutdown(socket.SHUT_RDWR)
