"""Keyed hashes of what nobody needs to read again: codes, claims, sessions, and of whom a limit counts.

Under the signing key and not the vault's: the vault finds rows whose text lies sealed beside the hash, and a
replaced key hashes them anew. Here no text is kept, and a new signing key loses what lives for minutes or days.
"""

from __future__ import annotations

from django.utils.crypto import salted_hmac


def keyed_hash(purpose: str, text: str) -> bytes:
    """32 bytes that tell the same text of a purpose again, and nothing to who has no signing key."""
    return salted_hmac(f"xuecheng.city.identity {purpose}", text, algorithm="sha256").digest()
