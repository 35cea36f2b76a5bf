"""Verbs of belonging: asking to join, being admitted, leaving; and who keeps the account, for a period.

Nobody is made a member: people ask, so that being named on a page is their own wish.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.learning.collectives import news
from xuecheng.learning.collectives.models import Collective, Membership
from xuecheng.learning.collectives.queries.acts import KEEP, TAKE_PART
from xuecheng.learning.collectives.queries.seeing import representatives

from .applying import KeeperPeriodEmpty
from .rows import MEMBER, AccountAtRest, locked, locked_open, require_keeper


class MemberAlready(Refusal):
    message = _("You belong to it, or have asked already.")


class NotAsked(Refusal):
    message = _("This was answered or taken back already.")


class NotAMember(Refusal):
    message = _("This person is no member now.")


class LastKeeper(Refusal):
    message = _("Nobody else keeps this account.")
    remedy = _("Let another member keep it first, or ask the institution.")


class OwnTerm(Refusal):
    message = _("Nobody prolongs their own time of keeping the account.")
    remedy = _("Ask another who keeps it, or the institution.")
    field = "keeps_until"


class BeyondTerm(Refusal):
    message = _("Nobody keeps this account after %(day)s unless the institution says so.")
    remedy = _("Choose an earlier day, or ask the institution.")
    field = "keeps_until"


class NotInOffice(Refusal):
    message = _("Only who represents the organisation keeps its account.")
    remedy = _("Ask the organisation to give the role first.")
    field = "keeps_until"


def ask_to_join(*, actor: Standing, public_id: UUID, collective: Collective, at: datetime) -> Membership:
    """Ask to join. Asked again with the same id, the same.

    Raises `AccountAtRest`, `MemberAlready`, `FormUsedBefore`.
    """
    require(actor, TAKE_PART, on=actor.person)
    with (
        trace.change(by=actor.person, why=gettext_noop("Asked to join")),
        refusing(
            collective_membership_public_id_once=FormUsedBefore,
            collective_member_once=MemberAlready,
            collective_member_of_open=AccountAtRest,
        ),
    ):
        row = locked_open(collective)
        known = Membership.objects.filter(public_id=public_id).first()
        if known is not None:
            if known.person_id not in actor.person_keys or known.collective_id != row.pk:
                raise FormUsedBefore
            return known
        live = Membership.objects.filter(collective=row, state__in=[MEMBER.ASKED, MEMBER.STANDING])
        if live.filter(person__in=actor.person_keys).exists():
            raise MemberAlready
        made = Membership.objects.create(public_id=public_id, collective=row, person=actor.person, asked_at=at)
        news.tell_asked(made, at=at)
    return made


def admit(*, actor: Standing, membership: Membership, at: datetime) -> Membership:
    """Admit who asked. Said twice, once. By who keeps the account, or the institution. Raises `Denied`, `NotAsked`."""
    with trace.change(by=actor.person, why=gettext_noop("Admitted")):
        row = _locked(membership, actor, at=at)
        if row.state == MEMBER.STANDING:
            return row
        if row.state != MEMBER.ASKED:
            raise NotAsked
        row.state, row.since, row.changed_by = MEMBER.STANDING, at, actor.person
        row.save(update_fields=["state", "since", "changed_by"])
        news.tell_answered(row, at=at)
    return row


def decline(*, actor: Standing, membership: Membership, at: datetime) -> Membership:
    """Say no to who asked. Said twice, once. Right: as for admitting. Raises `Denied`, `NotAsked`."""
    with trace.change(by=actor.person, why=gettext_noop("Declined")):
        row = _locked(membership, actor, at=at)
        if row.state == MEMBER.DECLINED:
            return row
        if row.state != MEMBER.ASKED:
            raise NotAsked
        row.state, row.changed_by = MEMBER.DECLINED, actor.person
        row.save(update_fields=["state", "changed_by"])
        news.tell_answered(row, at=at)
    return row


def leave(*, actor: Standing, membership: Membership, at: datetime) -> Membership:
    """Leave, or take back that one asked. Said twice, once. Raises `Denied`, `LastKeeper`."""
    require(actor, TAKE_PART, on=membership.person)
    with trace.change(by=actor.person, why=gettext_noop("Left")):
        locked(membership.collective)
        row = _fresh(membership)
        end(row, by=actor, at=at)
    return row


def end_membership(*, actor: Standing, membership: Membership, at: datetime) -> Membership:
    """Somebody is no member any more. Said twice, once. Right: as for admitting. Raises `Denied`, `LastKeeper`."""
    with trace.change(by=actor.person, why=gettext_noop("Membership ended")):
        row = _locked(membership, actor, at=at)
        if row.state == MEMBER.ASKED:
            raise NotAMember
        was_member = row.state == MEMBER.STANDING
        end(row, by=actor, at=at)
        if was_member:
            news.tell_ended(row, at=at)
    return row


def let_keep(*, actor: Standing, membership: Membership, keeps_until: date, at: datetime) -> Membership:
    """Let a member keep the account until a day, or change that day. Today ends it.

    Right: as for admitting. The institution sets any day; others prolong another's time, never beyond the last day on
    which somebody keeps it already. Raises `Denied`, `NotAMember`, `KeeperPeriodEmpty`, `LastKeeper`, `OwnTerm`,
    `BeyondTerm`, `NotInOffice`.
    """
    today = clock.date_of(at)
    if keeps_until < today:
        raise KeeperPeriodEmpty
    with trace.change(by=actor.person, why=gettext_noop("Who keeps the account")):
        row = _locked(membership, actor, at=at)
        if row.state != MEMBER.STANDING:
            raise NotAMember
        if keeps_until == today:
            if not row.keeps_on(today):
                return row
            _check_another_keeps(row, on=today)
        else:
            _check_term(row, actor, keeps_until, on=today)
        if not row.keeps_on(today):
            row.keeps_from = today
        row.keeps_until, row.changed_by = keeps_until, actor.person
        row.save(update_fields=["keeps_from", "keeps_until", "changed_by"])
        news.tell_keeps(row, at=at)
    return row


def end(row: Membership, *, by: Standing | None, at: datetime, is_last: bool = False) -> None:
    """End a membership or a request within a change that holds the account's lock; what has ended stays as it is."""
    if row.state == MEMBER.STANDING:
        today = clock.date_of(at)
        if row.keeps_on(today):
            if not is_last:
                _check_another_keeps(row, on=today)
            row.keeps_until = today
        row.state, row.until = MEMBER.ENDED, at
    elif row.state == MEMBER.ASKED:
        row.state = MEMBER.DECLINED
    else:
        return
    row.changed_by = by.person if by is not None else None
    row.save(update_fields=["state", "until", "keeps_until", "changed_by"])


def _check_another_keeps(row: Membership, *, on: date) -> None:
    if row.collective.kind == Collective.Kind.ORGANISATION:
        return
    others = Membership.objects.filter(
        collective=row.collective_id, state=MEMBER.STANDING, keeps_from__lte=on, keeps_until__gt=on
    )
    if not others.exclude(pk=row.pk).exists():
        raise LastKeeper


def _check_term(row: Membership, actor: Standing, keeps_until: date, *, on: date) -> None:
    collective = row.collective
    if collective.organisation is not None and row.person_id not in representatives(collective, on=on):
        raise NotInOffice
    now = row.keeps_until if row.keeps_on(on) else None
    if actor.may(KEEP, collective.access_scope()) and row.person_id not in actor.person_keys:
        return
    if now is not None and keeps_until <= now:
        return
    if row.person_id in actor.person_keys:
        raise OwnTerm
    keeping = Membership.objects.filter(
        collective=collective, state=MEMBER.STANDING, keeps_from__lte=on, keeps_until__gt=on
    )
    last = keeping.aggregate(last=Max("keeps_until"))["last"]
    if last is None or keeps_until > last:
        raise BeyondTerm(day=f"{last or on:%Y-%m-%d}")


def _locked(membership: Membership, actor: Standing, *, at: datetime) -> Membership:
    collective = locked_open(membership.collective)
    require_keeper(actor, collective, on=clock.date_of(at))
    return _fresh(membership)


def _fresh(membership: Membership) -> Membership:
    """The membership as it is under the lock of its account."""
    return Membership.objects.select_related(
        "collective__institution__territory", "collective__organisation__territory", "person"
    ).get(pk=membership.pk)
