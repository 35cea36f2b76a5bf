"""Closing an account: what lies on it lapses or goes to another collective, never to a person (C-91)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.refusals import Refusal
from xuecheng.learning.collectives import news
from xuecheng.learning.collectives.models import Collective, Membership, Remainder
from xuecheng.learning.collectives.queries.acts import KEEP
from xuecheng.learning.creditbank import ledger

from . import books
from .belonging import end
from .rows import MEMBER, STATE, AccountAtRest, WhyMissing, locked


class ToItself(Refusal):
    message = _("An account cannot hand its credit on to itself.")
    field = "to"


class ToElsewhere(Refusal):
    message = _("Credit is handed on within one institution only.")
    remedy = _("Choose an open account that is kept here, or let it lapse.")
    field = "to"


class HeirAtRest(Refusal):
    message = _("The account that should get the rest is not open.")
    remedy = _("Choose another one, or let it lapse.")
    field = "to"


def close(
    *, actor: Standing, collective: Collective, why: str, at: datetime, to: Collective | None = None
) -> Collective:
    """Close an account; what lies on it goes to the collective `to`, or lapses. Said twice, once.

    Right: collectives.keep_account at the institution. Raises `Denied`, `WhyMissing`, `AccountAtRest`, `ToItself`,
    `ToElsewhere`, `HeirAtRest`.
    """
    require(actor, KEEP, on=collective)
    if not why.strip():
        raise WhyMissing
    if to is not None and to.pk == collective.pk:
        raise ToItself
    with trace.change(by=actor.person, why=gettext_noop("Collective account closed")):
        row, heir = _locked(collective, to)
        if row.state == STATE.CLOSED:
            return row
        if row.state != STATE.OPEN:
            raise AccountAtRest
        if heir is not None and heir.institution_id != row.institution_id:
            raise ToElsewhere
        if heir is not None and heir.state != STATE.OPEN:
            raise HeirAtRest
        people = _send_off(row, actor, at=at)
        row.state, row.words, row.closed_by, row.closed_at = STATE.CLOSED, why.strip()[:300], actor.person, at
        row.save(update_fields=["state", "words", "closed_by", "closed_at"])
        news.tell_closed(row, people, at=at)
        _empty(row, heir, actor=actor.person.pk, at=at)
    return row


def _locked(collective: Collective, to: Collective | None) -> tuple[Collective, Collective | None]:
    """Both accounts, by ascending key."""
    both = sorted([collective, *([to] if to is not None else [])], key=lambda one: one.pk)
    found = {one.pk: locked(one) for one in both}
    return found[collective.pk], found[to.pk] if to is not None else None


def _send_off(row: Collective, actor: Standing, *, at: datetime) -> list[int]:
    live = Membership.objects.filter(collective=row, state__in=[MEMBER.ASKED, MEMBER.STANDING])
    people = []
    for one in live.select_related("collective").order_by("pk"):
        people.append(one.person_id)
        end(one, by=actor, at=at, is_last=True)
    return people


def _empty(row: Collective, heir: Collective | None, *, actor: int, at: datetime) -> None:
    ledger.lock_books(books={row.book} | ({heir.book} if heir is not None else set()))
    for held in books.holdings(row):
        if held.balance:
            key = _key(row.public_id, held.unit, at=at)
            if heir is not None:
                books.hand_on(key, held, to=heir, ref=row.pk, actor=actor, at=at)
            else:
                books.let_lapse(key, held, of=row, ref=row.pk, actor=actor, at=at)
            Remainder.objects.create(collective=row, credit_class_id=held.unit, credits=held.balance, to=heir, key=key)
        books.shut(held, why=row.words, actor=actor)


def _key(public_id: UUID, unit: int, *, at: datetime) -> UUID:
    return ledger.derive_key(
        at=at, source_system=books.SOURCE_SYSTEM, source_id=str(public_id), purpose=f"remainder/{unit}"
    )
