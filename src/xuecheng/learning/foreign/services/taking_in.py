"""One achievement comes in: once for whoever brings it, and never for two people (C-11, C-13)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from xuecheng.city import clock
from xuecheng.city.ids import uuid7
from xuecheng.city.people.models import Person
from xuecheng.learning.foreign import news
from xuecheng.learning.foreign.models import ForeignRecord, ForeignRule
from xuecheng.learning.foreign.reading import (
    Bad,
    ClaimedByAnother,
    Found,
    NamesAnother,
    NotYetOver,
    SaysSomethingElse,
)
from xuecheng.learning.foreign.rules import Match, Wait, compare

_State = ForeignRecord.State
_ONCE = ("foreign_record_claimed_once", "foreign_record_brought_once")
_MOST_CONTESTED = 20


def take_in(
    found: Found, *, learner: Person, keys: tuple[int, ...], emails: Callable[[], Collection[str]],
    origin: Mapping[str, Any], whole: ForeignRecord | None, at: datetime,
) -> ForeignRecord | Bad:  # fmt: skip
    """Keep what was found, or say why not. The same achievement of the same person again is the same record; another
    person's is refused, and an officer is told. The caller holds the lock of the learner.
    """
    if found.ended_on is not None and found.ended_on > clock.date_of(at):
        return Bad(found.place, NotYetOver(title=found.title, day=found.ended_on))
    holder = holder_of(found, learner, emails, is_stated="stated_by" in origin)
    known = _known(found, keys, holder, at=at)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            row = drafted(found, learner=learner, holder=holder, origin=origin, whole=whole, at=at)
            row.save(force_insert=True)
            return row
    except IntegrityError as error:
        if getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") not in _ONCE:
            raise
    # Somebody else was a moment quicker.
    known = _known(found, keys, holder, at=at)
    assert known is not None, "whoever was quicker has committed"
    return known


def holder_of(found: Found, learner: Person, emails: Callable[[], Collection[str]], *, is_stated: bool) -> Match:
    """Whether the holder that it names is the learner."""
    holder = found.holder
    asks_emails = bool(holder.emails) or any(one[0] == "emailAddress" for one in holder.hashes)
    match = compare(
        names=holder.names, emails=holder.emails, hashes=holder.hashes, born_on=holder.born_on, known_name=learner.name,
        known_emails=emails() if asks_emails else (), known_birth_year=learner.birth_year,
    )  # fmt: skip
    # Who is stated by an institution was found by the number on their card; the name only confirms it.
    return Match.SAME if is_stated and match is Match.NAMED else match


def _known(found: Found, keys: tuple[int, ...], holder: Match, *, at: datetime) -> ForeignRecord | Bad | None:
    rows = ForeignRecord.objects.filter(claim=found.claim).select_related("learner", "body__territory", "issuer")
    own = rows.filter(learner__in=keys)
    mine = own.filter(state__in=ForeignRecord.LIVE).first() or own.filter(state=_State.REFUSED).order_by("-pk").first()
    if mine is not None:
        return mine if bytes(mine.digest) == found.digest else Bad(found.place, SaysSomethingElse(title=found.title))
    others = rows.filter(state__in=ForeignRecord.LIVE).exclude(learner__in=keys)
    claimed = others.filter(ForeignRecord.CLAIMS).first()
    if claimed is not None and holder is not Match.SAME:
        return Bad(found.place, NamesAnother(title=found.title))
    for one in others.order_by("pk")[:_MOST_CONTESTED]:
        _contest(one, at=at)
    return Bad(found.place, ClaimedByAnother(title=found.title)) if claimed is not None else None


def _contest(row: ForeignRecord, *, at: datetime) -> None:
    """Another person brought what this record claims: an officer looks at it, also where it counts already."""
    # Once for each time that an officer has to look: not again until somebody decided on it or cleared it.
    is_new = Q(contested_at=None) | Q(contested_at__lt=F("decided_at"))
    changed = ForeignRecord.objects.filter(is_new, pk=row.pk).update(contested_at=at)
    ForeignRecord.objects.filter(pk=row.pk, state=_State.WAITING).update(wait=Wait.CONTESTED.value)
    if changed:
        news.tell_desk(row, f"contested/{at.isoformat()}", at=at)


def drafted(
    found: Found, *, learner: Person, holder: Match, origin: Mapping[str, Any], whole: ForeignRecord | None,
    at: datetime,
) -> ForeignRecord:  # fmt: skip
    """The record that would be kept of what was found; nothing is written."""
    plain = ("place", "identifier", "issuer_name", "title", "kind", "code", "level", "credits", "scheme", "grade",
             "started_on", "ended_on", "valid_to", "signed_by", "has_status", "claim", "digest")  # fmt: skip
    return ForeignRecord(
        **{name: getattr(found, name) for name in plain},
        **origin,
        public_id=uuid7(),
        learner=learner,
        issuer_keys=list(found.issuer_keys),
        part_of=whole,
        proof=_proof(found, is_stated="stated_by" in origin),
        findings=[dict(one.kept()) for one in found.findings],
        checked_at=at,
        holder=holder.value,
        taken_in_at=at,
        waits_since=at,
        wait=Wait.NO_RULE.value,
    )


def _proof(found: Found, *, is_stated: bool) -> str:
    if found.is_verified:
        return ForeignRule.Needs.VERIFIED.value
    return ForeignRule.Needs.STATED.value if is_stated else ForeignRule.Needs.UNPROVEN.value
