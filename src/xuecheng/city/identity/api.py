"""Accounts opened at a counter, for programs. Sign-in itself, and one's own keys to it, are a browser's."""

from __future__ import annotations

from typing import ClassVar, Literal
from uuid import UUID

from django.http import Http404, HttpRequest

from xuecheng.city import clock
from xuecheng.city.access.queries import scope_of
from xuecheng.city.access.requests import standing
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Code, In, Key, Out, Reason, TerritoryCode
from xuecheng.city.organisations import queries as organisations
from xuecheng.city.people.api import BirthYear
from xuecheng.city.rights import Scope
from xuecheng.city.territories import queries as territories

from .services import accounts

router = Router(tags=["People"])


class CounterAccountIn(In):
    """Somebody who stands at the counter; `id` is chosen by the caller.

    The right is asked at `organisation`, or at the residence if none is named.
    """

    id: UUID
    organisation: Code | None = None
    name: Key
    birth_year: BirthYear | None = None
    residence: TerritoryCode | None = None
    language: Literal["zh-hans", "en"] = "zh-hans"
    reason: Reason


class SlipOut(Out):
    """The slip that lets the account's owner in once. `secret` is the code on it, in this answer only."""

    KEYS: ClassVar = ("person",)
    person: UUID
    sign_in_name: str
    secret: str | None


@router.writing("/counter-accounts", scope="people.open", out=SlipOut)
def open_account_at_counter(request: HttpRequest, body: CounterAccountIn) -> SlipOut:
    """Open an account for somebody at the counter, and make the slip that lets them in once."""
    residence = territories.by_code(body.residence) if body.residence else None
    place = organisations.by_code(body.organisation) if body.organisation else None
    if (body.residence and residence is None) or (body.organisation and place is None):
        raise Http404
    slip = accounts.open_at_counter(
        actor=standing(request),
        at_place=scope_of(place) if place else Scope(territory_path=residence.path if residence else None),
        resident=accounts.NewResident(
            public_id=body.id, name=body.name, birth_year=body.birth_year, territory=residence, language=body.language
        ),
        reason=body.reason,
        at=clock.now(),
        today=clock.today(),
    )
    return SlipOut(person=slip.person.public_id, sign_in_name=slip.person.sign_in_name, secret=slip.code)
