"""What is settled about a request before anything else: its number, and from where it really came."""

from __future__ import annotations

import re
import secrets
from functools import cached_property
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse, HttpResponseNotAllowed
from django.utils.http import url_has_allowed_host_and_scheme

from . import events

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from ipaddress import IPv4Network, IPv6Network

    from django.http import HttpRequest

_SAID_BY_PROXIES = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
)
_MOST_HOPS = 20
# What a proxy may call a request, so that nothing else comes into the log by it.
_A_NUMBER = re.compile(r"[A-Za-z0-9-]{8,64}")
# What no address of ours takes: they would give back what was sent, or go on elsewhere (ASVS 13.4.4).
_NEVER = ("TRACE", "TRACK", "CONNECT")
_EVER = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")


def number_of(request: HttpRequest) -> str:
    """The number under which this request stands in the log and in the answer's header `X-Request-Id`."""
    return str(getattr(request, "number", ""))


def page_behind(request: HttpRequest) -> str:
    """The page somebody is on who asks for this one: itself, or the page of the form that was sent; else home."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    came_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(
        came_from, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return "/"
    parts = urlsplit(came_from)
    path = "/" + parts.path.lstrip("/\\")
    return f"{path}?{parts.query}" if parts.query else path


class Arrival:
    """Gives each request a number, and believes forwarded headers of our own proxies only.

    The number is the proxy's `X-Request-Id`, so that its log and ours say the same, else one that is made here.

    Behind them `REMOTE_ADDR` becomes the client's address, the last one that none of our proxies has: limits count by
    it. From anywhere else, what claims to be forwarded is dropped unread (ASVS 15.3.4).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Number the request, put its address right, and say its number in the answer."""
        given = request.META.get("HTTP_X_REQUEST_ID", "") if self._is_ours(request.META.get("REMOTE_ADDR", "")) else ""
        number = given if _A_NUMBER.fullmatch(given) else secrets.token_hex(8)
        request.number = number  # type: ignore[attr-defined]  # kept for this request
        self._settle(request)
        with events.within(request=number):
            response = HttpResponseNotAllowed(_EVER) if request.method in _NEVER else self.get_response(request)
        response.headers["X-Request-Id"] = number
        return response

    def _settle(self, request: HttpRequest) -> None:
        if not self._is_ours(request.META.get("REMOTE_ADDR", "")):
            for name in _SAID_BY_PROXIES:
                request.META.pop(name, None)
            return
        hops = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        for hop in reversed(hops[-_MOST_HOPS:]):
            if _address(hop) is None:
                return
            request.META["REMOTE_ADDR"] = hop
            if not self._is_ours(hop):
                return

    def _is_ours(self, text: str) -> bool:
        address = _address(text)
        return address is not None and any(address in network for network in self._networks)

    @cached_property
    def _networks(self) -> list[IPv4Network | IPv6Network]:
        return networks_of(settings.PROXY_ADDRESSES)


def networks_of(words: Iterable[str]) -> list[IPv4Network | IPv6Network]:
    """Addresses and networks as an operator writes them. Raises `ValueError` for what is none."""
    return [ip_network(word, strict=False) for word in words]


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
