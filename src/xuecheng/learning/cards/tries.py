"""Wrong cards are slowed down: five in a minute by one person or from one client, and the next waits (C-83)."""

from __future__ import annotations

import hashlib
import time

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal

MOST = 5
WINDOW_S = 60


class WaitAMinute(Refusal):
    message = _("Several in a row were wrong.")
    remedy = _("Try again in a minute, and compare the digits one by one.")
    field = "card"
    is_for_now = True


def check(request: HttpRequest) -> None:
    """Raise `WaitAMinute` if this person, or this client where nobody is signed in, has to wait."""
    if cache.get(_key(request), (0, 0.0))[0] >= MOST:
        raise WaitAMinute


def note(request: HttpRequest) -> None:
    """Count one try. The minute begins with the first."""
    key, now = _key(request), time.time()
    count, began = cache.get(key, (0, now))
    # Said anew each time: counting up would begin the minute anew, with whatever term the cache has.
    cache.set(key, (count + 1, began), max(1, began + WINDOW_S - now))


def _key(request: HttpRequest) -> str:
    """Who tries, not to be read back from the cache. At a counter many people share one address."""
    public_id = getattr(request.user, "public_id", None)
    who = str(public_id) if public_id is not None else request.META.get("REMOTE_ADDR", "")
    return f"card-tries-{hashlib.sha256(who.encode()).hexdigest()[:24]}"
