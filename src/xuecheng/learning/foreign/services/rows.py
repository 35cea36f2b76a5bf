"""Locks of an outside record: the learner first, under all accounts, then its row."""

from __future__ import annotations

from xuecheng.city.access.queries import Standing
from xuecheng.city.imports.models import ImportFile
from xuecheng.city.people.groups import as_same, lock_accounts
from xuecheng.learning.foreign.models import ForeignRecord

from .refusals import DecidedBefore, NotWaiting, OwnRecord, StatedByYou

_SHOWN = ("learner", "body__territory", "delivery", "issuer", "rule", "part_of")


def locked(record: ForeignRecord, *, may_have_left: bool = False) -> tuple[ForeignRecord, tuple[int, ...]]:
    """The record as it is now and the learner's keys, under the lock of the learner."""
    keys = lock_accounts(record.learner_id, may_have_left=may_have_left)
    return fresh(record.pk), keys


def check_decides(actor: Standing, row: ForeignRecord) -> None:
    """Raises `OwnRecord`, `NotWaiting`, `DecidedBefore`, `StatedByYou`."""
    if row.learner_id in actor.person_keys:
        raise OwnRecord
    if row.state != ForeignRecord.State.WAITING:
        raise NotWaiting
    if row.first_decided_by_id is not None and as_same(actor, row.first_decided_by_id) == row.first_decided_by_id:
        raise DecidedBefore
    if row.import_file_id is not None:
        stated = ImportFile.objects.filter(pk=row.import_file_id, brought_by__in=actor.person_keys)
        if stated.exists():
            raise StatedByYou


def fresh(key: int) -> ForeignRecord:
    """The record as it is now, under its own lock; the caller holds the learner's."""
    rows = ForeignRecord.objects.select_for_update(of=("self",), no_key=True).select_related(*_SHOWN)
    return rows.get(pk=key)
