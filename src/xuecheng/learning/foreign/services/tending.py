"""What happens without anybody: waiting records meet new rules, corrections are followed, issuers are asked again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.jobs.progress import Progress
from xuecheng.city.people.groups import lock_accounts
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.foreign import news
from xuecheng.learning.foreign.models import Delivery, ForeignRecord, ForeignRule
from xuecheng.learning.foreign.queries import corrected, law, to_recheck
from xuecheng.learning.foreign.reading import Bad, Contents, FileRefusal, NotReadToTheEnd, read
from xuecheng.learning.foreign.rules import Wait, in_order
from xuecheng.learning.proofs.fetching import Fetch
from xuecheng.learning.recognition.models import Posting

from .bringing import ROBOT, bytes_of
from .crediting import settle
from .rows import fresh, locked

logger = logging.getLogger("xuecheng.foreign")
RECHECK_AFTER = timedelta(days=1)
RECHECKED_AT_ONCE = 500
UNSENT_AFTER = timedelta(days=7)
_State = ForeignRecord.State


def match_waiting(progress: Progress, *, now: Callable[[], datetime]) -> dict[str, Any]:
    """The job after a rule or issuer came into force: what waits is looked at, learner by learner, in the
    order that fills caps (C-23). Safe twice.
    """
    credited = int(progress.cursor.get("credited", 0))
    waiting = ForeignRecord.objects.filter(state=_State.WAITING, learner__erased_at=None)
    after = int(progress.cursor.get("learner", 0))
    progress.total = progress.done + waiting.filter(learner_id__gt=after).count()
    while (row := waiting.filter(learner_id__gt=after).order_by("learner_id", "pk").first()) is not None:
        with progress.slice(), trace.change(by=ROBOT, why=gettext_noop("A rule for outside records is in force")):
            keys = lock_accounts(row.learner_id)
            mine = list(waiting.filter(learner__in=keys).order_by("ended_on", "pk"))
            for number in _ordered(mine):
                one = fresh(number)
                credited += settle(one, law(one.body), keys=keys, at=now())
            progress.done += sum(one.learner_id == row.learner_id for one in mine)
            after = row.learner_id
            progress.cursor = {"learner": after, "credited": credited}
    return {"credited": credited}


def _ordered(rows: list[ForeignRecord]) -> list[int]:
    return in_order(
        [one.pk for one in rows],
        whole_of={one.pk: one.part_of_id for one in rows if one.part_of_id is not None},
        ended_on={one.pk: one.ended_on for one in rows},
    )


def tend(*, at: datetime) -> int:
    """Follow corrections and withdrawals of credit; try again what the ledger could not post; let go of files whose job
    failed, and of those that prove nothing any more. Safe twice.
    """
    moved = _closed(at=at) + _purged(at=at) + _unsent(at=at)
    waits = ForeignRecord.objects.filter(state=_State.WAITING, wait=Wait.LEDGER.value, learner__erased_at=None)
    for row in [*corrected(), *waits.order_by("pk")]:
        try:
            with trace.change(by=ROBOT, why=gettext_noop("The clock of records from outside")):
                mine, keys = locked(row, may_have_left=True)
                if _follow(mine):
                    moved += 1 + _offer_freed(mine, keys, at=at)
                else:
                    moved += settle(mine, law(mine.body), keys=keys, at=at)
        except OperationalError:
            # The connection is gone: that is nothing of this record, and no other would fare better.
            raise
        except Exception:
            # One broken record does not keep the others waiting; whoever runs the city sees it in the log.
            logger.exception("outside record %s was not tended", row.pk)
    return moved


def _offer_freed(row: ForeignRecord, keys: tuple[int, ...], *, at: datetime) -> int:
    """What a reversal frees of a cap is offered to what waits for room, in the order that fills caps (C-23)."""
    if row.state != _State.REVERSED:
        return 0
    waits = ForeignRecord.objects.filter(learner__in=keys, state=_State.WAITING, wait=Wait.CAP.value)
    numbers = list(waits.order_by("ended_on", "pk").values_list("pk", flat=True))
    return sum(settle(one := fresh(number), law(one.body), keys=keys, at=at) for number in numbers)


def _purged(*, at: datetime) -> int:
    """Files of which nothing is asked any more: neither does any record wait or count, nor were they read just now."""
    before = at - timedelta(days=settings.FOREIGN_FILE_DAYS)
    live = ForeignRecord.objects.filter(delivery=OuterRef("pk"), state__in=ForeignRecord.LIVE)
    over = (Delivery.State.READ, Delivery.State.REFUSED)
    rows = Delivery.objects.filter(~Exists(live), state__in=over, read_at__lt=before)
    return rows.exclude(sealed=b"").exclude(records__decided_at__gt=before).update(sealed=b"")


def _unsent(*, at: datetime) -> int:
    """Files that were shown to their learner and never sent: nobody wanted them."""
    rows = Delivery.objects.filter(state=Delivery.State.SHOWN, read_at__lt=at - UNSENT_AFTER)
    return rows.update(state=Delivery.State.DROPPED, sealed=b"", preview=[], problems=[])


def _closed(*, at: datetime) -> int:
    """Files whose job ended without having read them: they are refused, so that nobody waits for them for ever."""
    closed = 0
    open_states = (Delivery.State.OPENED, Delivery.State.RECEIVED)
    for one in Delivery.objects.filter(state__in=open_states, job__ended_at__isnull=False).order_by("pk"):
        with trace.change(by=ROBOT, why=gettext_noop("The clock of records from outside")):
            row = Delivery.objects.select_for_update(of=("self",), no_key=True).get(pk=one.pk)
            if row.state not in open_states:
                continue
            row.state, row.read_at = Delivery.State.REFUSED, at
            row.problems = [Bad("", NotReadToTheEnd()).kept()]
            row.save(update_fields=["state", "read_at", "problems"])
            news.tell_read(row, at=at)
            closed += 1
    return closed


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


def recheck(*, at: datetime, way_out: Callable[[], Fetch | None] = lambda: None) -> int:
    """Ask the issuers that keep lists of what is revoked; answers how many were revoked since. Safe twice.

    Each file is asked with a way out of its own, so that one that names many addresses takes nothing from the next, and
    one that cannot be opened does not keep the others waiting. What is revoked counts on until an officer withdraws it
    in the way that exists for all credit (C-71): the desk shows it and officers are told.
    """
    found = 0
    read_before: dict[int, Contents | None] = {}
    for row in to_recheck(before=at - RECHECK_AFTER, limit=RECHECKED_AT_ONCE):
        assert row.delivery_id is not None, "only files are asked about"
        if row.delivery_id not in read_before:
            read_before[row.delivery_id] = _read_again(row.delivery_id, at=at, fetch=way_out())
        try:
            with trace.change(by=ROBOT, why=gettext_noop("Asked an issuer whether a credential was revoked")):
                mine, _keys = locked(row, may_have_left=True)
                found += _look(mine, read_before[row.delivery_id], at=at)
        except OperationalError:
            raise
        except Exception:
            logger.exception("outside record %s was not looked at again", row.pk)
    return found


def _read_again(key: int, *, at: datetime, fetch: Fetch | None) -> Contents | None:
    try:
        return read(bytes_of(Delivery.objects.get(pk=key)), at=at, fetch=fetch)
    except OperationalError:
        raise
    except FileRefusal:
        return None
    except Exception:
        # One broken file does not keep the others waiting; whoever runs the city sees it in the log.
        logger.exception("outside file %s was not read again", key)
        return None


def _look(row: ForeignRecord, contents: Contents | None, *, at: datetime) -> bool:
    """Where the issuer did not answer, what it proved before stays, and that it was asked then."""
    row.tried_at = at
    is_revoked = False
    if contents is not None:
        now = next((one for one in contents.found if one.claim == bytes(row.claim)), None)
        bad = next((one for one in contents.bad if one.place == row.place and one.findings), None)
        if now is not None and (now.is_verified or row.proof != ForeignRule.Needs.VERIFIED):
            row.checked_at, row.findings = at, [dict(one.kept()) for one in now.findings]
        elif now is None and bad is not None:
            row.checked_at, row.findings = at, [dict(one.kept()) for one in bad.findings]
            is_revoked = "status" in bad.failed
    if is_revoked:
        row.revoked_at = at
        if row.state == _State.WAITING:
            row.wait = Wait.REVOKED.value
    row.save(update_fields=["tried_at", "checked_at", "findings", "revoked_at", "wait"])
    if is_revoked:
        news.tell_desk(row, "revoked", at=at)
    return is_revoked
