"""The one way out: what a credential names at an address, fetched so that nobody can send us anywhere inside.

Https only; every name is looked up and judged here, and the connection goes to the number that was judged, on every hop
of at most three redirects. Neither cookies nor credentials nor proxies; size and time in all are limited. Where the
setting forbids it nothing leaves the house, and what would have been asked stays unproven.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Fetch = Callable[[str], bytes]
"""From a whole address to what lies there. Raises `NotFetched`."""

MOST_BYTES: Final = 1024 * 1024
MOST_HOPS: Final = 3
SECONDS: Final = 5
IN_ALL_SECONDS: Final = 10
MOST_ASKED: Final = 40
ONE_CREDENTIAL_SECONDS: Final = 20
"""So many addresses for one credential at most, whatever it names, and no further one after so long."""
AGE_S: Final = 60
"""An answer is used again so long, a missing one too: a list of a thousand asks each issuer once a minute."""
_MOST_KEPT: Final = 200
_LARGEST_KEPT: Final = 128 * 1024
_READ_BYTES: Final = 16_384
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_GONE: Final = 410
_MEDIA: Final = frozenset({"application/jwt", "application/vc+jwt", "text/plain", "image/png", "image/svg+xml"})
_HEADERS: Final = {
    "Accept": "application/vc+ld+json, application/ld+json, application/json, application/vc+jwt, */*;q=0.1",
    "Accept-Encoding": "identity",
    "User-Agent": "xuecheng",
}

_REASONS: Final[Mapping[str, Promise]] = {
    "off": _("requests to other systems are switched off here"),
    "not_https": _("the address is none that may be asked (https only)"),
    "inside": _("the address leads inside a closed network"),
    "no_name": _("there is no such host"),
    "no_connection": _("it does not answer"),
    "too_slow": _("it answers too slowly"),
    "too_large": _("what lies there is too large"),
    "tls": _("its certificate is not valid"),
    "media": _("what lies there is no credential and no key"),
    "too_many_hops": _("it leads on too often"),
    "too_many": _("the credential names too many addresses"),
    "status": _("there is nothing at that address"),
    "gone": _("its issuer took it down"),
}


class NotFetched(Exception):
    """There is no answer; `reason` is a word of `_REASONS`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def sentence(self) -> str:
        """Why, in the reader's language; a part of a sentence."""
        return str(_REASONS[self.reason])


def by_settings() -> Fetch | None:
    """A way out for one verification, or None where this installation asks nobody."""
    return Guarded(may_stay_inside=settings.PROOFS_MAY_STAY_INSIDE) if settings.PROOFS_MAY_ASK else None


@dataclass
class Guarded:
    """Fetches for one verification: so many addresses at most."""

    may_stay_inside: bool = False
    """For tests and trials: also http, and addresses of closed networks."""
    seconds: float = SECONDS
    in_all_seconds: float = IN_ALL_SECONDS
    asked: int = field(default=0, init=False)
    spent: float = field(default=0.0, init=False)

    def __call__(self, address: str) -> bytes:
        self.asked += 1
        if self.asked > MOST_ASKED or self.spent > ONE_CREDENTIAL_SECONDS:
            raise NotFetched("too_many")
        began = time.monotonic()
        try:
            return self._answer(address)
        finally:
            self.spent += time.monotonic() - began

    def _answer(self, address: str) -> bytes:
        address = address.partition("#")[0]
        return _KEPT.answer(address, lambda: self._ask(address), inside=self.may_stay_inside)

    def _ask(self, address: str) -> bytes:
        ends = time.monotonic() + self.in_all_seconds
        for _hop in range(MOST_HOPS + 1):
            parts = self._checked(address)
            answer = self._one(parts, self._number(parts), ends)
            if isinstance(answer, bytes):
                return answer
            try:
                address = urljoin(address, answer).partition("#")[0]
            except ValueError as broken:
                raise NotFetched("not_https") from broken
        raise NotFetched("too_many_hops")

    def _checked(self, address: str) -> SplitResult:
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError as broken:
            raise NotFetched("not_https") from broken
        if parts.scheme not in (("https", "http") if self.may_stay_inside else ("https",)):
            raise NotFetched("not_https")
        if not parts.hostname or parts.username is not None or parts.password is not None or port == 0:
            raise NotFetched("not_https")
        if any(ord(sign) <= 32 or ord(sign) > 126 for sign in address):
            raise NotFetched("not_https")
        return parts

    def _number(self, parts: SplitResult) -> str:
        host = (parts.hostname or "").rstrip(".").lower()
        numbers = _numbers(host, parts.port or (443 if parts.scheme == "https" else 80))
        if not numbers:
            raise NotFetched("no_name")
        # All of them: of two answers the second must not be the way in.
        if not self.may_stay_inside and (
            host in _own_names() or not all(map(is_outside, numbers)) or _own_numbers() & set(numbers)
        ):
            raise NotFetched("inside")
        return numbers[0]

    def _one(self, parts: SplitResult, number: str, ends: float) -> bytes | str:
        """The body, or where it leads on."""
        left = ends - time.monotonic()
        if left <= 0:
            raise NotFetched("too_slow")
        link = _connection(parts, number, min(self.seconds, left))
        # Each byte in time, the whole never: a timer ends the conversation.
        watch = threading.Timer(left, _break, [link])
        watch.daemon = True
        watch.start()
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            link.request("GET", target, headers=_HEADERS)
            return _read(link.getresponse(), ends)
        except TimeoutError as slow:
            raise NotFetched("too_slow") from slow
        except ssl.SSLError as broken:
            raise NotFetched("tls") from broken
        except (OSError, http.client.HTTPException, ValueError) as broken:
            raise NotFetched("too_slow" if time.monotonic() >= ends else "no_connection") from broken
        finally:
            watch.cancel()
            link.close()


def _read(answer: http.client.HTTPResponse, ends: float) -> bytes | str:
    if answer.status in _MOVED:
        return answer.headers.get("Location") or ""
    if answer.status != http.client.OK:
        raise NotFetched("gone" if answer.status == _GONE else "status")
    media = answer.headers.get_content_type()
    if not (media in _MEDIA or media == "application/json" or media.endswith("+json")):
        raise NotFetched("media")
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise NotFetched("media")
    body = bytearray()
    while piece := answer.read1(_READ_BYTES):
        body += piece
        if len(body) > MOST_BYTES:
            raise NotFetched("too_large")
        if time.monotonic() >= ends:
            raise NotFetched("too_slow")
    if answer.length:
        raise NotFetched("too_slow" if time.monotonic() >= ends else "no_connection")
    return bytes(body)


def is_outside(number: str) -> bool:
    """Whether an IP address is one of the open internet, also where IPv6 wraps an IPv4 one."""
    try:
        address = ipaddress.ip_address(number.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_outside(str(inner))
    # CGNAT (100.64/10) is neither private nor global.
    return address.is_global and not address.is_multicast and not address.is_reserved


_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")


def _numbers(host: str, port: int) -> list[str]:
    try:
        return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        return []


def _own_names() -> frozenset[str]:
    ours = {name.lstrip(".").lower() for name in settings.ALLOWED_HOSTS if name != "*"}
    if settings.SITE_ADDRESS:
        ours.add((urlsplit(settings.SITE_ADDRESS).hostname or "").lower())
    return frozenset(ours | {"localhost", socket.gethostname().lower()})


def _own_numbers() -> set[str]:
    """Where our own names lead: our documents are read without a request, the rest is nobody's to fetch."""
    now = time.monotonic()
    if now - _OWN.at > AGE_S:
        _OWN.numbers = {number for name in _own_names() for number in _numbers(name, 443)}
        _OWN.at = now
    return _OWN.numbers


@dataclass
class _Own:
    at: float = float("-inf")
    numbers: set[str] = field(default_factory=set)


_OWN: Final = _Own()


class _Kept:
    """A few answers of the last minute, the missing ones too."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: OrderedDict[tuple[str, bool], tuple[float, bytes | str]] = OrderedDict()

    def answer(self, address: str, ask: Callable[[], bytes], *, inside: bool) -> bytes:
        key, now = (address, inside), time.monotonic()
        with self._lock:
            at, found = self._found.get(key, (float("-inf"), b""))
        if now - at > AGE_S:
            try:
                found = ask()
            except NotFetched as missing:
                found = missing.reason
            if len(found) <= _LARGEST_KEPT:
                with self._lock:
                    self._found[key] = (time.monotonic(), found)
                    while len(self._found) > _MOST_KEPT:
                        self._found.popitem(last=False)
        if isinstance(found, str):
            raise NotFetched(found)
        return found

    def forget(self) -> None:
        with self._lock:
            self._found.clear()


_KEPT: Final = _Kept()


def forget() -> None:
    """Ask anew from now on."""
    _KEPT.forget()


class _Pinned(http.client.HTTPSConnection):
    """TLS for the name, to the number that was judged: the name is not looked up a second time."""

    def __init__(self, host: str, number: str, port: int, seconds: float, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=seconds, context=context)
        self._number, self._tls, self._seconds = number, context, seconds

    def connect(self) -> None:
        # Kept before the handshake, so that a handshake that drips can be broken too.
        self.sock = socket.create_connection((self._number, self.port), timeout=self._seconds)
        self.sock = self._tls.wrap_socket(self.sock, server_hostname=self.host)


class _PinnedPlain(http.client.HTTPConnection):
    def __init__(self, host: str, number: str, port: int, seconds: float) -> None:
        super().__init__(host, port, timeout=seconds)
        self._number, self._seconds = number, seconds

    def connect(self) -> None:
        self.sock = socket.create_connection((self._number, self.port), timeout=self._seconds)


def _connection(parts: SplitResult, number: str, seconds: float) -> http.client.HTTPConnection:
    host = parts.hostname or ""
    if parts.scheme == "https":
        return _Pinned(host, number, parts.port or 443, seconds, ssl.create_default_context())
    return _PinnedPlain(host, number, parts.port or 80, seconds)


def _break(link: http.client.HTTPConnection) -> None:
    if link.sock is not None:
        with suppress(OSError):
            link.sock.shutdown(socket.SHUT_RDWR)
