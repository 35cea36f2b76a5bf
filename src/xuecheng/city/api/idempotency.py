"""Writes that can be sent again: the first answer is kept with the effect, in one transaction (REL-01).

A refusal changes nothing and is not kept: sent again, the request is looked at anew. Of two at once with one key, one
works and the other is told to come back. A process that dies in between leaves nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from .callers import ACTING_FOR, Caller
from .models import KeptAnswer
from .problems import Problem

KEPT_FOR = timedelta(days=7)
KEY = r"^[A-Za-z0-9_-]{8,64}$"
_LOCK = 0x4150_4901
_KEPT_HEADERS = ("Content-Type", "Content-Language", "ETag", "Location")
_AT_ONCE = 64 * 1024


def key_of(request: HttpRequest) -> str:
    """The key that the caller chose. Raises `Problem` 400."""
    key = request.headers.get("Idempotency-Key", "")
    if not re.fullmatch(KEY, key):
        raise Problem(400, "key_missing", field="header.Idempotency-Key")
    return key


def once(
    request: HttpRequest, caller: Caller, work: Callable[[], HttpResponseBase], *, asked: str, at: datetime
) -> HttpResponseBase:
    """Do `work` in a transaction, once for this caller and key; later answer what was answered then.

    Raises `Problem` 400 without a key, 409 while the same key is worked on, 422 if it was used for something else.
    """
    key = key_of(request)
    with transaction.atomic():
        if not _alone(f"{caller.key}\n{key}"):
            raise Problem(409, "key_in_progress", headers={"Retry-After": "1"})
        kept = KeptAnswer.objects.filter(caller=caller.key, key=key).first()
        if kept is not None and kept.kept_at < at - KEPT_FOR:
            kept.delete()
            kept = None
        if kept is not None:
            if kept.asked != asked:
                raise Problem(422, "key_used", field="header.Idempotency-Key")
            headers = kept.headers | {"Idempotent-Replayed": "true"}
            return HttpResponse(kept.body, status=kept.status, headers=headers)
        response = work()
        if response.status_code >= 400:
            transaction.set_rollback(True)
        elif isinstance(response, HttpResponse):
            KeptAnswer.objects.create(
                caller=caller.key,
                key=key,
                asked=asked,
                status=response.status_code,
                headers={name: response[name] for name in _KEPT_HEADERS if name in response},
                body=_without_secret(response),
                kept_at=at,
            )
        return response


def _without_secret(response: HttpResponse) -> str:
    """The body as it is kept: a secret is shown once and nowhere kept in the clear."""
    body = json.loads(response.content)
    if isinstance(body, dict) and body.get("secret"):
        body["secret"] = None
    return json.dumps(body, ensure_ascii=False)


def digest_of(request: HttpRequest, content: str = "") -> str:
    """SHA-256 over what is asked: method, address, body (or the digest of one that was read as it came)."""
    said = hashlib.sha256()
    said.update(f"{request.method}\n{request.get_full_path()}\n{request.headers.get('If-Match', '')}\n".encode())
    if (for_whom := request.headers.get(ACTING_FOR)) is not None:
        said.update(f"{for_whom}\n".encode())
    said.update(content.encode() if content else request.body)
    return said.hexdigest()


def _alone(name: str) -> bool:
    """Whether nobody else works under this name; ours until the transaction ends, or its process."""
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s, %s)", [_LOCK, number])
        (got,) = cursor.fetchone()
    return bool(got)


def sweep(*, at: datetime) -> int:
    """Forget answers that were kept long enough; answers how many."""
    return KeptAnswer.objects.filter(kept_at__lt=at - KEPT_FOR).delete()[0]
