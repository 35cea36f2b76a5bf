"""Verbs of credentials that exist: suspend, resume, revoke, issue anew; what a withdrawal of credit does to them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import Denied, require
from xuecheng.city.people.groups import keys_of
from xuecheng.city.refusals import Refusal
from xuecheng.city.trace import Actor
from xuecheng.learning.badges import news
from xuecheng.learning.badges.models import Badge
from xuecheng.learning.badges.queries.acts import ASK, REVOKE

from . import status
from .issuing import lock_learners, sign_again
from .keys import ReasonMissing

_State, _How = Badge.State, Badge.How
_SHOWN = ("issuer__territory", "achievement__creator", "achievement__unit", "learner", "status_list")


class NotInThisState(Refusal):
    message = _("This credential is not in a state in which that can be done.")
    remedy = _("Look at it again; somebody may have been faster.")


class HolderLeft(Refusal):
    message = _("The holder of this credential had their data erased.")


def revoke_badge(*, actor: Standing, badge: Badge, why: str, at: datetime) -> Badge:
    """Let a credential hold no more, for ever; visible at once in its status list. Said twice, once.

    Right: badges.revoke_badge at the issuer. Raises `Denied`, `ReasonMissing`.
    """
    require(actor, REVOKE, on=badge.access_scope())
    with _changing(actor.person, why):
        row = _locked(badge)
        if row.state == _State.REVOKED:
            return row
        _move([row], _State.REVOKED, why=why.strip(), at=at)
        news.tell_revoked(row, at=at)
    return row


def suspend_badge(*, actor: Standing, badge: Badge, why: str, at: datetime) -> Badge:
    """Let a credential not hold for now.

    Right: badges.revoke_badge at the issuer. Raises `Denied`, `ReasonMissing`, `NotInThisState`.
    """
    require(actor, REVOKE, on=badge.access_scope())
    with _changing(actor.person, why):
        row = _locked(badge)
        if row.state == _State.SUSPENDED:
            return row
        _check(row, _State.VALID)
        _move([row], _State.SUSPENDED, why=why.strip(), at=at)
        news.tell_suspended(row, at=at)
    return row


def resume_badge(*, actor: Standing, badge: Badge, at: datetime) -> Badge:
    """Let a suspended credential hold again. Right: badges.revoke_badge. Raises `Denied`, `NotInThisState`."""
    require(actor, REVOKE, on=badge.access_scope())
    with trace.change(by=actor.person, why=gettext_noop("A credential holds again")):
        row = _locked(badge)
        if row.state == _State.VALID:
            return row
        _check(row, _State.SUSPENDED)
        _move([row], _State.VALID, why="", at=at)
    return row


def reissue_badge(*, actor: Standing, badge: Badge, why: str, at: datetime, with_name: bool | None = None) -> Badge:
    """The same credential signed anew, the old one revoked. Said twice of the same one, once.

    Right: badges.ask_badge for the holder (to have the name on it, or off it), badges.revoke_badge for an officer.
    Raises `Denied`, `ReasonMissing`, `NotInThisState`, `HolderLeft`.
    """
    is_own = badge.learner_id in actor.person_keys
    require(actor, ASK if is_own else REVOKE, on=badge.learner if is_own else badge.access_scope())
    if not is_own and with_name is not None:
        # Only the holder decides whether it bears the name.
        raise Denied(ASK)
    with _changing(actor.person, why):
        row = _locked(badge)
        return _anew(row, why=why, by=actor.person, with_name=row.with_name if with_name is None else with_name, at=at)


def reissue_for_key(badge: Badge, *, by: Actor, why: str, at: datetime) -> Badge | None:
    """One credential of a compromised key anew; what was suspended or revoked meanwhile is only revoked."""
    with trace.change(by=by, why=why):
        row = _locked(badge)
        if row.state == _State.REVOKED:
            return None
        if row.state == _State.SUSPENDED or row.holder_left_at is not None:
            _move([row], _State.REVOKED, why=why, at=at)
            return None
        return _anew(row, why=why, by=by, with_name=row.with_name, at=at)


def revoke_resting_on(*, learner_ids: Collection[int], gone: Collection[UUID], at: datetime, why: str) -> int:
    """Revoke what certifies credit that was taken back (C-74). What is left of it can be certified anew.

    For verbs that took the postings back and hold the learner's lock. Answers how many were revoked.
    """
    rows = [row for row in _resting_on(learner_ids, gone) if row.state != _State.REVOKED]
    _move(rows, _State.REVOKED, why=why.strip() or str(gettext_noop("The credit was taken back")), at=at)
    for row in rows:
        news.tell_revoked(row, at=at)
    return len(rows)


def suspend_for_case(
    *, learner_ids: Collection[int], postings: Collection[UUID], case: UUID, why: str, at: datetime
) -> int:
    """Suspend what certifies credit into which a case looks (C-71). For the verb that freezes the credit."""
    rows = [row for row in _resting_on(learner_ids, postings) if row.state == _State.VALID]
    for row in rows:
        row.case_id = case
    _move(rows, _State.SUSPENDED, why=why.strip()[:200], at=at)
    for row in rows:
        news.tell_suspended(row, at=at)
    return len(rows)


def resume_after_case(*, case: UUID, at: datetime) -> int:
    """What a case suspended holds again. For the verb that closes the case."""
    rows = list(
        Badge.objects.select_for_update(no_key=True, of=("self",))
        .select_related(*_SHOWN).filter(case_id=case, state=_State.SUSPENDED).order_by("pk")
    )  # fmt: skip
    for row in rows:
        row.case_id = None
    _move(rows, _State.VALID, why="", at=at)
    return len(rows)


def _anew(row: Badge, *, why: str, by: Actor, with_name: bool, at: datetime) -> Badge:
    follower = Badge.objects.filter(replaces=row).first()
    if follower is not None:
        return follower
    if row.holder_left_at is not None:
        raise HolderLeft
    _check(row, _State.VALID)
    _move([row], _State.REVOKED, why=why.strip(), at=at)
    return sign_again(row, with_name=with_name, by=by, how=_How.AGAIN, at=at)


def _resting_on(learner_ids: Collection[int], postings: Collection[UUID]) -> list[Badge]:
    rows = Badge.objects.select_for_update(no_key=True, of=("self",)).select_related(*_SHOWN)
    return list(rows.filter(learner__in=learner_ids, postings__overlap=list(postings)).order_by("pk"))


def _move(rows: Sequence[Badge], state: str, *, why: str, at: datetime) -> None:
    """Locked credentials into a state, their bits with them."""
    changes: dict[int, dict[int, status.Bits]] = {}
    for row in rows:
        row.state, row.state_since, row.why = state, at, why[:200]
        row.save(update_fields=["state", "state_since", "why", "case_id"])
        bits = status.Bits(revoked=state != _State.VALID, suspended=state == _State.SUSPENDED)
        changes.setdefault(row.status_list_id, {})[row.status_index] = bits
    if changes:
        status.set_bits(changes, at=at)


def _locked(badge: Badge) -> Badge:
    """The credential as it is now, under the lock of its learner."""
    lock_learners(keys_of(badge.learner_id))
    rows = Badge.objects.select_for_update(no_key=True, of=("self",)).select_related(*_SHOWN)
    return rows.get(pk=badge.pk)


@contextmanager
def _changing(by: Actor, why: str) -> Iterator[None]:
    if not why.strip():
        raise ReasonMissing
    with trace.change(by=by, why=why.strip()):
        yield


def _check(row: Badge, *states: str) -> None:
    if row.state not in states:
        raise NotInThisState
