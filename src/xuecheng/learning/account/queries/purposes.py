"""What credits were set aside for, moved to or came back from: the exchange, order or gift behind an entry.

Recognition leaves a posting beside the ledger; these leave their keys on rows of their own. Read by the learner's keys,
so that the cost follows from one person's history.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db import connection
from django.utils.translation import get_language

# The first part of a hold's end is what was taken, the second what went back, the third what an exchange gave for it;
# of a gift between two books the first is in the giver's and the second in the receiver's.
_PURPOSES = """
with wanted as (select unnest(%(keys)s::uuid[]) as key),
held as (
    select r.id, k.key from redemption_redemption r cross join lateral (
        select r.hold as key union all select h.posting from redemption_handing h where h.redemption_id = r.id
    ) k where r.learner_id = any(%(learners)s)
    union all
    select a.redemption_id, a.hold from redemption_allocation a where a.learner_id = any(%(learners)s)
    union all
    select p.redemption_id, p.hold from redemption_part p where p.learner_id = any(%(learners)s)
)
select w.key, 'exchange', c.public_id, l.title, '', o.name_zh, o.name_en
from exchange_case c
join wanted w on w.key in (c.hold, ledger.part_key(c.hold, 2), ledger.part_key(c.hold, 3))
join organisations_organisation o on o.id = c.target_id
left join lateral (
    select l.title from exchange_use u join exchange_lot l on l.id = u.lot_id where u.case_id = c.id limit 1
) l on true
where c.learner_id = any(%(learners)s)
union all
select w.key, 'redemption', r.public_id, f.title_zh, f.title_en, o.name_zh, o.name_en
from held
join wanted w on w.key in (held.key, ledger.part_key(held.key, 2))
join redemption_redemption r on r.id = held.id
join redemption_offer f on f.id = r.offer_id
join organisations_organisation o on o.id = r.organisation_id
union all
select w.key, 'gift', g.public_id, p.name, '', '', ''
from transfers_gift g
join wanted w on w.key in (
    g.hold, ledger.part_key(g.hold, 2), g.posting, ledger.part_key(g.posting, 1), ledger.part_key(g.posting, 2)
)
join people_person p on p.id = case when g.giver_id = any(%(learners)s) then g.receiver_id else g.giver_id end
where g.giver_id = any(%(learners)s) or g.receiver_id = any(%(learners)s)"""


class For(StrEnum):
    """What an entry without a posting of recognition belongs to."""

    EXCHANGE = "exchange"
    REDEMPTION = "redemption"
    GIFT = "gift"


@dataclass(frozen=True, slots=True)
class Purpose:
    """`title` is the learning that is exchanged, what is redeemed, or the other person of a gift."""

    of: For
    public_id: UUID
    title: str
    place: str


def purposes_of(*, keys: Sequence[UUID], learners: Sequence[int]) -> dict[UUID, Purpose]:
    """Of entries of these learners what each was for; what is not known is missing. One query, none for no keys."""
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_PURPOSES, {"keys": list(keys), "learners": list(learners)})
        is_english = get_language() == "en"
        return {
            key: Purpose(
                For(of), public_id, (title_en if is_english and title_en else title) or "",
                (name_en if is_english and name_en else name_zh) or "",
            )
            for key, of, public_id, title, title_en, name_zh, name_en in cursor.fetchall()
        }  # fmt: skip
