"""Verbs of real-name proof: claim a document, verify or refuse it, look at a whole number, find who has a number."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace, vault
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.jobs import services as jobs
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people import duplicates
from xuecheng.city.people.models import Person
from xuecheng.city.people.rules import check_stands, normalise_name
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.city.rights import Denied

from . import rules
from .areas import is_known_area
from .matching import same_name
from .models import IdentityDocument, Unmasking
from .outside import Answer, Confirmation
from .queries import visible_documents

log = logging.getLogger(__name__)
PURPOSE = "realname.number"
CLAIM, VERIFY, UNMASK, SEE, FIND = (
    "realname.claim_document",
    "realname.verify_document",
    "realname.unmask_number",
    "realname.see_document",
    "realname.find_number",
)
ASK_JOB = "realname.ask_service"
_State = IdentityDocument.State
_EXPIRED = gettext_noop("Its last day is over.")
_REPLACED = gettext_noop("A newer document took its place.")
_IS_OPEN = [_State.CLAIMED, _State.VERIFIED]


class NumberVerifiedElsewhere(Refusal):
    message = _("This number is verified for somebody else.")
    remedy = _("If it is the same person twice, an officer can merge the two; the pair is listed under “Duplicates”.")
    field = "number"


class NumberClaimedBefore(Refusal):
    message = _("This person has this document already.")
    field = "number"


class DocumentDecided(Refusal):
    message = _("This document is decided already.")


class NotOneself(Refusal):
    message = _("Nobody verifies their own document or looks at their own whole number as staff.")
    remedy = _("Ask a colleague.")


class DoubtsNotWeighed(Refusal):
    message = _("Something on the document does not fit the account.")
    remedy = _("Compare both. If it is right all the same, tick so and say why.")
    field = "fits_all_the_same"


class ReasonTooShort(Refusal):
    message = _("Say why you need the whole number, in a few words.")
    field = "reason"


@dataclass(frozen=True)
class Claim:
    """A document as somebody says it is."""

    public_id: UUID
    kind: str
    number: str
    name: str = ""
    """As the document prints it; "" where it was not compared."""
    valid_until: date | None = None


def claim_document(
    *, actor: Standing, person: Person, claim: Claim, at: datetime, ask_service: bool = False
) -> IdentityDocument:
    """Note a document of a person, unproven. Asked again with the same id and number, return the same one.

    Raises `Denied`, the refusals of `rules.read_number`, `NumberVerifiedElsewhere`, `NumberClaimedBefore`,
    `AccountErased`, `FormUsedBefore`.
    """
    require(actor, CLAIM, on=person)
    today = clock.date_of(at)
    facts = rules.read_number(claim.kind, claim.number, today=today)
    rules.check_validity(claim.valid_until, today=today)
    name = normalise_name(claim.name) if claim.name.strip() else person.name
    with trace.change(by=actor.person, why=_CLAIMED):
        check_stands(Person.objects.select_for_update(no_key=True).get(pk=person.pk).erased_at)
        # Hashed first: from here on nobody can hash with another key unseen (`vault.look_up_hash`).
        number_hash = vault.look_up_hash(PURPOSE, facts.number)
        hashes = vault.look_up_hashes(PURPOSE, facts.number)
        known = IdentityDocument.objects.filter(public_id=claim.public_id).first()
        if known is not None:
            if known.person_id != person.pk or bytes(known.number_hash) not in hashes:
                raise FormUsedBefore
            return known
        standing = list(IdentityDocument.objects.filter(number_hash__in=hashes, kind=claim.kind, state__in=_IS_OPEN))
        if any(one.person_id == person.pk for one in standing):
            raise NumberClaimedBefore
        document = IdentityDocument.objects.create(
            public_id=claim.public_id,
            person=person,
            kind=claim.kind,
            number_sealed=vault.seal(PURPOSE, str(claim.public_id), facts.number),
            number_hash=number_hash,
            name_on_document=name,
            valid_until=claim.valid_until,
            doubts=doubts_of(facts, name=name, person_name=person.name, birth_year=person.birth_year),
            claimed_at=at,
            claimed_by=actor.person if isinstance(actor.person, Person) else None,
        )
        if standing:
            duplicates.note_pairs(
                {(person.pk, one.person_id): {"identity": 1} for one in standing if one.person_id != person.pk}, at=at
            )
        if ask_service:
            _ask(document, at=at, by=document.claimed_by)
    return document


_CLAIMED = gettext_noop("An identity document was entered.")


def doubts_of(facts: rules.Facts, *, name: str, person_name: str, birth_year: int | None) -> list[str]:
    """What on a document does not fit the account: it goes to the queue of an officer."""
    found = []
    if not same_name(name, person_name):
        found.append("name")
    if facts.birth_on is not None and birth_year is not None and facts.birth_on.year != birth_year:
        found.append("birth_year")
    if facts.area and not is_known_area(facts.area):
        found.append("area")
    return found


def verify_at_counter(
    *,
    actor: Standing,
    document: IdentityDocument,
    seen: str,
    office: Organisation | None = None,
    fits_all_the_same: bool = False,
    at: datetime,
    reason: str,
) -> IdentityDocument:
    """An officer saw the document and says that it is this person's. Said again, nothing changes.

    An older verified document of the kind expires. Raises `Denied`, `NotOneself`, `DoubtsNotWeighed`,
    `DocumentDecided`, `NumberVerifiedElsewhere`, `DocumentExpired`, `ReasonMissing`.
    """
    require(actor, VERIFY, on=document)
    _not_oneself(actor, document)
    with (
        trace.change(by=actor.person, why=reason),
        refusing(identity_document_number_verified_once=NumberVerifiedElsewhere),
    ):
        row = _locked(document)
        if row.state == _State.VERIFIED and row.seen == seen:
            return row
        if row.doubts and not fits_all_the_same:
            raise DoubtsNotWeighed
        _verify(row, at=at)
        row.decided_by, row.seen, row.office, row.note = _person(actor), seen, office, reason[:200]
        row.save()
    return row


def _verify(row: IdentityDocument, *, at: datetime) -> None:
    """The part that counter and service share: rules, rivals, and the older document. The person's row is locked."""
    if row.state != _State.CLAIMED:
        raise DocumentDecided
    rules.check_validity(row.valid_until, today=clock.date_of(at))
    number = vault.open_sealed(PURPOSE, str(row.public_id), bytes(row.number_sealed))
    # Both keys are searched while one is being replaced; the lock of the active one is taken first.
    vault.look_up_hash(PURPOSE, number)
    rivals = IdentityDocument.objects.filter(
        number_hash__in=vault.look_up_hashes(PURPOSE, number), kind=row.kind, state=_State.VERIFIED
    ).exclude(person=row.person_id)
    if rivals.exists():
        raise NumberVerifiedElsewhere
    IdentityDocument.objects.filter(person=row.person_id, kind=row.kind, state=_State.VERIFIED).update(
        state=_State.EXPIRED, note=_REPLACED
    )
    row.state, row.decided_at = _State.VERIFIED, at


def refuse_document(*, actor: Standing, document: IdentityDocument, at: datetime, reason: str) -> IdentityDocument:
    """An officer says that the document is not this person's, or not genuine; also of one that was verified.

    Raises `Denied`, `NotOneself`, `DocumentDecided`, `ReasonMissing`.
    """
    require(actor, VERIFY, on=document)
    _not_oneself(actor, document)
    with trace.change(by=actor.person, why=reason):
        row = _locked(document)
        if row.state == _State.REFUSED:
            return row
        if row.state == _State.EXPIRED:
            raise DocumentDecided
        row.state, row.decided_at, row.decided_by, row.note = _State.REFUSED, at, _person(actor), reason[:200]
        row.save(update_fields=["state", "decided_at", "decided_by", "note"])
    return row


def take_answer(*, document: IdentityDocument, confirmation: Confirmation, at: datetime) -> IdentityDocument:
    """Write down what the outside service said. Doubts about the account stay an officer's matter."""
    with (
        trace.change(by=trace.robot("realname"), why=_ASKED),
        refusing(identity_document_number_verified_once=NumberVerifiedElsewhere),
    ):
        row = _locked(document)
        if row.state != _State.CLAIMED:
            return row
        row.service_reference = confirmation.reference[:80]
        if confirmation.answer is Answer.MATCH and not row.doubts:
            _verify(row, at=at)
        elif confirmation.answer is Answer.DIFFERENT:
            row.state, row.decided_at, row.note = _State.REFUSED, at, _NOT_CONFIRMED
        row.save()
    return row


_ASKED = gettext_noop("The outside service was asked.")
_NOT_CONFIRMED = gettext_noop("The outside service did not confirm it.")


def _ask(document: IdentityDocument, *, at: datetime, by: Person | None) -> None:
    jobs.start(
        ASK_JOB,
        at=at,
        title_zh="核验身份证件",
        title_en="Confirming an identity document",
        arguments={"document": document.pk},
        by=by,
    )


def expire_due(*, today: date) -> int:
    """Verified documents whose last day is over expire; answers how many."""
    with trace.change(by=trace.robot("realname"), why=_EXPIRED):
        return IdentityDocument.objects.filter(state=_State.VERIFIED, valid_until__lt=today).update(
            state=_State.EXPIRED
        )


def unmask_number(*, actor: Standing, document: IdentityDocument, at: datetime, reason: str) -> str:
    """The whole number, for an officer who says why. Every look is kept and counted (SEC-03).

    Beyond the day's number of `UNMASK_ALERT` operators are alerted; nothing is refused, for work must go on. Raises
    `Denied`, `NotOneself`, `ReasonTooShort`.
    """
    require(actor, UNMASK, on=document)
    _not_oneself(actor, document)
    if len(reason.strip()) < 4:
        raise ReasonTooShort
    person, today = _person(actor), clock.date_of(at)
    with trace.change(by=actor.person, why=reason):
        # One's looks are counted one after the other.
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        number_that_day = Unmasking.objects.filter(by=person, on=today).count() + 1
        Unmasking.objects.create(
            document=document, by=person, at=at, on=today, number_that_day=number_that_day, reason=reason.strip()[:200]
        )
        number = vault.open_sealed(PURPOSE, str(document.public_id), bytes(document.number_sealed))
    if number_that_day > settings.UNMASK_ALERT:
        log.warning("%s whole numbers were looked at today by person %s", number_that_day, person.public_id)
    return number


def find_by_number(*, actor: Standing, kind: str, number: str, at: datetime) -> list[IdentityDocument]:
    """Documents with exactly this number, as far as the actor may see their people (SEC-03: by whole numbers only).

    Raises `Denied`, the refusals of `rules.read_number`.
    """
    if not actor.may_somewhere(FIND):
        raise Denied(FIND)
    facts = rules.read_number(kind, number, today=clock.date_of(at))
    hashes = vault.look_up_hashes(PURPOSE, facts.number)
    return list(visible_documents(actor).filter(kind=kind, number_hash__in=hashes).order_by("-id"))


def masked_numbers(documents: Sequence[IdentityDocument]) -> dict[int, str]:
    """What people see of the numbers: the last four signs. A number whose key is gone shows dots only."""
    found = {}
    for document in documents:
        try:
            number = vault.open_sealed(PURPOSE, str(document.public_id), bytes(document.number_sealed))
        except vault.KeyMissing:
            number = ""
        found[document.pk] = rules.masked(number) if number else "•" * rules.SHOWN
    return found


def _locked(document: IdentityDocument) -> IdentityDocument:
    """The row, its person's before it: verifying two documents of a person, or one twice, goes one after the other."""
    Person.objects.select_for_update(no_key=True).get(pk=document.person_id)
    return (
        IdentityDocument.objects.select_for_update(of=("self",), no_key=True)
        .select_related("person__territory")
        .get(pk=document.pk)
    )


def _person(actor: Standing) -> Person:
    if not isinstance(actor.person, Person):
        raise TypeError("a person answers for this, no robot")
    return actor.person


def _not_oneself(actor: Standing, document: IdentityDocument) -> None:
    if document.person_id in actor.person_keys:
        raise NotOneself
