"""Credit that stands and is not for new use: frozen while a case about it is open, taken for a shortfall (C-71, C-73).

What is frozen is held in the ledger, so that whatever spends by amount cannot spend it, and marked by posting, so that
whatever uses credits of one posting knows. Who calls holds the locks of the learner's accounts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal, refusing
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.recognition.models import Posting, Withholding

_SYSTEM = "xuecheng.withholding"
_HELD_FOR = timedelta(days=3660)
"""Longer than any case; the case's own end gives the credits back."""


class FrozenAlready(Refusal):
    message = _("A case about this credit is open already.")


def freeze_postings(
    *, postings: Sequence[Posting], used: Mapping[UUID, int], case: UUID, ref: int, actor_id: int, at: datetime
) -> list[Withholding]:
    """Freeze postings of one learner for a case: of each, what is not `used` and still lies on the account is held.

    Where less lies there, less is held: what is missing shows at the decision. Raises `FrozenAlready`, and what the
    ledger refuses with.
    """
    frozen = []
    for posting in postings:
        source = ledger.learner_account(learner_id=posting.learner_id, unit=posting.credit_class_id)
        amount = max(0, min(posting.credits - used.get(posting.key, 0), ledger.balance(account=source)))
        key = None
        if amount:
            key = ledger.derive_key(at=at, source_system=_SYSTEM, source_id=f"{case}/{posting.key}", purpose="freeze")
            aside = ledger.learner_account(
                learner_id=posting.learner_id, unit=posting.credit_class_id, role=ledger.Role.HOLD
            )
            transfer = ledger.Transfer(key, source, aside, amount, ref, at)
            ledger.hold_open(transfer=transfer, expires_at=at + _HELD_FOR, actor=actor_id)
        with refusing(withholding_frozen_once=FrozenAlready):
            frozen.append(
                Withholding.objects.create(
                    posting=posting.key, book=posting.book, learner_id=posting.learner_id,
                    purpose=Withholding.Purpose.FROZEN, credits=amount, hold=key, case_id=case, began_at=at,
                )
            )  # fmt: skip
    return frozen


def release_frozen(*, case: UUID, ref: int, actor_id: int, at: datetime) -> list[Withholding]:
    """End what a case froze: exactly what was held lies on the account again. Said twice, once."""
    rows = list(Withholding.objects.filter(case_id=case, purpose=Withholding.Purpose.FROZEN, ended_at__isnull=True))
    postings = {one.key: one for one in Posting.objects.filter(key__in=[row.posting for row in rows])}
    for row in rows:
        if row.hold is not None:
            account = ledger.learner_account(learner_id=row.learner_id, unit=postings[row.posting].credit_class_id)
            ledger.hold_close(
                book=row.book, hold=row.hold, target=account, captured=0, ref=ref, effective_at=at, actor=actor_id
            )
        row.ended_at = at
        row.save(update_fields=["ended_at"])
    return rows


def mark_owed(*, posting: Posting, credits_: int, case: UUID, at: datetime) -> Withholding:
    """Note that so much of a posting was taken to fill the shortfall of a case: it is not for use any more."""
    return Withholding.objects.create(
        posting=posting.key, book=posting.book, learner_id=posting.learner_id, purpose=Withholding.Purpose.OWED,
        credits=credits_, case_id=case, began_at=at,
    )  # fmt: skip
