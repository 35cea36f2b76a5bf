"""How often a caller may ask: so many requests a minute, counted in the database, told in every answer.

One statement of about half a millisecond per request, outside the transaction of the request; all web processes count
together. A window is a minute of the clock: around its end twice as many may pass within a minute.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection

from .callers import Caller
from .models import AskedCount
from .problems import Problem

WINDOW_S = 60
_COUNT = """
insert into api_askedcount as a (caller, minute, count) values (%s, %s, 1)
on conflict (caller, minute) do update set count = a.count + 1 returning count"""


@dataclass(frozen=True)
class Allowance:
    """What is left of this minute."""

    most: int
    left: int
    resets_in_s: int

    @property
    def headers(self) -> dict[str, str]:
        """As the draft of the IETF names them (RateLimit header fields for HTTP)."""
        return {
            "RateLimit-Policy": f'"caller";q={self.most};w={WINDOW_S}',
            "RateLimit": f'"caller";r={self.left};t={self.resets_in_s}',
        }


def take(caller: Caller, *, at: datetime) -> Allowance:
    """Count one request of `caller`. Raises `Problem` 429 when there were too many."""
    most = settings.API_PER_MINUTE if caller.is_known else settings.API_PER_MINUTE_NAMELESS
    second = int(at.timestamp())
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [caller.key, second // WINDOW_S])
        (count,) = cursor.fetchone()
    allowance = Allowance(most=most, left=max(0, most - count), resets_in_s=WINDOW_S - second % WINDOW_S)
    if count > most:
        raise Problem(429, "too_many", headers=allowance.headers | {"Retry-After": str(allowance.resets_in_s)})
    return allowance


def sweep(*, at: datetime) -> int:
    """Forget the minutes that have passed; answers how many rows."""
    return AskedCount.objects.filter(minute__lt=int(at.timestamp()) // WINDOW_S - 1).delete()[0]
