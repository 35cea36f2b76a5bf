"""Questions of identity: whose address this is, and what a person sees on “sign-in and security”."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import pgettext

from xuecheng.city.people.models import Person

from .models import ContactPoint, OpenSession, Recovery, SignInTry
from .rules.addresses import Address
from .rules.browsers import BROWSERS, DEVICES
from .sealing import look_up_hash, open_sealed

CONTACT = "identity.contact"
"""The purpose under which addresses are sealed and looked up, whatever table they stand in."""


def look_up(address: Address) -> bytes:
    """By what an address is found."""
    return look_up_hash(CONTACT, f"{address.kind} {address.text}")


def contact_of(address: Address) -> ContactPoint | None:
    """The contact point of that address with its person, an account closed to sign-in included. One query."""
    return ContactPoint.objects.filter(kind=address.kind, look_up=look_up(address)).select_related("person").first()


def contacts_of(person: Person) -> list[ContactPoint]:
    """A person's contact points, the oldest first. One query."""
    return list(ContactPoint.objects.filter(person=person).order_by("verified_at", "pk"))


def address_of(contact: ContactPoint) -> Address:
    """The address itself, opened: to send to, never to show."""
    return Address(contact.kind, open_sealed(CONTACT, str(contact.public_id), contact.sealed))


def sign_in_name_of(address: Address) -> str:
    """The sign-in name of the person with that address; "" for nobody. One query."""
    return (
        ContactPoint.objects.filter(kind=address.kind, look_up=look_up(address))
        .values_list("person__sign_in_name", flat=True)
        .first()
        or ""
    )


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
    """One query."""
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


def recovery_under_way(person: Person) -> Recovery | None:
    """A recovery that its owner can still stop. One query."""
    return Recovery.objects.filter(person=person, state__in=["asked", "waiting"]).first()


def browser_words(browser: str, device: str) -> str:
    """“WeChat, Android phone”, in the reader's language."""
    return pgettext("browser and device", "%(browser)s, %(device)s") % {
        "browser": BROWSERS.get(browser, BROWSERS["other"]),
        "device": DEVICES.get(device, DEVICES["other"]),
    }
