"""What a case does in the ledger: hold the source, take it and give the target, or give the source back (C-34).

All of a case stands in the book of its learner, so each step is one transaction with the case's own row. Nothing here
keeps a balance; what is free is what the ledger says and what no live case uses.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from psycopg.types.range import Int8Range

from xuecheng.learning.creditbank import ledger
from xuecheng.learning.exchange import rules
from xuecheng.learning.exchange.models import Case, Lot, Use

SOURCE_SYSTEM = "xuecheng.exchange"
LEDGER_KIND = 20
"""Kind of the transfer that gives the target credits; its `ref` is the number of the case."""

_HELD_FOR = timedelta(days=1100)
"""Longer than any clock of a case, whose own end gives the credits back."""


def hold(case: Case, lot: Lot, *, actor: int, at: datetime) -> UUID:
    """Hold the source in the ledger and note which hundredths of the posting. Raises `CreditsInsufficient`, `InUse`."""
    ledger.lock_books(books=[case.book])
    note_use(case, lot, case.source_credits)
    key = ledger.derive_key(at=at, source_system=SOURCE_SYSTEM, source_id=str(case.public_id), purpose="hold")
    unit = case.source_class_id
    source = ledger.learner_account(learner_id=case.learner_id, unit=unit)
    aside = ledger.learner_account(learner_id=case.learner_id, unit=unit, role=ledger.Role.HOLD)
    transfer = ledger.Transfer(key, source, aside, case.source_credits, case.pk, at)
    ledger.hold_open(transfer=transfer, expires_at=at + _HELD_FOR, actor=actor)
    return key


def note_use(case: Case, lot: Lot, amount: int) -> None:
    """Note which hundredths of a posting a case uses. Raises `InUse`."""
    taken = Use.objects.filter(lot=lot, is_live=True).values_list("span", flat=True)
    free = rules.free_spans(lot.credits, [(span.lower, span.upper) for span in taken])
    try:
        spans = rules.take_spans(free, amount)
    except ValueError:
        raise rules.InUse from None
    Use.objects.bulk_create(Use(case=case, lot=lot, span=Int8Range(begins, ends, "[)")) for begins, ends in spans)


def take_and_give(case: Case, *, actor: int, at: datetime) -> None:
    """Take what was held for the receiving institution, and let it give the target credits: both or neither.

    Raises what the ledger refuses with, such as `AccountNotOpen` or `CreditsInsufficient` (a spent budget).
    """
    assert case.hold is not None, "only what is held is taken"
    ledger.lock_books(books=[case.book])
    institution = ledger.OwnerKind.INSTITUTION
    received = ledger.open_account(
        book=case.book,
        owner_kind=institution,
        owner_id=case.target_id,
        role=ledger.Role.MAIN,
        unit=case.source_class_id,
    )
    ledger.hold_close(
        book=case.book, hold=case.hold, target=received, captured=case.source_credits, ref=case.pk, effective_at=at,
        actor=actor,
    )  # fmt: skip
    issuing = ledger.open_account(
        book=case.book, owner_kind=institution, owner_id=case.target_id, role=ledger.Role.ISSUING,
        unit=case.target_class_id,
    )  # fmt: skip
    account = ledger.learner_account(learner_id=case.learner_id, unit=case.target_class_id)
    given = ledger.Transfer(ledger.part_key(case.hold, 3), issuing, account, case.target_credits, case.pk, at)
    ledger.post(transfer=given, kind=LEDGER_KIND, actor=actor)


def give_back(case: Case, *, actor: int, at: datetime) -> None:
    """Give back exactly what was held."""
    assert case.hold is not None, "only what is held is given back"
    ledger.lock_books(books=[case.book])
    source = ledger.learner_account(learner_id=case.learner_id, unit=case.source_class_id)
    ledger.hold_close(
        book=case.book, hold=case.hold, target=source, captured=0, ref=case.pk, effective_at=at, actor=actor
    )
