"""Verbs of linking: keys made, rotated, revoked; sites registered and ended; links given and ended."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from allauth.idp.oidc.models import Client, Token
from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.city.territories.models import Territory

from .models import Link, LinkedSite, ServiceKey
from .queries import MANAGE_KEYS, MANAGE_SITES
from .scopes import FOR_PEOPLE, FOR_PROGRAMS

# Letters and digits only: HTTP Basic of some clients and servers does not agree on the form of others.
_SIGNS = string.ascii_letters + string.digits
MARK = "xck"
"""Every service key begins so: scanners of code can find one that was published."""
LONGEST = timedelta(days=400)


class ScopeUnknown(Refusal):
    message = _("Choose at least one of the scopes in the list.")
    field = "scopes"


class KeyPeriodWrong(Refusal):
    message = _("A key ends after it begins, and after at most %(days)d days.")
    field = "ends_at"


class KeyEnded(Refusal):
    message = _("This key has ended, or was followed by another one.")


class AddressNotSafe(Refusal):
    message = _("“%(address)s” is no https address without a fragment.")
    remedy = _("Write the whole address to which people return, as the site sends it.")
    field = "redirect_uris"


class SiteEnded(Refusal):
    message = _("This site has ended already.")


@dataclass(frozen=True, kw_only=True)
class KeyWish:
    """What a key is to be."""

    name: str
    holder: Person
    scopes: Sequence[str]
    begins_at: datetime
    ends_at: datetime
    organisation: Organisation | None = None
    territory: Territory | None = None


@dataclass(frozen=True, kw_only=True)
class SiteWish:
    """What a linked site says of itself. Without `redirect_uris` people cannot link it; without `holder` no program."""

    name_zh: str
    name_en: str
    purpose_zh: str
    purpose_en: str
    organisation: Organisation
    scopes: Sequence[str]
    redirect_uris: Sequence[str] = ()
    holder: Person | None = None
    is_public: bool = False


def random_signs(count: int) -> str:
    """So many random letters and digits."""
    return "".join(secrets.choice(_SIGNS) for _number in range(count))


def digest_of(secret: str) -> str:
    """The keyed hash of a secret: without the installation's signing key nobody can try secrets out."""
    return salted_hmac("xuecheng.city.linking", secret, algorithm="sha256").hexdigest()


def make_key(*, actor: Standing, public_id: UUID, wish: KeyWish, reason: str) -> tuple[ServiceKey, str]:
    """Make a key; answers it and its secret, which nobody can be shown again.

    Asked again with the same id there is no second key and no secret: `FormUsedBefore`. Right: linking.manage_key
    there. Raises `Denied`, `ScopeUnknown`, `KeyPeriodWrong`.
    """
    require(actor, MANAGE_KEYS, on=wish.organisation or wish.territory)
    if not wish.scopes or set(wish.scopes) - set(FOR_PROGRAMS):
        raise ScopeUnknown
    if not wish.begins_at < wish.ends_at <= wish.begins_at + LONGEST:
        raise KeyPeriodWrong(days=LONGEST.days)
    with trace.change(by=actor.person, why=reason), refusing(service_key_public_id_once=FormUsedBefore):
        if ServiceKey.objects.filter(public_id=public_id).exists():
            raise FormUsedBefore
        return _new_key(actor, public_id, wish)


def rotate_key(
    *, actor: Standing, public_id: UUID, key: ServiceKey, at: datetime, overlap: timedelta, reason: str
) -> tuple[ServiceKey, str]:
    """Make a key that follows `key`, with the same scopes; the old one goes on for `overlap`.

    Raises `Denied`, `KeyEnded`, `FormUsedBefore`.
    """
    require(actor, MANAGE_KEYS, on=key)
    with trace.change(by=actor.person, why=reason):
        old = ServiceKey.objects.select_for_update(no_key=True, of=("self",)).get(pk=key.pk)
        if ServiceKey.objects.filter(public_id=public_id).exists():
            raise FormUsedBefore
        if old.revoked_at is not None or old.ends_at <= at or ServiceKey.objects.filter(follows=old).exists():
            raise KeyEnded
        wish = KeyWish(
            name=old.name,
            holder=old.holder,
            scopes=old.scopes,
            begins_at=at,
            ends_at=at + (old.ends_at - old.begins_at),
            organisation=old.organisation,
            territory=old.territory,
        )
        made, secret = _new_key(actor, public_id, wish, follows=old)
        old.ends_at = min(old.ends_at, at + max(overlap, timedelta(seconds=1)))
        old.save(update_fields=["ends_at"])
    return made, secret


def revoke_key(*, actor: Standing, key: ServiceKey, at: datetime, reason: str) -> None:
    """End a key at once: its next request is refused. Again, nothing changes. Raises `Denied`."""
    require(actor, MANAGE_KEYS, on=key)
    with trace.change(by=actor.person, why=reason):
        ServiceKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at)


def register_site(
    *, actor: Standing | None, public_id: UUID, wish: SiteWish, at: datetime, reason: str
) -> tuple[LinkedSite, str]:
    """Register a site; answers it and its secret, shown once (empty for a public one).

    `actor` is None only for the command line. Asked again with the same id: `FormUsedBefore`. Right:
    linking.manage_site at the organisation. Raises `Denied`, `ScopeUnknown`, `AddressNotSafe`.
    """
    if actor is not None:
        require(actor, MANAGE_SITES, on=wish.organisation)
    allowed = set(FOR_PROGRAMS if wish.holder else ()) | set(FOR_PEOPLE if wish.redirect_uris else ())
    if not wish.scopes or set(wish.scopes) - allowed:
        raise ScopeUnknown
    for address in wish.redirect_uris:
        _check_address(address)
    secret = random_signs(48)
    grants = [Client.GrantType.AUTHORIZATION_CODE, Client.GrantType.REFRESH_TOKEN] if wish.redirect_uris else []
    if wish.holder is not None and not wish.is_public:
        grants.append(Client.GrantType.CLIENT_CREDENTIALS)
    with (
        trace.change(by=actor.person if actor else trace.robot("owner"), why=reason),
        refusing(linked_site_public_id_once=FormUsedBefore),
    ):
        if LinkedSite.objects.filter(public_id=public_id).exists():
            raise FormUsedBefore
        client = Client(
            id=random_signs(24),
            name=wish.name_zh,
            type=Client.Type.PUBLIC if wish.is_public else Client.Type.CONFIDENTIAL,
        )
        client.set_secret(secret)
        client.set_scopes(list(dict.fromkeys(wish.scopes)))
        client.set_default_scopes(list(dict.fromkeys(wish.scopes)))
        client.set_redirect_uris(list(wish.redirect_uris))
        client.set_response_types(["code"])
        client.grant_types = "\n".join(grants)
        client.save(force_insert=True)
        site = LinkedSite.objects.create(
            client=client,
            public_id=public_id,
            name_zh=wish.name_zh,
            name_en=wish.name_en,
            purpose_zh=wish.purpose_zh,
            purpose_en=wish.purpose_en,
            organisation=wish.organisation,
            holder=wish.holder,
            registered_by=actor.person if actor else None,
            registered_at=at,
        )
    return site, "" if wish.is_public else secret


def new_secret(*, actor: Standing, site: LinkedSite, reason: str) -> str:
    """Another secret for a site; the old one ends at once. Raises `Denied`, `SiteEnded`."""
    require(actor, MANAGE_SITES, on=site)
    secret = random_signs(48)
    with trace.change(by=actor.person, why=reason):
        _locked_site(site)
        client = Client.objects.select_for_update().get(pk=site.client_id)
        client.set_secret(secret)
        client.save(update_fields=["secret"])
    return secret


def end_site(*, actor: Standing, site: LinkedSite, at: datetime, reason: str) -> None:
    """End a site: its tokens and all links with it. Raises `Denied`, `SiteEnded`."""
    require(actor, MANAGE_SITES, on=site)
    with trace.change(by=actor.person, why=reason):
        row = _locked_site(site)
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        Client.objects.filter(pk=site.client_id).update(grant_types="", redirect_uris="")
        Token.objects.filter(client=site.client_id).delete()
        Link.objects.filter(client=site.client_id, ended_at=None).update(ended_at=at)


def give_link(*, person: Person, client: Client, scopes: Sequence[str], at: datetime) -> Link:
    """Keep that a person let a site see or do something; what was granted before is replaced."""
    with trace.change(by=person, why=gettext_noop("Linked another site")):
        link = subject_for(person=person, client=client)
        link.scopes, link.given_at, link.ended_at = sorted(scopes), at, None
        link.save(update_fields=["scopes", "given_at", "ended_at"])
    return link


def end_link(*, person: Person, link: Link, at: datetime) -> None:
    """End a link: all tokens that the site has for the person go at once. Again, nothing changes."""
    with trace.change(by=person, why=gettext_noop("Ended the link to another site")):
        row = Link.objects.select_for_update(no_key=True, of=("self",)).get(pk=link.pk, person=person)
        Token.objects.filter(client=row.client_id, user=person).delete()
        if row.ended_at is None:
            row.ended_at = at
            row.save(update_fields=["ended_at"])


def _locked_site(site: LinkedSite) -> LinkedSite:
    row = LinkedSite.objects.select_for_update(no_key=True, of=("self",)).get(pk=site.pk)
    if row.ended_at is not None:
        raise SiteEnded
    return row


def subject_for(*, person: Person, client: Client) -> Link:
    """How a site knows a person: the same for ever, and another one for every other site (pairwise)."""
    name = f"{client.pk}\n{person.public_id}".encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), b"subject\n" + name, hashlib.sha256).hexdigest()[:40]
    link, _is_new = Link.objects.get_or_create(person=person, client=client, defaults={"subject": digest})
    return link


def _new_key(
    actor: Standing, public_id: UUID, wish: KeyWish, *, follows: ServiceKey | None = None
) -> tuple[ServiceKey, str]:
    secret = MARK + random_signs(48)
    made = ServiceKey.objects.create(
        public_id=public_id,
        name=wish.name,
        holder=wish.holder,
        organisation=wish.organisation,
        territory=wish.territory,
        scopes=sorted(set(wish.scopes)),
        prefix=secret[:9],
        digest=digest_of(secret),
        begins_at=wish.begins_at,
        ends_at=wish.ends_at,
        created_by=actor.person,
        follows=follows,
    )
    return made, secret


def _check_address(address: str) -> None:
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise AddressNotSafe(address=address) from error
    is_local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
    if not parts.netloc or parts.fragment or "*" in address or not (parts.scheme == "https" or is_local):
        raise AddressNotSafe(address=address)
