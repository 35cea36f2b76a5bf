"""Places in status lists, and their bits. A place is drawn at random, so that its number says nothing."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from django.db import transaction
from django.db.models import Max, Q

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import Refusal, refusing
from xuecheng.learning.badges.models import Badge, StatusList
from xuecheng.learning.proofs import statuslist

MOST_USED: Final = 65_536
"""Places of a list that are given away: half, so that drawing stays quick and the crowd stays mixed."""
_EMPTY: Final = bytes(statuslist.LENGTH // 8)


class Bits(NamedTuple):
    revoked: bool
    suspended: bool


class _Raced(Refusal):
    """Never reaches a person: another process made the list."""


def hold(issuers: Collection[int | None]) -> None:
    """Lock the lists in which these issuers have room, by ascending key as `set_bits` does, before any is drawn."""
    rooms = Q(issuer__in=[key for key in issuers if key is not None])
    if None in issuers:
        rooms |= Q(issuer=None)
    rows = StatusList.objects.select_for_update(no_key=True).filter(rooms, used__lt=MOST_USED).order_by("pk")
    list(rows.values_list("pk"))


def draw(issuer: Organisation | None, count: int, *, at: datetime) -> list[tuple[StatusList, int]]:
    """So many free places, locked until the transaction ends: whoever else issues for the same issuer waits."""
    found: list[tuple[StatusList, int]] = []
    while len(found) < count:
        row = _with_room(issuer, at=at)
        wanted = min(count - len(found), MOST_USED - row.used)
        found.extend((row, index) for index in _free(row, wanted))
        row.used += wanted
        row.save(update_fields=["used"])
    return found


def _free(row: StatusList, count: int) -> list[int]:
    """Places of a list that nobody has, as they were drawn. Asks after those drawn alone, however full the list is."""
    found: dict[int, None] = {}
    while len(found) < count:
        # Up to half are taken: twice as many as are missing are mostly enough.
        drawn = [secrets.randbelow(statuslist.LENGTH) for _one in range(2 * (count - len(found)) + 8)]
        taken = set(
            Badge.objects.filter(status_list=row, status_index__in=drawn).values_list("status_index", flat=True)
        )
        found.update((index, None) for index in drawn if index not in taken)
    return list(found)[:count]


def _with_room(issuer: Organisation | None, *, at: datetime) -> StatusList:
    lists = StatusList.objects.select_for_update(no_key=True).filter(issuer=issuer, used__lt=MOST_USED)
    while True:
        row = lists.order_by("number").first()
        if row is not None:
            return row
        number = (StatusList.objects.aggregate(Max("number"))["number__max"] or 0) + 1
        try:
            with transaction.atomic(), refusing(badges_status_list_number_once=_Raced):
                StatusList.objects.create(issuer=issuer, number=number, revoked=_EMPTY, suspended=_EMPTY, changed_at=at)
        except _Raced:
            continue


def set_bits(changes: Mapping[int, Mapping[int, Bits]], *, at: datetime) -> None:
    """By list and place what its bits are now. Lists are locked by ascending key, after everything else."""
    for row in StatusList.objects.select_for_update(no_key=True).filter(pk__in=changes).order_by("pk"):
        revoked, suspended = bytes(row.revoked), bytes(row.suspended)
        for index, bits in changes[row.pk].items():
            revoked = statuslist.with_bit(revoked, index, to=bits.revoked)
            suspended = statuslist.with_bit(suspended, index, to=bits.suspended)
        row.revoked, row.suspended, row.version, row.changed_at = revoked, suspended, row.version + 1, at
        row.save(update_fields=["revoked", "suspended", "version", "changed_at"])
