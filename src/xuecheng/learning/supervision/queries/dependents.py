"""What rests on postings: exchanges that use them, and transcripts that print them (C-72)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from xuecheng.learning.exchange.models import Case as ExchangeCase
from xuecheng.learning.recognition.queries.postings import owed_of
from xuecheng.learning.redemption.models import Allocation, Redemption

_USES = """
select l.posting, c.id, c.state, sum(upper(u.span) - lower(u.span))::bigint
from exchange_lot l
join exchange_use u on u.lot_id = l.id and u.is_live
join exchange_case c on c.id = u.case_id
where l.learner_id = any(%s) and l.posting = any(%s)
group by l.posting, c.id, c.state order by c.id"""
_REDEEMED = """
select a.posting, sum(a.credits)::bigint from redemption_allocation a
where a.learner_id = any(%s) and a.posting = any(%s) and a.is_live and a.hold is not null
group by a.posting"""
_TRANSCRIPTS = """
select distinct t.code, t.issued_at, t.revoked_at is not null
from credentials_transcript t,
    jsonb_path_query(t.snapshot, '$.frameworks[*].lines[*].keys[*]') as key
where t.learner_id = any(%s) and key #>> '{}' = any(%s)
order by t.issued_at desc"""


class Use:
    """How much of a posting an exchange uses, and how far that exchange is."""

    __slots__ = ("case_id", "credits", "posting", "state")

    def __init__(self, posting: UUID, case_id: int, state: str, credits_: int) -> None:
        self.posting, self.case_id, self.state, self.credits = posting, case_id, state, credits_

    @property
    def is_open(self) -> bool:
        return self.state in ExchangeCase.OPEN


def uses_of(learner_ids: Sequence[int], postings: Sequence[UUID]) -> list[Use]:
    """Live uses of postings by exchanges. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_USES, [list(learner_ids), list(postings)])
        return [Use(*row) for row in cursor.fetchall()]


def taken_of(learner_ids: Sequence[int], postings: Sequence[UUID]) -> dict[UUID, int]:
    """Hundredths of postings that exchanges or redemptions use (C-41), or that filled a shortfall. Three queries."""
    taken = owed_of(postings, learner_ids)
    for use in uses_of(learner_ids, postings):
        taken[use.posting] = taken.get(use.posting, 0) + use.credits
    with connection.cursor() as cursor:
        cursor.execute(_REDEEMED, [list(learner_ids), list(postings)])
        for posting, credits_ in cursor.fetchall():
            taken[posting] = taken.get(posting, 0) + credits_
    return taken


def grants_with(learner_ids: Sequence[int], postings: Sequence[UUID]) -> list[Allocation]:
    """Exemptions and qualifications that any of these postings is marked for and took nothing of (C-41), reserved or
    granted, the newest first. What took credit is in `taken_of`. One query."""
    stands = Redemption.State.RESERVED, Redemption.State.FULFILLED
    rows = Allocation.objects.filter(learner__in=learner_ids, posting__in=postings, is_live=True, hold=None)
    return list(
        rows.filter(redemption__state__in=stands).select_related("redemption__organisation", "offer").order_by("-id")
    )


def transcripts_with(learner_ids: Sequence[int], postings: Sequence[UUID]) -> list[tuple[str, object, bool]]:
    """Transcripts that print any of these postings: code, time of issue, whether revoked; newest first. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_TRANSCRIPTS, [list(learner_ids), [str(key) for key in postings]])
        return list(cursor.fetchall())
