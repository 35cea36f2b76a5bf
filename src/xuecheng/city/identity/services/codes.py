"""One-time codes: asked for, sent, and taken back once."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from xuecheng.city import trace, vault
from xuecheng.city.identity import queries, sending
from xuecheng.city.identity.keyed import keyed_hash
from xuecheng.city.identity.models import Challenge, ContactPoint
from xuecheng.city.identity.rules import codes as law
from xuecheng.city.identity.rules.addresses import Address
from xuecheng.city.ids import uuid7
from xuecheng.city.people.models import Person

from . import allowances

NOBODY = "nobody"


@dataclass(frozen=True)
class Asker:
    """Whence a request comes: the secret of its session, and its network address."""

    nonce: str
    client: str

    @property
    def binding(self) -> bytes:
        """What a challenge keeps of the session."""
        return keyed_hash("identity.session", self.nonce)


def ask_code(
    *, purpose: Challenge.Purpose, address: Address, asker: Asker, person: Person | None, at: datetime
) -> UUID:
    """Send a one-time code to `address` and return the id under which it is taken back in the same session.

    `person` is who is signed in; None at the door, where the same is done, in the same number of statements, whether
    or not anybody has this address. Raises `TooManyCodes`, `TooManyMessages`.
    """
    contact = queries.contact_of(address)
    owner = person or (contact.person if contact else None)
    about = f"{address.kind} {address.text}"
    exceeded = allowances.take(
        [
            (law.CODES_PER_ADDRESS, about),
            (law.CODES_PER_ADDRESS_DAY, about),
            # Counted for whoever has the address; for an address of nobody, for the address, which changes nothing.
            (law.CODES_PER_PERSON, str(owner.pk) if owner else f"{NOBODY} {about}"),
            (law.CODES_PER_CLIENT, asker.client),
            (law.CODES_FAR_AWAY, "all" if address.is_far else f"near {about}"),
        ],
        at=at,
    )
    if exceeded - {law.CODES_PER_PERSON.name}:
        raise law.TooManyCodes
    # Refusing aloud would tell a stranger that two addresses belong to one person; the code is only not sent.
    is_sent = law.CODES_PER_PERSON.name not in exceeded
    code, public_id = law.new_code(), uuid7()
    with transaction.atomic():
        Challenge.objects.create(
            public_id=public_id,
            purpose=purpose,
            kind=address.kind,
            sealed=vault.seal(queries.CHALLENGE, str(public_id), address.text),
            person=person,
            binding=asker.binding,
            code_hash=_hash(public_id, code),
            asked_at=at,
        )
        if is_sent:
            sending.send_code(address, code=code, public_id=public_id, at=at)
    return public_id


def check_code(*, purpose: Challenge.Purpose, public_id: UUID, asker: Asker, code: str, at: datetime) -> Challenge:
    """Take a code back: its challenge, proved from now on, for one thing within half an hour.

    Of two that bring the same code at once, one is right. A wrong try counts even if it is the fifth. Raises
    `CodeOver`, `CodeWrong`, `TooManyTries`.
    """
    if allowances.take([(law.CHECKS_PER_CLIENT, asker.client)], at=at):
        raise law.TooManyTries
    with transaction.atomic():
        row = (
            Challenge.objects.select_for_update(no_key=True, of=("self",))
            .filter(public_id=public_id, purpose=purpose, binding=asker.binding)
            .first()
        )
        if row is None:
            raise law.CodeOver
        law.check_code_counts(asked_at=row.asked_at, tries=row.tries, is_proved=row.proved_at is not None, at=at)
        row.tries += 1
        if is_right := hmac.compare_digest(bytes(row.code_hash), _hash(public_id, law.read_digits(code))):
            row.proved_at = at
            _messages_arrive(address_of(row))
        row.save(update_fields=["tries", "proved_at"])
    if not is_right:
        raise law.CodeWrong
    return row


def _messages_arrive(address: Address) -> None:
    contact = queries.contact_of(address)
    if contact is not None and contact.bounced_at is not None:
        with trace.change(by=contact.person, why=gettext_noop("Proved a contact point of their own again")):
            ContactPoint.objects.filter(pk=contact.pk).update(bounced_at=None)


def spend(*, purpose: Challenge.Purpose, public_id: UUID, asker: Asker, at: datetime) -> Challenge:
    """Use a proved address for the one thing it may open; within the transaction of that thing. Raises `ProofOver`."""
    row = (
        Challenge.objects.select_for_update(no_key=True, of=("self",))
        .filter(public_id=public_id, purpose=purpose, binding=asker.binding)
        .first()
    )
    if row is None:
        raise law.ProofOver
    law.check_proof_counts(proved_at=row.proved_at, is_spent=row.spent_at is not None, at=at)
    row.spent_at = at
    row.save(update_fields=["spent_at"])
    return row


def address_of(challenge: Challenge) -> Address:
    """The address that a challenge was sent to."""
    return Address(
        challenge.kind, vault.open_sealed(queries.CHALLENGE, str(challenge.public_id), bytes(challenge.sealed))
    )


def proved_address(*, purpose: Challenge.Purpose, public_id: UUID, asker: Asker, at: datetime) -> Address:
    """The address that was proved in this session and not yet used. One query. Raises `ProofOver`."""
    row = Challenge.objects.filter(public_id=public_id, purpose=purpose, binding=asker.binding).first()
    if row is None:
        raise law.ProofOver
    law.check_proof_counts(proved_at=row.proved_at, is_spent=row.spent_at is not None, at=at)
    return address_of(row)


def _hash(public_id: UUID, code: str) -> bytes:
    return keyed_hash("identity.code", f"{public_id} {code}")


def spend_now(*, purpose: Challenge.Purpose, public_id: UUID, asker: Asker, at: datetime) -> None:
    """Use a proved address where nothing else is written with it. Raises `ProofOver`."""
    with transaction.atomic():
        spend(purpose=purpose, public_id=public_id, asker=asker, at=at)
