"""Verbs of review (V-07): what overlaps is put to an officer, who says whether it counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from psycopg.types.range import TimestamptzRange

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.people.models import Person
from xuecheng.city.people.rules import AccountErased
from xuecheng.city.refusals import Refusal, refusing
from xuecheng.coordination.volunteers import news, queries, rules
from xuecheng.coordination.volunteers.models import Service
from xuecheng.coordination.volunteers.queries import REVIEW

from .calling import WhyMissing
from .locking import locked_person
from .recording import write_record
from .serving import put_in_review


class DecidedBefore(Refusal):
    message = _("This service was decided already.")


class OwnService(Refusal):
    message = _("Nobody decides about their own service, or about one that they checked in or out.")
    remedy = _("Ask a colleague.")


class StillOverlaps(Refusal):
    message = _("It overlaps with a service that counts; of two at one time only one can (V-07).")
    remedy = _("Shorten it, or do not count it.")
    field = "begins_at"


class OutsideOfService(Refusal):
    message = _("It can be shortened, not lengthened: hours come from checking in and out (V-07).")
    field = "ends_at"


def review_overlaps(*, person: int, by: Person, at: datetime) -> int:
    """Two accounts became one person: whatever they served at one time goes to review, as if it had been one account.

    Done again, nothing more happens. Answers how many services stopped counting. An erased person is left alone. It
    asks for no right of its own: whoever may merge the accounts causes it, and an officer decides.
    """
    with trace.change(by=by, why=gettext_noop("Accounts were merged that served at one time")):
        try:
            keys = locked_person(person)
        except AccountErased:
            return 0
        rows = Service.objects.filter(person__in=keys).exclude(state=Service.State.REFUSED)
        found = list(rows.select_related("activity", "organisation", "person").order_by("during", "pk"))
        moved = [one for one in beside_each_other(found) if one.state == Service.State.COUNTED]
        for one in moved:
            put_in_review(one, by=by, at=at)
        if moved:
            news.tell_in_review(moved, at=at)
    return len(moved)


def beside_each_other(rows: Sequence[Service]) -> list[Service]:
    """Those that overlap with another one; `rows` by period."""
    found: dict[int, Service] = {}
    reaches: Service | None = None
    for one in rows:
        if reaches is not None and one.during.lower < reaches.during.upper:
            found |= {reaches.pk: reaches, one.pk: one}
        if reaches is None or one.during.upper > reaches.during.upper:
            reaches = one
    return list(found.values())


def decide_service(
    *,
    actor: Standing,
    service: Service,
    counts: bool,
    begins_at: datetime | None = None,
    ends_at: datetime | None = None,
    why: str,
    at: datetime,
) -> Service:
    """Count it, as it is or shortened, or don't; the person is told why. What counts becomes a learning record.

    The same said twice is said once. Right: volunteers.review_service at the organisation. Raises `Denied`,
    `OwnService`, `WhyMissing`, `DecidedBefore`, `OutsideOfService`, `StillOverlaps`, `PauseTooLong`.
    """
    require(actor, REVIEW, on=service.organisation)
    if not why.strip():
        raise WhyMissing
    with trace.change(by=actor.person, why=why), refusing(volunteer_service_counts_once=StillOverlaps):
        keys = locked_person(service.person_id)
        row = Service.objects.select_related("assignment", "activity", "organisation__territory", "person").get(
            pk=service.pk
        )
        mine = actor.person_keys
        checked = (row.assignment.checked_in_by_id, row.assignment.checked_out_by_id)
        if row.person_id in mine or any(key in mine for key in checked):
            raise OwnService
        verdict = Service.State.COUNTED if counts else Service.State.REFUSED
        if row.state != Service.State.REVIEW:
            if row.state == verdict:
                return row
            raise DecidedBefore
        if counts:
            _shorten(row, begins_at, ends_at)
            if queries.overlapping(keys, row.during, but=row.pk).filter(state=Service.State.COUNTED).exists():
                raise StillOverlaps
        row.state, row.decided_by, row.decided_at, row.why = verdict, actor.person, at, why.strip()[:200]
        row.save(update_fields=["during", "minutes", "state", "decided_by", "decided_at", "why"])
        if counts:
            write_record(row, by=actor.person, why=row.why, at=at)
        news.tell_decided(row, at=at)
    return row


def _shorten(row: Service, begins_at: datetime | None, ends_at: datetime | None) -> None:
    begins, ends = begins_at or row.during.lower, ends_at or row.during.upper
    if not row.during.lower <= begins < ends <= row.during.upper:
        raise OutsideOfService
    row.minutes = rules.minutes_of(begins, ends, row.pause_minutes)
    row.during = TimestamptzRange(begins, ends, "[)")
