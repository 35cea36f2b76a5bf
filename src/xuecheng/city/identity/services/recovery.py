"""Recovery: a second proof, a wait in which the owner is told and may stop it, and only then a new password.

Never by questions, never at once, never by one member of staff alone, and never telling whether an account exists.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, override

from xuecheng.city import trace
from xuecheng.city.access.queries import scope_of
from xuecheng.city.identity import queries, sending
from xuecheng.city.identity.keyed import keyed_hash
from xuecheng.city.identity.messages import RECOVERY, RECOVERY_NOTICE
from xuecheng.city.identity.models import Challenge, Recovery
from xuecheng.city.identity.rules import addresses
from xuecheng.city.identity.rules import codes as law
from xuecheng.city.ids import uuid7
from xuecheng.city.notices.services import tell
from xuecheng.city.people import rules as names
from xuecheng.city.people import services as people
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal, refusing
from xuecheng.city.rights import Scope, Standing, require
from xuecheng.web.templatetags.xc import day_time

from . import allowances
from .codes import Asker, address_of, spend
from .contacts import warn
from .sessions import end_sessions

RECOVER = "identity.recover_account"


class NoSuchAccount(Refusal):
    """Told only to who proved to have the address."""

    message = _("No account has this phone number or e-mail address.")
    remedy = _("Try another one of yours, or open a new account.")
    field = "address"


class RecoveryRunsAlready(Refusal):
    message = _("A recovery of this account is under way already.")
    remedy = _("Wait until it opens, or let its owner stop it.")


class SecondPersonNeeded(Refusal):
    message = _("Who asked for a recovery does not confirm it.")
    remedy = _("Ask a colleague to look at the document and confirm.")


class NotYourOwnRecovery(Refusal):
    message = _("Nobody recovers their own account as staff.")
    remedy = _("Ask a colleague.")


def person_of(account: str) -> Person | None:
    """The active account that is meant by a sign-in name, phone number or e-mail address. Two queries, always."""
    try:
        address = addresses.read_address(account)
    except Refusal:
        address = addresses.Address(addresses.PHONE, "-")
    contact = queries.contact_of(address)
    try:
        name = names.normalise_sign_in_name(account)
    except names.SignInNameWrong:
        name = "-"
    named = Person.objects.filter(sign_in_name=name).select_related("merged_into").first()
    found = contact.person if contact else queries.kept(named) if named else None
    return found if found is not None and found.is_active else None


def ask_by_recovery_code(*, account: str, code: str, client: str, at: datetime) -> str:
    """Ask for a recovery with one of the codes that were printed when a second factor was set up.

    Always answers with a claim number; it is worth something only if account and code fit. Raises `TooManyTries`.
    """
    person = person_of(account)
    about = str(person.pk) if person else account.strip().lower()
    if allowances.take([(law.RECOVERIES_PER_NAME, about), (law.CHECKS_PER_CLIENT, client)], at=at):
        raise law.TooManyTries
    claim = law.new_claim()
    rows = Authenticator.objects.filter(user_id=person.pk if person else None, type=Authenticator.Type.RECOVERY_CODES)
    if rows.exists() and person is not None:
        # The code is used up together with the recovery for which it asks, or not at all; by one of two at once.
        with trace.change(by=trace.robot("recovery"), why=gettext_noop("Asked for a recovery with a recovery code")):
            row = rows.select_for_update(no_key=True).first()
            if row is not None and row.wrap().validate_code(law.read_digits(code)):
                _wait(person, Recovery.Way.RECOVERY_CODE, claim, at)
    return claim


def ask_by_contact(*, challenge: UUID, asker: Asker, at: datetime) -> str:
    """Ask for a recovery with a code sent to one of the contact points; the others are told. Answers the claim number.

    Raises `ProofOver`, `NoSuchAccount`, `RecoveryRunsAlready`.
    """
    claim = law.new_claim()
    with trace.change(by=trace.robot("recovery"), why=gettext_noop("Asked for a recovery with a contact point")):
        address = address_of(spend(purpose=Challenge.Purpose.RECOVER, public_id=challenge, asker=asker, at=at))
        contact = queries.contact_of(address)
        if contact is None or not contact.person.is_active:
            raise NoSuchAccount
        if not _wait(contact.person, Recovery.Way.CONTACT, claim, at):
            raise RecoveryRunsAlready
    return claim


def ask_at_counter(*, actor: Standing, person: Person, reason: str, at: datetime) -> Recovery:
    """Say that the person stands here and showed a document; a colleague must see it too.

    Raises `Denied`, `NotYourOwnRecovery`, `RecoveryRunsAlready`, `AccountErased`.
    """
    _may_recover(actor, person)
    with trace.change(by=actor.person, why=reason), refusing(recovery_one_at_a_time=RecoveryRunsAlready):
        row = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        names.check_stands(row.erased_at)
        return Recovery.objects.create(
            person=person,
            way=Recovery.Way.COUNTER,
            state=Recovery.State.ASKED,
            asked_at=at,
            asked_by=Person.objects.get(public_id=actor.person.public_id),
        )


def confirm_at_counter(
    *, actor: Standing, public_id: UUID, person: Person, reason: str, at: datetime
) -> tuple[str, datetime]:
    """Confirm as the second of the staff: the claim number to be printed, and when it opens.

    An account with contact points waits a day, and they are told; one without opens at once. Raises `Denied`,
    `NotYourOwnRecovery`, `SecondPersonNeeded`, `ClaimWrong` if it is not waiting for this.
    """
    _may_recover(actor, person)
    claim = law.new_claim()
    with trace.change(by=actor.person, why=reason):
        row = (
            Recovery.objects.select_for_update(no_key=True, of=("self",))
            .filter(public_id=public_id, person=person, state=Recovery.State.ASKED)
            .select_related("asked_by", "person")
            .first()
        )
        if row is None:
            raise law.ClaimWrong
        if row.asked_by is not None and row.asked_by.public_id == actor.person.public_id:
            raise SecondPersonNeeded
        has_contacts = bool(queries.contacts_of(row.person))
        row.confirmed_by = Person.objects.get(public_id=actor.person.public_id)
        row.state = Recovery.State.WAITING
        row.opens_at = at + (law.RECOVERY_WAIT if has_contacts else timedelta())
        row.closes_at = row.opens_at + law.RECOVERY_OPEN
        row.claim_hash = _hash(row.person, claim)
        row.save()
        _tell(row.person, row, at)
    return claim, row.opens_at


def _may_recover(actor: Standing, person: Person) -> None:
    require(actor, RECOVER, on=Scope(territory_path=scope_of(person).territory_path))
    if actor.person.public_id == person.public_id:
        raise NotYourOwnRecovery


def cancel_recovery(*, person: Person, at: datetime) -> None:
    """Stop a recovery of one's own account; none under way is as good."""
    with trace.change(by=person, why=gettext_noop("Stopped a recovery of their own account")):
        row = (
            Recovery.objects.select_for_update(no_key=True, of=("self",))
            .filter(person=person, state__in=["asked", "waiting"])
            .first()
        )
        if row is not None:
            row.state = Recovery.State.CANCELLED
            row.save(update_fields=["state"])
            warn(person, queries.contacts_of(person), gettext_noop("The recovery of your account was stopped."), at=at)


def finish_recovery(*, account: str, claim: str, password: str, client: str, at: datetime) -> Person:
    """After the wait: a new password; second factors, passkeys and sessions are gone, and the owner is told.

    What was lost at a counter's word includes the contact points: a number given up is somebody else's soon. Raises
    `TooManyTries`, `ClaimWrong`, `ClaimTooEarly`, `PasswordTooWeak`.
    """
    person = person_of(account)
    about = str(person.pk) if person else account.strip().lower()
    if allowances.take([(law.STARTS_PER_NAME, f"claim {about}"), (law.CHECKS_PER_CLIENT, client)], at=at):
        raise law.TooManyTries
    row = _claimed(person, claim, at)
    if person is None or row is None:
        raise law.ClaimWrong
    with trace.change(by=person, why=gettext_noop("Recovered the account")):
        locked = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        row = Recovery.objects.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)
        if row.state != Recovery.State.WAITING:
            raise law.ClaimWrong
        contacts = queries.contacts_of(locked)
        people.write_password(by=locked, person=locked, password=password, reason=gettext_noop("Recovered the account"))
        Authenticator.objects.filter(user=locked).delete()
        end_sessions(person=locked)
        row.state = Recovery.State.DONE
        row.save(update_fields=["state"])
        warn(locked, contacts, gettext_noop("Your account was recovered and has a new password."), at=at)
        if row.way == Recovery.Way.COUNTER:
            for contact in contacts:
                contact.delete()
    return Person.objects.get(pk=person.pk)


def _claimed(person: Person | None, claim: str, at: datetime) -> Recovery | None:
    """The recovery whose claim this is, each try counted. Raises `ClaimTooEarly`."""
    with transaction.atomic():
        row = (
            Recovery.objects.select_for_update(no_key=True).filter(person=person, state=Recovery.State.WAITING).first()
        )
        if row is None or person is None or row.tries >= law.CLAIM_TRIES or row.opens_at is None:
            return None
        with trace.change(by=trace.robot("recovery"), why=gettext_noop("A claim was tried")):
            row.tries += 1
            row.save(update_fields=["tries"])
        is_right = hmac.compare_digest(bytes(row.claim_hash or b""), _hash(person, law.read_claim(claim)))
    if not is_right:
        return None
    if at < row.opens_at:
        raise law.ClaimTooEarly(opens=day_time(row.opens_at))
    if row.closes_at is not None and at >= row.closes_at:
        return None
    return row


def _wait(person: Person, way: str, claim: str, at: datetime) -> bool:
    """Begin the wait and tell every contact point; False if one runs already."""
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    running = queries.recovery_under_way(person)
    if running is not None:
        if running.closes_at is None or at < running.closes_at:
            return False
        running.state = Recovery.State.CANCELLED
        running.save(update_fields=["state"])
    opens_at = at + law.RECOVERY_WAIT
    made = Recovery.objects.create(
        public_id=uuid7(),
        person=person,
        way=way,
        state=Recovery.State.WAITING,
        asked_at=at,
        opens_at=opens_at,
        closes_at=opens_at + law.RECOVERY_OPEN,
        claim_hash=_hash(person, claim),
    )
    _tell(person, made, at)
    return True


def _tell(person: Person, recovery: Recovery, at: datetime) -> None:
    """Tell the owner and every contact point; within the change itself."""
    values = {"opens": {name: _said(recovery.opens_at, language) for name, language in _LANGUAGES}}
    key = str(recovery.public_id)
    tell(person, RECOVERY_NOTICE, values, key=key, at=at, about=("identity:show_security",))
    for contact in queries.contacts_of(person):
        address, name = queries.address_of(contact), f"{key} {contact.pk}"
        sending.warn(
            address, RECOVERY, values, message_id=name, at=at, language=person.language, urgency="now"
        )  # fmt: skip


_LANGUAGES = (("zh", "zh-hans"), ("en", "en"))


def _said(moment: datetime | None, language: str) -> str:
    with override(language):
        return day_time(moment) if moment is not None else ""


def _hash(person: Person, claim: str) -> bytes:
    return keyed_hash("identity.claim", f"{person.public_id} {claim}")
