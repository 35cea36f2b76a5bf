"""Corrections: credit is taken back and given anew by postings of their own, where a person decides it (C-25, C-71)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.people.groups import keys_of
from xuecheng.city.refusals import Refusal
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.recognition import news
from xuecheng.learning.recognition.models import Posting, Result
from xuecheng.learning.recognition.queries.law import Law, law_at_hand
from xuecheng.learning.recognition.queries.postings import frozen_postings, standing_postings
from xuecheng.learning.recognition.queries.reasons import TakenBack, reason_of
from xuecheng.learning.records.models import DECIDED_ORIGINS, LearningRecord

from .keys import effective_at, reversal_key
from .one_person import books_of_learner
from .recognising import Recogniser, Tally
from .rows import reasons_json

_FELL_SHORT = """
select s.record_id from recognition_result s join records_learningrecord r on r.id = s.record_id
where r.learner_id = any(%(learners)s) and r.is_latest and s.book = any(%(books)s) and s.record_id <> %(record)s
    and (s.state = 'refused' or (s.state = 'credited' and s.reason <> ''))"""

IN_POSTING = "as the posting says"
"""What the ledger keeps as the reason of a reversal."""


class NothingStands(Refusal):
    message = _("No credit stands for this record.")


class CaseOpen(Refusal):
    message = _("A case of withdrawal is open about this credit; it is decided there.")


class RecordNotNewest(Refusal):
    message = _("This version was corrected; only the newest version of a record is recognised.")


class DecidedByAssessors(Refusal):
    message = _("Assessors decided on this credit; no rule can count it anew (C-49).")
    remedy = _("Take it back if it was wrong; the learner may then apply for recognition again.")


@dataclass(frozen=True)
class Correction:
    """What a correction did: postings taken back, and what was given since, this record's own credit included."""

    taken_back: list[Posting]
    given: Tally


def reverse_postings(*, actor: Standing, record: LearningRecord, why: str, at: datetime) -> Correction:
    """Take back all credit that stands for a record, over all its versions, each by a posting of its own.

    The record gets no credit again until a person decides it. Room that becomes free under caps is offered at once to
    the learner's records that fell to them (pitfall 8). Raises `Denied`, `trace.ReasonMissing`, `NothingStands`,
    `ledger.CreditsSpent`.
    """
    require(actor, "recognition.reverse_posting", on=record)
    with trace.change(by=actor.person, why=why):
        ledger.lock_books(books=books_of_learner(record.learner_id))
        _check_not_frozen(record)
        correction = withdraw_credit(record=record, officer_id=actor.person.pk, why=why, at=at)
        news.tell_taken_back(str(correction.taken_back[0].key), record.learner_id, at=at)
    return correction


def withdraw_credit(
    *,
    record: LearningRecord,
    officer_id: int,
    why: str,
    at: datetime,
    at_most: Mapping[UUID, int] | None = None,
    part_kind: int = 0,
) -> Correction:
    """The same for verbs that checked the right to it, hold the locks of the learner's books, and tell by themselves.

    `at_most`: what can be taken of each posting, hundredths; where that is less than all, so much goes back under the
    ledger's kind `part_kind`, and the rest is the caller's to account for (C-73). Raises `NothingStands`.
    """
    taken_back = take_back(record, officer_id=officer_id, why=why.strip(), at=at, at_most=at_most, part_kind=part_kind)
    if not taken_back:
        raise NothingStands
    return Correction(taken_back, _offer_room(record, law_at_hand(clock.date_of(at)), at))


def rerecognise_record(*, actor: Standing, record: LearningRecord, why: str, at: datetime) -> Correction:
    """Take back what stands for a record and recognise its newest version anew, by the rules as they are.

    This is how a correction downwards, another level or a record taken back before gets what it is due.

    Raises `Denied`, `trace.ReasonMissing`, `RecordNotNewest`, `DecidedByAssessors`, `ledger.CreditsSpent`.
    """
    require(actor, "recognition.reverse_posting", on=record)
    if not record.is_latest:
        raise RecordNotNewest
    if record.origin in DECIDED_ORIGINS:
        raise DecidedByAssessors
    with trace.change(by=actor.person, why=why):
        ledger.lock_books(books=books_of_learner(record.learner_id))
        _check_not_frozen(record)
        correction = count_anew(record=record, officer_id=actor.person.pk, why=why, at=at)
        if correction.taken_back:
            news.tell_counted_anew(str(correction.taken_back[0].key), [record.learner_id], at=at)
    return correction


def count_anew(*, record: LearningRecord, officer_id: int, why: str, at: datetime) -> Correction:
    """The same for verbs that checked the right to it, hold the learner's books, and tell by themselves."""
    law = law_at_hand(clock.date_of(at))
    taken_back = take_back(record, officer_id=officer_id, why=why.strip(), at=at)
    Result.objects.filter(record_id=record.pk, book=record.book).delete()
    recogniser = Recogniser(law, run_id=None, officer_id=officer_id, why=why.strip())
    given = recogniser.recognise([record.pk], books=[record.book], at=at)
    if taken_back:
        given += _offer_room(record, law, at)
    return Correction(taken_back, given)


def _check_not_frozen(record: LearningRecord) -> None:
    """Credit about which a case is open is taken back by its decision, not beside it (C-71)."""
    frozen = frozen_postings([record.learner_id])
    if frozen and any(posting.key in frozen for posting in standing_postings(record)):
        raise CaseOpen


def take_back(
    record: LearningRecord,
    *,
    officer_id: int,
    why: str,
    at: datetime,
    run_id: int | None = None,
    at_most: Mapping[UUID, int] | None = None,
    part_kind: int = 0,
) -> list[Posting]:
    """Reverse all standing postings of a record's versions, mark their answers. The caller holds the book's lock."""
    reversals = []
    for posting in standing_postings(record):
        key = reversal_key(posting.key)
        # Why stands in the posting: the ledger takes no words of people, for nothing is ever taken out of it (0014).
        most = posting.credits if at_most is None else at_most.get(posting.key, posting.credits)
        if most >= posting.credits:
            ledger.reverse(book=posting.book, key=key, reversed_key=posting.key, reason=IN_POSTING, actor=officer_id)
        elif most > 0:
            _give_back_part(posting, key, most, kind=part_kind, officer_id=officer_id)
        reversals.append(
            Posting(
                key=key,
                book=posting.book,
                learner_id=posting.learner_id,
                institution_id=posting.institution_id,
                record_id=posting.record_id,
                rule_id=posting.rule_id,
                unit_id=posting.unit_id,
                credit_class_id=posting.credit_class_id,
                credits=-posting.credits,
                worth=-posting.worth,
                part=posting.part,
                identity=posting.identity,
                accumulates_in=posting.accumulates_in,
                field=posting.field,
                grade_used=posting.grade_used,
                effective_on=posting.effective_on,
                officer_id=officer_id,
                run_id=run_id,
                reverses=posting.key,
                why=why,
                posted_at=at,
            )
        )
    Posting.objects.bulk_create(reversals)
    if reversals:
        versions = LearningRecord.objects.filter(
            institution_id=record.institution_id, record_key=record.record_key, book=record.book
        )
        reason = reason_of(TakenBack, why=why)
        Result.objects.filter(book=record.book, record_id__in=versions.values("id")).update(
            state=Result.State.REVERSED,
            reason=reason.code,
            reasons=reasons_json([reason]),
            credits=0,
            memory=[],
            decided_at=at,
        )
    return reversals


def _give_back_part(posting: Posting, key: UUID, amount: int, *, kind: int, officer_id: int) -> None:
    """Give the issuer back what of a posting is left, with the time of effect that a reversal has."""
    unit = posting.credit_class_id
    source = ledger.learner_account(learner_id=posting.learner_id, unit=unit)
    issuing = ledger.open_account(
        book=posting.book,
        owner_kind=ledger.OwnerKind.INSTITUTION,
        owner_id=posting.institution_id,
        role=ledger.Role.ISSUING,
        unit=unit,
    )
    transfer = ledger.Transfer(key, source, issuing, amount, posting.record_id, effective_at(posting.effective_on))
    ledger.post(transfer=transfer, kind=kind, actor=officer_id)


def _offer_room(record: LearningRecord, law: Law, at: datetime) -> Tally:
    """Recognise again what of the learner got nothing, or less than it is worth: room may have become free."""
    with connection.cursor() as cursor:
        keys = list(keys_of(record.learner_id))
        books = sorted({ledger.book_of(key) for key in keys})
        cursor.execute(_FELL_SHORT, {"learners": keys, "books": books, "record": record.pk})
        record_ids = [record_id for (record_id,) in cursor.fetchall()]
    if not record_ids:
        return Tally()
    return Recogniser(law, run_id=None).recognise(record_ids, books=books, at=at, again=True)
