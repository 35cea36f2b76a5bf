"""Limits that hold whoever asks and in whatever process: counted in the database, one statement for a request."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from xuecheng.city.identity.keyed import keyed_hash
from xuecheng.city.identity.rules.codes import CLOCK_SLACK, Limit

# A period that would end later than one that begins now is one of a clock that has been set back since: it is over.
_TAKE = """
insert into identity_allowance as kept (key, ends_at, used)
select wish.key, wish.ends_at, 1
  from unnest(%(keys)s::bytea[], %(ends)s::timestamptz[]) as wish(key, ends_at) order by wish.key
on conflict (key) do update set
  used = case when %(at)s >= kept.ends_at or kept.ends_at > excluded.ends_at + %(slack)s
              then 1 else least(kept.used, 1000000) + 1 end,
  ends_at = case when %(at)s >= kept.ends_at or kept.ends_at > excluded.ends_at + %(slack)s
                 then excluded.ends_at else kept.ends_at end
returning key, used
"""


def take(wanted: Sequence[tuple[Limit, str]], *, at: datetime) -> set[str]:
    """Count one use of each (limit, of whom) and tell the names of the limits that are exceeded. One statement.

    A use counts whether or not it is then refused: who keeps trying keeps waiting. The period begins with the first.
    It commits by itself, so that a refusal that follows does not take the count back.
    """
    limits = {keyed_hash(f"limit {limit.name}", whom): limit for limit, whom in wanted}
    keys = sorted(limits)
    values: Any = {"keys": keys, "ends": [at + limits[key].period for key in keys], "at": at, "slack": CLOCK_SLACK}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TAKE, values)
        used = {bytes(key): count for key, count in cursor.fetchall()}
    return {limit.name for key, limit in limits.items() if used[key] > limit.most}
