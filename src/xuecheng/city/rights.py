"""Rights as the ground's lower apps see them: where a thing belongs, who stands before it, and the check itself.

Roles and who holds them are known to `city.access`, which lies above and fills these shapes; so services, lists and
pages of territories, organisations and people check their own rights without knowing what a role is.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Protocol, TypeVar, cast

from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase

from xuecheng.city.trace import Actor, robot
from xuecheng.web.requests import number_of

logger = logging.getLogger("xuecheng.denials")


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
    @property
    def person_keys(self) -> tuple[int, ...]:
        """Every key under which rows of this person may stand, merged accounts included; none for robots."""

    def may(self, act: str, scope: Scope) -> bool:
        """Whether `act` is allowed on a thing of that scope."""

    def may_somewhere(self, act: str) -> bool:
        """Whether `act` is allowed anywhere at all: for menus, never as the check itself."""

    def may_city_wide(self, act: str) -> bool:
        """Whether a role over the whole city allows `act`."""

    def organisation_ids(self, act: str) -> list[int]:
        """The organisations at which `act` is allowed."""

    def territory_paths(self, act: str) -> list[str]:
        """The paths of the territories in which `act` is allowed."""

    def own_keys(self, act: str) -> tuple[int, ...]:
        """The keys of the person whose own `act` is allowed: oneself, or whom one helps."""

    def keys_for(self, act: str) -> tuple[int, ...]:
        """The keys of the persons with whose own things `act` is allowed: oneself, whom one helps, a glass broken."""


@dataclass(frozen=True)
class _Owner:
    person: Actor
    person_keys: tuple[int, ...] = ()

    def may(self, act: str, scope: Scope) -> bool:
        del act, scope
        return True

    def may_somewhere(self, act: str) -> bool:
        del act
        return True

    def may_city_wide(self, act: str) -> bool:
        del act
        return True

    def organisation_ids(self, act: str) -> list[int]:
        del act
        return []

    def territory_paths(self, act: str) -> list[str]:
        del act
        return ["/"]

    def own_keys(self, act: str) -> tuple[int, ...]:
        del act
        return ()

    def keys_for(self, act: str) -> tuple[int, ...]:
        del act
        return ()


@dataclass(frozen=True)
class _Nobody:
    person: Actor
    person_keys: tuple[int, ...] = ()

    def may(self, act: str, scope: Scope) -> bool:
        del act, scope
        return False

    def may_somewhere(self, act: str) -> bool:
        del act
        return False

    def may_city_wide(self, act: str) -> bool:
        del act
        return False

    def organisation_ids(self, act: str) -> list[int]:
        del act
        return []

    def territory_paths(self, act: str) -> list[str]:
        del act
        return []

    def own_keys(self, act: str) -> tuple[int, ...]:
        del act
        return ()

    def keys_for(self, act: str) -> tuple[int, ...]:
        del act
        return ()


OWNER: Standing = _Owner(person=robot("owner"))
"""The owner of the installation at the command line, who has the database anyway."""

NOBODY: Standing = _Nobody(person=robot("nobody"))
"""Whoever is not signed in."""


class Denied(Exception):
    """Somebody asked for what their roles do not allow. Pages answer 403, or 404 where existence is private."""

    def __init__(self, act: str) -> None:
        super().__init__(act)
        self.act = act


def note_denial(request: HttpRequest, act: str, *, who: object, helps: object = "", is_program: bool = False) -> None:
    """Write into the log who was denied what, by opaque ids only, and under which number the request stands.

    `helps` is the person for whom they act.
    """
    route, number = _route_of(request), number_of(request)
    for_whom = f"{who} for {helps}" if helps else who
    facts = {"act": act, "route": route, _key(is_program): str(who), "helps": str(helps)}
    logger.warning(
        "Denied %s at %s to %s, request %s", act or "-", route, for_whom, number,
        extra={"event": "access.denied", "facts": facts},
    )  # fmt: skip


def note_hidden(request: HttpRequest, *, who: object, is_program: bool = False) -> None:
    """Write into the log that somebody known asked for a thing by its number and got 404: not there, or not theirs.

    Which of the two is not looked up: many of these by one person are somebody trying numbers either way.
    """
    match = request.resolver_match
    if match is None or not match.kwargs:
        return
    route = _route_of(request)
    logger.warning(
        "Not there or hidden at %s from %s, request %s", route, who, number_of(request),
        extra={"event": "access.hidden", "facts": {"route": route, _key(is_program): str(who)}},
    )  # fmt: skip


def _key(is_program: bool) -> str:  # noqa: FBT001  # one word for the one question
    return "program" if is_program else "person"


def _route_of(request: HttpRequest) -> str:
    match = request.resolver_match
    return match.view_name if match else ""


def require(standing: Standing, act: str, *, on: Scope) -> None:
    """Let `standing` do `act` there, or raise `Denied`."""
    if not standing.may(act, on):
        raise Denied(act)


def visible(
    standing: Standing,
    act: str,
    *,
    organisation: str | None = None,
    territory: str | None = None,
    person: str | None = None,
) -> Q:
    """The condition that keeps a queryset to the rows on which `standing` may do `act`.

    Give the field paths of the rows' organisation, territory and person, as far as they have them, such as
    `organisation="institution"`, `territory="institution__territory"`, `person="learner"`. Rows without a territory
    belong to the city as a whole. Without any right: no row.
    """
    allowed = Q(pk__in=[])
    if organisation and (ids := standing.organisation_ids(act)):
        allowed |= Q(**{f"{organisation}__in": ids})
    if territory:
        for path in standing.territory_paths(act):
            allowed |= Q(**{f"{territory}__path__startswith": path})
        if standing.may_city_wide(act):
            allowed |= Q(**{f"{territory}__isnull": True})
    if person and (keys := standing.keys_for(act)):
        # One key for nearly everybody: an equality plans better than a list of one.
        allowed |= Q(**{person: keys[0]}) if len(keys) == 1 else Q(**{f"{person}__in": keys})
    return allowed


def standing_of_request(request: HttpRequest) -> Standing:
    """Who asks: everything the signed-in person holds today, or `NOBODY`. The middleware of `access` provides it."""
    ask = cast("Callable[[], Standing] | None", getattr(request, "ask_standing", None))
    return ask() if ask is not None else NOBODY


def seen_in_request(request: HttpRequest, *, person_id: int, what: str) -> None:
    """Keep that the signed-in person sees a page of somebody else's. The middleware of `access` keeps the log."""
    note = cast("Callable[..., None] | None", getattr(request, "note_seen", None))
    if note is not None:
        note(person_id=person_id, what=what)


View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def public(view: View) -> View:
    """Mark a view that needs no sign-in. Everything else does."""
    view.is_public = True  # type: ignore[attr-defined]  # a mark on a function; mypy knows no attributes of functions
    return view


def entrusted(act: str = "") -> Callable[[View], View]:
    """Open a page of one's own to whoever acts for somebody else by `act`; without an act, to all who do.

    Deny by default: while somebody acts for another, pages without this mark are shut, public ones apart.
    """

    def mark(view: View) -> View:
        view.entrusted_act = act  # type: ignore[attr-defined]  # a mark on a function, as `public`
        return view

    return mark


def only_for(act: str) -> Callable[[View], View]:
    """Open a page to those only whose role allows `act` somewhere: for lists and forms that name no thing yet.

    What the page then shows or does is checked again, thing by thing.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not standing_of_request(request).may_somewhere(act):
                raise Denied(act)
            return view(request, *args, **kwargs)

        return cast("View", guarded)

    return guard
