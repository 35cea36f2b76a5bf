"""Who asks: a program or a person's linked site. Where credentials are kept is known above (`city.linking`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

from xuecheng.city.rights import NOBODY, Standing

from .problems import Problem

CREDENTIAL_INVALID = {"WWW-Authenticate": 'Bearer realm="xuecheng", error="invalid_token"'}


@dataclass(frozen=True)
class Caller:
    """Whoever asks. `key` tells callers apart for limits and kept answers; `scopes` is what was granted."""

    key: str
    standing: Standing
    scopes: frozenset[str] = frozenset()
    is_known: bool = True


Authenticator = Callable[[HttpRequest, str], Caller | None]
"""Answers the caller behind a bearer credential of its kind, or None if it is not of its kind or not valid."""

_AUTHENTICATORS: dict[str, Authenticator] = {}


def register(name: str, authenticator: Authenticator) -> None:
    """Make a kind of credential known. Called from `apps.py`."""
    _AUTHENTICATORS[name] = authenticator


def caller_of(request: HttpRequest) -> Caller:
    """Whoever asks, by the header `Authorization`; cookies are not looked at, so no page can ask in anybody's name.

    Raises `Problem` 401 for a credential that is none, also where none is needed: its sender should know.
    """
    header = request.headers.get("Authorization")
    if header is None:
        return Caller(key=f"address:{_address(request)}", standing=NOBODY, is_known=False)
    scheme, _, credential = header.partition(" ")
    if scheme.lower() == "bearer" and credential.isascii() and 0 < len(credential) <= 4_000:
        for authenticator in _AUTHENTICATORS.values():
            if (caller := authenticator(request, credential)) is not None:
                return caller
    raise Problem(401, "credential_invalid", headers=CREDENTIAL_INVALID)


def _address(request: HttpRequest) -> str:
    """The address a nameless caller is counted under, as the server that took the connection knows it."""
    return str(request.META.get("REMOTE_ADDR", ""))[:60]
