"""The check itself."""

from __future__ import annotations

from xuecheng.city.access.queries import Standing, scope_of
from xuecheng.city.rights import Denied


def require(standing: Standing, act: str, *, on: object) -> None:
    """Let `standing` do `act` on a thing (or its `Scope`), or raise `Denied`."""
    if not standing.may(act, scope_of(on)):
        raise Denied(act)
