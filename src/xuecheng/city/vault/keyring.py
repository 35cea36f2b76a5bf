"""Keys as sealing needs them: the active one of a purpose, any one by its number, unwrapped once per process.

Whoever seals in a transaction holds a shared lock on the key until the end: a key is counted as unused, or a look-up
key replaced, only when every change that began with it is done.
"""

from __future__ import annotations

import time
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from xuecheng.city import clock

from .ciphers import Suite, new_key, suite_named
from .providers import provider
from .refusals import KekMissing, KeyDestroyed, KeyMissing, OwnerSecretMissing

_KEPT_S = 300
"""So long an unwrapped key is kept: a shredded one opens nothing anywhere after that."""
_ATTEMPTS = 5


class Material(NamedTuple):
    """An unwrapped key."""

    id: int
    suite: Suite
    key: bytes
    owner: str


_kept: dict[int, tuple[float, Material]] = {}


def forget_unwrapped() -> None:
    """Unwrap every key anew: after a rotation or a destruction in this process."""
    _kept.clear()


def bound_of(*, use: str, purpose: str, owner: str, year: int, key_id: int) -> bytes:
    """What a wrapped key is bound to: it opens as no other row's key."""
    return f"vault_key|{use}|{purpose}|{owner}|{year}|{key_id}".encode()


def active_key(use: str, purpose: str, owner: str = "") -> Material:
    """The key that works for new values; made at its first use in a year. One query when it is known."""
    year = clock.today().year if use == "seal" else 0
    for _attempt in range(_ATTEMPTS):
        with connection.cursor() as cursor:
            # Outside a transaction the lock ends with the statement; the days a key is kept cover for that.
            cursor.execute(
                "select id from vault_key where use = %s and purpose = %s and owner = %s and year = %s"
                " and state = 'active' for key share",
                [use, purpose, owner, year],
            )
            row = cursor.fetchone()
        if row is not None:
            return key_numbered(row[0], purpose)
        _make(use, purpose, owner, year)
    raise AssertionError(f"no active key of {purpose} could be made")


def _make(use: str, purpose: str, owner: str, year: int) -> None:
    """Make the active key, unless a rival just did."""
    with connection.cursor() as cursor:
        cursor.execute("select nextval(pg_get_serial_sequence('vault_key', 'id'))")
        (key_id,) = cursor.fetchone()
        bound = bound_of(use=use, purpose=purpose, owner=owner, year=year, key_id=key_id)
        kek, wrapped = provider().wrap(new_key(), bound, owner_key=str(key_id) if owner else "")
        cursor.execute(
            "insert into vault_key (id, use, purpose, owner, year, suite, state, kek, wrapped, created_at)"
            " overriding system value values (%s, %s, %s, %s, %s, %s, 'active', %s, %s, %s)"
            " on conflict (use, purpose, owner, year) where state = 'active' do nothing",
            [key_id, use, purpose, owner, year, settings.VAULT_CIPHER_SUITE, kek, wrapped, clock.now()],
        )


def look_up_keys(purpose: str) -> list[Material]:
    """All keys by which rows of a purpose may be found now, the active one first; one is made if there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id from vault_key where use = 'look_up' and purpose = %s and state in ('active', 'retiring')"
            " order by state, id desc",
            [purpose],
        )
        ids = [key_id for (key_id,) in cursor.fetchall()]
    return [key_numbered(key_id, purpose) for key_id in ids] if ids else [active_key("look_up", purpose)]


def key_numbered(key_id: int, purpose: str) -> Material:
    """The key of that number. No query when this process has it. Raises `KeyMissing` and what derives from it."""
    kept = _kept.get(key_id)
    if kept is not None and kept[0] > time.monotonic():
        return kept[1]
    with connection.cursor() as cursor:
        cursor.execute(
            "select use, purpose, owner, year, suite, kek, wrapped, destroyed_at from vault_key where id = %s", [key_id]
        )
        row = cursor.fetchone()
    if row is None:
        raise KeyMissing(key=key_id, purpose=purpose)
    use, of, owner, year, suite, kek, wrapped, destroyed_at = row
    if wrapped is None:
        raise KeyDestroyed(key=key_id, purpose=of, on=clock.date_of(destroyed_at))
    bound = bound_of(use=use, purpose=of, owner=owner, year=year, key_id=key_id)
    try:
        plain = provider().unwrap(kek, bytes(wrapped), bound, owner_key=str(key_id) if owner else "")
    except KekMissing:
        raise KekMissing(kek=kek, key=key_id) from None
    except OwnerSecretMissing:
        raise OwnerSecretMissing(key=key_id) from None
    material = Material(key_id, suite_named(suite), plain, owner)
    _kept[key_id] = (time.monotonic() + _KEPT_S, material)
    return material
