"""Rights as the ground's lower apps see them: where a thing belongs, who stands before it, and the check itself.

Roles and who holds them are known to `city.access`, which lies above and fills these shapes; so a service of
territories, organisations or people checks its own right without knowing what a role is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from xuecheng.city.trace import Actor, robot


@dataclass(frozen=True)
class Scope:
    """Where a thing belongs: its organisation, the path of its territory, the person whose own it is.

    What names neither organisation nor territory belongs to the city as a whole: only a role over the city covers it.
    """

    organisation_id: int | None = None
    territory_path: str | None = None
    person_id: int | None = None


class Standing(Protocol):
    """Somebody with everything they may do on a day."""

    @property
    def person(self) -> Actor: ...
    def may(self, act: str, scope: Scope) -> bool: ...


@dataclass(frozen=True)
class _Owner:
    person: Actor

    def may(self, act: str, scope: Scope) -> bool:
        del act, scope
        return True


OWNER: Standing = _Owner(person=robot("owner"))
"""The owner of the installation at the command line, who has the database anyway."""


class Denied(Exception):
    """Somebody asked for what their roles do not allow. Pages answer 403, or 404 where existence is private."""

    def __init__(self, act: str) -> None:
        super().__init__(act)
        self.act = act


def require(standing: Standing, act: str, *, on: Scope) -> None:
    """Let `standing` do `act` there, or raise `Denied`."""
    if not standing.may(act, on):
        raise Denied(act)
