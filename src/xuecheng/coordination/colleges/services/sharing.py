"""Verbs of sharing: declare what a unit offers, shares or lacks, and end it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from psycopg.types.range import DateRange

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.refusals import FormUsedBefore, Refusal
from xuecheng.coordination.colleges import rules
from xuecheng.coordination.colleges.models import College, ShareOffer
from xuecheng.coordination.colleges.queries import KEEP

from .network import ClosedAlready, locked

MOST_OPEN = 200
"""Of one unit; beyond that nobody reads the list."""


class OfferPeriodWrong(Refusal):
    message = _("It ends after it begins, and is not over yet.")
    remedy = _("Choose a first day and a later last day.")
    field = "last_on"


class TooManyOffers(Refusal):
    message = _("This unit has declared %(most)s things already.")
    remedy = _("End what is no longer so.")


class OfferOver(Refusal):
    message = _("This is over already.")


def declare_offer(
    *,
    actor: Standing,
    public_id: UUID,
    college: College,
    side: str,
    kind: str,
    theme: str,
    words: str,
    first_on: date,
    last_on: date,
    today: date,
) -> ShareOffer:
    """Say what a unit offers, shares or lacks from one day to another, both counted in. Twice is once.

    Right: colleges.keep_college. Raises `Denied`, `OfferPeriodWrong`, `DayTooFar`, `ClosedAlready`, `TooManyOffers`,
    `FormUsedBefore`.
    """
    require(actor, KEEP, on=college)
    if last_on < first_on or last_on < today:
        raise OfferPeriodWrong
    rules.check_day(first_on, today=today)
    rules.check_day(last_on, today=today)
    values = {
        "college": college,
        "side": side,
        "kind": kind,
        "theme": theme,
        "words": words.strip(),
        "during": DateRange(first_on, rules.days_later(last_on, 1)),
    }
    with trace.change(by=actor.person, why=gettext_noop("Declared what a unit offers, shares or lacks")):
        row = locked(college)
        known = ShareOffer.objects.filter(public_id=public_id).first()
        if known is not None:
            if any(getattr(known, name) != value for name, value in values.items()):
                raise FormUsedBefore
            return known
        if row.during.upper is not None:
            raise ClosedAlready
        if ShareOffer.objects.filter(college=row, during__endswith__gt=today).count() >= MOST_OPEN:
            raise TooManyOffers(most=MOST_OPEN)
        return ShareOffer.objects.create(public_id=public_id, declared_by=actor.person, **values)


def end_offer(*, actor: Standing, offer: ShareOffer, today: date) -> None:
    """Let it count no more from today on; what has not begun goes away.

    Right: colleges.keep_college. Raises `Denied`, `OfferOver`.
    """
    require(actor, KEEP, on=offer.college)
    with trace.change(by=actor.person, why=gettext_noop("Ended what a unit offers, shares or lacks")):
        locked(offer.college)
        row = ShareOffer.objects.select_for_update(no_key=True).filter(pk=offer.pk).first()
        if row is None or row.during.upper <= today:
            raise OfferOver
        if row.during.lower >= today:
            row.delete()
            return
        row.during = DateRange(row.during.lower, today)
        row.save(update_fields=["during"])
