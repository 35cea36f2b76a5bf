"""Vault 密钥库: what identifies a person lies in the database sealed, under keys that lie elsewhere (SEC-01 to SEC-05).

    blob = vault.seal("realname.number", str(public_id), number)        # in the change that writes the row
    number = vault.open_sealed("realname.number", str(public_id), blob)
    Document.objects.filter(number_hash__in=vault.look_up_hashes("realname.number", number))

A purpose is one column of one table. The app that owns it declares it when it loads (`registry.declare`), so that
rotation, counting and shredding reach it.
"""

from .refusals import KeyMissing, SealBroken
from .registry import SealedColumn, declare
from .sealing import (
    look_up_hash,
    look_up_hash_many,
    look_up_hashes,
    look_up_hashes_many,
    open_many,
    open_sealed,
    seal,
    seal_many,
)

__all__ = [
    "KeyMissing",
    "SealBroken",
    "SealedColumn",
    "declare",
    "look_up_hash",
    "look_up_hash_many",
    "look_up_hashes",
    "look_up_hashes_many",
    "open_many",
    "open_sealed",
    "seal",
    "seal_many",
]
