"""Credit that was decided on evidence, without a rule of recognition: posted so that it counts once (C-25)."""

from __future__ import annotations

from datetime import date, datetime

from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.models import UnitVersion
from xuecheng.learning.creditbank.services.classes import credit_class
from xuecheng.learning.recognition.models import Posting, Result
from xuecheng.learning.recognition.queries.postings import standing_postings
from xuecheng.learning.records.models import LearningRecord

from .keys import effective_at

SOURCE_SYSTEM = "xuecheng.priorlearning"


def give_unit(
    *,
    record: LearningRecord,
    unit: UnitVersion,
    identity: str,
    ledger_kind: int,
    officer_id: int | None,
    at: datetime,
    amount: int | None = None,
    valid_until: date | None = None,
) -> Posting:
    """Post a unit's credit, whole or as much as `amount`, for a record that was decided on evidence, with its answer;
    for verbs that have checked the right to it and hold the locks of the learner's books. Asked again, the same
    posting; `identity` is credited once. No officer: a rule in force decided.

    Raises `ledger.NotPosted` (a closed account, a spent budget), and then nothing stands.
    """
    level = unit.level
    amount = unit.credits if amount is None else amount
    of = credit_class(framework=level.framework.code, kind=unit.kind, level=level.ordinal)
    counts_from = effective_at(record.ended_on)
    key = ledger.derive_key(
        at=counts_from, source_system=SOURCE_SYSTEM, source_id=record.record_key, purpose=f"grant/{identity}"
    )
    known = Posting.objects.filter(key=key, book=record.book).first()
    if known is not None:
        return known
    issuing = ledger.open_account(
        book=record.book, owner_kind=ledger.OwnerKind.INSTITUTION, owner_id=record.institution_id,
        role=ledger.Role.ISSUING, unit=of.pk,
    )  # fmt: skip
    account = ledger.learner_account(learner_id=record.learner_id, unit=of.pk)
    transfer = ledger.Transfer(key, issuing, account, amount, record.pk, counts_from)
    ledger.post(transfer=transfer, kind=ledger_kind, actor=officer_id or 0)
    Result.objects.create(
        record_id=record.pk, book=record.book, learner_id=record.learner_id, institution_id=record.institution_id,
        state=Result.State.CREDITED, credits=amount, decided_at=at,
    )  # fmt: skip
    return Posting.objects.create(
        key=key, book=record.book, learner_id=record.learner_id, institution_id=record.institution_id,
        record_id=record.pk, rule=None, unit=unit, credit_class=of, credits=amount, worth=amount,
        identity=identity, field=unit.field, valid_until=valid_until, effective_on=record.ended_on,
        officer_id=officer_id, posted_at=at,
    )  # fmt: skip


def give_again(*, record: LearningRecord, ledger_kind: int, officer_id: int, at: datetime) -> list[Posting]:
    """Post again what was taken back of a record that was decided on evidence: no rule could. For verbs
    that have checked the right to it and hold the locks of the learner's books. Asked again, nothing more.
    """
    mine = Posting.objects.filter(book=record.book, record_id=record.pk)
    taken_back = {key for key in mine.values_list("reverses", flat=True) if key is not None}
    standing = {one.identity for one in standing_postings(record)}
    given = []
    # Of what was given, taken back and given again, the newest: its key was never given again.
    for old in mine.filter(reverses=None, key__in=taken_back).order_by("-posted_at", "key"):
        if old.identity in standing:
            continue
        standing.add(old.identity)
        counts_from = effective_at(record.ended_on)
        key = ledger.derive_key(
            at=counts_from, source_system=SOURCE_SYSTEM, source_id=record.record_key, purpose=f"again/{old.key}"
        )
        issuing = ledger.open_account(
            book=old.book, owner_kind=ledger.OwnerKind.INSTITUTION, owner_id=old.institution_id,
            role=ledger.Role.ISSUING, unit=old.credit_class_id,
        )  # fmt: skip
        account = ledger.learner_account(learner_id=old.learner_id, unit=old.credit_class_id)
        transfer = ledger.Transfer(key, issuing, account, old.credits, record.pk, counts_from)
        ledger.post(transfer=transfer, kind=ledger_kind, actor=officer_id)
        given.append(
            Posting.objects.create(
                key=key, book=old.book, learner_id=old.learner_id, institution_id=old.institution_id,
                record_id=old.record_id, rule=None, unit_id=old.unit_id, credit_class_id=old.credit_class_id,
                credits=old.credits, worth=old.worth, identity=old.identity, field=old.field,
                valid_until=old.valid_until,
                effective_on=old.effective_on, officer_id=officer_id, posted_at=at,
            )
        )  # fmt: skip
    if given:
        Result.objects.filter(record_id=record.pk, book=record.book).update(
            state=Result.State.CREDITED, reason="", reasons=[], credits=sum(one.credits for one in given), decided_at=at
        )
    return given
