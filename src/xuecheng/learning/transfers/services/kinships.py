"""Verbs of relations in a family beyond guardians: recorded at a counter with proof, agreed by both, ended by either.

A counter ends one, too, with what it saw: a divorce, an entry that was wrong, somebody who cannot sign in.

Locks: the people of both, by ascending key, then the relation.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import Denied, require
from xuecheng.city.people.groups import keys_of
from xuecheng.city.people.models import Person
from xuecheng.city.people.rules import check_stands
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.learning.transfers import news
from xuecheng.learning.transfers.models import Kinship
from xuecheng.learning.transfers.queries import GIVE, RECORD, home_of

_MOST_DIGITS = 8
"""A folder and a day fit; the number of a document does not."""


class OnePerson(Refusal):
    message = _("Nobody is related to themselves.")
    field = "other"


class ProofMissing(Refusal):
    message = _("Write which document was seen.")
    field = "proof"


class ProofHasNumber(Refusal):
    message = _("Leave the number of the document out.")
    field = "proof"


class ClerkInvolved(Refusal):
    message = _("Nobody records a relation of their own.")
    remedy = _("Ask a colleague to record it.")


class RelatedAlready(Refusal):
    message = _("A relation of these two is recorded already.")
    remedy = _("Either of them ends it first, on their own page; or a counter does.")


class EndReasonMissing(Refusal):
    message = _("Choose why the relation is ended.")
    field = "why"


class KinshipOver(Refusal):
    message = _("This relation was ended.")


def record_kinship(
    *, actor: Standing, public_id: UUID, one: Person, other: Person, kind: str, proof: str, at: datetime
) -> Kinship:
    """Record at a counter that two people are of one family, with the proof seen. It counts once both have agreed.

    `kind` is what `one` is to `other`. Asked again with the same id, the same. Right: transfers.record_kinship where
    the one lives. Raises `Denied`, `OnePerson`, `ProofMissing`, `ProofHasNumber`, `ClerkInvolved`, `RelatedAlready`,
    `AccountErased`, `FormUsedBefore`.
    """
    require(actor, RECORD, on=home_of(one))
    if other.pk in keys_of(one):
        raise OnePerson
    if not proof.strip():
        raise ProofMissing
    if sum(sign.isdigit() for sign in proof) > _MOST_DIGITS:
        raise ProofHasNumber
    if {one.pk, other.pk} & set(actor.person_keys):
        raise ClerkInvolved
    with (
        trace.change(by=actor.person, why=gettext_noop("Relation in a family recorded")),
        refusing(kinship_one_at_a_time=RelatedAlready, kinship_public_id_once=FormUsedBefore),
    ):
        for person in Person.objects.filter(pk__in=[one.pk, other.pk]).order_by("pk").select_for_update(no_key=True):
            check_stands(person.erased_at)
        known = Kinship.objects.filter(public_id=public_id).first()
        if known is not None:
            if (known.one_id, known.other_id, known.kind) != (one.pk, other.pk, kind):
                raise FormUsedBefore
            return known
        row = Kinship.objects.create(
            public_id=public_id, one=one, other=other, kind=Kinship.Kind(kind), proof=proof.strip()[:120],
            recorded_by=actor.person, recorded_at=at,
        )  # fmt: skip
        news.tell_recorded(row, at=at)
    return row


def agree_kinship(*, actor: Standing, kinship: Kinship, at: datetime) -> Kinship:
    """One of the two says that it is so. Said twice, once. Right: transfers.give, by oneself. Raises `KinshipOver`."""
    require(actor, GIVE, on=actor.person)
    with trace.change(by=actor.person, why=gettext_noop("Relation in a family agreed")):
        row = _locked(kinship, actor)
        if row.ended_at is not None:
            raise KinshipOver
        for side in ("one", "other"):
            if getattr(row, f"{side}_id") in actor.person_keys and getattr(row, f"{side}_agreed_at") is None:
                setattr(row, f"{side}_agreed_at", at)
        row.save(update_fields=["one_agreed_at", "other_agreed_at"])
    return row


def end_kinship(*, actor: Standing, kinship: Kinship, at: datetime) -> Kinship:
    """Either of the two ends it, or says that it is not so; what was given stays given. The other is told. Twice, once.

    Right: transfers.give, by oneself. Raises `Denied`.
    """
    require(actor, GIVE, on=actor.person)
    with trace.change(by=actor.person, why=gettext_noop("Relation in a family ended")):
        row = _locked(kinship, actor)
        if row.ended_at is None:
            row.ended_at, row.ended_by = at, actor.person
            row.save(update_fields=["ended_at", "ended_by"])
            news.tell_ended(row, to_sides_not=actor.person_keys, at=at)
    return row


def end_kinship_at_counter(*, actor: Standing, kinship: Kinship, why: str, at: datetime) -> Kinship:
    """End it at a counter for one of the reasons of `Kinship.EndedBecause`; both are told. Said twice, once.

    What was given stays given; an offer that waits can no longer be accepted.

    Right: transfers.record_kinship where one of the two lives. Raises `Denied`, `EndReasonMissing`, `ClerkInvolved`,
    `KinshipOver`.
    """
    if not any(actor.may(RECORD, home_of(side)) for side in (kinship.one, kinship.other)):
        raise Denied(RECORD)
    if why not in Kinship.EndedBecause.values:
        raise EndReasonMissing
    if {kinship.one_id, kinship.other_id} & set(actor.person_keys):
        raise ClerkInvolved
    with trace.change(by=actor.person, why=gettext_noop("Relation in a family ended at a counter")):
        row = _row(kinship)
        if row.ended_at is not None:
            if row.ended_by_id in actor.person_keys and row.ended_because == why:
                return row
            raise KinshipOver
        row.ended_at, row.ended_by, row.ended_because = at, actor.person, why
        row.save(update_fields=["ended_at", "ended_by", "ended_because"])
        news.tell_ended(row, at=at)
    return row


def _locked(kinship: Kinship, actor: Standing) -> Kinship:
    """The relation as it is now, of one of the two only. Raises `Denied`."""
    if not {kinship.one_id, kinship.other_id} & set(actor.person_keys):
        raise Denied(GIVE)
    return _row(kinship)


def _row(kinship: Kinship) -> Kinship:
    rows = Kinship.objects.select_related("one__territory", "other__territory")
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=kinship.pk)
