"""Notices are kept no longer than they are of use."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from .models import Message, Notice

READ_KEPT = timedelta(days=180)
UNREAD_KEPT = timedelta(days=400)
SENT_KEPT = timedelta(days=90)
"""Longer than any dispute about whether somebody was told."""
_AT_ONCE = 5_000
_State = Message.State


def forget_old(*, at: datetime) -> int:
    """Delete notices read or told long ago, and messages that ended long ago, slice by slice; answers how many."""
    old_notices = Q(read_at__lt=at - READ_KEPT) | Q(told_at__lt=at - UNREAD_KEPT)
    gone = _delete(Message, Q(ended_at__lt=at - SENT_KEPT, bundle__isnull=False))
    gone += _delete(Message, Q(ended_at__lt=at - SENT_KEPT, bundle__isnull=True))
    return gone + _delete(Notice, old_notices)


def _delete(model: type[Message] | type[Notice], old: Q) -> int:
    gone = 0
    while True:
        keys = list(model._default_manager.filter(old).order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])
        with transaction.atomic():
            gone += model._default_manager.filter(pk__in=keys).delete()[0]
        if len(keys) < _AT_ONCE:
            return gone
