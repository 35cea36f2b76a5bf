"""Verbs of keys: wrap anew, replace, seal rows anew, destroy, shred (SEC-04, SEC-05).

Replacing a data key or look-up key has three parts, each safe to repeat after a crash: a new key is made active and
the old one retires (`replace`); rows are sealed or hashed anew, slice by slice, while people read and write (`drain`);
a key that a query shows to be unused for long enough loses its material (`destroy_unused`).
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import Scope, Standing, require

from . import keyring, registry, usage
from .models import Key
from .providers import KeyProvider, provider
from .refusals import OwnerSecretMissing
from .registry import SealedColumn
from .sealing import look_up_hash_many, open_many, seal_many

ROTATE = "vault.rotate_key"
SLICE_ROWS = 500
_State = Key.State
_UNUSED = gettext_noop("No row uses this key any more.")
_DESTROYED = gettext_noop("No row has used this key for the days that keys are kept.")


class NothingToReplace(Refusal):
    message = _("No key of this kind was made yet.")


class Progress(Protocol):
    """The hand that holds the work: a job's, or the command line's."""

    done: int
    total: int | None
    cursor: dict[str, Any]

    def slice(self) -> AbstractContextManager[None]: ...


def rewrap(*, actor: Standing, reason: str) -> int:
    """Make a new key-encryption key and wrap every key with it; answers how many. No row of people is touched.

    Killed half-way, run again: what is under another than the newest is wrapped anew. Raises `Denied`.
    """
    require(actor, ROTATE, on=Scope())
    keys = provider()
    keys.add()
    return wrap_all(actor=actor, reason=reason, keys=keys)


def wrap_all(*, actor: Standing, reason: str, keys: KeyProvider) -> int:
    """Bring every key under the newest key-encryption key. Keys whose owner was shredded are left."""
    newest, count = keys.current(), 0
    stale = Key.objects.exclude(state=_State.DESTROYED).exclude(kek=newest).order_by("pk")
    for key_id in stale.values_list("pk", flat=True).iterator():
        with trace.change(by=actor.person, why=reason):
            key = Key.objects.select_for_update(no_key=True).get(pk=key_id)
            if key.state == _State.DESTROYED or key.wrapped is None:
                continue
            bound = keyring.bound_of(use=key.use, purpose=key.purpose, owner=key.owner, year=key.year, key_id=key.pk)
            owner_key = str(key.pk) if key.owner else ""
            try:
                plain = keys.unwrap(key.kek, bytes(key.wrapped), bound, owner_key=owner_key)
            except OwnerSecretMissing:
                continue
            key.kek, key.wrapped = keys.wrap(plain, bound, owner_key=owner_key)
            key.save(update_fields=["kek", "wrapped"])
            count += 1
    return count


def replace(
    *, actor: Standing, use: str, at: datetime, reason: str, purposes: Iterable[str] = (), in_background: bool = True
) -> list[Key]:
    """Let the active keys of a use retire: new ones are made at the next sealing, rows are sealed anew by a job.

    Waits for changes that hold a key, a look-up key's above all: afterwards every change sees the new one. All
    purposes if none is named. Raises `Denied`, `NothingToReplace`.
    """
    require(actor, ROTATE, on=Scope())
    wanted = Key.objects.filter(use=use, state=_State.ACTIVE)
    if names := list(purposes):
        wanted = wanted.filter(purpose__in=names)
    with trace.change(by=actor.person, why=reason):
        # The full lock: it waits for the shared ones under which changes seal and hash.
        found = list(wanted.select_for_update().order_by("pk"))
        if not found:
            raise NothingToReplace
        for key in found:
            key.state, key.retired_at = _State.RETIRING, at
            key.save(update_fields=["state", "retired_at"])
        if in_background:
            registry.in_background(actor.person, at)
    return found


def drain(progress: Progress, *, now: datetime) -> int:
    """Seal and hash anew whatever still uses a retiring key; answers how many rows. Stopped anywhere, it goes on.

    Each slice locks its rows, so that nobody's change is lost; readers see the old or the new value and open both.
    """
    done = 0
    progress.total = sum(
        usage.rows_using(key.pk, key.use, key.purpose) for key in Key.objects.filter(state=_State.RETIRING)
    )
    progress.done = 0
    for column in registry.columns():
        for use in ("seal", "look_up"):
            if usage.has_column(column, use):
                done += _drain_column(column, use, progress)
    for key in Key.objects.filter(state=_State.RETIRING):
        _mark_drained(key, now)
    keyring.forget_unwrapped()
    return done


def finish_retiring(*, now: datetime) -> None:
    """Mark retiring keys as drained if no row uses them any more: a change may have ended after the job."""
    for key in Key.objects.filter(state=_State.RETIRING):
        if not usage.is_used(key.pk, key.use, key.purpose):
            _mark_drained(key, now)


def _drain_column(column: SealedColumn, use: str, progress: Progress) -> int:
    done = 0
    while names := _retiring(column, use):
        after, before = 0, done
        while True:
            with progress.slice():
                rows = _locked_rows(column, use, names, after)
                if rows:
                    _write_anew(column, use, rows)
                    progress.done += len(rows)
            if not rows:
                break
            done, after = done + len(rows), rows[-1][0]
        if done == before:
            # A whole pass found nothing. A change that began under the old key may still end; the next run sees it.
            return done
    return done


def _retiring(column: SealedColumn, use: str) -> list[bytes]:
    ids = Key.objects.filter(use=use, purpose=column.purpose, state=_State.RETIRING).values_list("pk", flat=True)
    return [usage.number_in_bytes(key_id, use) for key_id in ids]


def _locked_rows(column: SealedColumn, use: str, names: list[bytes], after: int) -> list[tuple[int, str, bytes, str]]:
    """Rows that use a retiring key, in the order of their keys: key, name of the row, sealed value, the key's owner."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {column.key}, {column.row}::text, {column.column} from {column.table}"  # noqa: S608  declared names
            f" where {column.key} > %s and {usage.key_in(column, use)} = any(%s::bytea[])"
            f" order by {column.key} limit {SLICE_ROWS} for no key update",
            [after, names],
        )
        rows = [(key, row, bytes(blob)) for key, row, blob in cursor.fetchall()]
    owners = _owners(rows) if column.per_owner else {}
    return [(key, row, blob, owners.get(blob[2:10], "")) for key, row, blob in rows]


def _owners(rows: list[tuple[int, str, bytes]]) -> dict[bytes, str]:
    ids = {int.from_bytes(blob[2:10], "big") for _key, _row, blob in rows}
    return {
        usage.number_in_bytes(key_id, "seal"): owner
        for key_id, owner in Key.objects.filter(pk__in=ids).values_list("pk", "owner")
    }


def _write_anew(column: SealedColumn, use: str, rows: list[tuple[int, str, bytes, str]]) -> None:
    texts = open_many(column.purpose, [(row, blob) for _key, row, blob, _owner in rows])
    if use == "look_up":
        place, values = column.look_up, look_up_hash_many(column.purpose, texts)
    elif column.per_owner:
        place = column.column
        values = [
            seal_many(column.purpose, [(row, text)], owner=owner)[0]
            for (_key, row, _blob, owner), text in zip(rows, texts, strict=True)
        ]
    else:
        place = column.column
        values = seal_many(column.purpose, [(row[1], text) for row, text in zip(rows, texts, strict=True)])
    with connection.cursor() as cursor:
        cursor.execute(
            f"update {column.table} t set {place} = v.value from unnest(%s::bigint[], %s::bytea[]) v(key, value)"  # noqa: S608  # our own names, nobody's words
            f" where t.{column.key} = v.key",
            [[row[0] for row in rows], values],
        )


def _mark_drained(key: Key, now: datetime) -> None:
    with trace.change(by=trace.robot("keys"), why=_UNUSED):
        # Waits for every change that sealed with the key; then the count is the truth.
        row = Key.objects.select_for_update().get(pk=key.pk)
        if row.state == _State.RETIRING and not usage.is_used(row.pk, row.use, row.purpose):
            row.state, row.drained_at = _State.DRAINED, now
            row.save(update_fields=["state", "drained_at"])


def destroy_unused(*, now: datetime, keep: timedelta | None = None) -> list[int]:
    """Destroy keys that no row has used for `keep` (the setting's days if not given), after counting once more.

    A key that is used after all goes back to retiring, so that its rows are sealed anew. Answers the destroyed ones.
    """
    kept = timedelta(days=settings.VAULT_KEEP_DAYS) if keep is None else keep
    destroyed = []
    for key_id in Key.objects.filter(state=_State.DRAINED, drained_at__lte=now - kept).values_list("pk", flat=True):
        with trace.change(by=trace.robot("keys"), why=_DESTROYED):
            key = Key.objects.select_for_update().get(pk=key_id)
            if key.state != _State.DRAINED:
                continue
            if usage.is_used(key.pk, key.use, key.purpose):
                key.state = _State.RETIRING
                key.save(update_fields=["state"])
                continue
            _destroy(key, now)
            destroyed.append(key_id)
    keyring.forget_unwrapped()
    return destroyed


def shred_owner(*, actor: Standing, purpose: str, owner: str, at: datetime, reason: str) -> int:
    """Destroy the keys of one owner: what they sealed opens nowhere any more, in backups neither (PIPL art. 47).

    The caller has checked its own act on that owner. The secrets outside the database go after the change is
    committed; until the day's routine has seen them gone, it tries again. Answers the number of keys.
    """
    with trace.change(by=actor.person, why=reason):
        found = list(
            Key.objects.select_for_update().filter(purpose=purpose, owner=owner).exclude(state=_State.DESTROYED)
        )
        for key in found:
            key.retired_at, key.drained_at = key.retired_at or at, key.drained_at or at
            _destroy(key, at)
        ids = [key.pk for key in found]
        transaction.on_commit(lambda: forget_secrets(ids))
    return len(found)


def forget_secrets(key_ids: Iterable[int] = ()) -> None:
    """Remove the outside secrets of destroyed keys; without numbers, of all. Safe at any time."""
    keys = provider()
    ids = list(key_ids) or Key.objects.filter(state=_State.DESTROYED).exclude(owner="").values_list("pk", flat=True)
    for key_id in ids:
        keys.forget_owner(str(key_id))
    keyring.forget_unwrapped()


def _destroy(key: Key, now: datetime) -> None:
    key.state, key.destroyed_at, key.wrapped = _State.DESTROYED, now, None
    key.save(update_fields=["state", "retired_at", "drained_at", "destroyed_at", "wrapped"])
