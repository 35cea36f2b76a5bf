"""Credentials become callers of the interface: service keys, and access tokens of linked sites."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.idp.oidc.models import Token
from django.db.models import Q
from django.http import HttpRequest

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.api.callers import Caller
from xuecheng.city.people.models import Person

from . import queries
from .models import LinkedSite, ServiceKey
from .scopes import acts_of
from .services import MARK, digest_of
from .standings import own_standing, standing_within

_NOTED_EVERY = timedelta(minutes=1)


def of_service_key(request: HttpRequest, credential: str) -> Caller | None:
    """The program behind a service key. Two queries; a third once a minute, to keep when it was used last."""
    del request
    if not credential.startswith(MARK):
        return None
    now = clock.now()
    key = queries.key_with_digest(digest_of(credential), at=now)
    if key is None or not key.holder.is_active:
        return None
    _note_use(key, now)
    standing = standing_within(
        key.holder,
        acts=acts_of(key.scopes),
        organisation=key.organisation,
        territory=key.territory,
        today=clock.date_of(now),
    )
    _acts_by(standing, key.name)
    return Caller(key=f"key:{key.public_id}", standing=standing, scopes=frozenset(key.scopes))


def of_access_token(request: HttpRequest, credential: str) -> Caller | None:
    """The linked site behind an access token: for a person who linked it, or its own program. Three queries."""
    del request
    if credential.startswith(MARK):
        return None
    token = Token.objects.filter(client__linked_site__ended_at=None).lookup(Token.Type.ACCESS_TOKEN, credential)
    if token is None or token.client_id is None:
        return None
    scopes, today = frozenset(token.get_scopes()), clock.today()
    if isinstance(token.user, Person):
        link = queries.standing_link(token.user, token.client_id)
        if link is None or not token.user.is_active:
            return None
        scopes &= frozenset(link.scopes)
        standing = own_standing(token.user, acts=acts_of(scopes), today=today)
        _acts_by(standing, link.client.linked_site.name_zh)
        return Caller(key=f"site:{token.client_id}:{token.user.public_id}", standing=standing, scopes=scopes)
    site = LinkedSite.objects.select_related("holder", "organisation__territory").get(client=token.client_id)
    if site.holder is None or not site.holder.is_active:
        return None
    standing = standing_within(
        site.holder, acts=acts_of(scopes), organisation=site.organisation, territory=None, today=today
    )
    _acts_by(standing, site.name_zh)
    return Caller(key=f"site:{token.client_id}", standing=standing, scopes=scopes)


def _acts_by(standing: Standing, program: str) -> None:
    """The trace keeps what the program is called (its key the door adds), and the role where there is only one."""
    held = standing.holdings[0] if len(standing.holdings) == 1 else None
    standing.person.acting = trace.Acting(  # type: ignore[attr-defined]  # what the trace reads; `Person` knows nothing of it
        role=held.role if held else "",
        role_name=held.label if held else "",
        place_zh=held.place_zh if held else "",
        place_en=held.place_en if held else "",
        program_name=program,
    )


def _note_use(key: ServiceKey, now: datetime) -> None:
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - _NOTED_EVERY)
    if key.last_used_at is None or key.last_used_at < now - _NOTED_EVERY:
        ServiceKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)
