"""Contact points: added when proved, removed unless it is the last way in; the others are told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, override

from xuecheng.city import trace
from xuecheng.city.identity import queries, sending
from xuecheng.city.identity.models import Challenge, ContactPoint
from xuecheng.city.identity.rules.addresses import EMAIL, Address
from xuecheng.city.identity.sealing import seal
from xuecheng.city.ids import uuid7
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal, refusing
from xuecheng.web import providers

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
    """Write a proved address down as the person's, within a change of the caller. Raises `AddressTaken`."""
    public_id = uuid7()
    with refusing(contact_point_of_one_person=AddressTaken):
        return ContactPoint.objects.create(
            public_id=public_id,
            person=person,
            kind=address.kind,
            sealed=seal(queries.CONTACT, str(public_id), address.text),
            look_up=queries.look_up(address),
            shown=address.masked,
            verified_at=at,
        )


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
            return known
        others = queries.contacts_of(person)
        if len(others) >= MOST_CONTACTS:
            raise TooManyContacts
        made = keep_contact(person=person, address=address, at=at)
        told = (
            gettext_noop("An e-mail address was added to your account.")
            if address.kind == EMAIL
            else gettext_noop("A phone number was added to your account.")
        )
        warn(person, others, told)
    return made


def remove_contact(*, person: Person, public_id: UUID, at: datetime) -> None:
    """Remove one of the person's own contact points; all are told, the one that goes too. Raises `LastWayIn`."""
    del at
    with trace.change(by=person, why=gettext_noop("Removed a contact point of their own")):
        # Two at once must not each leave the other for last.
        row = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        contacts = queries.contacts_of(row)
        going = next((one for one in contacts if one.public_id == public_id), None)
        if going is None:
            return
        keys = queries.keys_of(row)
        if len(contacts) == 1 and not keys.has_password and not keys.passkeys:
            raise LastWayIn
        warn(row, contacts, gettext_noop("A phone number or e-mail address was removed from your account."))
        going.delete()


def warn(person: Person, contacts: list[ContactPoint], what: str) -> None:
    """Tell contact points that something changed, in the person's language; within the change itself."""
    from django.utils.translation import gettext  # noqa: PLC0415  # the sentence is one of ours, in another's language

    with override(person.language):
        values = {"what": gettext(what), "site": providers.installation().site}
        for contact in contacts:
            address = queries.address_of(contact)
            sending.send(address.kind, address.text, "changed", values, uuid7(), "normal")
