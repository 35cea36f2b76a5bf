"""Secrets of webhooks: made as receivers write them, kept sealed by the vault, each in its column."""

from __future__ import annotations

import base64
import secrets

from xuecheng.city import vault

from .models import Subscription
from .rules import SECRET_MARK

SECRET, PREVIOUS = "webhooks.secret", "webhooks.previous_secret"


def declare() -> None:
    """Let the vault know both columns: replacing keys reaches them. Called from `apps.py`."""
    table = Subscription._meta.db_table
    vault.declare(vault.SealedColumn(purpose=SECRET, table=table, column="secret"))
    vault.declare(vault.SealedColumn(purpose=PREVIOUS, table=table, column="previous_secret"))


def new_secret() -> str:
    """A secret of 32 random bytes, as receivers write it."""
    return SECRET_MARK + base64.b64encode(secrets.token_bytes(32)).decode()


def secret_of(subscription: Subscription) -> str:
    """The secret that signs."""
    return vault.open_sealed(SECRET, str(subscription.public_id), bytes(subscription.secret))


def previous_secret_of(subscription: Subscription) -> str:
    """The one before, while it still signs too; "" without."""
    kept = subscription.previous_secret
    return vault.open_sealed(PREVIOUS, str(subscription.public_id), bytes(kept)) if kept else ""
