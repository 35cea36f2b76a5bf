"""What happens without anybody: waiting records meet new rules, corrections are followed, issuers are asked again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError
from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.jobs.progress import Progress
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.foreign import news
from xuecheng.learning.foreign.models import Delivery, ForeignRecord
from xuecheng.learning.foreign.queries import corrected, law, to_recheck
from xuecheng.learning.foreign.reading import Contents, FileRefusal, read
from xuecheng.learning.foreign.rules import Wait
from xuecheng.learning.proofs.fetching import Fetch
from xuecheng.learning.recognition.models import Posting

from .bringing import ROBOT, bytes_of
from .crediting import settle
from .rows import locked

logger = logging.getLogger("xuecheng.foreign")
RECHECK_AFTER = timedelta(days=1)
RECHECKED_AT_ONCE = 500
_State = ForeignRecord.State


def match_waiting(progress: Progress, *, now: Callable[[], datetime]) -> dict[str, Any]:
    """The job after a rule or issuer came into force: what waits is looked at, record by record. Safe twice."""
    rules, credited = law(), int(progress.cursor.get("credited", 0))
    waiting = ForeignRecord.objects.filter(state=_State.WAITING, learner__erased_at=None).order_by("pk")
    progress.total = progress.done + waiting.filter(pk__gt=int(progress.cursor.get("after", 0))).count()
    while (row := waiting.filter(pk__gt=int(progress.cursor.get("after", 0))).first()) is not None:
        with progress.slice(), trace.change(by=ROBOT, why=gettext_noop("A rule for outside records is in force")):
            mine, keys = locked(row)
            credited += settle(mine, rules, keys=keys, at=now())
            progress.done += 1
            progress.cursor = {"after": row.pk, "credited": credited}
    return {"credited": credited}


def tend(*, at: datetime) -> int:
    """Follow corrections and withdrawals of credit; try again what the ledger could not post. Safe twice."""
    moved, rules = 0, law()
    waits = ForeignRecord.objects.filter(state=_State.WAITING, wait=Wait.LEDGER.value, learner__erased_at=None)
    for row in [*corrected(), *waits.order_by("pk")]:
        try:
            with trace.change(by=ROBOT, why=gettext_noop("The clock of records from outside")):
                mine, keys = locked(row, may_have_left=True)
                moved += _follow(mine) or settle(mine, rules, keys=keys, at=at)
        except OperationalError:
            # The connection is gone: that is nothing of this record, and no other would fare better.
            raise
        except Exception:
            # One broken record does not keep the others waiting; whoever runs the city sees it in the log.
            logger.exception("outside record %s was not tended", row.pk)
    return moved


def _follow(row: ForeignRecord) -> bool:
    """A credit that was taken back, or given again after an appeal, is said here too (C-73)."""
    if row.posting is None or row.record_id is None:
        return False
    of = Posting.objects.filter(book=row.learner_id % ledger.BOOKS, record_id=row.record_id)
    taken_back = set(of.filter(reverses__isnull=False).values_list("reverses", flat=True))
    given = of.filter(reverses=None).order_by("-posted_at", "-key").values_list("key", flat=True)
    standing = next((key for key in given if key not in taken_back), None)
    if standing is None and row.state == _State.CREDITED:
        row.state = _State.REVERSED
    elif standing is not None and row.state == _State.REVERSED:
        row.state, row.posting = _State.CREDITED, standing
    else:
        return False
    row.save(update_fields=["state", "posting"])
    return True


def recheck(*, at: datetime, fetch: Fetch | None = None) -> int:
    """Ask the issuers that keep lists of what is revoked; answers how many were revoked since. Safe twice.

    What is revoked counts on until an officer withdraws it in the way that exists for all credit (C-71): the desk
    shows it and officers are told.
    """
    found = 0
    read_before: dict[int, Contents | FileRefusal] = {}
    for row in to_recheck(before=at - RECHECK_AFTER, limit=RECHECKED_AT_ONCE):
        delivery = Delivery.objects.get(records=row)
        if delivery.pk not in read_before:
            try:
                read_before[delivery.pk] = read(bytes_of(delivery), at=at, fetch=fetch)
            except FileRefusal as refusal:
                read_before[delivery.pk] = refusal
        with trace.change(by=ROBOT, why=gettext_noop("Asked an issuer whether a credential was revoked")):
            mine, _keys = locked(row, may_have_left=True)
            found += _look(mine, read_before[delivery.pk], at=at)
    return found


def _look(row: ForeignRecord, contents: Contents | FileRefusal, *, at: datetime) -> bool:
    row.checked_at = at
    is_revoked = False
    if isinstance(contents, Contents):
        now = next((one for one in contents.found if one.claim == bytes(row.claim)), None)
        if now is not None:
            row.findings = [dict(one.kept()) for one in now.findings]
        is_revoked = any(one.place == row.place and "status" in one.failed for one in contents.bad)
    if is_revoked:
        row.revoked_at = at
        if row.state == _State.WAITING:
            row.wait = Wait.REVOKED.value
    row.save(update_fields=["checked_at", "findings", "revoked_at", "wait"])
    if is_revoked:
        news.tell_desk(row, "revoked", at=at)
    return is_revoked
