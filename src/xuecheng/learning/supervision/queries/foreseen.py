"""What a withdrawal would do, while a case is open: which exchanges use the credit, and whether other credit would hold
them (C-72); which redemptions took it, and which certificates say it (C-74)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from xuecheng.learning.badges.models import Badge
from xuecheng.learning.exchange.models import Case as ExchangeCase
from xuecheng.learning.exchange.queries import Replacement, replacements
from xuecheng.learning.redemption.models import Allocation, Redemption
from xuecheng.learning.supervision.models import Withdrawal

from .dependents import uses_of

_MOST = 20
"""So many of each are shown; one credit is seldom behind more."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """An exchange that uses `credits` hundredths of what a case is about."""

    exchange: ExchangeCase
    credits: int
    fit: Sequence[Replacement] = field(default=())
    """Other credit of the learner that would take the place; asked for settled ones only."""

    @property
    def is_settled(self) -> bool:
        return self.exchange.state == ExchangeCase.State.SETTLED


def foreseen(case: Withdrawal, keys: Sequence[int], *, at: datetime, with_fit: bool) -> list[Foreseen]:
    """Exchanges of the learner (all keys) that rest on the credit of an open case. Two queries, and twelve for each
    that was settled, where what would fit is asked for."""
    uses = uses_of(keys, [one.posting for one in case.items.all()])[:_MOST]
    rows = ExchangeCase.objects.select_related("source", "target").in_bulk([one.case_id for one in uses])
    found = []
    for use in uses:
        row = rows[use.case_id]
        asks = with_fit and row.state == ExchangeCase.State.SETTLED
        found.append(Foreseen(row, use.credits, replacements(row, lost=use.posting, at=at) if asks else ()))
    return found


def redeemed_with(keys: Sequence[int], postings: Sequence[UUID]) -> list[Allocation]:
    """Exemptions and qualifications that took credit of these postings, reserved or granted. One query."""
    stands = Redemption.State.RESERVED, Redemption.State.FULFILLED
    rows = Allocation.objects.filter(learner__in=keys, posting__in=postings, is_live=True, hold__isnull=False)
    rows = rows.filter(redemption__state__in=stands).select_related("redemption__organisation", "offer")
    return list(rows.order_by("-id")[:_MOST])


def certificates_with(keys: Sequence[int], postings: Sequence[UUID]) -> list[Badge]:
    """Certificates of any of these postings, in whatever state: suspended while a case is open, then revoked. One
    query."""
    rows = Badge.objects.filter(learner__in=keys, postings__overlap=list(postings))
    return list(rows.select_related("achievement").order_by("pk")[:_MOST])
