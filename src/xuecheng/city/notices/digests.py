"""Digests: what a person had told together, gathered into one message a day or a week, exactly once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from . import rules
from .delivering import DIGEST
from .models import Message, Urgency

_State = Message.State
_AT_ONCE = 200
_LOCK = 0x4E4F_5404


def bundle_due(*, at: datetime) -> int:
    """Gather what is kept and due into digests; answers how many were made.

    Some people's digests are one transaction: the digest's row and its parts' change of state are there together or
    not at all, so a crash leaves the parts kept, and no part goes out twice. Of two at once the second does nothing.
    """
    made = 0
    while True:
        with transaction.atomic():
            if not _alone():
                return made
            people = list(
                Message.objects.filter(state=_State.HELD, due_at__lte=at)
                .order_by("person_id", "channel")
                .values_list("person_id", "channel")
                .distinct()[:_AT_ONCE]
            )
            if not people:
                return made
            made += _bundle(people, at)


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [_LOCK])
        row = cursor.fetchone()
    return bool(row and row[0])


def _bundle(people: Sequence[tuple[int | None, str]], at: datetime) -> int:
    """One digest for each person and channel, of everything kept for them that is due."""
    parts: dict[tuple[int | None, str], list[Message]] = {key: [] for key in people}
    due = Message.objects.filter(state=_State.HELD, due_at__lte=at, person_id__in={key for key, _channel in people})
    # Whoever chooses "each by itself" at this moment waits, and finds them gone.
    for part in due.select_for_update(of=("self",), no_key=True).order_by("id"):
        if (part.person_id, part.channel) in parts:
            parts[part.person_id, part.channel].append(part)
    groups = [group for group in parts.values() if group]
    digests = Message.objects.bulk_create(
        [
            Message(
                message_id=rules.digest_id(group[0].message_id),
                channel=group[0].channel,
                kind=DIGEST,
                urgency=Urgency.BULK,
                person_id=group[0].person_id,
                state=_State.WAITING,
                created_at=at,
                due_at=at,
            )
            for group in groups
        ]
    )
    for digest, group in zip(digests, groups, strict=True):
        for part in group:
            part.state, part.bundle, part.ended_at = _State.BUNDLED, digest, at
    Message.objects.bulk_update(
        [part for group in groups for part in group], ["state", "bundle", "ended_at"], batch_size=1_000
    )
    return len(digests)
