"""Wrong codes are slowed down: five in a minute from one client, and the next is answered a minute later (C-83)."""

from __future__ import annotations

import hashlib
import time

from django.core.cache import cache
from django.http import HttpRequest

MOST = 5
WINDOW_S = 60
#: Looking again at the same transcript within so long is one look.
_ONE_LOOK_S = 600


def are_too_many(request: HttpRequest) -> bool:
    """Whether this client has to wait."""
    count: int = cache.get(_key(request), (0, 0.0))[0]
    return count >= MOST


def note(request: HttpRequest) -> None:
    """Count one wrong try. The minute begins with the first."""
    key, now = _key(request), time.time()
    count, began = cache.get(key, (0, now))
    # Said anew each time: counting up would begin the minute anew, with whatever term the cache has.
    cache.set(key, (count + 1, began), max(1, began + WINDOW_S - now))


def is_new_look(request: HttpRequest, code: str) -> bool:
    """Whether this client did not look at this transcript just now; reloading a page is not another look."""
    return cache.add(f"{_key(request)}-{code}", 1, _ONE_LOOK_S)


def _key(request: HttpRequest) -> str:
    """The client, not to be read back from the cache."""
    digest = hashlib.sha256(request.META.get("REMOTE_ADDR", "").encode()).hexdigest()[:24]
    return f"transcript-tries-{digest}"
