"""Contact points: added when proved, removed unless it is the last way in; the others are told."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext, gettext_noop, override
from django.utils.translation import gettext_lazy as _

from xuecheng.city import trace, vault
from xuecheng.city.identity import queries, sending
from xuecheng.city.identity.messages import CHANGED, CHANGED_NOTICE
from xuecheng.city.identity.models import Challenge, ContactPoint
from xuecheng.city.identity.rules.addresses import EMAIL, PHONE, Address, PhoneWrong, normalise_phone
from xuecheng.city.ids import uuid7
from xuecheng.city.notices.services import tell
from xuecheng.city.people.groups import keys_of
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal, refusing

from .codes import Asker, address_of, spend

MOST_CONTACTS = 5


class AddressTaken(Refusal):
    """Told only to who proved to have the address."""

    message = _("This phone number or e-mail address belongs to another account.")
    remedy = _("Sign in to that account and remove it there, or ask at a learning place near you.")
    field = "address"


class TooManyContacts(Refusal):
    message = _("You have five phone numbers and e-mail addresses already.")
    remedy = _("Remove one first.")


class LastWayIn(Refusal):
    message = _("Without it you could not sign in any more.")
    remedy = _("Add another phone number or e-mail address, a password or a passkey first.")


def keep_contact(*, person: Person, address: Address, at: datetime) -> ContactPoint:
    """Write a proved address down as the person's, within a change of the caller. Raises `AddressTaken`.

    One that a list told of the person becomes proved; messages go there again, whatever came back before.
    """
    # Hashed first: from here on nobody can hash with another key unseen (`vault.look_up_hash`).
    look_up = vault.look_up_hash(queries.CONTACT, address.text)
    known = queries.contact_of(address)
    if known is not None and known.person_id not in keys_of(person):
        raise AddressTaken
    sending.forgive(address)
    told = known or queries.told_contact_of(person, address)
    with refusing(contact_point_of_one_person=AddressTaken):
        if told is not None:
            ContactPoint.objects.filter(pk=told.pk).update(verified_at=at, bounced_at=None)
            return ContactPoint.objects.get(pk=told.pk)
        public_id = uuid7()
        return ContactPoint.objects.create(
            public_id=public_id,
            person=person,
            kind=address.kind,
            sealed=vault.seal(queries.CONTACT, str(public_id), address.text),
            look_up=look_up,
            shown=address.masked,
            verified_at=at,
        )


def keep_telephones(numbers: Sequence[tuple[int, str]], at: datetime) -> None:
    """Write down what a list told of people just opened: (person's key, number) each, in the caller's change.

    Told is not proved: such a number lets nobody in and gets no message until its owner brings a code back. What is no
    mobile number is left out.
    """
    del at
    found = []
    for person_id, text in dict(numbers).items():
        with suppress(PhoneWrong):
            found.append((person_id, Address(PHONE, normalise_phone(text))))
    ids = [uuid7() for _one in found]
    hashes = vault.look_up_hash_many(queries.CONTACT, [address.text for _person, address in found]) if found else []
    sealed = vault.seal_many(
        queries.CONTACT, [(str(key), address.text) for key, (_person, address) in zip(ids, found, strict=True)]
    ) if found else []  # fmt: skip
    ContactPoint.objects.bulk_create(
        ContactPoint(public_id=key, person_id=person_id, kind=PHONE, sealed=blob, look_up=look_up, shown=address.masked)
        for key, (person_id, address), blob, look_up in zip(ids, found, sealed, hashes, strict=True)
    )


_BOUNCED = gettext_noop("Messages to a contact point come back")


def note_bounce(person_id: int, kind: str, at: datetime) -> None:
    """The address to which notices of a person went fails: the next of the kind, if any, is written to from now on."""
    contact = queries.notified_contacts([person_id]).get(person_id, {}).get(kind)
    if contact is not None:
        with trace.change(by=trace.robot("notices"), why=_BOUNCED):
            ContactPoint.objects.filter(pk=contact.pk).update(bounced_at=at)


def add_contact(*, person: Person, challenge: UUID, asker: Asker, at: datetime) -> ContactPoint:
    """Add the address whose code came back; the other contact points are told.

    Raises `ProofOver`, `AddressTaken`, `TooManyContacts`.
    """
    with trace.change(by=person, why=gettext_noop("Added a contact point of their own")):
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        row = spend(purpose=Challenge.Purpose.ADD, public_id=challenge, asker=asker, at=at)
        address = address_of(row)
        known = queries.contact_of(address)
        if known is not None and known.person_id == person.pk:
            return keep_contact(person=person, address=address, at=at)
        others = [one for one in queries.contacts_of(person) if known is None or one.pk != known.pk]
        if len(others) >= MOST_CONTACTS:
            raise TooManyContacts
        made = keep_contact(person=person, address=address, at=at)
        told = (
            gettext_noop("An e-mail address was added to your account.")
            if address.kind == EMAIL
            else gettext_noop("A phone number was added to your account.")
        )
        warn(person, others, told, at=at)
    return made


def remove_contact(*, person: Person, public_id: UUID, at: datetime) -> None:
    """Remove one of the person's own contact points; all are told, the one that goes too. Raises `LastWayIn`."""
    with trace.change(by=person, why=gettext_noop("Removed a contact point of their own")):
        # Two at once must not each leave the other for last.
        row = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        known = queries.told_contacts_of(row)
        contacts = [one for one in known if one.verified_at is not None]
        going = next((one for one in known if one.public_id == public_id), None)
        if going is None:
            return
        if going.verified_at is None:
            going.delete()
            return
        keys = queries.keys_of(row)
        if len(contacts) == 1 and not keys.has_password and not keys.passkeys:
            raise LastWayIn
        warn(row, contacts, gettext_noop("A phone number or e-mail address was removed from your account."), at=at)
        going.delete()


def warn(person: Person, contacts: list[ContactPoint], what: str, *, at: datetime) -> None:
    """Tell a person and their contact points that something changed, in their language; within the change itself."""
    values = {"what": in_both_languages(what)}
    event = uuid7()
    tell(person, CHANGED_NOTICE, values, key=str(event), at=at, about=("identity:show_security",))
    for contact in contacts:
        address = queries.address_of(contact)
        name = f"{event} {contact.pk}"
        sending.warn(address, CHANGED, values, message_id=name, at=at, language=person.language)


def in_both_languages(sentence: str) -> dict[str, str]:
    """One of our sentences as a value of a message: whoever reads it has it in their language."""
    said = {}
    for name, language in (("zh", "zh-hans"), ("en", "en")):
        with override(language):
            said[name] = gettext(sentence)
    return said
