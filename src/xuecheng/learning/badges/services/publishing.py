"""What the credit bank publishes under its own addresses, signed where it must be (standards §2.4, §2.5)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final
from urllib.parse import unquote, urlsplit

from django.core.cache import cache
from django.db import transaction

from xuecheng.city import clock
from xuecheng.learning.badges import addresses, queries, rules
from xuecheng.learning.badges.models import Achievement
from xuecheng.learning.proofs.documents import OB_3, VC_2, Document
from xuecheng.learning.proofs.integrity import signed

from .issuing import said_of
from .keys import signer_of

_KEPT_S: Final = 24 * 3600


def status_list_text(number: int, purpose: str, *, at: datetime) -> tuple[str, str] | None:
    """The signed list as it is now, and its version; nothing if there is no such list.

    Signed once for each version and key, whoever asks how often; what changed is in the next answer.
    """
    version = status_list_version(number, purpose)
    if version is None:
        return None
    text: str | None = cache.get(_place(number, purpose, version))
    if text is None:
        with transaction.atomic():
            row = queries.status_list(number)
            if row is None:
                return None
            key, signer = signer_of(row.issuer, at=at)
            version = f"{row.version}-{key.pk}"
            document = rules.status_document(
                address=addresses.status_list(number, purpose),
                purpose=purpose,
                issuer=addresses.issuer_of(row.issuer),
                bits=bytes(row.revoked if purpose == rules.REVOCATION else row.suspended),
                changed=row.changed_at,
            )
            text = json.dumps(signed(document, by=signer, at=row.changed_at), ensure_ascii=False)
            cache.set(_place(number, purpose, version), text, _KEPT_S)
    return text, version


def status_list_version(number: int, purpose: str) -> str | None:
    """Which state of a list would be answered now: nothing is locked, and nothing signed."""
    if purpose not in {rules.REVOCATION, rules.SUSPENSION}:
        return None
    found = queries.status_list_state(number)
    return None if found is None else f"{found[0]}-{found[1]}"


def _place(number: int, purpose: str, version: str) -> str:
    return f"badges-status-{number}-{purpose}-{version}"


def achievement_text(row: Achievement) -> str:
    """An achievement as linked data."""
    document = {"@context": [VC_2, OB_3], **rules.achievement_document(said_of(row))}
    return json.dumps(document, ensure_ascii=False)


def own_document(address: str) -> Document | None:
    """What stands at an address of ours, for verification here: no request goes out to ourselves."""
    ours, asked = urlsplit(addresses.root()), urlsplit(address.partition("#")[0])
    if asked.netloc.lower() != ours.netloc.lower():
        return None
    steps = [unquote(step) for step in asked.path.strip("/").split("/")]
    match steps:
        case [".well-known", "did.json"]:
            return queries.did_document(None)
        case ["issuers", code, "did.json"]:
            of = queries.issuer(code)
            return None if of is None else queries.did_document(of)
        case ["keys"]:
            return queries.jwks()
        case ["status", number, purpose] if number.isdecimal() and len(number) < 10:
            found = status_list_text(int(number), purpose, at=clock.now())
            return None if found is None else json.loads(found[0])
        case _:
            return None
