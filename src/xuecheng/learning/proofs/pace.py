"""How often one client may have something verified: it costs us work, and others' systems a request."""

from __future__ import annotations

import hashlib
import time

from django.core.cache import cache
from django.http import HttpRequest

MOST = 20
WINDOW_S = 60


def is_too_fast(request: HttpRequest) -> bool:
    """Count one verification; whether it is one too many within the minute, which begins with the first."""
    digest = hashlib.sha256(request.META.get("REMOTE_ADDR", "").encode()).hexdigest()[:24]
    key, now = f"verify-pace-{digest}", time.time()
    count, began = cache.get(key, (0, now))
    cache.set(key, (count + 1, began), max(1, began + WINDOW_S - now))
    return bool(count >= MOST)
