"""How often one client may have something verified: it costs us work, and others' systems a request."""

from __future__ import annotations

import hashlib
import time

from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpRequest

MOST = 20
WINDOW_S = 60
_SHARE_BYTES = 32 * 1024
"""A record of hundreds of badges costs seconds: each further so many bytes count as one verification more."""
OF_A_LINK = 4 * _SHARE_BYTES
"""What lies at an address is weighed before anybody knows its size."""


def is_too_fast(request: HttpRequest, size: int) -> bool:
    """Count a verification of so many bytes; whether the minute, which begins with the first, was already full."""
    digest = hashlib.sha256(request.META.get("REMOTE_ADDR", "").encode()).hexdigest()[:24]
    key, now = f"verify-pace-{digest}", time.time()
    with transaction.atomic(), connection.cursor() as cursor:
        # Requests at the same moment are counted one after another, across processes; not while they are answered.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [key])
        count, began = cache.get(key, (0, now))
        cache.set(key, (count + 1 + size // _SHARE_BYTES, began), max(1, began + WINDOW_S - now))
    return bool(count >= MOST)
