"""One achievement comes in: once for whoever brings it, and never for two people (C-11, C-13)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from xuecheng.city import clock
from xuecheng.city.ids import uuid7
from xuecheng.city.people.models import Person
from xuecheng.learning.foreign import news
from xuecheng.learning.foreign.models import ForeignRecord, ForeignRule
from xuecheng.learning.foreign.reading import (
    Bad,
    ClaimedByAnother,
    Found,
    NotYetOver,
    SaysSomethingElse,
)
from xuecheng.learning.foreign.rules import Match, Wait, compare

_State = ForeignRecord.State


def take_in(
    found: Found, *, learner: Person, keys: tuple[int, ...], emails: Callable[[], Collection[str]],
    origin: Mapping[str, Any], whole: ForeignRecord | None, at: datetime,
) -> ForeignRecord | Bad:  # fmt: skip
    """Keep what was found, or say why not. The same achievement of the same person again is the same record; another
    person's is refused, and an officer is told. The caller holds the lock of the learner.
    """
    if found.ended_on is not None and found.ended_on > clock.date_of(at):
        return Bad(found.place, NotYetOver(title=found.title, day=found.ended_on))
    known = _known(found, keys, at=at)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return _keep(found, learner=learner, emails=emails, origin=origin, whole=whole, at=at)
    except IntegrityError as error:
        if getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") != "foreign_record_claimed_once":
            raise
    # Somebody else was a moment quicker.
    known = _known(found, keys, at=at)
    assert known is not None, "whoever was quicker has committed"
    return known


def _known(found: Found, keys: tuple[int, ...], *, at: datetime) -> ForeignRecord | Bad | None:
    rows = ForeignRecord.objects.filter(claim=found.claim).select_related("learner", "body__territory", "issuer")
    live = rows.filter(state__in=ForeignRecord.LIVE).first()
    if live is not None and live.learner_id not in keys:
        _contest(live, at=at)
        return Bad(found.place, ClaimedByAnother(title=found.title))
    mine = live or rows.filter(state=_State.REFUSED, learner__in=keys).order_by("-pk").first()
    if mine is None:
        return None
    if bytes(mine.digest) != found.digest:
        return Bad(found.place, SaysSomethingElse(title=found.title))
    return mine


def _contest(row: ForeignRecord, *, at: datetime) -> None:
    """Another person brought what this record claims: an officer looks at it, also where it counts already."""
    changed = ForeignRecord.objects.filter(pk=row.pk, contested_at=None).update(contested_at=at)
    ForeignRecord.objects.filter(pk=row.pk, state=_State.WAITING).update(wait=Wait.CONTESTED.value)
    if changed:
        news.tell_desk(row, "contested", at=at)


def _keep(
    found: Found, *, learner: Person, emails: Callable[[], Collection[str]], origin: Mapping[str, Any],
    whole: ForeignRecord | None, at: datetime,
) -> ForeignRecord:  # fmt: skip
    holder = found.holder
    asks_emails = bool(holder.emails) or any(one[0] == "emailAddress" for one in holder.hashes)
    match = compare(
        names=holder.names, emails=holder.emails, hashes=holder.hashes, known_name=learner.name,
        known_emails=emails() if asks_emails else (),
    )  # fmt: skip
    plain = ("place", "identifier", "issuer_name", "title", "kind", "code", "level", "credits", "scheme", "grade",
             "started_on", "ended_on", "valid_to", "signed_by", "has_status", "claim", "digest")  # fmt: skip
    return ForeignRecord.objects.create(
        **{name: getattr(found, name) for name in plain},
        **origin,
        public_id=uuid7(),
        learner=learner,
        issuer_keys=list(found.issuer_keys),
        part_of=whole,
        proof=_proof(found, is_stated="stated_by" in origin),
        findings=[dict(one.kept()) for one in found.findings],
        checked_at=at,
        holder=Match(match).value,
        taken_in_at=at,
        waits_since=at,
        wait=Wait.NO_RULE.value,
    )


def _proof(found: Found, *, is_stated: bool) -> str:
    if found.is_verified:
        return ForeignRule.Needs.VERIFIED.value
    return ForeignRule.Needs.STATED.value if is_stated else ForeignRule.Needs.UNPROVEN.value
