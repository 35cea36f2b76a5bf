"""Wrong codes are slowed down: five in a minute from one client, and the next is answered a minute later (C-83)."""

from __future__ import annotations

import hashlib

from django.core.cache import cache
from django.http import HttpRequest

MOST = 5
WINDOW_S = 60
#: Looking again at the same transcript within so long is one look.
_ONE_LOOK_S = 600


def are_too_many(request: HttpRequest) -> bool:
    """Whether this client has to wait."""
    return int(cache.get(_key(request), 0)) >= MOST


def note(request: HttpRequest) -> None:
    """Count one wrong try. The minute begins with the first."""
    key = _key(request)
    if not cache.add(key, 1, WINDOW_S):
        try:
            cache.incr(key)
        except ValueError:
            # It ran out between the two.
            cache.add(key, 1, WINDOW_S)


def is_new_look(request: HttpRequest, code: str) -> bool:
    """Whether this client did not look at this transcript just now; reloading a page is not another look."""
    return cache.add(f"{_key(request)}-{code}", 1, _ONE_LOOK_S)


def _key(request: HttpRequest) -> str:
    """The client, not to be read back from the cache."""
    digest = hashlib.sha256(request.META.get("REMOTE_ADDR", "").encode()).hexdigest()[:24]
    return f"transcript-tries-{digest}"
