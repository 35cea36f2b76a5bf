"""For whom the signed-in person acts now: chosen explicitly, kept in the session, checked in every request."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from xuecheng.city import clock, rights
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.requests import standing
from xuecheng.city.linking.standings import LimitedStanding
from xuecheng.city.people.models import Person
from xuecheng.web.providers import ActingFor
from xuecheng.web.templatetags.xc import date_only

from . import queries

KEY = "acting_for"
"""Session key: (by a proxy or as a guardian, its public id)."""


def begin(request: HttpRequest, via: str, public_id: str) -> bool:
    """Act for somebody from now on; False where nothing was entrusted."""
    if not isinstance(request.user, Person):
        return False
    if queries.acting_standing(request.user, via, public_id, at=clock.now()) is None:
        return False
    request.session[KEY] = [via, public_id]
    return True


def leave(request: HttpRequest) -> None:
    """Act for oneself again."""
    request.session.pop(KEY, None)


def of_request(request: HttpRequest, person: Person) -> Standing | None:
    """The standing of whom `person` acts for, or None. One query, and only for whoever acts for somebody.

    Help that ended or ran out meanwhile is over with the very next page.
    """
    kept = request.session.get(KEY)
    if not kept:
        return None
    found = queries.acting_standing(person, str(kept[0]), str(kept[1]), at=clock.now())
    if found is None:
        leave(request)
        request.help_has_ended = True  # type: ignore[attr-defined]  # so that the page can say why it is one's own again
    return found


def by_program(standing: rights.Standing, help_id: UUID, act: str) -> Standing | None:
    """The standing of whom a program's person acts for by a help that lets them do `act`, cut to the program's scopes.

    Only a site that the person linked has it: a service key never reaches what is its holder's own. Two queries.
    """
    if not isinstance(standing, LimitedStanding) or not standing.with_own:
        return None
    for via in (queries.PROXY, queries.GUARDIAN):
        found = queries.acting_standing(standing.person, via, str(help_id), at=clock.now())
        if found is not None and found.entrusted is not None and act in found.entrusted.acts:
            return LimitedStanding(
                person=found.person,
                entrusted=found.entrusted,
                other_keys=found.other_keys,
                acts=standing.acts,
                with_own=True,
            )
    return None


def banner(request: HttpRequest) -> ActingFor | None:
    """What the strip on every page says while somebody acts for another."""
    entrusted = standing(request).entrusted
    if entrusted is None:
        return None
    last = queries.ends_at(entrusted.via, entrusted.public_id)
    return ActingFor(
        name=standing(request).person.name,
        until=date_only(last) if last else "",
        leave_url=reverse("care:stop_acting"),
    )
