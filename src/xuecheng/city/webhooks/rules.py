"""When a message is tried again, and how it is signed (the Standard Webhooks shape)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta

GIVE_UP_AFTER = timedelta(days=3)
_WAITS = tuple(
    timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1_800, 7_200, 21_600, 43_200, 43_200, 43_200)
)
SECRET_MARK = "whsec_"  # noqa: S105  # how a secret begins, none itself


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many failed tries: longer each time, at most twelve hours."""
    return _WAITS[min(max(attempts, 1), len(_WAITS)) - 1]


def signature(secret: str, *, message_id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the HMAC-SHA256 over id, time and body, in base64."""
    key = base64.b64decode(secret.removeprefix(SECRET_MARK))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
