"""How documents end: by a decision, by their time; and what keeps them longer."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.documents import rules, storage
from xuecheng.city.documents.models import Document, DocumentVersion
from xuecheng.city.documents.places import Place, Thing
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import Denied

log = logging.getLogger(__name__)
ORPHANS_AFTER = timedelta(hours=24)
"""A file that no row names is left alone so long: its row may still be on its way."""
HOLD = "documents.hold_document"
_EXPIRED = gettext_noop("The time for which it is kept is over")
_AT_ONCE = 500


class RemovalReasonMissing(Refusal):
    message = _("Say why it is removed.")
    field = "reason"


class HoldReasonMissing(Refusal):
    message = _("Say why it is held.")
    field = "reason"


def remove_document(
    *, actor: Standing, document: Document, place: Place, thing: Thing, reason: str, at: datetime
) -> Document:
    """Remove all versions with their names; a row stays that says which hash was here, who removed it and why.

    Raises `Denied`, `ThingClosed`, `RemovalReasonMissing`, `DocumentGone`, `DocumentHeld`.
    """
    if not place.may_remove(actor, thing):
        raise Denied(place.remove_act or place.add_act)
    if not thing.is_open:
        raise rules.ThingClosed
    if not reason.strip():
        raise RemovalReasonMissing
    with trace.change(by=actor.person, why=reason):
        row = _standing_one(document)
        if row.hold_reason:
            raise rules.DocumentHeld(reason=row.hold_reason)
        row.removed_by = actor.person
        gone = _bury(row, cause=Document.Cause.DECIDED, reason=reason.strip()[:200], at=at)
    erase_unneeded(gone)
    return row


def remove_expired(*, today: date, at: datetime) -> int:
    """Routine: remove what is past its date and not held; answers how many. Each in a transaction of its own."""
    count = 0
    due = Document.objects.filter(state=Document.State.STANDING, hold_reason="", keep_until__lte=today)
    while keys := list(due.order_by("keep_until", "id").values_list("pk", flat=True)[:_AT_ONCE]):
        for key in keys:
            with trace.change(by=trace.robot("retention"), why=_EXPIRED):
                row = due.select_for_update(no_key=True).filter(pk=key).first()
                gone = _bury(row, cause=Document.Cause.EXPIRED, reason=_EXPIRED, at=at) if row else []
            erase_unneeded(gone)
            count += row is not None
    return count


_OWNER_ERASED = gettext_noop("The data of its owner were erased")


def remove_of_erased(person_ids: Iterable[int], *, at: datetime) -> int:
    """Remove every document of people who are being erased, within that change; answers how many.

    The caller has seen that none is held. The files go after the change; killed before, `collect_orphans` finds them.
    """
    gone: list[str] = []
    rows = Document.objects.select_for_update(no_key=True).filter(
        person__in=list(person_ids), state=Document.State.STANDING
    )
    found = list(rows.order_by("pk"))
    for row in found:
        gone += _bury(row, cause=Document.Cause.DECIDED, reason=_OWNER_ERASED, at=at)
    transaction.on_commit(lambda: erase_unneeded(gone))
    return len(found)


def _standing_one(document: Document) -> Document:
    row = Document.objects.select_for_update(no_key=True).get(pk=document.pk)
    if row.state != Document.State.STANDING:
        raise rules.DocumentGone
    return row


def _bury(row: Document, *, cause: str, reason: str, at: datetime) -> list[str]:
    """Make the row a tombstone; answers the contents that it no longer needs."""
    row.state, row.title = Document.State.REMOVED, ""
    row.removed_at, row.removal_cause, row.removal_reason = at, cause, reason
    row.save(update_fields=["state", "title", "removed_at", "removed_by", "removal_cause", "removal_reason"])
    gone = list(row.versions.values_list("sha256", flat=True))
    row.versions.update(is_stored=False, file_name="", note="")
    return gone


def erase_unneeded(digests: Iterable[str]) -> int:
    """Remove the contents that no row names any more; answers how many. After a crash the routine does it again."""
    count = 0
    for sha256 in sorted(set(digests)):
        with transaction.atomic():
            storage.lock_content(sha256)
            if not DocumentVersion.objects.filter(sha256=sha256, is_stored=True).exists():
                storage.erase(sha256)
                count += 1
    return count


def collect_orphans(*, at: datetime) -> int:
    """Routine: remove files that no row names: of removed documents, or left by a process that was killed."""
    count = 0
    for lying in storage.lying(before=(at - ORPHANS_AFTER).timestamp()):
        if lying.sha256:
            count += erase_unneeded([lying.sha256])
        else:
            lying.path.unlink(missing_ok=True)
            count += 1
    if count:
        log.info("%d files without a row were removed", count)
    return count


def hold_document(*, actor: Standing, document: Document, thing: Thing, reason: str) -> Document:
    """Keep a document whatever its date, for a legal reason. Raises `Denied`, `HoldReasonMissing`, `HoldUnchanged`."""
    require(actor, HOLD, on=thing.scope)
    if not reason.strip():
        raise HoldReasonMissing
    return _set_hold(actor, document, held=False, hold_reason=reason.strip()[:200], why=reason)


def lift_hold(*, actor: Standing, document: Document, thing: Thing, reason: str) -> Document:
    """Let a document go its usual way again. Raises `Denied`, `HoldReasonMissing`, `HoldUnchanged`."""
    require(actor, HOLD, on=thing.scope)
    if not reason.strip():
        raise HoldReasonMissing
    return _set_hold(actor, document, held=True, hold_reason="", why=reason)


def _set_hold(actor: Standing, document: Document, *, held: bool, hold_reason: str, why: str) -> Document:
    with trace.change(by=actor.person, why=why):
        row = _standing_one(document)
        if bool(row.hold_reason) is not held:
            raise rules.HoldUnchanged
        row.hold_reason = hold_reason
        row.save(update_fields=["hold_reason"])
    return row
