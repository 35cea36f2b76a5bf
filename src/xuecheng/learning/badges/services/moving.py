"""Verbs of credentials that exist: suspend, resume, revoke, issue anew; what a withdrawal of credit does to them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import Denied, require
from xuecheng.city.people.groups import keys_of
from xuecheng.city.refusals import Refusal
from xuecheng.city.trace import Actor
from xuecheng.learning.badges import news
from xuecheng.learning.badges.models import Badge
from xuecheng.learning.badges.queries.acts import ASK, REVOKE
from xuecheng.learning.badges.queries.lines import is_frozen, lines_of

from . import status
from .issuing import NothingToIssue, lock_learners, make_rows, sign_again
from .keys import ReasonMissing

_State, _How = Badge.State, Badge.How
_SHOWN = ("issuer__territory", "achievement__creator", "achievement__unit", "learner", "status_list", "key")


class NotInThisState(Refusal):
    message = _("This credential is not in a state in which that can be done.")
    remedy = _("Look at it again; somebody may have been faster.")


class HolderLeft(Refusal):
    message = _("The holder of this credential had their data erased.")


class UnderCase(Refusal):
    message = _("The credit that this credential certifies is being looked into.")
    remedy = _("It holds again by itself when the case is closed without withdrawal.")


class RevokedByDecision(Refusal):
    message = _("An officer revoked this credential.")
    remedy = _("Ask its issuer: only an officer can issue it anew.")


class HasEnded(Refusal):
    message = _("What this credential certifies has ended, so it is not signed anew.")


def revoke_badge(*, actor: Standing, badge: Badge, why: str, at: datetime) -> Badge:
    """Let a credential hold no more, for ever; visible at once in its status list. Said twice, once.

    Nothing takes its place until an officer issues it anew. Right: badges.revoke_badge at the issuer, not for one's
    own. Raises `Denied`, `ReasonMissing`.
    """
    _require(actor, badge)
    with _changing(actor.person, why):
        row = _locked(badge)
        if row.state == _State.REVOKED:
            return row
        row.by_decision = True
        _move([row], _State.REVOKED, why=why.strip(), at=at)
        news.tell_revoked(row, at=at)
    return row


def suspend_badge(*, actor: Standing, badge: Badge, why: str, at: datetime) -> Badge:
    """Let a credential not hold for now.

    Right: badges.revoke_badge at the issuer, not for one's own. Raises `Denied`, `ReasonMissing`, `NotInThisState`.
    """
    _require(actor, badge)
    with _changing(actor.person, why):
        row = _locked(badge)
        if row.state == _State.SUSPENDED:
            return row
        _check(row, _State.VALID)
        _move([row], _State.SUSPENDED, why=why.strip(), at=at)
        news.tell_suspended(row, at=at)
    return row


def resume_badge(*, actor: Standing, badge: Badge, at: datetime) -> Badge:
    """Let a suspended credential hold again. What a case suspended, only the end of the case lets hold (C-71).

    Right: badges.revoke_badge at the issuer, not for one's own. Raises `Denied`, `NotInThisState`, `UnderCase`.
    """
    _require(actor, badge)
    with trace.change(by=actor.person, why=gettext_noop("A credential holds again")):
        row = _locked(badge)
        if row.state == _State.VALID:
            return row
        _check(row, _State.SUSPENDED)
        if row.case_id is not None or is_frozen(keys_of(row.learner_id), row.postings):
            raise UnderCase
        _move([row], _State.VALID, why="", at=at)
    return row


def reissue_badge(*, actor: Standing, badge: Badge, why: str, at: datetime, with_name: bool | None = None) -> Badge:
    """The same credential signed anew, the old one revoked. Said twice of the same one, once.

    What an officer revoked is issued anew by an officer only, as the credit stands now. Right: badges.ask_badge for the
    holder (to have the name on it, or off it), badges.revoke_badge for an officer. Raises `Denied`, `ReasonMissing`,
    `NotInThisState`, `HolderLeft`, `HasEnded`, `RevokedByDecision`, `NothingToIssue`.
    """
    is_own = badge.learner_id in actor.person_keys
    require(actor, ASK if is_own else REVOKE, on=badge.learner if is_own else badge.access_scope())
    if not is_own and with_name is not None:
        # Only the holder decides whether it bears the name.
        raise Denied(ASK)
    with _changing(actor.person, why):
        row = _locked(badge)
        if row.by_decision:
            if is_own:
                raise RevokedByDecision
            return _after_decision(row, by=actor.person, at=at)
        return _anew(row, why=why, by=actor.person, with_name=row.with_name if with_name is None else with_name, at=at)


def reissue_for_key(badge: Badge, *, by: Actor, why: str, at: datetime) -> Badge | None:
    """One credential of a compromised key anew; what was suspended meanwhile, or has ended, is only revoked."""
    with trace.change(by=by, why=why):
        row = _locked(badge)
        if row.state == _State.REVOKED:
            return None
        if row.state == _State.SUSPENDED or row.holder_left_at is not None or row.is_over(clock.date_of(at)):
            row.by_decision = _is_kept_back(row)
            _move([row], _State.REVOKED, why=why, at=at)
            return None
        return _anew(row, why=why, by=by, with_name=row.with_name, at=at)


@transaction.atomic
def revoke_resting_on(*, learner_ids: Collection[int], gone: Collection[UUID], at: datetime, why: str) -> int:
    """Revoke what certifies credit that was taken back (C-74). What is left of it can be certified anew.

    For verbs that took the postings back and hold the learner's lock. Answers how many were revoked.
    """
    rows = [row for row in _resting_on(learner_ids, gone) if row.state != _State.REVOKED]
    for row in rows:
        row.by_decision = _is_kept_back(row)
    _move(rows, _State.REVOKED, why=why.strip() or str(gettext_noop("The credit was taken back")), at=at)
    for row in rows:
        news.tell_revoked(row, at=at)
    return len(rows)


@transaction.atomic
def suspend_for_case(
    *, learner_ids: Collection[int], postings: Collection[UUID], case: UUID, why: str, at: datetime
) -> int:
    """Suspend what certifies credit into which a case looks (C-71). For the verb that freezes the credit."""
    rows = [row for row in _resting_on(learner_ids, postings) if row.state == _State.VALID]
    _move(rows, _State.SUSPENDED, why=why.strip()[:200], at=at, case=case)
    for row in rows:
        news.tell_suspended(row, at=at)
    return len(rows)


@transaction.atomic
def resume_after_case(*, case: UUID, at: datetime) -> int:
    """What a case suspended holds again. For the verb that closes the case."""
    rows = list(
        Badge.objects.select_for_update(no_key=True, of=("self",))
        .select_related(*_SHOWN).filter(case_id=case, state=_State.SUSPENDED).order_by("pk")
    )  # fmt: skip
    _move(rows, _State.VALID, why="", at=at)
    return len(rows)


def _require(actor: Standing, badge: Badge) -> None:
    """An officer of its issuer, and not its holder."""
    require(actor, REVOKE, on=badge.access_scope())
    if badge.learner_id in actor.person_keys:
        raise Denied(REVOKE)


def _is_kept_back(row: Badge) -> bool:
    """Whether an officer suspended it: revoked for another reason, it does not come back by asking."""
    return row.state == _State.SUSPENDED and row.case_id is None


def _anew(row: Badge, *, why: str, by: Actor, with_name: bool, at: datetime) -> Badge:
    follower = Badge.objects.filter(replaces=row).first()
    if follower is not None:
        return follower
    if row.holder_left_at is not None:
        raise HolderLeft
    _check(row, _State.VALID)
    if row.is_over(clock.date_of(at)):
        raise HasEnded
    _move([row], _State.REVOKED, why=why.strip(), at=at)
    return sign_again(row, with_name=with_name, by=by, how=_How.AGAIN, at=at)


def _after_decision(row: Badge, *, by: Actor, at: datetime) -> Badge:
    """The next version of what an officer had revoked, for the credit that stands now."""
    follower = Badge.objects.filter(replaces=row).first()
    if follower is not None:
        return follower
    if row.holder_left_at is not None:
        raise HolderLeft
    found = lines_of(keys_of(row.learner_id), on=clock.date_of(at))
    lines = [line for line in found if line.certifies == row.certifies]
    if not lines:
        raise NothingToIssue
    (made,) = make_rows(lines, how=_How.AGAIN, by=by, with_name=row.with_name, at=at)
    return made


def _resting_on(learner_ids: Collection[int], postings: Collection[UUID]) -> list[Badge]:
    rows = Badge.objects.select_for_update(no_key=True, of=("self",)).select_related(*_SHOWN)
    return list(rows.filter(learner__in=learner_ids, postings__overlap=list(postings)).order_by("pk"))


def _move(rows: Sequence[Badge], state: str, *, why: str, at: datetime, case: UUID | None = None) -> None:
    """Locked credentials into a state, their bits with them; of a case only if it is the case's own move."""
    changes: dict[int, dict[int, status.Bits]] = {}
    for row in rows:
        row.state, row.state_since, row.why, row.case_id = state, at, why[:200], case
        row.save(update_fields=["state", "state_since", "why", "case_id", "by_decision"])
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
