"""Who asks: a program or a person's linked site. Where credentials are kept is known above (`city.linking`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest

from xuecheng.city.rights import NOBODY, Standing

from .problems import Problem

ACTING_FOR = "Acting-For"
"""Header: the id of the help by which the caller's person acts for somebody."""
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


ActFor = Callable[[Standing, UUID, str], Standing | None]
"""Answers the standing of whoever entrusted the act to the person behind a standing, by that help, or None."""


def _for_nobody(_standing: Standing, _help: UUID, _act: str) -> Standing | None:
    return None


@dataclass
class _Provider:
    act_for: ActFor = _for_nobody


_provider = _Provider()


def set_act_for(provider: ActFor) -> None:
    """Let `provider` say for whom a program's person may act. Called from `apps.py`."""
    _provider.act_for = provider


def standing_for(standing: Standing, named: str, act: str) -> Standing:
    """The standing of whoever is helped by the help of that id, for an operation that is entrusted by `act`.

    Deny by default: an operation without an act is nobody's to do for another. Raises `Problem` 403, 422.
    """
    try:
        help_id = UUID(named)
    except ValueError as error:
        raise Problem(422, "invalid", field=f"header.{ACTING_FOR}") from error
    found = _provider.act_for(standing, help_id, act) if act else None
    if found is None:
        raise Problem(403, "not_entrusted", field=f"header.{ACTING_FOR}")
    return found


def caller_of(request: HttpRequest) -> Caller:
    """Whoever asks, by the header `Authorization`; cookies are not looked at, so no page can ask in anybody's name.

    Raises `Problem` 401 for a credential that is none, also where none is needed: its sender should know.
    """
    header = request.headers.get("Authorization")
    if header is None:
        return nameless(request)
    scheme, _, credential = header.partition(" ")
    if scheme.lower() == "bearer" and credential.isascii() and 0 < len(credential) <= 4_000:
        for authenticator in _AUTHENTICATORS.values():
            if (caller := authenticator(request, credential)) is not None:
                return caller
    raise Problem(401, "credential_invalid", headers=CREDENTIAL_INVALID)


def nameless(request: HttpRequest) -> Caller:
    """Whoever sends no valid credential: counted under the address that the connection came from."""
    return Caller(key=f"address:{request.META.get('REMOTE_ADDR', '')}"[:80], standing=NOBODY, is_known=False)
