"""Questions of identity: whose address this is, and what a person sees on “sign-in and security”."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import pgettext

from xuecheng.city import vault
from xuecheng.city.notices.addresses import AddressKind
from xuecheng.city.people.groups import groups_of
from xuecheng.city.people.groups import keys_of as keys_of_person
from xuecheng.city.people.models import Person

from .models import ContactPoint, OpenSession, Recovery, SignInTry
from .rules.addresses import Address
from .rules.browsers import BROWSERS, DEVICES

CONTACT, CHALLENGE, FACTOR = "identity.contact", "identity.challenge", "identity.second_factor"
"""Under these the vault seals: contact points, addresses that a code went to, secrets of second factors."""


def _with_address(address: Address) -> QuerySet[ContactPoint]:
    """Contact points with that address, proved or only told. One query to look up by, none for them."""
    return ContactPoint.objects.filter(kind=address.kind, look_up__in=vault.look_up_hashes(CONTACT, address.text))


def contact_of(address: Address) -> ContactPoint | None:
    """The proved contact point of that address with its person, a closed account's too. Two queries.

    That of a merged account is the kept one's here.
    """
    found = _with_address(address).filter(verified_at__isnull=False).select_related("person__merged_into").first()
    if found is not None:
        found.person = kept(found.person)
    return found


def kept(person: Person) -> Person:
    """The account that counts for a person: itself, or the one it was merged into. No query if that was read along."""
    return person.merged_into or person


def contacts_of(person: Person) -> list[ContactPoint]:
    """What a person proved to have, under each account that was merged, the oldest first. Two queries."""
    return [one for one in told_contacts_of(person) if one.verified_at is not None]


def told_contacts_of(person: Person) -> list[ContactPoint]:
    """The same with what only a list told of them. Two queries."""
    return list(ContactPoint.objects.filter(person__in=keys_of_person(person)).order_by("verified_at", "pk"))


def told_contact_of(person: Person, address: Address) -> ContactPoint | None:
    """The person's contact point with that address, proved or only told. Three queries."""
    return _with_address(address).filter(person__in=keys_of_person(person)).first()


def notified_contacts(person_ids: Sequence[int]) -> dict[int, dict[str, ContactPoint]]:
    """By person and kind the contact point that notices go to: the first proved one that takes them. Two queries."""
    groups = groups_of(person_ids)
    asked = {key: person_id for person_id in person_ids for key in groups.get(person_id, (person_id,))}
    rows = ContactPoint.objects.filter(person__in=list(asked), verified_at__isnull=False, bounced_at__isnull=True)
    found: dict[int, dict[str, ContactPoint]] = {}
    for row in rows.order_by("verified_at", "pk"):
        found.setdefault(asked[row.person_id], {}).setdefault(row.kind, row)
    return found


def notified_addresses(person_ids: Sequence[int]) -> dict[int, dict[AddressKind, str]]:
    """The same with the addresses opened, as notices ask for them."""
    return {
        person_id: {cast("AddressKind", kind): address_of(one).text for kind, one in kinds.items()}
        for person_id, kinds in notified_contacts(person_ids).items()
    }


_SAME_PHONES = """
select a.person_id, b.person_id from identity_contactpoint a join identity_contactpoint b
    on b.kind = a.kind and b.look_up = a.look_up and b.person_id > a.person_id
where a.kind = 'phone'"""


def same_phones() -> Iterator[tuple[int, int]]:
    """Pairs of people of whom one phone number is told; one of them may have proved it. One query.

    While a look-up key is being replaced, pairs under two keys are found on the night after.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SAME_PHONES)
        yield from cursor.fetchall()


def address_of(contact: ContactPoint) -> Address:
    """The address itself, opened: to send to, never to show."""
    return Address(contact.kind, vault.open_sealed(CONTACT, str(contact.public_id), bytes(contact.sealed)))


def sign_in_name_of(address: Address) -> str:
    """The sign-in name of the person who proved that address; "" for nobody. Two queries."""
    contact = contact_of(address)
    return contact.person.sign_in_name if contact else ""


@dataclass(frozen=True)
class Keys:
    """Which ways in and second factors a person has set up."""

    has_password: bool
    passkeys: tuple[Authenticator, ...]
    has_totp: bool
    unused_recovery_codes: int | None
    """None without recovery codes."""

    @property
    def has_second_factor(self) -> bool:
        """Whether a password alone is not enough. A passkey by itself is a way in, and no demand for another."""
        return self.has_totp


def keys_of(person: Person) -> Keys:
    """One query, and one more with recovery codes."""
    rows = list(Authenticator.objects.filter(user=person).order_by("pk"))
    codes = next((row for row in rows if row.type == Authenticator.Type.RECOVERY_CODES), None)
    return Keys(
        has_password=bool(person.password) and person.has_usable_password(),
        passkeys=tuple(row for row in rows if row.type == Authenticator.Type.WEBAUTHN),
        has_totp=any(row.type == Authenticator.Type.TOTP for row in rows),
        unused_recovery_codes=len(codes.wrap().get_unused_codes()) if codes else None,
    )


def open_sessions(person: Person, *, at: datetime) -> QuerySet[OpenSession]:
    """Sessions in which the person is still signed in, the one used last first. One query."""
    alive = Session.objects.filter(session_key=OuterRef("key"), expire_date__gt=at)
    return OpenSession.objects.filter(Exists(alive), person=person).order_by("-seen_at", "-pk")


def tries_of(person: Person, *, most: int) -> list[SignInTry]:
    """The newest sign-ins that worked or failed. One query."""
    return list(SignInTry.objects.filter(person=person).order_by("-at", "-pk")[:most])


def is_new_browser(person: Person, browser: str, device: str) -> bool:
    """Whether the person signed in before, as far back as is kept, and never so. One query."""
    known = set(
        SignInTry.objects.filter(person=person, worked=True).order_by().values_list("browser", "device").distinct()
    )
    return bool(known) and (browser, device) not in known


def recovery_under_way(person: Person) -> Recovery | None:
    """A recovery that its owner can still stop. One query."""
    return Recovery.objects.filter(person=person, state__in=["asked", "waiting"]).first()


def browser_words(browser: str, device: str) -> str:
    """“WeChat, Android phone”, in the reader's language."""
    return pgettext("browser and device", "%(browser)s, %(device)s") % {
        "browser": BROWSERS.get(browser, BROWSERS["other"]),
        "device": DEVICES.get(device, DEVICES["other"]),
    }
