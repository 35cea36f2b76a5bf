"""Evidence of any kind: files, links, records, one's own words, and witnesses who need no account (C-46)."""

from __future__ import annotations

import hmac
import json
import secrets
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from django.db.models import Max
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace, vault
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.documents.services import add_document
from xuecheng.city.people.groups import lock_accounts
from xuecheng.city.refusals import FormUsedBefore, refusing
from xuecheng.city.trace import robot
from xuecheng.learning.priorlearning.models import Application, Evidence, Witness
from xuecheng.learning.priorlearning.places import PLACE, thing_of
from xuecheng.learning.priorlearning.queries.acts import APPLY
from xuecheng.learning.priorlearning.queries.seeing import is_learner_of
from xuecheng.learning.records.models import LearningRecord, Status

from .refusals import (
    EvidenceFuture,
    EvidenceIncomplete,
    EvidenceUsed,
    NoMoreEvidence,
    NotWritable,
    ReachUnclear,
    RecordAddedAlready,
    RecordUnknown,
    StatementMissing,
    WitnessGone,
    WitnessIsLearner,
)
from .rows import locked

WITNESS = robot("witness")
"""Stands for whoever speaks without an account."""

PURPOSE = "priorlearning.witness"
OPEN_DAYS = 30
"""How long a witness's link is open (ours)."""
WRONG_CODES_MOST = 5
REACH_DIGITS_LEAST = 6
"""Digits of the shortest telephone number, one of a village exchange (ours)."""
PIECES_MOST = 40


@dataclass(frozen=True)
class Piece:
    """What is said of a piece. `source` is who it comes from; empty: the learner."""

    title: str
    words: str = ""
    source: str = ""
    dated_on: date | None = None


@dataclass(frozen=True)
class Contact:
    """Who a witness is: sealed, read by the learner and the assessors only."""

    name: str
    relation: str
    reach: str
    code: str = ""


def add_file(
    *,
    actor: Standing,
    application: Application,
    public_id: UUID,
    piece: Piece,
    file_name: str,
    chunks: Iterable[bytes],
    at: datetime,
) -> Evidence:
    """Add a document or photograph; judged and kept by `documents`, in the same transaction.

    Right: priorlearning.apply, one's own. Raises `Denied`, `NotWritable`, `NoMoreEvidence`, `EvidenceFuture`, and what
    `add_document` refuses with.
    """
    require(actor, APPLY, on=application.learner)
    with trace.change(by=actor.person, why=gettext_noop("Added evidence")):
        version = add_document(
            actor=actor, place=PLACE, thing=thing_of(application), public_id=public_id, title=piece.title,
            file_name=file_name, chunks=chunks, at=at,
        )  # fmt: skip
        return _written(application, public_id, Evidence.Kind.FILE, piece, at=at, document=version.public_id)


def add_link(
    *, actor: Standing, application: Application, public_id: UUID, piece: Piece, link: str, at: datetime
) -> Evidence:
    """Add an address; nobody here fetches it. Raises as `add_file` does, and `EvidenceIncomplete`."""
    require(actor, APPLY, on=application.learner)
    if not link.startswith(("https://", "http://")):
        raise EvidenceIncomplete(at_field="link")
    with trace.change(by=actor.person, why=gettext_noop("Added evidence")):
        return _written(application, public_id, Evidence.Kind.LINK, piece, at=at, link=link)


def add_statement(
    *, actor: Standing, application: Application, public_id: UUID, piece: Piece, at: datetime
) -> Evidence:
    """Add one's own account of it. Raises as `add_file` does, and `EvidenceIncomplete`."""
    require(actor, APPLY, on=application.learner)
    if not piece.words.strip():
        raise EvidenceIncomplete
    with trace.change(by=actor.person, why=gettext_noop("Added evidence")):
        return _written(application, public_id, Evidence.Kind.STATEMENT, piece, at=at)


def add_record(
    *, actor: Standing, application: Application, public_id: UUID, record_id: int, words: str, at: datetime
) -> Evidence:
    """Point to a learning record of one's own; its institution is the source. Raises as `add_file` does, and
    `RecordUnknown`, `RecordAddedAlready`."""
    require(actor, APPLY, on=application.learner)
    with trace.change(by=actor.person, why=gettext_noop("Added evidence")):
        keys = lock_accounts(application.learner_id)
        record = (
            LearningRecord.objects.filter(pk=record_id, learner_id__in=keys, is_latest=True)
            .exclude(status=Status.WITHDRAWN)
            .select_related("institution")
            .first()
        )
        if record is None:
            raise RecordUnknown
        others = Evidence.objects.filter(application=application, removed_at=None).exclude(public_id=public_id)
        if others.filter(record_id=record.pk).exists():
            raise RecordAddedAlready
        piece = Piece(record.title[:120], words, record.institution.name_zh, record.ended_on)
        return _written(application, public_id, Evidence.Kind.RECORD, piece, at=at, record_id=record.pk)


def remove_evidence(*, actor: Standing, application: Application, evidence: Evidence, at: datetime) -> None:
    """Take a piece out while it is being written. Said twice, once. Raises `Denied`, `EvidenceUsed`."""
    require(actor, APPLY, on=application.learner)
    with trace.change(by=actor.person, why=gettext_noop("Took evidence out")):
        row = locked(application)
        if row.state not in Application.WRITABLE or evidence.kind == Evidence.Kind.GROUP:
            raise EvidenceUsed
        if row.submitted_at is not None and evidence.added_at <= row.submitted_at:
            raise EvidenceUsed
        Evidence.objects.filter(pk=evidence.pk, application=row, removed_at=None).update(removed_at=at)


def name_witness(
    *, actor: Standing, application: Application, public_id: UUID, piece: Piece, contact: Contact, at: datetime
) -> Witness:
    """Name somebody who saw it: they get a link and a code, need no account, and have thirty days.

    Right: priorlearning.apply, one's own. Raises `Denied`, `EvidenceIncomplete`, `ReachUnclear`,
    `WitnessIsLearner`, `NotWritable`.
    """
    require(actor, APPLY, on=application.learner)
    for name in ("name", "relation", "reach"):
        if not getattr(contact, name).strip():
            raise EvidenceIncomplete(at_field=name)
    if not _can_be_reached(contact.reach):
        raise ReachUnclear
    if contact.name.strip() == application.learner.name:
        raise WitnessIsLearner
    with trace.change(by=actor.person, why=gettext_noop("Named a witness")):
        named = Piece(
            piece.title, piece.words, f"{contact.relation.strip()} {contact.name.strip()[:1]}", piece.dated_on
        )
        made = _written(application, public_id, Evidence.Kind.WITNESS, named, at=at)
        known = Witness.objects.filter(evidence=made).first()
        if known is not None:
            return known
        number = uuid5(public_id, "witness")
        said = {"name": contact.name.strip(), "relation": contact.relation.strip(), "reach": contact.reach.strip()}
        said["code"] = f"{secrets.randbelow(10**8):08}"
        return Witness.objects.create(
            evidence=made,
            public_id=number,
            sealed=vault.seal(PURPOSE, str(number), json.dumps(said, ensure_ascii=False)),
            closes_at=at + timedelta(days=OPEN_DAYS),
        )


def contact_of(witness: Witness) -> Contact:
    """Who a witness is, for whoever may see the case."""
    if not bytes(witness.sealed):
        return Contact("", "", "")
    return Contact(**json.loads(vault.open_sealed(PURPOSE, str(witness.public_id), bytes(witness.sealed))))


def speak_as_witness(
    *, public_id: UUID, code: str, confirms: bool, statement: str, at: datetime, signed_in: Collection[int] = ()
) -> Witness:
    """What a witness says, once; the code of their letter is their right to it. Said again in the same words, once.

    `signed_in`: keys of whoever is signed in where it is said. Link and code reach the witness through the learner, so
    assessors are told so; in the learner's own session it is refused. Five wrong codes close the link. Raises
    `WitnessIsLearner`, `WitnessGone`, `StatementMissing`.
    """
    with trace.change(by=WITNESS, why=gettext_noop("A witness spoke")):
        row = Witness.objects.select_for_update(no_key=True).filter(public_id=public_id).first()
        if row is not None and is_learner_of(row, signed_in):
            raise WitnessIsLearner
        is_right = row is not None and row.wrong_codes < WRONG_CODES_MOST and at < row.closes_at
        if row is None or not is_right:
            raise WitnessGone
        if hmac.compare_digest(contact_of(row).code.encode(), _digits_of(code).encode()):
            if row.state == Witness.State.ASKED:
                if not statement.strip():
                    raise StatementMissing
                row.state = Witness.State.SPOKE if confirms else Witness.State.DENIED
                row.statement, row.spoke_at = statement.strip()[:2000], at
                row.save(update_fields=["state", "statement", "spoke_at"])
            elif row.statement != statement.strip()[:2000]:
                raise WitnessGone
            return row
        row.wrong_codes += 1
        row.save(update_fields=["wrong_codes"])
    raise WitnessGone


def _digits_of(text: str) -> str:
    """The digits of what was typed, however they were grouped or wide: a slow hand does not use up the five tries."""
    return "".join(one for one in unicodedata.normalize("NFKC", text) if one.isascii() and one.isdigit())


def _can_be_reached(reach: str) -> bool:
    """Whether it looks like a telephone number or an e-mail address; whether somebody answers, nobody can say."""
    name, at, domain = unicodedata.normalize("NFKC", reach).strip().rpartition("@")
    return len(_digits_of(reach)) >= REACH_DIGITS_LEAST or bool(at and name and "." in domain.strip("."))


def next_number(application: Application) -> int:
    newest: int | None = Evidence.objects.filter(application=application).aggregate(n=Max("number"))["n"]
    return (newest or 0) + 1


def _written(
    application: Application, public_id: UUID, kind: Evidence.Kind, piece: Piece, *, at: datetime, **more: object
) -> Evidence:
    with refusing(priorlearning_evidence_id_once=FormUsedBefore):
        row = locked(application, may_be_paused=True)
        known = Evidence.objects.filter(public_id=public_id).first()
        if known is not None:
            if known.application_id != row.pk or known.kind != kind:
                raise FormUsedBefore
            return known
        if row.state not in Application.TAKES_EVIDENCE:
            raise NotWritable
        if not piece.title.strip():
            raise EvidenceIncomplete(at_field="title")
        if Evidence.objects.filter(application=row, removed_at=None).count() >= PIECES_MOST:
            raise NoMoreEvidence(most=PIECES_MOST)
        if piece.dated_on is not None and piece.dated_on > clock.date_of(at):
            raise EvidenceFuture  # nothing of a day to come is current (C-46)
        return Evidence.objects.create(
            public_id=public_id,
            application=row,
            number=next_number(row),
            kind=kind,
            title=piece.title.strip()[:120],
            words=piece.words.strip()[:2000],
            source=piece.source.strip()[:120] or row.learner.name,
            dated_on=piece.dated_on,
            added_at=at,
            **more,
        )
